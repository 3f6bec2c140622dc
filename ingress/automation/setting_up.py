"""Sets a connection's webhooks up in Zoho, for whoever asks: the command line or the console."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from clients.zoho.automation import Automation
from clients.zoho.errors import NoPermission, ZohoError
from clients.zoho.session import opened
from ingress.audit import record
from ingress.automation.installing import Outcome, install, look
from ingress.automation.judging import Verdict
from ingress.automation.wanted import hooks
from ingress.connections.finding import Row, find_live, secret_of
from ingress.connections.office import Office, RefusedError

NO_PERMISSION: Final = (
    "The grant does not cover Zoho's settings (scope ZohoInventory.settings.ALL): connect Zoho"
    " again with it, or set the webhooks up by hand, as `bridge zoho recipe {name}` says. {error}"
)
NOT_ASKED: Final = "Zoho can't be asked: {error}. `bridge zoho recipe {name}` says how to by hand"
UNFINISHED: Final = "Zoho takes its time, and not all is set up yet: do it once more, to go on"
UNSIGNED: Final = "The connection has no webhook_secret: give it one in its file, and apply it"


@dataclass(frozen=True, slots=True)
class SetUp:
    """What was to be put right in Zoho, and what became of it."""

    plan: list[Verdict]
    outcome: Outcome


async def check(office: Office, name: str) -> list[Verdict]:
    """Say how each webhook of a connection stands in Zoho.

    Raises UnknownConnectionError, and RefusedError where Zoho can't be asked.
    """
    row = await find_live(office.pool, name)
    async with _automation(office, row) as automation:
        return await look(automation, list(hooks(office.settings.public_url, row["endpoint"])))


async def set_up(
    office: Office,
    name: str,
    actor: str,
    *,
    every: bool = False,
    tell: Callable[[Verdict], None] = lambda _verdict: None,
    patience: float | None = None,
) -> SetUp:
    """Put right in Zoho what is not; `every`: write what is right anew too, for a new secret.

    `tell` hears of each that is done. It takes half a second for each webhook and each rule, ends
    after `patience` seconds where given, and may be repeated: it goes on from there. Raises as
    `check` does, and RefusedError for a connection without a secret.
    """
    row = await find_live(office.pool, name)
    secret = await the_secret(office, row)
    done: list[Verdict] = []

    def heard(verdict: Verdict) -> None:
        done.append(verdict)
        tell(verdict)

    async with _automation(office, row) as automation:
        wanted = list(hooks(office.settings.public_url, row["endpoint"]))
        plan = [each for each in await look(automation, wanted) if every or each.state != "ok"]
        outcome = await _in_time(install(automation, plan, secret, heard), done, patience)
    if plan:
        detail = {"webhooks": [verdict.hook.name for verdict in outcome.done]}
        async with office.pool.acquire() as database, database.transaction():
            await record(database, actor, "zoho.webhooks_installed", row["id"], detail=detail)
    return SetUp(plan, outcome)


async def _in_time(
    work: Awaitable[Outcome], done: list[Verdict], patience: float | None
) -> Outcome:
    """Wait for an installation; one that takes too long is cut off, with what is `done` so far."""
    try:
        async with asyncio.timeout(patience):
            return await work
    except TimeoutError:
        return Outcome(done, [UNFINISHED])


async def the_secret(office: Office, row: Row) -> str:
    """Open the secret that Zoho's webhooks are signed with. Raises RefusedError, VaultError."""
    secret = await secret_of(office.pool, office.vault, row["id"], "zoho.webhook_secret")
    if secret is None:
        raise RefusedError(UNSIGNED)
    return secret


@asynccontextmanager
async def _automation(office: Office, row: Row) -> AsyncIterator[Automation]:
    try:
        async with opened(office, row["id"]) as session:
            yield Automation(session)
    except NoPermission as error:
        raise RefusedError(NO_PERMISSION.format(name=row["name"], error=error)) from error
    except ZohoError as error:
        raise RefusedError(NOT_ASKED.format(name=row["name"], error=error)) from error
