"""Importing from Xero into Zoho: the chart of accounts always, customers and vendors by choice."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog

from bridge.cli.jobs.xero_contacts import EVERYONE
from bridge.parts import Parts
from bridge.postgres import Pool
from bridge.queries import load
from bridge.schedule import Due, Job
from clients.xero.errors import Disconnected as XeroDisconnected
from clients.xero.reader import Reader
from clients.xero.reader import opened as xero_reader
from clients.zoho.budget import BACKFILL
from clients.zoho.errors import Disconnected, NoPermission, NotFound, Refused, WrongOrganisation
from clients.zoho.lists import every
from clients.zoho.session import ZohoSession
from clients.zoho.session import opened as zoho_session
from ingress import audit
from ingress.api import imports
from processors.decisions import Decision
from processors.shell.replan import replan_parked
from processors.xero.chart import Placed, XeroAccount, place, read_xero, read_zoho
from processors.xero.contacts import SWITCHES
from processors.xero.journal import reading_of, take
from processors.xero.scenes import Reading
from schemas.xero_contacts import ACTIVE, XeroContact, read_contact

QUERIES = load(imports.__file__, "imports.sql")
LOG = structlog.get_logger()
EVERY: Final = 15.0  # seconds until an import that was asked for begins
PATIENCE: Final = 3600.0  # seconds for a whole import
REFUSALS: Final = frozenset({"link_unknown", "merged", "deleted_in_zoho"})
CHART: Final = "/chartofaccounts"
DISABLED: Final = "The connection was disabled meanwhile"
NO_CHART: Final = (
    "Zoho does not let us at its chart of accounts ({error}): the accounts were not imported, so"
    " none maps itself. Choose them under accounts and account_map, or connect a Zoho organisation"
    " that has Zoho Books with ZohoBooks.accountants, and import again"
)


@dataclass(frozen=True, slots=True)
class Run:
    """One import under way."""

    parts: Parts
    due: Due
    id: int
    reader: Reader
    zoho: ZohoSession

    async def step(self, name: str) -> None:
        """Say what it is at."""
        await QUERIES.step(self.parts.pool, import_id=self.id, step=name)

    async def note(
        self, kind: str, xero_id: str, name: str, outcome: str | None, reason: str | None = None
    ) -> None:
        """Say what became of one thing; without an outcome its command tells."""
        await QUERIES.add_item(
            self.parts.pool,
            import_id=self.id,
            connection_id=self.due.connection_id,
            kind=kind,
            xero_id=xero_id,
            name=name,
            outcome=outcome,
            reason=reason,
        )


def job(parts: Parts) -> Job:
    """Give the job that runs imports: those asked for, and the first one of each connection."""

    async def work(due: Due) -> None:
        pool = parts.pool
        row = await QUERIES.open(pool, connection_id=due.connection_id)
        first = row is None and await QUERIES.wants_first(pool, connection_id=due.connection_id)
        if row is None and not first:
            return
        async with (
            xero_reader(parts, due.connection_id, due.name) as reader,
            zoho_session(parts, due.connection_id, lane=BACKFILL) as zoho,
        ):
            try:
                accounts = read_xero(await reader.rows("Accounts", "/Accounts"))
            except XeroDisconnected as error:
                if row is not None:
                    await _finish(parts, due, row["id"], "failed", str(error))
                return  # a connection that is not connected yet has its first import later
            import_id = (
                row["id"]
                if row is not None
                else await QUERIES.ask(pool, connection_id=due.connection_id, actor="bridge")
            )
            if import_id is not None:
                await _run(Run(parts, due, import_id, reader, zoho), accounts)

    return Job("import", work, every=EVERY, patience=PATIENCE)


async def _run(run: Run, accounts: list[XeroAccount]) -> None:
    reading = await reading_of(run.parts.pool, run.due.connection_id, "backfill")
    if reading is None:
        await _finish(run.parts, run.due, run.id, "done", DISABLED)
        return
    try:
        problem = await _import(run, reading, accounts)
    except (Disconnected, WrongOrganisation) as error:
        await _finish(run.parts, run.due, run.id, "failed", str(error))
    else:
        await _finish(run.parts, run.due, run.id, "done", problem)
        await once_more(run.parts.pool, run.due.connection_id, reading)


async def once_more(pool: Pool, connection_id: int, before: Reading) -> None:
    """Ask for another import where a switch was turned on while the one `before` ran."""
    now = await reading_of(pool, connection_id, "backfill")
    if now is None or switches_of(now) <= switches_of(before):
        return
    async with pool.acquire() as database, database.transaction():
        if await QUERIES.ask(database, connection_id=connection_id, actor="bridge") is not None:
            await audit.record(database, "bridge", "import.asked", connection_id)


def switches_of(reading: Reading) -> frozenset[str]:
    """What of Xero's is imported."""
    return reading.imports | ({"chart_of_accounts"} if reading.chart_of_accounts else set())


