"""An event and all that its decision may look at, read from PostgreSQL under the locks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bridge.postgres import Connection
from bridge.queries import load
from processors.cases import Case, Known
from processors.decisions import AFTER_DELETION, OLDER_VERSION
from processors.plans.entities import WANTED, wanted
from processors.things import read_told
from processors.versions import UnreadableError, read_snapshot, read_version
from schemas.books import Books
from schemas.connections import books_of
from schemas.documents import Dated, Document
from schemas.words import Ref

QUERIES = load(__file__)
LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Scene:
    """An event before its decision: its row, its version, and the documents that it concerns.

    `problem` says why the version doesn't read. `kept` are the rows of the documents, None for one
    without. `earlier` is an event that has its turn first.
    """

    event: Any
    version: Document | None
    problem: str | None
    kept: Mapping[Ref, Any]
    earlier: int | None = None

    @property
    def ref(self) -> Ref:
        """The event's document."""
        return Ref(self.event["entity"], self.event["zoho_id"])

    @property
    def books(self) -> Books:
        """The books of the event's connection, as they stand today."""
        return books_of(
            self.event["config"],
            self.event["cutover"],
            self.event["timezone"],
            self.event["base_currency"],
            self.event["imported_accounts"],
            self.event["tax_rates"],
        )

    @property
    def to_lock(self) -> set[Ref]:
        """The documents that the decision may change."""
        # A contact that is in use stays so: its documents need not wait for each other.
        used = {ref for ref, row in self.kept.items() if ref.entity == "contact" and _used(row)}
        return (set(self.kept) - used) | {self.ref}

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


async def survey(connection: Connection, event_id: int, *, alone: bool = False) -> Scene | None:
    """Look at an event and around it; None when it is no longer undecided.

    `alone`: it tells for the first time of a document that others lean on, so that it goes before
    what merely touches the document; only the document's own earlier events go before it.
    """
    event = await QUERIES.load_event(connection, event_id=event_id)
    if event is None:
        LOG.warning("event.unknown", event_id=event_id)
        return None
    if event["state"] != "undecided":
        return None
    scene = await _look(connection, event)
    return replace(scene, earlier=await _earlier(connection, scene, alone=alone))


async def _earlier(connection: Connection, scene: Scene, *, alone: bool) -> int | None:
    event = scene.event
    of_connection = {"connection_id": event["connection_id"], "before": event["id"]}
    earlier: int | None
    if alone:
        earlier = await QUERIES.first_of_document(
            connection, entity=event["entity"], zoho_id=event["zoho_id"], **of_connection
        )
    else:
        touched = [str(ref) for ref in scene.to_lock]
        earlier = await QUERIES.first_undecided(connection, documents=touched, **of_connection)
    return earlier


async def revisit(connection: Connection, event_id: int) -> Scene:
    """Look at an event that was decided before, as it stands in today's world."""
    return await _look(connection, await QUERIES.load_event(connection, event_id=event_id))


async def _look(connection: Connection, event: Any) -> Scene:
    version, problem = _read(event)
    return Scene(event, version, problem, await _neighbourhood(connection, event, version))


async def lock(connection: Connection, scene: Scene) -> None:
    """Lock every document of a scene, in one order, until the transaction ends."""
    names = columns(scene.to_lock)
    await QUERIES.add_documents(connection, connection_id=scene.event["connection_id"], **names)
    await QUERIES.lock_documents(connection, connection_id=scene.event["connection_id"], **names)


async def case_of(connection: Connection, scene: Scene) -> Case:
    """Gather all that the decision may look at; the scene's documents are locked."""
    event = scene.event
    bare = Case(
        ref=scene.ref,
        trigger=event["trigger"],
        version=scene.version,
        books=scene.books,
        known={ref: _known(ref, row) for ref, row in scene.kept.items() if row is not None},
    )
    told = {key for known in bare.known.values() for key in known.told}
    keys = list(told | set(wanted(bare)))
    return await _with_xero(connection, event["connection_id"], bare, keys)


def _read(event: Any) -> tuple[Document | None, str | None]:
    try:
        version = read_version(
            event["entity"], event["zoho_id"], event["content_type"], bytes(event["body"])
        )
    except UnreadableError as error:
        # A deletion may show an id only: what is known of the document serves.
        return None, None if event["trigger"] == "deleted" else str(error)
    return version, None


async def _neighbourhood(
    connection: Connection, event: Any, version: Document | None
) -> dict[Ref, Any]:
    """The documents that an event touches, what hangs on those, and the contact that it names."""
    ref = Ref(event["entity"], event["zoho_id"])
    touched = {ref, *(Ref.parse(text) for text in event["touches"])}
    if version is not None:
        touched |= {home for thing in WANTED[ref.entity](version) for home in thing.homes}
    if isinstance(version, Dated):
        touched.add(Ref("contact", version.contact_id))
    kept = await _load_documents(connection, event["connection_id"], touched)
    rows = [row for row in kept.values() if row is not None]
    beside = {
        home for row in rows for thing in read_told(row["told"]).values() for home in thing.homes
    }
    return kept | await _load_documents(connection, event["connection_id"], beside - set(kept))


async def _load_documents(
    connection: Connection, connection_id: int, refs: Iterable[Ref]
) -> dict[Ref, Any]:
    found: dict[Ref, Any] = dict.fromkeys(refs)
    rows = await QUERIES.load_documents(connection, connection_id=connection_id, **columns(found))
    return found | {Ref(row["entity"], row["zoho_id"]): row for row in rows}


def _known(ref: Ref, row: Any) -> Known:
    return Known(
        document=read_snapshot(ref.entity, row["snapshot"]),
        told=read_told(row["told"]),
        at=row["modified_at"],
        deleted=row["deleted"],
        used=row["used"],
        exported=row["exported"],
    )


def columns(refs: Iterable[Ref]) -> dict[str, list[str]]:
    """Documents as a query takes them: in the order of locking, a list for each column."""
    ordered = sorted(refs)
    return {
        "entities": [ref.entity for ref in ordered],
        "zoho_ids": [ref.zoho_id for ref in ordered],
    }


async def _with_xero(
    connection: Connection, connection_id: int, bare: Case, keys: list[str]
) -> Case:
    """Add how far Xero has come with the things concerned."""
    linked = await QUERIES.linked(connection, connection_id=connection_id, keys=keys)
    unsent: dict[str, bool] = {}
    for row in await QUERIES.unfinished(connection, connection_id=connection_id, keys=keys):
        unsent[row["key"]] = unsent.get(row["key"], True) and row["unsent"]
    buried: dict[str, frozenset[str]] = {}
    named = columns({bare.ref, *bare.known})
    for row in await QUERIES.buried(connection, connection_id=connection_id, **named):
        buried[row["key"]] = buried.get(row["key"], frozenset()) | {row["number"]}
    return replace(
        bare,
        linked=frozenset(row["key"] for row in linked),
        unsent=frozenset(key for key, never_sent in unsent.items() if never_sent),
        buried=buried,
    )
