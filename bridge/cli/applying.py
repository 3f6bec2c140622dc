"""Stores a connection file that was found good: what it creates, changes, or leaves as it was."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from bridge.cli.audit import record
from bridge.cli.parts import Parts
from bridge.cli.zones import UTC, iana
from bridge.crypto import Vault, VaultError
from bridge.postgres import Connection
from bridge.queries import load
from schemas.connection_file import ConnectionFile

if TYPE_CHECKING:
    from clients.xero.facts import XeroFacts

QUERIES = load(__file__, "connections.sql")
ENDPOINT_BYTES: Final = 24
MAPPING: Final = ("accounts", "account_map", "tax_map")
CREDENTIALS: Final = ("xero.grant", "xero.client_id", "xero.client_secret", "xero.tenant_id")


class OtherOrganisationError(Exception):
    """The file is for another organisation than the one that the connection is for.

    `field` is the field of the file that names it.
    """

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a file: `state` is created, updated or unchanged; `changes` are fields."""

    name: str
    endpoint: str
    state: str
    changes: tuple[str, ...] = ()


async def apply(parts: Parts, file: ConnectionFile, facts: "XeroFacts | None") -> Applied:
    """Store a file in one transaction, and tell the processes that run.

    `facts` of the Xero organisation, None where it could not be asked. Raises
    OtherOrganisationError.
    """
    async with parts.pool.acquire() as connection, connection.transaction():
        await QUERIES.lock_name(connection, name=file.name)
        row = await QUERIES.find(connection, name=file.name)
        if row is None:
            return await _create(connection, parts.vault, file, facts)
        return await _update(connection, parts.vault, file, facts, row)


async def _create(
    connection: Connection, vault: Vault, file: ConnectionFile, facts: "XeroFacts | None"
) -> Applied:
    endpoint = secrets.token_urlsafe(ENDPOINT_BYTES)
    zone = _zone(facts) or UTC
    connection_id = await QUERIES.create(
        connection,
        name=file.name,
        endpoint=endpoint,
        organization_id=file.zoho.organization_id,
        config=file.to_config(),
        cutover=file.cutover or datetime.now(ZoneInfo(zone)).date(),
        timezone=zone,
        base_currency=facts.base_currency if facts else None,
    )
    for name, value in file.secrets().items():
        await _store(connection, vault, connection_id, name, value)
    await record(connection, connection_id, "connection.created", {"name": file.name})
    await QUERIES.notify(connection, channel="connections", connection_id=connection_id)
    return Applied(file.name, endpoint, "created")


async def _update(
    connection: Connection,
    vault: Vault,
    file: ConnectionFile,
    facts: "XeroFacts | None",
    row: Mapping[str, Any],
) -> Applied:
    connection_id: int = row["id"]
    await _same_organisations(connection, file, facts, row)
    wanted = {
        "cutover": file.cutover or row["cutover"],
        "timezone": _zone(facts) or row["timezone"],
        "base_currency": facts.base_currency if facts else row["base_currency"],
    }
    changed = {name for name, value in wanted.items() if value != row[name]}
    changed |= set(differing(row["config"], file.to_config())) - {"cutover"}
    changed |= await _update_secrets(connection, vault, connection_id, file)
    if not changed:
        return Applied(file.name, row["endpoint"], "unchanged")
    await QUERIES.update(connection, connection_id=connection_id, config=file.to_config(), **wanted)
    if changed & set(CREDENTIALS):
        await QUERIES.drop_grant(connection, connection_id=connection_id)
    if any(field.startswith(MAPPING) for field in changed):
        await _free_parked(connection, connection_id)
    changes = tuple(sorted(changed))
    await record(connection, connection_id, "connection.updated", {"changes": changes})
    await QUERIES.notify(connection, channel="connections", connection_id=connection_id)
    await QUERIES.notify(connection, channel="outbox", connection_id=connection_id)
    return Applied(file.name, row["endpoint"], "updated", changes)


async def _same_organisations(
    connection: Connection,
    file: ConnectionFile,
    facts: "XeroFacts | None",
    row: Mapping[str, Any],
) -> None:
    # What was exported is known by its ids: another organisation needs a connection of its own.
    if file.zoho.organization_id != row["organization_id"]:
        raise OtherOrganisationError("zoho.organization_id")
    tenant = await QUERIES.known_tenant(connection, connection_id=row["id"])
    if facts and tenant and facts.tenant_id and facts.tenant_id != tenant:
        raise OtherOrganisationError("xero.tenant_id")


async def _update_secrets(
    connection: Connection, vault: Vault, connection_id: int, file: ConnectionFile
) -> set[str]:
    rows = await QUERIES.read_secrets(connection, connection_id=connection_id)
    stored = {row["name"]: _open(vault, connection_id, row) for row in rows}
    wanted = file.secrets()
    gone = stored.keys() - wanted.keys()
    changed = {name for name, value in wanted.items() if stored.get(name) != value}
    for name in changed:
        await _store(connection, vault, connection_id, name, wanted[name])
    await QUERIES.drop_secrets(connection, connection_id=connection_id, names=sorted(gone))
    return changed | gone


async def _store(
    connection: Connection, vault: Vault, connection_id: int, name: str, value: str
) -> None:
    sealed = vault.seal(value, context=f"{connection_id}/{name}")
    await QUERIES.store_secret(connection, connection_id=connection_id, name=name, sealed=sealed)


def _open(vault: Vault, connection_id: int, row: Mapping[str, Any]) -> str | None:
    try:
        return vault.open(row["sealed"], context=f"{connection_id}/{row['name']}")
    except VaultError:  # sealed under a key that is gone: the file's value replaces it
        return None


async def _free_parked(connection: Connection, connection_id: int) -> None:
    from processors.replan import replan_parked

    await replan_parked(connection, connection_id)


def _zone(facts: "XeroFacts | None") -> str | None:
    return iana(facts.timezone) if facts else None


def differing(before: Any, after: Any, field: str = "") -> Iterator[str]:
    """Name the fields, with dots between their parts, whose values differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in before.keys() | after.keys():
            inner = f"{field}.{name}" if field else name
            yield from differing(before.get(name), after.get(name), inner)
    elif before != after:
        yield field
