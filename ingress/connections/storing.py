"""Stores a connection file that was found good: what it creates, changes, or leaves as it was."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bridge.postgres import Connection
from bridge.queries import load
from clients.xero.facts import XeroFacts
from clients.xero.rights import CAUSE
from ingress.audit import record
from ingress.connections.finding import GONE
from ingress.connections.keeping import Changes, keep_secret, update_secrets
from ingress.connections.office import Office, RefusedError
from ingress.connections.zones import UTC, iana
from outbox import operate
from schemas.connection_file import ConnectionFile

QUERIES = load(__file__, "connections.sql")
ENDPOINT_BYTES: Final = 24
MAPPING: Final = ("accounts", "account_map", "tax_map")
CREDENTIALS: Final = {
    "xero": ("xero.grant", "xero.client_id", "xero.client_secret", "xero.tenant_id"),
    "zoho": ("zoho.client_id", "zoho.client_secret", "zoho.refresh_token", "zoho.data_centre"),
}

Row = Mapping[str, Any]


class OtherOrganisationError(Exception):
    """The file is for another organisation than the one that the connection is for.

    `field` is the field of the file that names it.
    """

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a file: `state` is created, updated or unchanged; `changes` are fields.

    `imports`: an import from Xero begins, since one of its switches was turned on.
    """

    name: str
    endpoint: str
    state: str
    changes: tuple[str, ...] = ()
    imports: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What is to be stored; `facts` of the Xero organisation, None where it was not asked."""

    file: ConnectionFile
    facts: XeroFacts | None
    actor: str


async def store(office: Office, given: Given) -> Applied:
    """Store a file in one transaction, and tell the processes that run.

    Raises OtherOrganisationError, and RefusedError for one that was deleted.
    """
    async with office.pool.acquire() as database, database.transaction():
        await QUERIES.lock_name(database, name=given.file.name)
        row = await QUERIES.find(database, name=given.file.name)
        if row is None:
            return await _create(database, office, given)
        if row["deleted_at"]:
            raise RefusedError(GONE.format(name=given.file.name))
        applied = await _update(database, office, given, row)
        if given.facts:
            await keep_rates(database, office, row["id"], given.facts)
        return applied


async def keep_rates(
    database: Connection, office: Office, connection_id: int, facts: XeroFacts
) -> None:
    """Keep what Xero's tax types come to; others than before may let go what they parked."""
    if await QUERIES.keep_rates(database, connection_id=connection_id, rates=facts.rates):
        await office.replan(database, connection_id)


async def _create(database: Connection, office: Office, given: Given) -> Applied:
    file, facts = given.file, given.facts
    endpoint = secrets.token_urlsafe(ENDPOINT_BYTES)
    zone = _zone(facts) or UTC
    connection_id = await QUERIES.create(
        database,
        name=file.name,
        endpoint=endpoint,
        organization_id=file.zoho.organization_id,
        config=file.to_config(),
        cutover=file.cutover or datetime.now(ZoneInfo(zone)).date(),
        timezone=zone,
        base_currency=facts.base_currency if facts else None,
        tax_rates=facts.rates if facts else {},
    )
    for name, value in file.secrets().items():
        await keep_secret(database, office, connection_id, name, value)
    await QUERIES.notify(database, channel="connections", connection_id=connection_id)
    await record(database, given.actor, "connection.created", connection_id, after=file.to_config())
    return Applied(file.name, endpoint, "created")


async def _update(database: Connection, office: Office, given: Given, row: Row) -> Applied:
    file, facts, connection_id = given.file, given.facts, row["id"]
    await _same_organisations(database, given, row)
    wanted = {
        "cutover": file.cutover or row["cutover"],
        "timezone": _zone(facts) or row["timezone"],
        "base_currency": facts.base_currency if facts else row["base_currency"],
    }
    changes: Changes = {n: (row[n], value) for n, value in wanted.items() if value != row[n]}
    changes |= {
        field: values
        for field, values in differing(row["config"], file.to_config())
        if field != "cutover"
    }
    changes |= await update_secrets(database, office, connection_id, file)
    if not changes:
        return Applied(file.name, row["endpoint"], "unchanged")
    await QUERIES.update(database, connection_id=connection_id, config=file.to_config(), **wanted)
    await _heed(database, office, connection_id, changes)
    await _write_down(database, given.actor, connection_id, changes)
    imports = await _import_again(database, given.actor, connection_id, changes)
    return Applied(file.name, row["endpoint"], "updated", tuple(sorted(changes)), imports)


async def _heed(database: Connection, office: Office, connection_id: int, changes: Changes) -> None:
    """Let go what the change frees, end what it invalidates, and tell the processes that run."""
    tenant = await QUERIES.known_tenant(database, connection_id=connection_id)
    for system, fields in CREDENTIALS.items():
        if {field for field in changes.keys() & set(fields) if changes[field][1] != tenant}:
            await QUERIES.drop_grant(database, connection_id=connection_id, system=system)
            await operate.retry(database, connection_id, operate.Choice(cause=CAUSE))
    if any(field.startswith(MAPPING) for field in changes):
        await office.replan(database, connection_id)
    for channel in ("connections", "outbox"):
        await QUERIES.notify(database, channel=channel, connection_id=connection_id)


async def _import_again(
    database: Connection, actor: str, connection_id: int, changes: Changes
) -> bool:
    """Ask for an import where one of its switches was turned on (C3); whether one begins."""
    if not any(field.startswith("import.") and on for field, (_, on) in changes.items()):
        return False
    if await QUERIES.import_again(database, connection_id=connection_id, actor=actor) is None:
        return False
    await record(database, actor, "import.asked", connection_id)
    return True


async def _write_down(
    database: Connection, actor: str, connection_id: int, changes: Changes
) -> None:
    await record(
        database,
        actor,
        "connection.updated",
        connection_id,
        before={field: old for field, (old, _) in sorted(changes.items())},
        after={field: new for field, (_, new) in sorted(changes.items())},
    )


async def _same_organisations(database: Connection, given: Given, row: Row) -> None:
    # What was exported is known by its ids: another organisation needs a connection of its own.
    if given.file.zoho.organization_id != row["organization_id"]:
        raise OtherOrganisationError("zoho.organization_id")
    facts, tenant = given.facts, await QUERIES.known_tenant(database, connection_id=row["id"])
    if facts and tenant and facts.tenant_id and facts.tenant_id != tenant:
        raise OtherOrganisationError("xero.tenant_id")


def _zone(facts: XeroFacts | None) -> str | None:
    return iana(facts.timezone) if facts else None


def differing(before: Any, after: Any, field: str = "") -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Name the fields, with dots between their parts, whose values differ, with both values."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in before.keys() | after.keys():
            inner = f"{field}.{name}" if field else name
            yield from differing(before.get(name), after.get(name), inner)
    elif before != after:
        yield field, (before, after)
