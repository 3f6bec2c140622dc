"""How far all of a scene has come, read under the locks: what its decision looks at beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bridge.postgres import Connection
from bridge.queries import load
from outbox.append import Unfinished, unfinished
from processors.cases import NOTHING_KNOWN, Case, Known
from processors.shell.arriving import with_what_is_on_its_way
from processors.shell.scenes import Scene, columns
from processors.things import place_of, read_told
from processors.versions import read_snapshot
from schemas.connections import read_books
from schemas.documents import Contact, Document
from schemas.words import Ref

QUERIES = load(__file__, "shell.sql")


@dataclass(frozen=True, slots=True)
class Standing:
    """How far all of a scene has come: the row of `standing`, and what is under way, by its key.

    `version` is the event's, a contact's with what Xero has changed of it since.
    """

    row: Any
    unfinished: Mapping[str, list[Unfinished]]
    version: Document | None

    @property
    def under_way(self) -> frozenset[str]:
        """The keys of things that have unfinished commands."""
        return frozenset(key for key, each in self.unfinished.items() if each)

    @property
    def unsent(self) -> frozenset[str]:
        """The keys of things of whose unfinished commands none was ever sent."""
        return frozenset(
            key for key, each in self.unfinished.items() if each and all(c.unsent for c in each)
        )


async def standing_of(connection: Connection, scene: Scene, *, alone: bool = False) -> Standing:
    """Read how a scene's event, its books and Xero stand; the scene's documents are locked.

    What of the scene's things is under way is locked first: it must not be sent meanwhile. `alone`
    as in `earlier`.
    """
    connection_id = scene.event["connection_id"]
    told = {key for row in scene.kept.values() if row is not None for key in row["told"]}
    things = told | {thing.key for thing in scene.things}
    # What a document itself is in Xero goes by the document's name.
    keys = things | set(map(place_of, things)) | set(map(str, scene.to_lock))
    under_way = await unfinished(connection, connection_id, keys)
    row = await QUERIES.standing(
        connection,
        connection_id=connection_id,
        event_id=scene.event["id"],
        touched=[str(ref) for ref in ({scene.ref} if alone else scene.to_lock)],
        alone=alone,
        keys=list(keys),
        **columns({scene.ref, *scene.kept}),
    )
    return Standing(row, under_way, await _version(connection, scene))


async def _version(connection: Connection, scene: Scene) -> Document | None:
    version, connection_id = scene.version, scene.event["connection_id"]
    if not isinstance(version, Contact):
        return version
    return await with_what_is_on_its_way(connection, connection_id, version, version.modified_time)


def case_of(scene: Scene, standing: Standing) -> Case:
    """Gather all that the decision may look at."""
    now = standing.row
    buried: dict[str, frozenset[str]] = {}
    for key, number in now["buried"]:
        buried[key] = buried.get(key, frozenset()) | {number}
    known = {ref: _known(ref, row) for ref, row in scene.kept.items() if row is not None}
    if now["exported"]:
        known[scene.ref] = replace(known.get(scene.ref, NOTHING_KNOWN), exported=True)
    return Case(
        ref=scene.ref,
        trigger=scene.event["trigger"],
        version=standing.version,
        books=read_books(now),
        known=known,
        linked=frozenset(now["linked"]),
        under_way=standing.under_way,
        unsent=standing.unsent,
        buried=buried,
    )


def _known(ref: Ref, row: Any) -> Known:
    return Known(
        document=read_snapshot(ref.entity, row["snapshot"]),
        told=read_told(row["told"]),
        at=row["modified_at"],
        deleted=row["deleted"],
        used=row["used"],
    )
