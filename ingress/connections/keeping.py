"""Keeps a connection's secrets, sealed; the webhook secret before this one for a day."""

from collections.abc import Mapping
from typing import Any, Final

from bridge.crypto import VaultError
from bridge.postgres import Connection
from bridge.queries import load
from ingress.connections.office import Office
from schemas.connection_file import ConnectionFile

QUERIES = load(__file__, "connections.sql")
HIDDEN: Final = "(secret)"
HOOK: Final = "zoho.webhook_secret"
HOOK_BEFORE: Final = "zoho.webhook_secret_previous"
OVERLAP: Final = 24  # hours in which Zoho's webhooks may still be signed with the secret before

Row = Mapping[str, Any]
Changes = dict[str, tuple[Any, Any]]


async def update_secrets(
    database: Connection, office: Office, connection_id: int, file: ConnectionFile
) -> Changes:
    """Keep the secrets of a file, and forget those that it no longer has; gives what changed."""
    stored = await read_secrets(database, office, connection_id)
    wanted = file.secrets()
    gone = stored.keys() - wanted.keys()
    if file.zoho.client_id and stored.get("zoho.client_secret") == file.zoho.client_secret:
        gone -= {"zoho.refresh_token"}  # a consent in the browser gave it: it stays
    changed = {name for name, value in wanted.items() if stored.get(name) != value}
    if HOOK in changed and (before := stored.get(HOOK)):
        await _let_end(database, office, connection_id, before)
    for name in changed:
        await keep_secret(database, office, connection_id, name, wanted[name])
    await QUERIES.drop_secrets(database, connection_id=connection_id, names=sorted(gone))
    return {
        name: (HIDDEN if name in stored else None, HIDDEN if name in wanted else None)
        for name in changed | gone
    }


async def keep_secret(
    database: Connection, office: Office, connection_id: int, name: str, value: str
) -> None:
    """Store a secret, sealed."""
    sealed = office.vault.seal(value, context=f"{connection_id}/{name}")
    await QUERIES.store_secret(database, connection_id=connection_id, name=name, sealed=sealed)


async def _let_end(database: Connection, office: Office, connection_id: int, before: str) -> None:
    """Accept the webhook secret that is replaced for a while; the one before it ends now."""
    sealed = office.vault.seal(before, context=f"{connection_id}/{HOOK_BEFORE}")
    await QUERIES.store_ending(
        database, connection_id=connection_id, name=HOOK_BEFORE, sealed=sealed, hours=OVERLAP
    )


async def read_secrets(
    database: Connection, office: Office, connection_id: int
) -> dict[str, str | None]:
    """Open a connection's secrets, by name; None for one sealed under a key that is gone."""
    rows = await QUERIES.read_secrets(database, connection_id=connection_id)
    return {row["name"]: _open(office, connection_id, row) for row in rows}


def _open(office: Office, connection_id: int, row: Row) -> str | None:
    try:
        return office.vault.open(row["sealed"], context=f"{connection_id}/{row['name']}")
    except VaultError:  # the file's value replaces it
        return None
