"""A desk for decisions: events one after the other, with a memory, and with a Xero that obeys."""

import json
from dataclasses import dataclass, field
from typing import Any

from processors.cases import Case, Known
from processors.decide import decide
from processors.decisions import Decision
from processors.memory import remember
from processors.versions import read_version
from schemas.books import Books
from schemas.commands import Command
from schemas.payloads import ID_FIELDS
from schemas.words import Ref
from tests.processors.zoho import BOOKS, Fields


@dataclass
class Desk:
    """Decides events and remembers, as the shell does with PostgreSQL."""

    books: Books = BOOKS
    known: dict[Ref, Known] = field(default_factory=dict)
    linked: dict[str, str] = field(default_factory=dict)
    unsent: dict[str, str] = field(default_factory=dict)
    buried: dict[str, frozenset[str]] = field(default_factory=dict)

    def happens(self, entity: str, fields: Fields, trigger: str = "edited") -> list[Decision]:
        """Decide an event that carries a whole document."""
        body = json.dumps(fields).encode()
        zoho_id = str(fields[ID_FIELDS[entity]])
        version = read_version(entity, zoho_id, "application/json", body)
        return self._decide(Ref(entity, zoho_id), trigger, version)

    def exports(self, entity: str, fields: Fields) -> Fields:
        """Bring a new document into Xero."""
        self.happens(entity, fields, "created")
        self.xero_obeys()
        return fields

    def disappears(self, entity: str, zoho_id: str) -> list[Decision]:
        """Decide a deletion that shows an id only."""
        return self._decide(Ref(entity, zoho_id), "deleted", None)

    def xero_obeys(self) -> None:
        """Send everything that waits, with success."""
        self.linked |= self.unsent
        self.unsent.clear()

    def _decide(self, ref: Ref, trigger: str, version: Any) -> list[Decision]:
        case = Case(
            ref,
            trigger,
            version,
            self.books,
            dict(self.known),
            linked=frozenset(self.linked),
            under_way=frozenset(self.unsent),
            unsent=frozenset(self.unsent),
            buried=dict(self.buried),
        )
        decisions = decide(case)
        self.known |= remember(case, decisions)
        for decision in decisions:
            for command in decision.commands:
                self._queue(command)
        return decisions

    def _queue(self, command: Command) -> None:
        if command.verb in ("put", "create"):
            self.unsent[command.key] = command.expected.get("number", "")
            return
        self.unsent.pop(command.key, None)
        number = self.linked.pop(command.key, None)
        if number and command.verb == "void":
            self.buried[command.key] = self.buried.get(command.key, frozenset()) | {number}


def told(decisions: list[Decision]) -> list[tuple[str, str, str | None]]:
    """Decisions as a table: action, outcome, code."""
    return [(each.action, each.outcome, each.code) for each in decisions]


def asked(decisions: list[Decision]) -> list[str]:
    """What Xero is asked for, in order: `invoice.put invoice:1`."""
    commands = [command for decision in decisions for command in decision.commands]
    return [f"{command.kind} {command.key}" for command in commands]


def body_of(decisions: list[Decision], kind: str) -> Any:
    """The body of the one command of a kind."""
    (command,) = [c for decision in decisions for c in decision.commands if c.kind == kind]
    return command.body
