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


@dataclass(eq=False)
class Transaction:
    """Work that is seen whole or not at all. `started` is now() for all of it."""

    number: int
    started: float
    proc: Any = None
    undo: list[tuple[Row, Values | None, "Transaction | None", bool]] = field(default_factory=list)
    shared: list[Row] = field(default_factory=list)
    advisory: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    said: list[tuple[str, Values]] = field(default_factory=list)  # statements, for the audit
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

    def committed(self, table: str) -> list[Values]:
        """What all see of a table."""
        return [plain(row.seen) for row in self.rows[table].values() if row.seen is not None]


def plain(values: Values) -> Values:
    """A row's columns alone."""
    return {name: value for name, value in values.items() if name != ROW}


class Statement:
    """One statement of a transaction: how the fakes of queries read and write."""

    def __init__(self, tables: Tables, tx: Transaction, clock: float) -> None:
        self._tables = tables
        self.tx = tx
        self.now = moment(tx.started)
        self.clock = moment(clock)
        self._drawn: list[int] = []
        self._next = 0

    def restart(self) -> None:
        """Begin again after a wait; numbers that were drawn stay drawn."""
        self._next = 0

    def number(self, table: str) -> int:
        """Draw the next identity of a table; it is spent even if nothing comes of it."""
        if self._next == len(self._drawn):
            self._tables.numbers[table] += 1
            self._drawn.append(self._tables.numbers[table])
        self._next += 1
        return self._drawn[self._next - 1]

    def all(self, table: str) -> list[Values]:
        """Every visible row of a table."""
        tx = self.tx
        return [
            values
            for row in self._tables.rows[table].values()
            if (values := row.draft if row.owner is tx else row.seen) is not None
        ]

    def raw(self, table: str) -> list[Row]:
        """Every row of a table, others' unfinished ones too."""
        return list(self._tables.rows[table].values())

    def get(self, table: str, *key: Any) -> Values | None:
        """The visible row of a key."""
        row = self._tables.rows[table].get(key)
        return None if row is None else row.draft if row.owner is self.tx else row.seen

    def insert(self, table: str, values: Values) -> Values | None:
        """Add a row; None when its key is taken. Waits for another's work on the key."""
        key = tuple(values[name] for name in KEYS[table])
        row = self._tables.rows[table].get(key)
        if row is not None:
            if row.owner not in (None, self.tx):
                raise Blocked(row.owner)
            if (row.draft if row.owner is self.tx else row.seen) is not None:
                return None
        else:
            row = self._tables.rows[table][key] = Row(table)
        return self._write(row, {**values, ROW: row}) or None

    def update(self, values: Values, **changes: Any) -> Values:
        """Change a row."""
        self._seize(values, self._others(values[ROW].sharers))
        return self._write(values[ROW], {**values, **changes})

    def delete(self, values: Values) -> None:
        """Remove a row."""
        self.lock(values)
        self._write(values[ROW], None)

    def _write(self, row: Row, draft: Values | None) -> Values:
        self.tx.undo.append((row, row.draft, row.owner, row.strong))
        row.draft, row.owner = draft, self.tx
        return draft or {}

    def is_free(self, values: Values) -> bool:
        """Whether a row can be locked at once."""
        row: Row = values[ROW]
        return row.owner in (None, self.tx) and not self._others({**row.sharers, **row.keyed})

    def _others(self, holders: "dict[Transaction, None]") -> list[Transaction]:
        return [tx for tx in holders if tx is not self.tx]

    def _seize(self, values: Values, others: list[Transaction]) -> None:
        row: Row = values[ROW]
        if row.owner not in (None, self.tx):
            raise Blocked(row.owner)
        if others:
            raise Blocked(others[0])
        if row.owner is None:
            self._write(row, row.seen)

    def lock(self, values: Values) -> None:
        """FOR UPDATE: nobody else may even refer to the row."""
        row: Row = values[ROW]
        self._seize(values, self._others({**row.sharers, **row.keyed}))
        row.strong = True

    def refer(self, table: str, *key: Any) -> None:
        """FOR KEY SHARE, as a foreign key takes it: the row may change, but not go."""
        row = self._tables.rows[table][key]
        if row.strong and row.owner not in (None, self.tx):
            raise Blocked(row.owner)
        row.keyed[self.tx] = None
        self.tx.shared.append(row)

    def share(self, values: Values) -> None:
        """FOR SHARE."""
        row: Row = values[ROW]
        if row.owner not in (None, self.tx):
            raise Blocked(row.owner)
        if self.tx not in row.sharers:
            row.sharers[self.tx] = None
            self.tx.shared.append(row)

    def lock_name(self, name: str) -> None:
        """pg_advisory_xact_lock."""
        holder = self._tables.advisory.setdefault(name, self.tx)
        if holder is not self.tx:
            raise Blocked(holder)
        self.tx.advisory.append(name)

    def notify(self, channel: str, payload: str) -> None:
        """pg_notify: heard at the commit."""
        if (channel, payload) not in self.tx.notes:
            self.tx.notes.append((channel, payload))
