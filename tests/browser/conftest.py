"""Real pages in a real browser: a house whose console people use, and the people who use it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Dialog, Page, async_playwright, expect

from bridge.postgres import create_pool
from schemas.words import ROLES
from tests.conftest import RUN
from tests.ingress.auth.people import PASSWORD, account
from tests.journeys.house import FILE, House, answering, built
from tests.servers import postgres, rabbitmq
from tests.servers.chromium import FLAGS, chromium

ZOHO = """client_id = "1000.SANDBOX"
client_secret = "sandbox-zoho-secret"
refresh_token = "1000.sandbox.refresh"
[xero]"""
ACME = FILE.replace("[xero]", ZOHO)
PATIENCE = 90_000  # thousandths of a second, for a browser on a machine that may be busy
UNLIMITED = {"minute": None, "day": None, "app_minute": None}


@dataclass
class Person:
    """Somebody at a browser: `complaints` are its console's, `asked` what it asked them."""

    page: Page
    house: House
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def open(self, path: str) -> None:
        """Go to a page of the console."""
        await self.page.goto(self.house.url + path)

    async def sees(self, words: str) -> None:
        """Wait until the page says something."""
        await self.page.get_by_text(re.compile(words)).first.wait_for()

    async def press(self, name: str) -> None:
        """Press a button, or follow a link, by its name."""
        by_name = self.page.get_by_role("button", name=name, exact=True)
        await by_name.or_(self.page.get_by_role("link", name=name, exact=True)).first.click()

    async def go_on(self, name: str) -> None:
        """Press a button, and wait for the page that it leads to: that may have one of its name."""
        async with self.page.expect_navigation():
            await self.press(name)

    async def type(self, label: str, text: str) -> None:
        """Type into the field of a label."""
        await self.page.get_by_label(label, exact=True).first.fill(text)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Give one browser for all tests."""
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(
            executable_path=chromium(), args=list(FLAGS), timeout=PATIENCE
        )
        yield opened
        await opened.close()


@asynccontextmanager
async def somebody(browser: Browser, house: House, **context: object) -> AsyncIterator[Person]:
    """Give a person with a browser window of their own; its console must stay silent."""
    window = await browser.new_context(**context)  # type: ignore[arg-type]  # passed on
    window.set_default_timeout(PATIENCE)
    person = Person(await window.new_page(), house)
    person.page.on("console", lambda each: _heed(person, each.type, each.text))
    person.page.on("pageerror", lambda error: person.complaints.append(str(error)))
    person.page.on("dialog", lambda each: _answer(person, each))
    yield person
    await window.close()


def _heed(person: Person, kind: str, text: str) -> None:
    if kind in ("error", "warning"):
        person.complaints.append(text)


async def _answer(person: Person, dialog: Dialog) -> None:
    person.asked.append(dialog.message)
    await dialog.accept()


async def sign_in(person: Person, role: str) -> None:
    """Sign in with the account of a role."""
    await person.open("/sign-in")
    await person.type("Name", role)
    await person.type("Password", PASSWORD)
    await person.press("Sign in")
    await person.page.wait_for_url(re.compile("connections|/$|all=1"))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def console_house(
    tmp_path_factory: pytest.TempPathFactory,
    postgres_server: str,
    template_database: str,
    broker: rabbitmq.Broker,
) -> AsyncIterator[House]:
    """Give a house that works, with an account of each role and one connection, acme."""
    name = f"{RUN}_browser"
    with (
        postgres.database(postgres_server, name, template_database) as database_url,
        rabbitmq.virtual_host(broker, name) as amqp_url,
    ):
        async with built(tmp_path_factory.mktemp("browser"), database_url, amqp_url) as house:
            house.environment["XERO_CALLS_PER_MINUTE"] = "60000"
            await house.control("xero/settings", {"limits": UNLIMITED})
            await house.start("run")
            await answering(house.client, f"{house.url}/readyz")
            async with await create_pool(database_url, size=1) as pool:
                for role in ROLES:
                    await account(pool, role, role)
            await house.apply(ACME)
            yield house


@pytest_asyncio.fixture(loop_scope="session")
async def admin(browser: Browser, console_house: House) -> AsyncIterator[Person]:
    """Give an admin who has signed in."""
    async with somebody(browser, console_house) as person:
        await sign_in(person, "admin")
        yield person
