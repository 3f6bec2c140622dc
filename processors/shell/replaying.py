"""Deciding again: parked events get another chance, and documents another look.

Nothing is doubled by it. Only a document's newest version is looked at again, as a new event of its
own (an older one would put an old state over a newer), and what Xero already holds is no change.
"""

from dataclasses import dataclass, field
from datetime import datetime

from bridge.postgres import Connection
from bridge.queries import load
from schemas.words import ENTITIES, Ref

QUERIES = load(__file__, "replaying.sql")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which events are meant: those that fit everything that is given; all where nothing is.

    `since` (included) and `until` (not included) are about their arrival, `states` are the events'
    own, `outcomes` those of what was decided about them.
    """

    ids: tuple[int, ...] = ()
    document: Ref | None = None
    since: datetime | None = None
    until: datetime | None = None
    states: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of the chosen events, by their ids.

    `parked` are decided again as they are, `again` stand for a document that is looked at again,
    `waiting` are decided anyway or belong to a document of which something is, and `overtaken`
    are older than the version that counts, or of no document.
    """

    parked: list[int] = field(default_factory=list)
    again: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    overtaken: list[int] = field(default_factory=list)


async def replay(connection: Connection, connection_id: int, choice: Choice) -> Replayed:
    """Have a connection's chosen events decided again, in the caller's transaction.

    The sweeper announces them within seconds.
    """
    replayed = Replayed()
    for row in await QUERIES.replay(connection, **_columns(connection_id, choice)):
        getattr(replayed, row["became"]).append(row["id"])
    return replayed


def _columns(connection_id: int, choice: Choice) -> dict[str, object]:
    document = choice.document
    return {
        "connection_id": connection_id,
        "entities": list(ENTITIES),
        "ids": list(choice.ids) or None,
        "entity": document and document.entity,
        "zoho_id": document and document.zoho_id,
        "since": choice.since,
        "until": choice.until,
        "states": list(choice.states) or None,
        "outcomes": list(choice.outcomes) or None,
    }
