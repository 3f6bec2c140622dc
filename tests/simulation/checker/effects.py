"""What Xero holds in the end, and how it came to: I4, I5, I6, I20, I21, I22."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from tests.simulation.checker.facts import Facts, Row

KINDS = {
    "Contacts": ("ContactID", "contact"),
    "Invoices": ("InvoiceID", "invoice"),
    "CreditNotes": ("CreditNoteID", "credit_note"),
    "Payments": ("PaymentID", "payment"),
    "Allocations": ("AllocationID", "allocation"),
}
NEEDLESS = "nothing in Xero to take back"


def check(facts: Facts) -> Iterator[str]:
    """Name what is there twice, is nobody's, is missing or is wrong."""
    yield from _never_twice(facts)
    for connection_id in facts.connections:
        yield from _no_orphans(facts, connection_id)
        yield from _equal(facts, connection_id)
    yield from _proven(facts)


def _never_twice(facts: Facts) -> Iterator[str]:
    live: dict[tuple[str, str, str], str] = {}
    effects = [
        (request["decided"], request["tenant"], effect)
        for request in facts.writes
        for effect in request["effects"]
    ]
    for at, tenant, effect in sorted(effects, key=lambda each: each[0]):
        if effect["plural"] not in ("Payments", "Contacts"):
            continue
        mark = (tenant, effect["plural"], effect["marker"])
        if effect["op"] == "create":
            if mark in live:
                yield f"I4: {effect['marker']} was made a second time at {at:.1f}"
            live[mark] = effect["id"]
        elif effect["op"] == "delete":
            live.pop(mark, None)


def _no_orphans(facts: Facts, connection_id: int) -> Iterator[str]:
    links = Counter(
        (link["key"].partition(":")[0], link["xero_id"])
        for link in facts.tables["links"]
        if facts.tenant(link["connection_id"]) == facts.tenant(connection_id)
    )
    for plural, (id_field, kind) in KINDS.items():
        for row in facts.live(connection_id, plural):
            if links[kind, row[id_field]] != 1 and row.get("_marker", "ours") is not None:
                mark = row.get(row.get("_marker", ""), "")
                yield f"I5: {plural} {row[id_field]} {mark} is pointed to by no link"
    held = {
        (kind, row[id_field])
        for plural, (id_field, kind) in KINDS.items()
        for row in facts.live(connection_id, plural)
    }
    for link in set(links) - held:
        yield f"I6: the link of {link[0]} {link[1]} points to nothing"


def _proven(facts: Facts) -> Iterator[str]:
    for command_id, command in facts.commands.items():
        if command["state"] != "done" or command["reason"] == NEEDLESS:
            continue
        if not facts.done_by.get(command_id) and not _was_there(facts, command):
            yield f"I6: {facts.name(command_id)} is done, and Xero knows nothing of it"


def _was_there(facts: Facts, command: Row) -> bool:
    """Whether an earlier command had ended the thing for it, or a look-up adopted it."""
    return any(
        effect["id"] == command["xero_id"]
        for request in facts.writes
        for effect in request["effects"]
        if effect["op"] in ("void", "delete", "create")
    )


# -- the two ledgers -------------------------------------------------------------------------------


def _equal(facts: Facts, connection_id: int) -> Iterator[str]:
    truth = facts.history["zoho"].get(connection_id)
    if truth is None:
        return
    excused = facts.excused(connection_id)
    yield from _contacts(facts, connection_id, truth, excused)
    for plural, entity in (("Invoices", "invoice"), ("CreditNotes", "credit_note")):
        yield from _documents(facts, connection_id, truth, plural, entity, excused)
    yield from _shares(facts, connection_id, truth, excused)


def _contacts(facts: Facts, connection_id: int, truth: Row, excused: set[str]) -> Iterator[str]:
    held = {row["ContactID"]: row for row in facts.live(connection_id, "Contacts")}
    links = facts.links(connection_id)
    for zoho_id, contact in truth.get("contact", {}).items():
        key = f"contact:{zoho_id}"
        row = held.get(links.get(key, ""))
        # One that no document has used yet needs not be in Xero.
        if row is not None and key not in excused and row["Name"] != contact["contact_name"]:
            yield f"I20: {key} is {contact['contact_name']} in Zoho, {row['Name']} in Xero"


def _documents(
    facts: Facts,
    connection_id: int,
    truth: Row,
    plural: str,
    entity: str,
    excused: set[str],
) -> Iterator[str]:
    id_field, _ = KINDS[plural]
    held = {row[id_field]: row for row in facts.live(connection_id, plural)}
    links = facts.links(connection_id)
    for zoho_id, document in truth[entity].items():
        key = f"{entity}:{zoho_id}"
        if key in excused:
            continue
        row = held.get(links.get(key, ""))
        if document["status"] == "void":
            if row is not None:
                yield f"I22: {key} is void in Zoho, {row['Status']} in Xero"
        elif row is None:
            yield f"I20: {key} is missing in Xero"
        elif Decimal(str(row["Total"])) != Decimal(document["total"]):
            yield f"I20: {key} is {document['total']} in Zoho, {row['Total']} in Xero"


def _shares(facts: Facts, connection_id: int, truth: Row, excused: set[str]) -> Iterator[str]:
    wanted = {
        f"payment:{share['invoice_payment_id']}": (f"customer_payment:{number}", share)
        for number, payment in truth["customer_payment"].items()
        for share in payment["invoices"]
    } | {
        f"allocation:{share['creditnote_invoice_id']}": (f"credit_note:{number}", share)
        for number, note in truth["credit_note"].items()
        for share in note["invoices_credited"]
    }
    links = facts.links(connection_id)
    rows = {row["PaymentID"]: row for row in facts.live(connection_id, "Payments")} | {
        row["AllocationID"]: row for row in facts.live(connection_id, "Allocations")
    }
    for key, (owner, share) in wanted.items():
        if owner in excused or f"invoice:{share['invoice_id']}" in excused:
            continue
        row = rows.get(links.get(key, ""))
        if row is None:
            yield f"I21: {key} of {owner} is missing in Xero"
        elif Decimal(str(row["Amount"])) != Decimal(share["amount_applied"]):
            yield f"I20: {key} is {share['amount_applied']} in Zoho, {row['Amount']} in Xero"
    for key in links:
        kind = key.partition(":")[0]
        if kind in ("payment", "allocation") and key not in wanted and not facts.stuck(key):
            yield f"I22: {key} is gone in Zoho, and still in Xero"
