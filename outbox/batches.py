"""Ready commands become one request's exact bytes. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from outbox.routes import Route
from schemas.commands import fill


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


@dataclass(frozen=True, slots=True)
class Member:
    """One command in a request: `element` is what is sent for it."""

    command_id: int
    kind: str
    key: str
    element: dict[str, Any]
    expected: Mapping[str, str]
    xero_id: str | None


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
    if route.alone:
        body: dict[str, Any] = members[0].element
    else:
        body = {route.plural: [member.element for member in members]}
    path = route.path.format(id=members[0].xero_id) + route.query
    return Batch(route, members, path, _bytes(body))


def _member(route: Route, command: Ready, ids: Mapping[str, str]) -> Member:
    element = fill(command.body, dict(ids))
    if command.xero_id is not None and route.status != "DELETED":
        # A payment's deletion takes its status alone (Xero: payments).
        kept = {name: value for name, value in element.items() if name not in route.omits}
        element = {route.id_field: command.xero_id, **kept}
    return Member(command.id, command.kind, command.key, element, command.expected, command.xero_id)


def _bytes(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
