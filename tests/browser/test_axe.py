"""Pages that everybody can use: axe finds no violations, in light, dark and on a phone."""

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]  # no stubs
from playwright.async_api import Browser

from tests.browser.conftest import sign_in, somebody
from tests.browser.test_use import PAGES
from tests.journeys import clerk
from tests.journeys.house import House

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(400)]

LOOKS = (
    {"color_scheme": "light"},
    {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}},
)


@pytest.mark.parametrize("look", LOOKS, ids=["light", "dark-phone"])
async def test_axe_finds_nothing(
    browser: Browser, console_house: House, look: dict[str, object]
) -> None:
    customer = await clerk.customer(console_house, f"Everybody in {look['color_scheme']}")
    invoice = await clerk.invoice(console_house, customer)
    await console_house.until("invoice", invoice["invoice_id"], "synced")
    document = f"/connections/acme/documents/invoice/{invoice['invoice_id']}"
    found: dict[str, str] = {}
    async with somebody(browser, console_house, **look) as person:
        for path in ("/sign-in", None, *PAGES, document, "/connections/nobody"):
            if path is None:
                await sign_in(person, "admin")
                continue
            await person.open(path)
            result = await Axe().run(person.page)
            if result.violations_count:
                found[path] = result.generate_report()
    assert found == {}
