"""An event and all that its decision may look at, read from PostgreSQL under the locks."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bridge.postgres import Connection
from bridge.queries import load
from processors.decisions import AFTER_DELETION, OLDER_VERSION
from processors.plans.entities import WANTED
from processors.things import Thing
from processors.versions import UnreadableError, read_version
from schemas.books import Books
from schemas.connections import read_books
from schemas.documents import Dated, Document
from schemas.words import Ref

QUERIES = load(__file__, "shell.sql")
LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Scene:
    """An event before its decision: its row, its version, and the documents that it concerns.

    `books` are its connection's. `problem` says why the version doesn't read. `things` are what it
    wants held in Xero, `touched` the documents that the event itself names. `kept` are the rows of
    these and of those that hang on them, None for one without.
    """

    event: Any
    books: Books
    version: Document | None
    problem: str | None
    things: Sequence[Thing]
    touched: AbstractSet[Ref]
    kept: Mapping[Ref, Any]

    @property
    def ref(self) -> Ref:
        """The event's document."""
        return Ref(self.event["entity"], self.event["zoho_id"])

    @property
    def to_lock(self) -> set[Ref]:
        """The documents that the decision may change."""
        # A contact that is in use stays so: its documents need not wait for each other.
        used = {ref for ref, row in self.kept.items() if ref.entity == "contact" and _used(row)}
        return (set(self.kept) - used) | {self.ref}

    @property
    def unseen(self) -> set[Ref]:
        """Documents that hang on those that the event touches, and are not among the kept."""
        rows = (row for ref in self.touched if (row := self.kept.get(ref)) is not None)
        homes = {home for row in rows for each in row["told"].values() for home in each["homes"]}
        return set(map(Ref.parse, homes)) - set(self.kept)

    @property
    def late(self) -> str | None:
        """Why the event doesn't count by the journal's own stamps, or None."""
        row, at = self.kept.get(self.ref), self.event["modified_at"]
        if row is None:
            return None
        if row["deleted"]:
            return AFTER_DELETION
        return OLDER_VERSION if at is not None and at < (row["modified_at"] or at) else None


def _used(row: Any) -> bool:
    return row is not None and bool(row["used"])


async def survey(connection: Connection, event_id: int) -> Scene | None:
    """Look at an event and around it; None when it is no longer undecided."""
    event = await QUERIES.load_event(connection, event_id=event_id)
    if event is None:
        LOG.warning("event.unknown", event_id=event_id)
        return None
    return await _look(connection, event) if event["state"] == "undecided" else None


async def revisit(connection: Connection, event_id: int) -> Scene:
    """Look at an event that was decided before, as it stands in today's world."""
    return await _look(connection, await QUERIES.load_event(connection, event_id=event_id))


async def earlier(connection: Connection, scene: Scene, *, alone: bool) -> int | None:
    """Give the event that has its turn before a scene's, or None.

    `alone`: the scene's tells for the first time of a document that others lean on, so that it goes
    before what merely touches the document; only the document's own earlier events go before it.
    """
    event = scene.event
    of_connection = {"connection_id": event["connection_id"], "before": event["id"]}
    before: int | None
    if alone:
        before = await QUERIES.first_of_document(
            connection, entity=event["entity"], zoho_id=event["zoho_id"], **of_connection
        )
    else:
        touched = [str(ref) for ref in scene.to_lock]
        before = await QUERIES.first_undecided(connection, documents=touched, **of_connection)
    return before


async def lock(connection: Connection, scene: Scene) -> Scene | None:
    """Lock every document of a scene, in one order, until the transaction ends.

    Gives the scene as it is then; None when there is more to lock than was known before.
    """
    connection_id = scene.event["connection_id"]
    new = [ref for ref in scene.to_lock if scene.kept.get(ref) is None]
    if new:
        await QUERIES.add_documents(connection, connection_id=connection_id, **columns(new))
    rows = await QUERIES.lock_documents(
        connection, connection_id=connection_id, **columns(scene.to_lock)
    )
    locked = replace(scene, kept={**scene.kept, **_by_ref(rows)})
    return None if locked.unseen else locked


async def _look(connection: Connection, event: Any) -> Scene:
    version, problem = _read(event)
    things = [] if version is None else list(WANTED[event["entity"]](version))
    touched = {Ref(event["entity"], event["zoho_id"]), *map(Ref.parse, event["touches"])}
    touched |= {home for thing in things for home in thing.homes}
    if isinstance(version, Dated):
        touched.add(Ref("contact", version.contact_id))
    scene = Scene(event, read_books(event), version, problem, things, touched, {})
    scene = await _look_at(connection, scene, touched)
    return await _look_at(connection, scene, scene.unseen)


async def _look_at(connection: Connection, scene: Scene, refs: AbstractSet[Ref]) -> Scene:
    if not refs:
        return scene
    rows = await QUERIES.load_documents(
        connection, connection_id=scene.event["connection_id"], **columns(refs)
    )
    return replace(scene, kept={**scene.kept, **dict.fromkeys(refs), **_by_ref(rows)})


def _read(event: Any) -> tuple[Document | None, str | None]:
    try:
        version = read_version(
            event["entity"], event["zoho_id"], event["content_type"], bytes(event["body"])
        )
    except UnreadableError as error:
        # A deletion may show an id only: what is known of the document serves.
        return None, None if event["trigger"] == "deleted" else str(error)
    return version, None


def _by_ref(rows: Iterable[Any]) -> dict[Ref, Any]:
    return {Ref(row["entity"], row["zoho_id"]): row for row in rows}


def columns(refs: Iterable[Ref]) -> dict[str, list[str]]:
    """Documents as a query takes them: in the order of locking, a list for each column."""
    ordered = sorted(refs)
    return {
        "entities": [ref.entity for ref in ordered],
        "zoho_ids": [ref.zoho_id for ref in ordered],
    }
