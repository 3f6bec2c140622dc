"""Ready commands become one request's exact bytes. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from outbox.xero.routes import Route
from schemas.commands import PARENT, fill


@dataclass(frozen=True, slots=True)
class Ready:
    """A command that may go now. `xero_id` is its thing's id in Xero, None when Xero has it not."""

    id: int
    kind: str
    key: str
    body: dict[str, Any]
    expected: Mapping[str, str]
    xero_id: str | None
    looked: bool
    alone: bool = False
    trace: str | None = None
    lane: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """One command in a request: `element` is what is sent for it, `parent` what it hangs on."""

    command_id: int
    kind: str
    key: str
    element: dict[str, Any]
    expected: Mapping[str, str]
    xero_id: str | None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """One request: its route, members in order, path with query, and bytes."""

    route: Route
    members: tuple[Member, ...]
    path: str
    body: bytes

    @property
    def body_hash(self) -> bytes:
        """What tells one request's bytes from another's."""
        return hashlib.sha256(self.body).digest()


def assemble(route: Route, ready: Sequence[Ready], ids: Mapping[str, str]) -> Batch:
    """Write the request for commands of one route; `ids` are Xero's ids of every link they name."""
    members = tuple(_member(route, command, ids) for command in ready)
    first = members[0]
    path = route.path.format(id=first.xero_id, parent=first.parent) + route.query
    return Batch(route, members, path, _body(route, members))


def _member(route: Route, command: Ready, ids: Mapping[str, str]) -> Member:
    element = fill(command.body, dict(ids))
    parent = element.pop(PARENT, None)
    if command.xero_id is not None and not route.bare:
        kept = {name: value for name, value in element.items() if name not in route.omits}
        element = {route.id_field: command.xero_id, **kept}
    return Member(
        command.id,
        command.kind,
        command.key,
        element,
        command.expected,
        command.xero_id,
        parent,
    )


def _body(route: Route, members: Sequence[Member]) -> bytes:
    if route.method == "DELETE":
        return b""
    # One that is addressed by its own id is sent as it is, all others under their plural.
    addressed = "{id}" in route.path
    elements = [member.element for member in members]
    body = elements[0] if addressed else {route.plural: elements}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