async def _import(run: Run, reading: Reading, accounts: list[XeroAccount]) -> str | None:
    """Import all; returns what could not be done at all, or None."""
    problem = None
    await run.step("accounts")
    if reading.chart_of_accounts:
        try:
            await _import_accounts(run, accounts)
        except (NoPermission, NotFound) as error:
            problem = NO_CHART.format(error=error)
    if reading.imports:
        await run.step("contacts")
        async for rows in run.reader.pages("Contacts", EVERYONE):
            for row in rows:
                decisions = await take(run.parts.pool, reading, row)
                await _note_contact(run, reading.imports, read_contact(row), decisions)
    return problem


async def _finish(parts: Parts, due: Due, import_id: int, state: str, problem: str | None) -> None:
    async with parts.pool.acquire() as database, database.transaction():
        await QUERIES.finish(database, import_id=import_id, state=state, problem=problem)
        detail = {"state": state, "problem": problem}
        await audit.record(database, "bridge", "import.ended", due.connection_id, detail=detail)
    LOG.info("import.ended", connection=due.name, state=state, problem=problem)


async def _import_accounts(run: Run, accounts: list[XeroAccount]) -> None:
    pool, connection_id = run.parts.pool, run.due.connection_id
    known: dict[str, str] = await QUERIES.known_accounts(pool, connection_id=connection_id)
    listed = every(run.zoho, CHART, "chartofaccounts", product="books")
    zoho = read_zoho([row async for row in listed])
    there = {account.id for account in zoho}
    found = {zoho_id: chosen for zoho_id, chosen in known.items() if zoho_id in there}
    for placed in place(accounts, zoho, known):
        if zoho_id := await _settle(run, placed):
            found[zoho_id] = placed.account.chosen
    async with pool.acquire() as database, database.transaction():
        await QUERIES.map_accounts(database, connection_id=connection_id, accounts=found)
        await replan_parked(database, connection_id)


async def _settle(run: Run, placed: Placed) -> str:
    """Make an account where it is missing, and say what became of it; gives its id in Zoho."""
    account, outcome, reason, zoho_id = placed.account, "matched", None, placed.zoho_id
    if placed.act == "leave":
        outcome, reason = "refused", placed.reason
    elif placed.act == "make":
        try:
            zoho_id, outcome = await _make(run.zoho, placed), "created"
        except NotFound:
            raise
        except Refused as error:
            outcome, reason = "refused", f"Zoho says: {error}"
    await run.note("account", account.id, account.name, outcome, reason)
    return zoho_id


async def _make(zoho: ZohoSession, placed: Placed) -> str:
    # Zoho lets no second account have a name, so that a repeated request makes none.
    account = placed.account
    body = {
        "account_name": account.name,
        "account_code": account.code,
        "account_type": placed.zoho_type,
        "description": account.description,
    }
    answer: Mapping[str, Any] = await zoho.post(CHART, body, product="books")
    made = answer.get("chart_of_account") or answer.get("account") or {}
    return str(made.get("account_id") or "")


async def _note_contact(
    run: Run, switches: frozenset[str], contact: XeroContact, decisions: "list[Decision] | Any"
) -> None:
    """Say what became of a contact in each of its roles that is imported."""
    flags = {"customer": contact.is_customer, "vendor": contact.is_supplier}
    asked = {decision.key for decision in decisions if decision.outcome == "applied"}
    codes = {d.code: d.reason for d in decisions if d.outcome == "withheld" and d.key is None}
    for role, switch in SWITCHES.items():
        if not flags[role] or switch not in switches or contact.status != ACTIVE:
            continue
        if f"zoho_contact:{contact.id}:{role}" in asked:
            await run.note(role, contact.id, contact.name, None)
        elif codes.keys() & REFUSALS:
            reason = next(iter(codes.values()))
            await run.note(role, contact.id, contact.name, "refused", reason)
        else:
            await run.note(role, contact.id, contact.name, "matched")
