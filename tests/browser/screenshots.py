"""Takes pictures of every page, in light, dark and on a phone: `make screenshots`."""

import asyncio
import secrets
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from playwright.async_api import Page, async_playwright

from bridge.migrate import upgrade
from bridge.postgres import create_pool
from tests.browser.conftest import ACME, UNLIMITED, Person, sign_in
from tests.ingress.auth.people import account
from tests.journeys import clerk
from tests.journeys.house import House, answering, built
from tests.servers import postgres, rabbitmq
from tests.servers.chromium import FLAGS, chromium

FOLDER: Final = Path(__file__).parents[2] / "docs" / "screenshots"
LOOKS: Final[dict[str, dict[str, Any]]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1060, "height": 680}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1060, "height": 680}},
    "phone": {"color_scheme": "light", "viewport": {"width": 370, "height": 640}},
}
HERE: Final = "/connections/acme"
PAGES: Final = {
    "connect": "/connect",
    "connections": "/?all=1",
    "overview": HERE,
    "activity": HERE + "/activity",
    "problems": HERE + "/problems",
    "closing": HERE + "/closing",
    "rules": HERE + "/rules",
    "settings": HERE + "/settings",
    "import": HERE + "/settings/import?first=1",
    "export": HERE + "/settings/export",
    "asset": HERE + "/settings/asset",
    "taxes": HERE + "/settings/taxes",
    "audit": HERE + "/audit",
    "people": "/people",
    "account": "/me",
}
CUSTOMERS: Final = ("Harbour Foods", "Maple & Sons", "Northern Light Ltd", "Tidewater Cafés")
HST_ON: Final = "4600000000000912"


async def main() -> None:
    """Play a small company's morning, and take the pictures."""
    name = f"pictures_{secrets.token_hex(4)}"
    with ExitStack() as stack, TemporaryDirectory() as folder:
        database = stack.enter_context(postgres.database(postgres.server(stack), name))
        vhost = stack.enter_context(rabbitmq.virtual_host(rabbitmq.server(stack), name))
        upgrade(database)
        async with await create_pool(database, size=1) as pool:
            await account(pool, "anna", "admin")
            await account(pool, "bert", "operator")
        async with built(Path(folder), database, vhost) as house:
            await _open(house)
            document = await _morning(house)
            await _take(house, PAGES | {"document": document})


async def _open(house: House) -> None:
    house.environment["XERO_CALLS_PER_MINUTE"] = "60000"
    await house.control("xero/settings", {"limits": UNLIMITED | {"day": 5000}})
    await house.start("run")
    await answering(house.client, f"{house.url}/readyz")
    await house.apply(ACME)


async def _morning(house: House) -> str:
    """Let some documents come, one of them parked, one withheld; gives the path of one."""
    changed = ""
    for place, name in enumerate(CUSTOMERS):
        customer = await clerk.customer(house, name)
        for turn in range(3):
            invoice = await clerk.invoice(house, customer, rate=80 + 37 * place + 210.5 * turn)
        changed = invoice["invoice_id"]
        await clerk.draft_invoice(house, customer, 60)
    lines = [clerk.line(49.5, 3, tax_id=HST_ON)]
    for _ in range(3):
        parked = await clerk.invoice(house, customer, line_items=lines)
    await house.until("invoice", changed, "synced")
    await house.zoho("PUT", f"/invoices/{changed}", line_items=[clerk.line(612, 2)])
    await house.until("invoice", parked["invoice_id"], "parked")
    await house.until("invoice", changed, "synced")
    return f"{HERE}/documents/invoice/{changed}"


async def _take(house: House, pages: dict[str, str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        for look, context in LOOKS.items():
            window = await browser.new_context(**context)
            person = Person(await window.new_page(), house)
            await person.open("/sign-in")
            await _picture(person.page, f"sign-in-{look}")
            await sign_in(person, "anna")
            for name, path in pages.items():
                await person.open(path)
                await _picture(person.page, f"{name}-{look}")
            await window.close()
        await browser.close()


async def _picture(page: Page, name: str) -> None:
    secret = page.locator("#webhook_secret")
    if await secret.count():  # what is random must not make every picture new
        await secret.evaluate("each => { each.value = 'kept to yourself'; }")
    await page.screenshot(path=FOLDER / f"{name}.png", animations="disabled", caret="hide")


if __name__ == "__main__":
    asyncio.run(main())
    size = sum(path.stat().st_size for path in FOLDER.glob("*.png"))
    print(f"{len(list(FOLDER.glob('*.png')))} pictures, {size / 1e6:.1f} MB")  # noqa: T201  the result
