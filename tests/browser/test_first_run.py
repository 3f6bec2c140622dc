"""The first five minutes: from the link that the bridge prints to the first invoice in Xero."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]  # no stubs
from playwright.async_api import Browser

from tests.browser.conftest import somebody
from tests.conftest import RUN
from tests.ingress.auth.people import PASSWORD
from tests.journeys import clerk
from tests.journeys.house import SECRET, House, answering, built
from tests.servers import postgres, rabbitmq

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.timeout(400)
async def test_a_new_user_sees_the_first_invoice_in_xero(
    browser: Browser,
    tmp_path: Path,
    postgres_server: str,
    template_database: str,
    broker: rabbitmq.Broker,
) -> None:
    name = f"{RUN}_first"
    with (
        postgres.database(postgres_server, name, template_database) as database_url,
        rabbitmq.virtual_host(broker, name) as amqp_url,
    ):
        async with built(tmp_path, database_url, amqp_url) as house:
            await house.start("run")
            await answering(house.client, f"{house.url}/readyz")
            await first_run(browser, house)


async def first_run(browser: Browser, house: House) -> None:
    printed = (house.folder / "run.log").read_text(encoding="utf-8")
    link = re.search(r"\S+/setup#\S+", printed)
    assert link
    async with somebody(browser, house) as anna:
        # The first account.
        # The link is pasted where the page that asks for it stands open.
        await anna.page.goto(link[0].partition("#")[0])
        await anna.page.goto(link[0])
        assert (await Axe().run(anna.page)).violations_count == 0
        await anna.type("Your name, to sign in with", "anna")
        await anna.type("Password", PASSWORD)
        await anna.type("Password again", PASSWORD)
        await anna.press("Make the account")

        # Two organisations.
        await anna.press("Connect Zoho and Xero")
        await anna.type("Name", "acme")
        await anna.type("Cut-over date", "2020-01-01")
        await anna.type("Organisation ID", "60001234")
        await anna.page.get_by_label("Where you sign in to Zoho").select_option("ca")
        await anna.type("Secret token of the webhooks", SECRET)
        await anna.page.get_by_text("Zoho’s API (recommended").click()
        await anna.type("Client ID", "1000.SANDBOX")
        await anna.page.locator("#zoho_client_secret").fill("sandbox-zoho-secret")
        await anna.type("Refresh token", "1000.sandbox.refresh")
        await anna.page.locator("#xero_client_id").fill("sandbox-custom")
        await anna.page.locator("#xero_client_secret").fill("sandbox-custom-secret")
        await anna.press("Connect")

        # The four sections, in their order.
        await anna.page.get_by_role("heading", name="acme").wait_for()
        await anna.go_on("Save and go on")
        for label, code in (
            ("Sales, where an item has no account of its own", "200"),
            ("Payments, where Zoho’s account is not mapped", "090"),
            ("Rounding", "860"),
        ):
            await anna.type(label, code)
        await anna.go_on("Save and go on")
        await anna.go_on("Save and go on")
        await anna.sees("the same rate")
        await anna.go_on("Save and go on")
        await anna.sees("Webhooks in Zoho")

        # Zoho's side, and the first invoice.
        await anna.page.get_by_text("By hand", exact=True).click()
        address = await anna.page.get_by_text("/invoice/created").text_content()
        assert address
        root = address.partition("/invoice/")[0]
        hooks = {"base_url": root, "secret": SECRET, "organization_id": "60001234"}
        await house.control("zoho/webhooks", hooks)
        await anna.press("Activity")
        await anna.sees("Zoho has told of nothing yet")
        customer = await clerk.customer(house, "First Customer Ltd")
        invoice = await clerk.invoice(house, customer)

        # It appears by itself, and is in Xero.
        row = anna.page.get_by_role("row").filter(has_text=invoice["invoice_number"])
        await row.get_by_text("synced").wait_for()
        await anna.press(invoice["invoice_number"])
        await anna.sees("Decided: goes to Xero")
        await anna.page.get_by_role("link", name="Open in Xero").wait_for()
        assert anna.complaints == []
    numbers = [each["InvoiceNumber"] for each in (await house.xero())["invoices"]]
    assert numbers == [invoice["invoice_number"]]
