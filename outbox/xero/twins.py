"""A customer and a vendor that are one contact in Xero: neither empties what the other fills.

Each is written whole, as its own side has it (A1). So that both are true of the contact that they
share, a write takes from the twin what it leaves empty, and of what both fill the newer one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from bridge.postgres import Connection
from bridge.queries import load
from outbox.lease import Lease
from outbox.xero.batches import Ready

QUERIES = load(__file__, "twins.sql")
Part = Mapping[str, Any]
KIND: Final = "contact.put"
NEVER: Final = datetime.min.replace(tzinfo=UTC)
SINCE: Final = "since."  # in `expected`: since when a part is what it is
# What belongs together, and is never mixed of two contacts: a person's name, a whole address.
FIELDS: Final = (
    ("Name",),
    ("FirstName", "LastName"),
    ("EmailAddress",),
    ("ContactPersons",),
    ("DefaultCurrency",),
)
LISTS: Final = {"Phones": "PhoneType", "Addresses": "AddressType"}


@dataclass(frozen=True, slots=True)
class Side:
    """One of our contacts: its parts as it fills them, and since when each is so."""

    parts: Mapping[str, Part]
    since: Mapping[str, datetime]
    is_customer: bool

    def fills(self, name: str) -> bool:
        """Whether a part says anything."""
        said = self.parts.get(name, {}).items()
        return any(value for field, value in said if field not in LISTS.values())

    def rank(self, name: str) -> tuple[datetime, bool]:
        """The newer one counts; of two of one moment the customer, whose invoices people see."""
        return self.since.get(name, NEVER), self.is_customer


async def blended(connection: Connection, lease: Lease, ready: Sequence[Ready]) -> list[Ready]:
    """Give commands that may go, each contact that is shared with what its twin fills.

    While a request about the one is under way, the other's waits: its answer may be late.
    """
    ids = {c.xero_id for c in ready if c.kind == KIND and c.xero_id is not None}
    if not ids:
        return list(ready)
    rows = await QUERIES.shared(connection, connection_id=lease.connection_id, xero_ids=list(ids))
    going: list[Ready] = []
    for command in ready:
        own = [row for row in rows if row["key"] == command.key]
        twins = [row for row in rows if row["xero_id"] == command.xero_id and row not in own]
        if command.kind != KIND or not twins:
            going.append(command)
        elif not any(row["travels"] for row in twins):
            going.append(await _blend(connection, command, own, twins))
    return going


async def _blend(
    connection: Connection, command: Ready, own: Sequence[Any], twins: Sequence[Any]
) -> Ready:
    before = [read_side(row["body"], row["expected"]) for row in own if row["body"]]
    side = _follow(read_side(command.body, command.expected), before)
    others = [read_side(row["body"], row["expected"]) for row in twins if row["body"]]
    since = {f"{SINCE}{name}": moment.isoformat() for name, moment in side.since.items()}
    expected = {**command.expected, **since}
    await QUERIES.expect(connection, command_id=command.id, expected=expected)
    return replace(command, body=blend(command.body, side, others), expected=expected)


def blend(body: Part, own: Side, others: Sequence[Side]) -> dict[str, Any]:
    """Write one contact for all: each part by the newest that fills it, else as it is."""
    chosen = dict(own.parts)
    for name in dict.fromkeys(name for side in (own, *others) for name in side.parts):
        filled = [side for side in (own, *others) if side.fills(name)]
        if filled:
            chosen[name] = max(filled, key=lambda side: side.rank(name)).parts[name]
    written = dict(body)
    for fields in FIELDS:
        written |= chosen.get(fields[0], {})
    for plural in LISTS:
        rows = [dict(part) for name, part in chosen.items() if name.startswith(f"{plural}.")]
        written |= {plural: rows} if rows else {}
    return written


def read_side(body: Part, expected: Mapping[str, str]) -> Side:
    """Read what a command asks Xero to hold of a contact, and since when it is so."""
    parts, at = dict(_parts(body)), expected.get("at")
    told = {name: expected.get(f"{SINCE}{name}", at) for name in parts}
    since = {name: datetime.fromisoformat(moment) for name, moment in told.items() if moment}
    return Side(parts, since, expected.get("contact_type") == "customer")


def _follow(side: Side, before: Sequence[Side]) -> Side:
    """What a contact says now as it said it before, it says since then."""
    same = {
        name: earlier.since[name]
        for earlier in before
        for name, part in side.parts.items()
        if earlier.parts.get(name) == part and name in earlier.since
    }
    return replace(side, since={**side.since, **same})


def _parts(body: Part) -> Iterator[tuple[str, Part]]:
    for fields in FIELDS:
        yield fields[0], {field: body[field] for field in fields if field in body}
    for plural, label in LISTS.items():
        for row in body.get(plural, ()):
            yield f"{plural}.{row[label]}", row
