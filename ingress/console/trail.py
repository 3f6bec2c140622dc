"""The audit page: who changed what, newest first."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from starlette.responses import Response

from bridge.queries import load
from ingress.audit import first_break
from ingress.console.visitor import Visitor

QUERIES = load(__file__, "console.sql")
MOST: Final = 50


async def show(visitor: Visitor) -> Response:
    """Show a page of the trail, of one connection or of all."""
    name = visitor.request.path_params.get("name")
    if name:
        await visitor.connection()
    before = visitor.asked("before")
    rows = await QUERIES.trail(
        visitor.database,
        name=name,
        before=int(before) if before.isdecimal() and len(before) < 18 else None,  # noqa: PLR2004  # a bigint
        most=MOST + 1,
    )
    return visitor.page(
        "connection-audit.html" if name else "audit.html",
        title="Audit",
        rows=[{**row, "changes": list(_changes(row))} for row in rows[:MOST]],
        older=rows[MOST - 1]["id"] if len(rows) > MOST else None,
        broken=await first_break(visitor.database),
    )


def _changes(row: Mapping[str, Any]) -> Iterator[tuple[str, str | None, str | None]]:
    """Give the fields that changed, with what they were and are; then what else was written."""
    before, after = dict(_fields(row["before"])), dict(_fields(row["after"]))
    for name in sorted(before.keys() | after.keys()):
        yield name, before.get(name), after.get(name)
    for name, value in _fields(row["detail"]):
        yield name, None, value


def _fields(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Give the fields of what was written, each with its whole name, as people read them."""
    if isinstance(value, Mapping):
        for key, inner in sorted(value.items()):
            yield from _fields(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        yield name, ", ".join(map(str, value)) or "none"
    elif isinstance(value, bool):
        yield name, "yes" if value else "no"
    elif value not in (None, ""):
        yield name, str(value)
