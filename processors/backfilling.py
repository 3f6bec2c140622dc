"""What a backfill would bring to Xero: which documents, in which order, and at what cost. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import Any, Final

from processors.cases import PURCHASES, local_day
from processors.conditions import DRAFTS
from schemas.books import Books
from schemas.words import Ref

BATCH: Final = 40  # documents of a kind in one request (design rule 6)
# A contact is searched before it is made, by number and by name.
SEARCHES: Final = 2
OPEN_DAY: Final = 1000  # calls; Xero's smallest plan, where it has not told its own limit
# What others hang on stands first on a day.
RANKS: Final = {
    "invoice": 0,
    "bill": 0,
    "credit_note": 1,
    "vendor_credit": 1,
    "customer_payment": 2,
    "vendor_payment": 2,
}
CREDITS: Final = ("credit_note", "vendor_credit")
PAYMENTS: Final = ("customer_payment", "vendor_payment")
BEFORE: Final = "it is dated or was created before the cut-over, {cutover}"
DRAFT: Final = "it is a draft or waits for approval"
VOID: Final = "it is void"
UNUSED: Final = "nothing of it is applied to a document"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document in Zoho that should go to Xero. `singles` are calls that it needs for itself."""

    ref: Ref
    day: date
    contact_id: str
    singles: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """A backfill before it is done.

    `documents` are in the order of their journaling, `contacts` (Zoho's ids) come before them;
    `known` counts what the journal has already, by entity, `withheld` what rules keep at home, by
    entity and reason.
    """

    documents: tuple[Candidate, ...]
    contacts: tuple[str, ...]
    known: Mapping[str, int]
    withheld: Mapping[tuple[str, str], int]

    @property
    def counts(self) -> Mapping[str, int]:
        """Documents to journal, by entity."""
        counted = Counter(each.ref.entity for each in self.documents)
        return {"contact": len(self.contacts), **counted}

    @property
    def batches(self) -> int:
        """Calls of Xero's that carry up to 40 each; a payment of several documents counts once."""
        groups = sum(ceil(count / BATCH) for count in self.counts.values())
        return groups + SEARCHES * ceil(len(self.contacts) / BATCH)

    @property
    def singles(self) -> int:
        """Calls of Xero's that carry one thing each: what credits are applied to, at the least."""
        return sum(each.singles for each in self.documents)

    def days(self, a_day: int | None) -> int:
        """How many days it takes at `a_day` calls of Xero's; None where its limit is not known."""
        return ceil((self.batches + self.singles) / (a_day or OPEN_DAY))


def plan(
    listed: Iterable[tuple[str, Mapping[str, Any]]],
    since: date,
    books: Books,
    known: Mapping[str, Collection[str]],
) -> Plan:
    """Plan for what Zoho's lists show, `(entity, row)`, dated `since` or later.

    `known` are the ids that the journal has, by entity, contacts among them.
    """
    documents: list[Candidate] = []
    old: Counter[str] = Counter()
    withheld: Counter[tuple[str, str]] = Counter()
    for entity, row in listed:
        candidate = _candidate(entity, row)
        if candidate is None or candidate.day < since:
            continue
        if candidate.ref.zoho_id in known.get(entity, ()):
            old[entity] += 1
        elif reason := _withheld(entity, row, candidate.day, books):
            withheld[entity, reason] += 1
        else:
            documents.append(candidate)
    documents.sort(key=lambda each: (each.day, RANKS[each.ref.entity], each.ref))
    contacts = dict.fromkeys(each.contact_id for each in documents)
    new = tuple(each for each in contacts if each and each not in known.get("contact", ()))
    return Plan(tuple(documents), new, old, withheld)


def _candidate(entity: str, row: Mapping[str, Any]) -> Candidate | None:
    party = "vendor_id" if entity in PURCHASES else "customer_id"
    id_field = {"credit_note": "creditnote_id", **dict.fromkeys(PAYMENTS, "payment_id")}
    try:
        day = date.fromisoformat(str(row.get("date")))
        zoho_id = str(row[id_field.get(entity, f"{entity}_id")])
    except (ValueError, KeyError):
        return None  # no document; the sweep will meet it too
    used = entity in CREDITS and row.get("total") != row.get("balance")
    return Candidate(Ref(entity, zoho_id), day, str(row.get(party) or ""), int(used))


def _withheld(entity: str, row: Mapping[str, Any], day: date, books: Books) -> str | None:
    if min(day, _created(row, books) or day) < books.cutover:
        return BEFORE.format(cutover=books.cutover)
    if row.get("status") in DRAFTS:
        return DRAFT
    if row.get("status") == "void":
        return VOID
    left = row.get("unused_amount" if entity == "customer_payment" else "balance")
    return UNUSED if entity in PAYMENTS and left == row.get("amount") else None


def _created(row: Mapping[str, Any], books: Books) -> date | None:
    try:
        moment = datetime.fromisoformat(str(row.get("created_time")))
    except ValueError:
        return None
    return local_day(moment, books) if moment.tzinfo else None
