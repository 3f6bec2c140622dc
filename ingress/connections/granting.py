"""A consent's way into a connection: which organisation it is for, and what goes on (C1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bridge.postgres import Connection
from bridge.problems import close_problem, open_problem
from bridge.queries import load
from clients.xero.grants import PROBLEM, seal
from clients.xero.grants import QUERIES as GRANTS
from clients.xero.identity import Pair
from clients.xero.rights import CAUSE
from clients.xero.tenants import Tenant
from ingress.audit import record
from ingress.connections.finding import Row, find_live
from ingress.connections.keeping import keep_secret
from ingress.connections.office import Office, RefusedError
from outbox import operate

QUERIES = load(__file__, "granting.sql")
OTHER: Final = "the consent is for {granted}, but this connection has worked with another one"
OTHER_REMEDY: Final = (
    "Connect again at /connect/xero/{name} and choose the same organisation, or give the other one"
    " a connection of its own"
)
CHOOSE: Final = "the consent covers several Xero organisations: {granted}"
CHOOSE_REMEDY: Final = "Choose the one that is meant"
UNKNOWN: Final = "The consent does not cover the organisation {tenant_id}. It covers {granted}"


@dataclass(frozen=True, slots=True)
class Offer:
    """An organisation that a consent covers, and whether it is the connection's."""

    tenant_id: str
    name: str
    chosen: bool


async def organisations(office: Office, name: str) -> list[Offer]:
    """Name the organisations that the connection's consent covers.

    Raises UnknownConnectionError.
    """
    row = await find_live(office.pool, name)
    grant = await QUERIES.grant_of(office.pool, connection_id=row["id"])
    offered = (grant and grant["offered"]) or []
    return [
        Offer(each["tenant_id"], each["name"], each["tenant_id"] == grant["tenant_id"])
        for each in offered
    ]


async def choose(office: Office, name: str, tenant_id: str, actor: str) -> None:
    """Let a connection work with one of the organisations that its consent covers.

    Raises UnknownConnectionError, and RefusedError for another organisation.
    """
    row = await find_live(office.pool, name)
    async with office.pool.acquire() as database, database.transaction():
        await GRANTS.lock_grant(database, connection_id=row["id"])
        grant = await QUERIES.grant_of(database, connection_id=row["id"])
        offered = {each["tenant_id"]: each["name"] for each in (grant and grant["offered"]) or []}
        if tenant_id not in offered:
            granted = _names(offered.values())
            raise RefusedError(UNKNOWN.format(tenant_id=tenant_id, granted=granted))
        if grant["bound"] and grant["tenant_id"] not in {None, tenant_id}:
            raise RefusedError(OTHER.format(granted=offered[tenant_id]))
        await GRANTS.choose_tenant(database, connection_id=row["id"], tenant_id=tenant_id)
        await _go_on(database, row["id"])
        chosen = {"tenant_id": tenant_id, "organisation": offered[tenant_id]}
        before = {"tenant_id": grant["tenant_id"]}
        await record(database, actor, "xero.chosen", row["id"], before=before, after=chosen)


async def keep(office: Office, name: str, pair: Pair, granted: Sequence[Tenant], actor: str) -> str:
    """Keep what a consent gave: the tokens, and the organisation where it is clear which.

    Gives a word: `done`; `choose` where a person must choose; `other` where the consent is not for
    the organisation that the connection has worked with, and nothing was kept. Raises
    UnknownConnectionError.
    """
    row = await find_live(office.pool, name)
    async with office.pool.acquire() as database, database.transaction():
        await GRANTS.lock_grant(database, connection_id=row["id"])
        grant = await QUERIES.grant_of(database, connection_id=row["id"])
        tenant_id, word = _chosen(row, grant, granted)
        names = _names([each.name for each in granted])
        if word == "other":
            remedy = OTHER_REMEDY.format(name=name)
            await open_problem(database, row["id"], PROBLEM, OTHER.format(granted=names), remedy)
            return word
        await _store(database, office, row["id"], pair, tenant_id, granted)
        if tenant_id:
            await _go_on(database, row["id"])
        else:
            await open_problem(
                database, row["id"], PROBLEM, CHOOSE.format(granted=names), CHOOSE_REMEDY
            )
        before = {"tenant_id": grant and grant["tenant_id"]}
        after = {"tenant_id": tenant_id, "covers": [each.name for each in granted]}
        await record(database, actor, "xero.connected", row["id"], before=before, after=after)
    return word


def _chosen(row: Row, grant: Any, granted: Sequence[Tenant]) -> tuple[str | None, str]:
    """Say which organisation is meant: the one worked with, the file's, or the only one."""
    ids = [each.tenant_id for each in granted]
    bound = grant["tenant_id"] if grant and grant["bound"] else None
    wanted = bound or row["config"]["xero"].get("tenant_id")
    if wanted:
        return (wanted, "done") if wanted in ids else (None, "other")
    if grant and grant["tenant_id"] in ids:
        return grant["tenant_id"], "done"
    return (ids[0], "done") if len(ids) == 1 else (None, "choose" if ids else "other")


async def _store(
    database: Connection,
    office: Office,
    connection_id: int,
    pair: Pair,
    tenant_id: str | None,
    granted: Sequence[Tenant],
) -> None:
    await GRANTS.store_consent(
        database,
        connection_id=connection_id,
        sealed=seal(office.vault, connection_id, pair),
        tenant_id=tenant_id,
        offered=[{"tenant_id": each.tenant_id, "name": each.name} for each in granted],
        lifetime=float(pair.lifetime),
    )


async def _go_on(database: Connection, connection_id: int) -> None:
    """Let go what waited for a consent, or for one that covers more."""
    await close_problem(database, connection_id, PROBLEM)
    await QUERIES.unpause(database, connection_id=connection_id)
    await operate.retry(database, connection_id, operate.Choice(cause=CAUSE))
    for channel in ("connections", "outbox"):
        await QUERIES.notify(database, channel=channel, connection_id=connection_id)


def _names(names: Any) -> str:
    return ", ".join(names) or "no organisation"


async def keep_zoho(
    office: Office, name: str, token: str, data_centre: str | None, actor: str
) -> None:
    """Keep the refresh token that a consent at Zoho gave, and where the company's data live.

    Raises UnknownConnectionError.
    """
    row = await find_live(office.pool, name)
    centre = data_centre or row["config"]["zoho"]["data_centre"]
    async with office.pool.acquire() as database, database.transaction():
        await keep_secret(database, office, row["id"], "zoho.refresh_token", token)
        await QUERIES.keep_centre(database, connection_id=row["id"], data_centre=centre)
        await close_problem(database, row["id"], "zoho_grant")
        await QUERIES.notify(database, channel="connections", connection_id=row["id"])
        before = {"data_centre": row["config"]["zoho"]["data_centre"]}
        after = {"data_centre": centre}
        await record(database, actor, "zoho.connected", row["id"], before=before, after=after)
