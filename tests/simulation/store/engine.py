"""Tables in memory with what the bridge relies on in PostgreSQL: transactions and row locks.

READ COMMITTED: a statement sees what was committed before it, and its own transaction's work. A
statement is one instant; one that meets a foreign lock waits for its holder and is run again.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

Values = dict[str, Any]
EPOCH: Final = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)  # virtual second 0
ENDS: Final = ("done", "superseded", "skipped", "decided")
ROW: Final = "@"  # a row's values name the row itself, under a name that no column has

# What makes a row unique, table by table.
KEYS: Final = {
    "connections": ("id",),
    "secrets": ("connection_id", "name"),
    "grants": ("connection_id", "system"),
    "events": ("id",),
    "documents": ("connection_id", "entity", "zoho_id"),
    "decisions": ("id",),
    "commands": ("id",),
    "tickets": ("command_id", "document"),
    "needs": ("command_id", "key"),
    "links": ("connection_id", "key"),
    "attempts": ("id",),
    "attempt_members": ("attempt_id", "command_id"),
    "leases": ("connection_id",),
    "speakers": ("holder",),
    "wakeups": ("id",),
    "xero_reads": ("connection_id", "at"),
    "xero_budgets": ("connection_id",),
    "zoho_calls": ("connection_id",),
    "problems": ("connection_id", "code"),
}


def moment(seconds: float) -> datetime:
    """The database's time at a virtual second."""
    return EPOCH + timedelta(seconds=seconds)


class Blocked(Exception):
    """A statement meets a lock of another transaction, and must wait for its end."""

    def __init__(self, holder: "Transaction") -> None:
        super().__init__("locked")
        self.holder = holder


@dataclass(eq=False, slots=True)
class Row:
    """One row: what all see, and what its writer's transaction has made of it."""

    table: str
    seen: Values | None = None
    draft: Values | None = None
    owner: "Transaction | None" = None
    strong: bool = False  # locked FOR UPDATE, not only changed
    sharers: "dict[Transaction, None]" = field(default_factory=dict)
    keyed: "dict[Transaction, None]" = field(default_factory=dict)  # FOR KEY SHARE


@dataclass(eq=False, slots=True)
class Transaction:
    """Work that is seen whole or not at all. `started` is now() for all of it."""

    number: int
    started: float
    proc: Any = None
    undo: list[tuple[Row, Values | None, "Transaction | None", bool]] = field(default_factory=list)
    shared: list[Row] = field(default_factory=list)
    advisory: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    said: list[tuple[Any, tuple[Any, ...]]] = field(default_factory=list)  # queries, with values
    waits_for: "Transaction | None" = None
    ended: bool = False
    waiters: list[Any] = field(default_factory=list)


class Tables:
    """All rows, and who may change them."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[tuple[Any, ...], Row]] = {name: {} for name in KEYS}
        self.numbers: defaultdict[str, int] = defaultdict(int)
        self.advisory: dict[str, Transaction] = {}
        self.transactions = 0

    def begin(self, now: float, proc: Any = None) -> Transaction:
        """Begin a transaction."""
        self.transactions += 1
        return Transaction(self.transactions, now, proc)

    def commit(self, tx: Transaction) -> None:
        """Let all see a transaction's work."""
        for row in {id(row): row for row, *_ in tx.undo}.values():
            row.seen, row.draft, row.owner, row.strong = row.draft, None, None, False
            if row.seen is None:
                self._forget(row)
        self._end(tx)

    def roll_back(self, tx: Transaction) -> None:
        """Undo a transaction's work."""
        self.take_back(tx, 0)
        self._end(tx)

    def take_back(self, tx: Transaction, mark: int) -> None:
        """Undo what a transaction did since a mark."""
        while len(tx.undo) > mark:
            row, draft, owner, strong = tx.undo.pop()
            row.draft, row.owner, row.strong = draft, owner, strong
            if row.owner is None and row.seen is None:
                self._forget(row)

    def _forget(self, row: Row) -> None:
        rows = self.rows[row.table]
        for key in [key for key, other in rows.items() if other is row]:
            del rows[key]

    def _end(self, tx: Transaction) -> None:
        for row in tx.shared:
            row.sharers.pop(tx, None)
            row.keyed.pop(tx, None)
        for name in tx.advisory:
            self.advisory.pop(name, None)
        tx.ended = True
        for waiter in tx.waiters:
            if not waiter.done():
                waiter.set_result(None)

    def unsettled(self, table: str) -> list[Values]:
        """What all see of a table's rows that are not at their end."""
        seen = [row.seen for row in self.rows[table].values()]
        return [values for values in seen if values and values["state"] not in ENDS]

    def committed(self, table: str) -> list[Values]:
        """What all see of a table."""
        return [plain(row.seen) for row in self.rows[table].values() if row.seen is not None]


def plain(values: Values) -> Values:
    """A row's columns alone."""
    return {name: value for name, value in values.items() if name != ROW}
