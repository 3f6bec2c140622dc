"""A contact of Xero's and all that its decision may look at, read under the locks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from bridge.postgres import Connection
from bridge.queries import load
from processors import shell
from processors.shell.arriving import with_what_is_on_its_way
from processors.shell.scenes import columns
from processors.things import read_told
from processors.xero.contacts import Twin, XeroCase
from schemas.documents import Contact
from schemas.words import Ref
from schemas.xero_contacts import XeroContact

QUERIES = load(__file__, "journal.sql")
SHARED = load(shell.__file__, "shell.sql")
Source = Literal["xero", "backfill"]


@dataclass(frozen=True, slots=True)
class Reading:
    """Contacts of one connection that were read from Xero, and why: `xero` told, or an import."""

    connection_id: int
    connection_name: str
    imports: frozenset[str]
    base_currency: str
    source: Source = "xero"
    chart_of_accounts: bool = True


async def lock(database: Connection, reading: Reading, xero_id: str) -> Sequence[Ref] | None:
    """Lock the contact and its twins in one order; None when something has its turn first."""
    twins = await _twins(database, reading, xero_id)
    names = columns([*twins, Ref("xero_contact", xero_id)])
    await SHARED.add_documents(database, connection_id=reading.connection_id, **names)
    await SHARED.lock_documents(database, connection_id=reading.connection_id, **names)
    earlier = await SHARED.first_undecided(
        database,
        connection_id=reading.connection_id,
        documents=[str(twin) for twin in twins],
        before=2**62,
    )
    same = twins == await _twins(database, reading, xero_id)
    return twins if same and earlier is None else None


async def _twins(database: Connection, reading: Reading, xero_id: str) -> list[Ref]:
    rows = await QUERIES.twins(database, connection_id=reading.connection_id, xero_id=xero_id)
    return [Ref("contact", row["zoho_id"]) for row in rows]


async def case_of(
    database: Connection, reading: Reading, contact: XeroContact, twins: Sequence[Ref]
) -> XeroCase:
    """Gather all that the decision may look at; the contact and its twins are locked."""
    own = Ref("xero_contact", contact.id)
    rows = await SHARED.load_documents(
        database, connection_id=reading.connection_id, **columns([*twins, own])
    )
    known = {Ref(row["entity"], row["zoho_id"]): row for row in rows}
    found = [
        await _arriving(database, reading, twin)
        for ref in twins
        if ref in known and (twin := _twin(ref, known[ref])) is not None
    ]
    snapshot = known[own]["snapshot"] or {}
    return XeroCase(
        contact,
        snapshot.get("card"),
        known[own]["modified_at"],
        tuple(found),
        reading.imports,
        reading.base_currency,
        frozenset(_role(known[ref]) for ref in twins if ref in known and known[ref]["deleted"]),
        former=tuple(snapshot.get("former", ())),
    )


async def _arriving(database: Connection, reading: Reading, twin: Twin) -> Twin:
    contact = await with_what_is_on_its_way(database, reading.connection_id, twin.contact, twin.at)
    return replace(twin, contact=contact)


def _role(row: Any) -> str:
    return str((row["snapshot"] or {}).get("contact_type", ""))


def _twin(ref: Ref, row: Any) -> Twin | None:
    told = read_told(row["told"]).get(str(ref))
    content = told.content if told is not None else row["snapshot"]
    if not content or row["deleted"]:
        return None
    at = told.at if told is not None else row["modified_at"]
    return Twin(ref, Contact.model_validate(content), told, at)
