"""What people do: map a tax, heal a problem, switch a connection off and on, delete it."""

import re

import pytest
from playwright.async_api import Browser, Route, expect

from tests.browser.conftest import ACME, Person, sign_in, somebody
from tests.ingress.auth.people import PASSWORD
from tests.journeys import clerk
from tests.journeys.house import House

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(400)]

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title><svg/onload=alert(1)>",
    "<a href=javascript:alert(1)>click</a>",
)
PAGES = (
    *("/connections/acme", "/connections/acme/activity", "/connections/acme/problems"),
    *("/connections/acme/closing", "/connections/acme/closing?month=2020-01"),
    *("/connections/acme/rules", "/connections/acme/settings", "/connections/acme/audit"),
    *("/connections/acme/settings/import", "/connections/acme/settings/export"),
    *("/connections/acme/settings/asset", "/connections/acme/settings/taxes"),
    *("/", "/?all=1", "/audit", "/people", "/me", "/connect"),
)
HST_ON = "4600000000000912"  # 13 %, mapped by nobody


async def test_a_tax_of_another_rate_is_refused_and_the_right_one_frees_the_document(
    admin: Person, console_house: House
) -> None:
    customer = await clerk.customer(console_house, "Untaxed Ltd")
    lines = [clerk.line(50, tax_id=HST_ON)]
    invoice = await clerk.invoice(console_house, customer, line_items=lines)
    await console_house.until("invoice", invoice["invoice_id"], "parked")

    await admin.open("/connections/acme/problems")
    await admin.press("Map the tax")
    field = admin.page.locator(f'[id="tax_map.{HST_ON}.sales"]')
    right = await field.input_value()
    await field.fill("OUTPUT2")
    await admin.press("Save")
    await admin.sees("Nothing was saved")
    assert "%" in (await admin.page.locator("#problems").text_content() or "")

    await field.fill(right)
    await admin.press("Save")
    await admin.page.wait_for_url(re.compile("/problems"))
    await console_house.until("invoice", invoice["invoice_id"], "synced")
    # The page, which shows whatever else needs somebody, learns of it by itself.
    link = admin.page.get_by_role("link", name="Map the tax", exact=True)
    await expect(link).to_have_count(0)
    [complaint] = admin.complaints
    assert "422" in complaint  # the refused form's own answer


async def test_a_refusal_is_healed_with_one_click(admin: Person, console_house: House) -> None:
    customer = await clerk.customer(console_house, "Refused Ltd")
    await console_house.control("xero/settings", {"period_lock_date": "2100-01-01"})
    invoice = await clerk.invoice(console_house, customer)
    await console_house.until("invoice", invoice["invoice_id"], "parked")

    await admin.open("/connections/acme/problems")
    await admin.sees("Xero refuses")
    await console_house.control("xero/settings", {"period_lock_date": None})
    await admin.press("Try it again")

    await admin.sees("1 change tried again")
    await console_house.until("invoice", invoice["invoice_id"], "synced")
    assert admin.complaints == []


async def test_what_somebody_has_unfolded_stays_so_when_the_page_refreshes_itself(
    admin: Person, console_house: House
) -> None:
    customer = await clerk.customer(console_house, "Reader Ltd")
    invoice = await clerk.invoice(console_house, customer)
    number = invoice["invoice_id"]
    await console_house.until("invoice", number, "synced")
    await admin.open(f"/connections/acme/documents/invoice/{number}")
    await admin.page.get_by_text("What was sent").first.click()

    await console_house.zoho("PUT", f"/invoices/{number}", line_items=[clerk.line(55)])

    await admin.sees("field.? changed")
    await expect(admin.page.get_by_label(re.compile("What command .* sends")).first).to_be_visible()
    assert admin.complaints == []


async def test_giving_up_asks_first_and_keeps_the_reason(
    admin: Person, console_house: House
) -> None:
    customer = await clerk.customer(console_house, "Given Up Ltd")
    await console_house.control("xero/settings", {"period_lock_date": "2100-01-01"})
    invoice = await clerk.invoice(console_house, customer)
    await console_house.until("invoice", invoice["invoice_id"], "parked")
    await console_house.control("xero/settings", {"period_lock_date": None})

    await admin.open("/connections/acme/problems")
    await admin.page.get_by_text("Give up…").first.click()
    await admin.page.get_by_label("Why? The history keeps it.").first.fill("entered by hand")
    await admin.press("Give up")
    await admin.sees("1 change given up")

    assert admin.asked == ["Give up 1 change? Xero will not get what they ask."]
    await admin.open(f"/connections/acme/documents/invoice/{invoice['invoice_id']}")
    await admin.sees("given up by user:admin: entered by hand")


