"""Takes a connection's tokens back at Xero and Zoho before they are forgotten (C10)."""

from typing import Any, Final

from bridge.crypto import VaultError
from bridge.queries import load
from clients.xero import identity, tenants
from clients.xero.errors import Disconnected, XeroError
from clients.xero.grants import Grant, credentials_of, unseal
from clients.xero.identity import Endpoints, Pair
from clients.zoho import tokens
from clients.zoho.centres import centre_of
from clients.zoho.errors import ZohoError
from ingress.connections.finding import Row
from ingress.connections.office import Office

QUERIES = load(__file__, "revoking.sql")
REFRESH: Final = "zoho.refresh_token"
XERO_KEPT: Final = (
    "Xero did not take the tokens back ({error}): disconnect the app in Xero, under Connected apps"
)
ZOHO_KEPT: Final = (
    "Zoho did not take the token back ({error}): remove it in Zoho's accounts, under Connected apps"
)


async def revoke(office: Office, row: Row) -> list[str]:
    """Take back what the connection was granted; gives what a person must still do.

    What another connection lives on stays: revoking a token ends all connections of the user who
    consented, and a Xero organisation may have several of ours.
    """
    warnings = []
    try:
        await _xero(office, row)
    except Disconnected:
        pass  # taken back already
    except (XeroError, VaultError) as error:
        warnings.append(XERO_KEPT.format(error=error))
    try:
        await _zoho(office, row)
    except (ZohoError, VaultError) as error:
        warnings.append(ZOHO_KEPT.format(error=error))
    return warnings


async def _xero(office: Office, row: Row) -> None:
    endpoints = Endpoints.of(office.settings)
    held = await QUERIES.xero_grant(office.pool, connection_id=row["id"])
    if held is None:
        return
    async with office.pool.acquire() as database:
        app, custom = await credentials_of(database, office.vault, endpoints, row["id"])
    others = await _others(office, row["id"], app.client_id, endpoints)
    if custom:
        if not others:
            pair = unseal(office.vault, row["id"], held["sealed"])
            await identity.revoke(endpoints, app, pair.access)
        return
    token = await Grant(office.pool, office.vault, endpoints, row["id"]).token()
    if token.tenant_id not in {tenant for tenant, _ in others}:
        await tenants.disconnect(endpoints, token.access, token.tenant_id)
    user = tenants.user_of(token.access)
    if user not in {tenants.user_of(pair.access) for _, pair in others}:
        held = await QUERIES.xero_grant(office.pool, connection_id=row["id"])
        pair = unseal(office.vault, row["id"], held["sealed"])
        await identity.revoke(endpoints, app, pair.refresh)


async def _others(
    office: Office, connection_id: int, client_id: str, endpoints: Endpoints
) -> list[tuple[str, Pair]]:
    """Give the organisations and tokens of other connections through the same app."""
    default = endpoints.app.client_id if endpoints.app else ""
    rows = await QUERIES.other_grants(office.pool, connection_id=connection_id)
    same = [each for each in rows if (each["client_id"] or default) == client_id]
    return [(each["tenant_id"], unseal(office.vault, each["id"], each["sealed"])) for each in same]


async def _zoho(office: Office, row: Row) -> None:
    rows = await QUERIES.refresh_tokens(office.pool)
    opened = {each["connection_id"]: _open(office, each) for each in rows}
    token = opened.pop(row["id"], None)
    if token and token not in opened.values():
        centre = centre_of(office.settings, row["config"]["zoho"]["data_centre"])
        await tokens.revoke(centre, token)


def _open(office: Office, row: Any) -> str:
    return office.vault.open(row["sealed"], context=f"{row['connection_id']}/{REFRESH}")
