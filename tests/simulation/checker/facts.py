"""A history with its tables joined, and all times in seconds."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import Any, Final

Row = dict[str, Any]
MARKERS: Final = ("InvoiceNumber", "CreditNoteNumber", "Reference", "ContactNumber")
ENDED: Final = ("VOIDED", "DELETED")
# Which of Xero's lists holds a kind of thing, and what that calls its ids.
PLURALS: Final = {
    "contact": "Contacts",
    "invoice": "Invoices",
    "bill": "Invoices",
    "credit_note": "CreditNotes",
    "vendor_credit": "CreditNotes",
    "write_off": "CreditNotes",
    "payment": "Payments",
    "bill_payment": "Payments",
    "refund": "Payments",
    "vendor_refund": "Payments",
    "allocation": "Allocations",
    "vendor_allocation": "Allocations",
    "bank_charge": "BankTransactions",
}
IDS: Final = {
    "Contacts": "ContactID",
    "Invoices": "InvoiceID",
    "CreditNotes": "CreditNoteID",
    "Payments": "PaymentID",
    "Allocations": "AllocationID",
    "BankTransactions": "BankTransactionID",
}
UNFINISHED: Final = ("pending", "sending", "ambiguous", "parked")


class Facts:
    """What a checker's part may ask of a history."""

    def __init__(self, history: Row) -> None:
        self.history = history
        self.tables: dict[str, list[Row]] = history["tables"]
        self.windows: Row = history["windows"]

    def seconds(self, moment: datetime | None) -> float:
        """A time of the database as the log counts it; infinity for one that never came."""
        if moment is None:
            return float("inf")
        seconds: float = (moment - self.history["epoch"]).total_seconds()
        return seconds

    @cached_property
    def writes(self) -> list[Row]:
        """Requests that may change Xero, in the order of their sending."""
        found = [r for r in self.history["requests"] if r["method"] != "GET"]
        return sorted(found, key=lambda request: request["sent"])

    @cached_property
    def commands(self) -> dict[int, Row]:
        """Commands by id."""
        return {row["id"]: row for row in self.tables["commands"]}

    @cached_property
    def attempts(self) -> dict[int, Row]:
        """Attempts by id."""
        return {row["id"]: row for row in self.tables["attempts"]}

    @cached_property
    def by_key(self) -> dict[str, Row]:
        """Attempts by idempotency key."""
        return {row["idempotency_key"]: row for row in self.tables["attempts"]}

    @cached_property
    def sendings(self) -> dict[int, list[Row]]:
        """Each attempt's requests as Xero saw them."""
        found: defaultdict[int, list[Row]] = defaultdict(list)
        for request in self.writes:
            attempt = self.by_key.get(request["key"])
            if attempt is not None:
                found[attempt["id"]].append(request)
        return found

    @cached_property
    def members(self) -> dict[int, list[Row]]:
        """Each attempt's members."""
        found: defaultdict[int, list[Row]] = defaultdict(list)
        for member in self.tables["attempt_members"]:
            found[member["attempt_id"]].append(member)
        return found

    @cached_property
    def tries(self) -> dict[int, list[tuple[Row, Row]]]:
        """Each command's attempts in order, with its membership."""
        found: defaultdict[int, list[tuple[Row, Row]]] = defaultdict(list)
        for member in sorted(self.tables["attempt_members"], key=lambda m: m["attempt_id"]):
            found[member["command_id"]].append((self.attempts[member["attempt_id"]], member))
        return found

    @cached_property
    def places(self) -> dict[int, dict[str, int]]:
        """Each command's tickets: document and position."""
        found: defaultdict[int, dict[str, int]] = defaultdict(dict)
        for ticket in self.tables["tickets"]:
            document = f"{ticket['connection_id']}/{ticket['document']}"
            found[ticket["command_id"]][document] = ticket["position"]
        return found

    @cached_property
    def queues(self) -> dict[str, list[int]]:
        """Each document's commands in the order of their tickets."""
        found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for command_id, places in self.places.items():
            for document, position in places.items():
                found[document].append((position, command_id))
        return {document: [c for _, c in sorted(queue)] for document, queue in found.items()}

    @cached_property
    def done_by(self) -> dict[int, list[tuple[Row, Row]]]:
        """What each command did in Xero: its requests with their effects."""
        found: defaultdict[int, list[tuple[Row, Row]]] = defaultdict(list)
        for attempt_id, requests in self.sendings.items():
            for request in requests:
                for effect in request["effects"]:
                    command_id = self._whose(attempt_id, effect)
                    if command_id is not None:
                        found[command_id].append((request, effect))
        return found

    def _whose(self, attempt_id: int, effect: Row) -> int | None:
        members = [member["command_id"] for member in self.members[attempt_id]]
        if len(members) == 1:
            return int(members[0])
        for command_id in members:
            command = self.commands[command_id]
            body = command["body"] or {}
            marks = {str(body[name]) for name in MARKERS if body.get(name)}
            if effect["marker"] in marks or effect["id"] == command["xero_id"]:
                return int(command_id)
        return None

    def tenant(self, connection_id: int) -> str:
        """The Xero organisation of a connection."""
        return str(self.history["tenants"][connection_id])

    def to_xero(self, requests: list[Row]) -> list[Row]:
        """Those of requests that went to Xero; the others went to Zoho."""
        return [request for request in requests if request.get("system") != "zoho"]

    def live(self, connection_id: int, plural: str) -> Iterator[Row]:
        """What Xero holds at the end of one kind, ended ones aside."""
        for row in self.history["xero"][self.tenant(connection_id)][plural]:
            if row.get("Status") not in ENDED:
                yield row

    @property
    def connections(self) -> list[int]:
        """The connections' ids."""
        return [row["id"] for row in self.tables["connections"]]

    def name(self, command_id: int) -> str:
        """A command as people find it."""
        command = self.commands[command_id]
        return f"command {command_id} ({command['kind']} {command['key']}, {command['state']})"

    def begun(self, command_id: int) -> float:
        """When a command's first byte left; infinity if none did.

        The log tells, not the database: there a time is that of the transaction's beginning.
        """
        sendings = [self.sendings[attempt["id"]] for attempt, _ in self.tries.get(command_id, ())]
        return min((r["sent"] for requests in sendings for r in requests), default=float("inf"))

    def links(self, connection_id: int) -> dict[str, str]:
        """What is linked: key and Xero's id."""
        return {
            link["key"]: link["xero_id"]
            for link in self.tables["links"]
            if link["connection_id"] == connection_id
        }

    def stuck(self, key: str) -> bool:
        """Whether something of a thing's waits or is parked."""
        return any(c["key"] == key and c["state"] in UNFINISHED for c in self.commands.values())

    def owners(self, key: str) -> set[str]:
        """The documents that asked for a thing at some time."""
        rows = (c for c in self.commands.values() if c["key"] == key)
        return {f"{row['entity']}:{row['zoho_id']}" for row in rows}

    def excused(self, connection_id: int) -> set[str]:
        """Documents that need not be equal: withheld by a rule, or waiting for a person."""
        newest: dict[str, Row] = {}
        for decision in sorted(self.tables["decisions"], key=lambda row: row["id"]):
            if decision["connection_id"] == connection_id and decision["outcome"] != "superseded":
                newest[f"{decision['entity']}:{decision['zoho_id']}/{decision['key']}"] = decision
        found = {
            name.partition("/")[0] for name, row in newest.items() if row["outcome"] == "withheld"
        }
        open_rows = [e for e in self.tables["events"] if e["state"] == "parked"]
        found |= {f"{e['entity']}:{e['zoho_id']}" for e in open_rows}
        for command_id, command in self.commands.items():
            if command["connection_id"] == connection_id and command["state"] in UNFINISHED:
                found |= {place.partition("/")[2] for place in self.places[command_id]}
        return found