async def test_both_sides_are_compared_with_one_click_and_the_page_says_what_it_came_to(
    admin: Person, console_house: House
) -> None:
    await admin.open("/connections/acme/problems")
    await admin.press("Compare now")
    await admin.sees("Zoho and Xero are compared now")
    await admin.sees(r"\d+ documents? compared just now")

    await admin.open("/connections/acme/audit")
    await admin.sees("Comparison asked")
    assert admin.complaints == []


async def test_a_connection_is_disabled_enabled_and_deleted_by_its_name(
    admin: Person, console_house: House
) -> None:
    file = console_house.folder / "other.toml"
    file.write_text(ACME.replace('"acme"', '"other"'), encoding="utf-8")
    code, printed = await console_house.bridge("connection", "apply", str(file))
    assert code == 0, printed
    await admin.open("/connections/other/settings")
    await admin.press("Disable other")
    await admin.sees("nothing is sent to Xero")
    await admin.press("Enable other")
    # How many were held depends on what the first sweep found meanwhile.
    await admin.sees(r"Enabled; \d+ changes?")

    await admin.type("Type other to confirm", "another")
    await admin.press("Delete this connection")
    await admin.sees("nothing was deleted")
    await admin.type("Type other to confirm", "other")
    await admin.press("Delete this connection")
    await admin.sees("other is deleted")
    await admin.open("/connections/other")
    await admin.sees("There is no connection other")


async def test_a_webhook_that_lacks_in_zoho_is_set_up_with_one_click(
    admin: Person, console_house: House
) -> None:
    hooks = await console_house.listed("/settings/webhooks", "webhooks")
    gone = next(hook for hook in hooks if hook["url"].endswith("bill/edited"))
    await console_house.zoho("DELETE", f"/settings/webhooks/{gone['webhook_id']}")

    await admin.open("/connections/acme/settings")
    await admin.press("Set the webhooks up in Zoho")
    await admin.sees("Set up in Zoho: 1 webhook")
    again = await console_house.listed("/settings/webhooks", "webhooks")
    assert sorted(hook["url"] for hook in again) == sorted(hook["url"] for hook in hooks)

    await admin.press("Set the webhooks up in Zoho")
    await admin.sees("nothing was changed")
    await admin.sees("They were set up by admin")
    await admin.open("/connections/acme/audit")
    await admin.sees("Zoho webhooks installed")
    assert admin.complaints == []


async def test_a_viewer_can_change_nothing(browser: Browser, console_house: House) -> None:
    async with somebody(browser, console_house) as viewer:
        await sign_in(viewer, "viewer")
        for path in PAGES:
            await viewer.open(path)
            forms = await viewer.page.locator("form[method=post]").evaluate_all(
                "forms => forms.map(form => form.getAttribute('action'))"
            )
            assert set(forms) <= {"/sign-out", "/me/password"}, path


async def test_hostile_names_and_errors_run_nothing(admin: Person, console_house: House) -> None:
    for name in HOSTILE:
        customer = await clerk.customer(console_house, name)
        invoice = await clerk.invoice(console_house, customer, notes=name)
        await console_house.until("invoice", invoice["invoice_id"], "synced")
    document = f"/connections/acme/documents/invoice/{invoice['invoice_id']}"
    contact = f"/connections/acme/documents/contact/{customer}"

    for path in (*PAGES, document, contact, "/connections/acme/activity?q=%3Cscript%3Ealert(1)"):
        await admin.open(path)
    await admin.open("/connections/acme/activity")
    for name in HOSTILE:
        await admin.sees(re.escape(name))

    assert admin.asked == []
    assert admin.complaints == []


async def test_another_site_cannot_use_a_persons_session(
    admin: Person, console_house: House
) -> None:
    await admin.open("/connections/acme/settings")
    address = f"{console_house.url}/connections/acme/settings/disable"
    page = f'<form method="post" action="{address}"><button>Win a prize</button></form>'

    async def evil(route: Route) -> None:
        await route.fulfill(body=page, content_type="text/html")

    await admin.page.route("http://evil.example/", evil)
    await admin.page.goto("http://evil.example/")
    await admin.press("Win a prize")
    await admin.page.wait_for_url(re.compile(re.escape(console_house.url)))

    await admin.open("/connections/acme/settings")
    await expect(admin.page.get_by_role("button", name="Disable acme")).to_be_visible()


async def test_the_first_password_can_be_changed(browser: Browser, console_house: House) -> None:
    async with somebody(browser, console_house) as operator:
        await sign_in(operator, "operator")
        await operator.open("/me")
        await operator.type("Password now", PASSWORD)
        await operator.type("New password", "five other plain words here")
        await operator.press("Change the password")
        await operator.sees("Your password is changed")
        await operator.type("Name", "operator")
        await operator.type("Password", "five other plain words here")
        await operator.press("Sign in")
        await operator.sees("acme")
