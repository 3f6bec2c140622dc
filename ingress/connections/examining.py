"""Examines connections: asks Xero and Zoho how they are, and keeps what a person must mend (C2)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog

from bridge.problems import close_problem, open_problem
from bridge.queries import load
from clients.xero.errors import Disconnected
from clients.xero.facts import XeroFacts, fetch
from clients.xero.facts import read_facts as read_xero
from clients.xero.identity import Credentials, Endpoints
from clients.xero.reader import opened as xero_reader
from clients.zoho import tokens
from clients.zoho.centres import centre_of
from clients.zoho.errors import NotConnected, ZohoError
from clients.zoho.facts import ZohoFacts, trial
from clients.zoho.facts import read_facts as read_zoho
from clients.zoho.session import opened as zoho_session
from ingress.connections.finding import Row, find
from ingress.connections.office import Office
from ingress.connections.prerequisites import CODES, Finding, findings
from ingress.connections.storing import keep_rates
from ingress.connections.zones import iana
from schemas.connection_file import ConnectionFile

QUERIES = load(__file__, "granting.sql")
LOG = structlog.get_logger()
# Whether it is Xero's organisation that is shared.
SHARED: Final = {
    True: "the connection {name} works with the same Xero organisation: they share its limits",
    False: "the connection {name} works with the same Zoho organisation",
}
APART: Final = "Give each pair of organisations one connection, and each connection its own pair"
ZOHO_PATIENCE: Final = 20.0  # seconds that a check waits for Zoho's limits


@dataclass(frozen=True, slots=True)
class Facts:
    """Both organisations; `zoho` is None where it could not be asked, and `silence` says why."""

    xero: XeroFacts
    zoho: ZohoFacts | None
    silence: str = ""


async def read_facts(office: Office, row: Row) -> Facts:
    """Read both organisations of a connection. Raises clients.xero.errors.XeroError."""
    xero, (zoho, silence) = await asyncio.gather(ask_xero(office, row), ask_zoho(office, row))
    return Facts(xero, zoho, silence)


async def examine(office: Office, name: str) -> list[Finding]:
    """Check a connection's prerequisites, open and close its problems, and give all findings.

    Raises UnknownConnectionError, and XeroError where Xero can't be asked.
    """
    row = await find(office.pool, name)
    facts = await read_facts(office, row)
    found = judge(row["config"], facts, row["timezone"])
    found += await sharing(office, name, facts.xero, row["organization_id"])
    await keep(office, row["id"], facts.xero, found)
    return found


async def sharing(
    office: Office, name: str, xero: XeroFacts, organization_id: str
) -> list[Finding]:
    """Say which other connections live on the same organisations: pairs are meant to be apart."""
    rows = await QUERIES.sharing(
        office.pool, name=name, tenant_id=xero.tenant_id, organization_id=organization_id
    )
    return [
        Finding("shared", "note", SHARED[row["in_xero"]].format(name=row["name"]), APART)
        for row in rows
    ]


def judge(config: Mapping[str, Any], facts: Facts, timezone: str) -> list[Finding]:
    """Say what both organisations do not bear out."""
    today = datetime.now(ZoneInfo(timezone)).date()
    found = findings(config, facts.xero, facts.zoho, today)
    if not facts.silence:
        return list(found)
    silence = Finding("zoho", "note", facts.silence)
    return [silence, *(each for each in found if each.code != "zoho")]


async def keep(
    office: Office, connection_id: int, xero: XeroFacts, found: Sequence[Finding]
) -> None:
    """Open a problem for each thing to mend, close those that are mended."""
    wrong = {each.code: each for each in found if each.level != "note"}
    unknown = {"base_currency"} if any(each.code == "zoho" for each in found) else set()
    stops = any(each.level == "stops" for each in wrong.values())
    async with office.pool.acquire() as database, database.transaction():
        for code in CODES:
            if each := wrong.get(code):
                await open_problem(database, connection_id, code, each.what, each.remedy)
            elif code not in unknown:
                await close_problem(database, connection_id, code)
        await QUERIES.keep_organisation(
            database,
            connection_id=connection_id,
            timezone=iana(xero.timezone),
            base_currency=xero.base_currency,
        )
        await keep_rates(database, office, connection_id, xero)
        await QUERIES.stop_sending(
            database, connection_id=connection_id, stops=stops, unknown=bool(unknown)
        )
        await QUERIES.notify(database, channel="outbox", connection_id=connection_id)


async def nightly(office: Office, name: str) -> None:
    """Check a connection; a grant that is gone has its own problem, what is away raises."""
    try:
        await examine(office, name)
    except Disconnected as error:
        LOG.info("checks.disconnected", connection=name, problem=str(error))


async def xero_of_file(office: Office, file: ConnectionFile) -> XeroFacts | None:
    """Read the organisation that a file leads to, by its own credentials or the grant kept for it.

    None where there is neither. Raises XeroError.
    """
    xero = file.xero
    if xero.grant == "client_credentials" and xero.client_id and xero.client_secret:
        credentials = Credentials(xero.client_id, xero.client_secret, xero.tenant_id or "")
        return await fetch(Endpoints.of(office.settings), credentials)
    row = await QUERIES.granted(office.pool, name=file.name, system="xero")
    return await ask_xero(office, row) if row else None


async def zoho_of_file(office: Office, file: ConnectionFile) -> ZohoFacts | None:
    """Read the organisation that a file leads to, by its own credentials or those kept for it.

    None where there are neither. Raises ZohoError.
    """
    zoho = file.zoho
    if zoho.client_id and zoho.client_secret and zoho.refresh_token:
        centre = centre_of(office.settings, zoho.data_centre)
        client = tokens.Client(zoho.client_id, zoho.client_secret)
        async with trial(centre, client, zoho.refresh_token, zoho.organization_id) as asker:
            return await read_zoho(asker, zoho.organization_id)
    row = await QUERIES.granted(office.pool, name=file.name, system="zoho")
    return await _zoho(office, row) if row else None


async def ask_xero(office: Office, row: Row) -> XeroFacts:
    """Read a connection's organisation in Xero. Raises clients.xero.errors.XeroError."""
    async with xero_reader(office, row["id"], row["name"]) as reader:
        tenant = await QUERIES.grant_of(office.pool, connection_id=row["id"])
        return await read_xero(reader, (tenant and tenant["tenant_id"]) or "")


async def _zoho(office: Office, row: Row) -> ZohoFacts:
    async with zoho_session(office, row["id"], patience=ZOHO_PATIENCE) as session:
        return await read_zoho(session, row["organization_id"])


async def ask_zoho(office: Office, row: Row) -> tuple[ZohoFacts | None, str]:
    """Read a connection's organisation in Zoho, or say why not; "" where it is not connected."""
    try:
        return await _zoho(office, row), ""
    except NotConnected:
        return None, ""
    except ZohoError as error:
        return None, f"Zoho was not asked: {error}"
