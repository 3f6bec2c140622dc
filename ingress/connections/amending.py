"""Changes some fields of a connection, all else as it is: a merge patch of its file."""

from collections.abc import Mapping
from typing import Any, Final

from ingress.connections.finding import find_live
from ingress.connections.keeping import read_secrets
from ingress.connections.office import Office
from ingress.connections.storing import Applied
from ingress.connections.taking import take
from schemas.connections import ConnectionFileError, place, read_tree

KEEPS_NAME: Final = "can't change: the connection is known by it"


async def amend(
    office: Office, name: str, patch: Mapping[str, Any], actor: str
) -> tuple[Applied, list[str]]:
    """Apply a connection's own file with a patch laid over it (RFC 7396), secrets included.

    Raises UnknownConnectionError, and ConnectionFileError as `take` does.
    """
    row = await find_live(office.pool, name)
    if patch.get("name", name) != name:
        remedy = "Apply a new file under the other name"
        raise ConnectionFileError([place("name", KEEPS_NAME, remedy, "")])
    async with office.pool.acquire() as database:
        secrets = await read_secrets(database, office, row["id"])
    tree = {**row["config"], "name": name, "cutover": str(row["cutover"])}
    for place_of, value in secrets.items():
        section, _, field = place_of.partition(".")
        tree = merge(tree, {section: {field: value}})
    return await take(office, read_tree(merge(tree, patch)), actor)


def merge(value: Any, patch: Any) -> Any:
    """Lay a patch over a value: objects key by key, null takes a key away, all else replaces."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(value) if isinstance(value, Mapping) else {}
    for key, new in patch.items():
        if new is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), new)
    return merged
