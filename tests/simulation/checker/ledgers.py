"""Whether both ledgers are equal in the end: I20, I21, I22."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from tests.simulation.checker.facts import IDS, PLURALS, Facts, Row

# Of each entity whose documents stand in Xero: its lists in Zoho, of which kind of thing, the row's
# id and amount there, and what the row is set against: a document of an entity, or the owner.
PARTS: Final[dict[str, tuple[tuple[str, str, str, str, str], ...]]] = {
    "invoice": (),
    "bill": (),
    "customer_payment": (
        ("invoices", "payment", "invoice_payment_id", "amount_applied", "invoice"),
    ),
    "vendor_payment": (("bills", "bill_payment", "bill_payment_id", "amount_applied", "bill"),),
    "credit_note": (
        (
            "invoices_credited",
            "allocation",
            "creditnote_invoice_id",
            "amount_applied",
            "invoice",
        ),
        ("creditnote_refunds", "refund", "creditnote_refund_id", "amount", ""),
    ),
    "vendor_credit": (
        ("bills_credited", "vendor_allocation", "vendor_credit_bill_id", "amount", "bill"),
        ("vendor_credit_refunds", "vendor_refund", "vendor_credit_refund_id", "amount", ""),
    ),
}
Here = Mapping[str, Row | None]  # what Xero holds, by the keys of our links
WHOLE: Final = ("invoice", "bill", "credit_note", "vendor_credit")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What Xero should hold: because of which document, of what amount, set against what."""

    owner: str
    amount: Decimal
    against: str = ""


def check(facts: Facts) -> Iterator[str]:
    """Name what differs, unless a rule withheld it or it waits for a person."""
    for connection_id in facts.connections:
        truth = facts.history["zoho"].get(connection_id)
        if truth is not None:
            links, excused = facts.links(connection_id), facts.excused(connection_id)
            held = {
                (plural, row[id_field]): row
                for plural, id_field in IDS.items()
                for row in facts.live(connection_id, plural)
            }
            here = {key: held.get((_plural(key), xero_id)) for key, xero_id in links.items()}
            yield from _contacts(truth.get("contact", {}), here, excused)
            yield from _equal(facts, truth, here, excused, links)


def _plural(key: str) -> str:
    return PLURALS[key.partition(":")[0]]


def _contacts(contacts: dict[str, Row], here: Here, excused: set[str]) -> Iterator[str]:
    for zoho_id, contact in contacts.items():
        key = f"contact:{zoho_id}"
        row = here.get(key)
        # One that no document has used yet needs not be in Xero.
        if row is not None and key not in excused and row["Name"] != contact["contact_name"]:
            yield f"I20: {key} is {contact['contact_name']} in Zoho, {row['Name']} in Xero"


def _equal(
    facts: Facts, truth: Row, here: Here, excused: set[str], links: dict[str, str]
) -> Iterator[str]:
    wanted = dict(_wanted(truth))
    for key, thing in wanted.items():
        if excused & {thing.owner, thing.against}:
            continue
        row = here.get(key)
        if row is None:
            yield f"{'I20' if key == thing.owner else 'I21'}: {key} of {thing.owner} is missing"
        else:
            yield from _differs(key, thing, row, links)
    for key in sorted(links.keys() - wanted.keys()):
        kind = key.partition(":")[0]
        if _tells(truth, kind) and not facts.stuck(key) and not facts.owners(key) & excused:
            yield f"I22: {key} is gone in Zoho, and still in Xero"


def _differs(key: str, thing: Wanted, row: Row, links: dict[str, str]) -> Iterator[str]:
    amount = Decimal(str(row.get("Amount", row.get("Total"))))
    if amount != thing.amount:
        yield f"I20: {key} is {thing.amount} in Zoho, {amount} in Xero"
    named: Any = row.get("Invoice") or row.get("CreditNote")
    if named and thing.against and links.get(thing.against) not in named.values():
        yield f"I20: {key} is set against another document than {thing.against}"


def _tells(truth: Row, kind: str) -> bool:
    """Whether what Zoho holds says all of a kind of things."""
    return kind in ("write_off", "bank_charge") or any(
        kind == entity or any(kind == part[1] for part in parts)
        for entity, parts in PARTS.items()
        if entity in truth
    )


def _wanted(truth: Row) -> Iterator[tuple[str, Wanted]]:
    for entity, parts in PARTS.items():
        for zoho_id, document in truth.get(entity, {}).items():
            owner = f"{entity}:{zoho_id}"
            if entity in WHOLE and document["status"] != "void":
                yield owner, Wanted(owner, Decimal(document["total"]))
            for field, kind, id_field, amount, target in parts:
                for row in document.get(field, ()):
                    against = f"{target}:{row[f'{target}_id']}" if target else owner
                    thing = Wanted(owner, Decimal(row[amount]), against)
                    yield f"{kind}:{row[id_field]}", thing
            yield from _beside(owner, zoho_id, document)


def _beside(owner: str, zoho_id: str, document: Row) -> Iterator[tuple[str, Wanted]]:
    """What Xero holds of a document by ids of ours: a write-off, a bank charge."""
    if charged := Decimal(str(document.get("bank_charges") or 0)):
        yield f"bank_charge:{zoho_id}", Wanted(owner, charged)
    if written_off := Decimal(str(document.get("write_off_amount") or 0)):
        yield f"write_off:{zoho_id}", Wanted(owner, written_off)
        yield f"allocation:write_off-{zoho_id}", Wanted(owner, written_off, owner)
