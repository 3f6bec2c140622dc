"""One statement: how the fakes of queries read, lock and write."""

from datetime import datetime
from typing import Any

from tests.simulation.store.engine import (
    KEYS,
    ROW,
    Blocked,
    Row,
    Tables,
    Transaction,
    Values,
    moment,
)


class Statement:
    """One statement of a transaction: how the fakes of queries read and write."""

    def __init__(self, tables: Tables, tx: Transaction, clock: float) -> None:
        self._tables = tables
        self.tx = tx
        self._clock = clock
        self._now: datetime | None = None
        self._drawn: list[int] = []
        self._next = 0

    @property
    def now(self) -> datetime:
        """When the transaction began: what PostgreSQL calls now."""
        if self._now is None:
            self._now = moment(self.tx.started)
        return self._now

    @property
    def clock(self) -> datetime:
        """This moment, as clock_timestamp() gives it."""
        return moment(self._clock)

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

    def try_name(self, name: str) -> bool:
        """pg_try_advisory_xact_lock."""
        if self._tables.advisory.get(name, self.tx) is not self.tx:
            return False
        self.lock_name(name)
        return True

    def notify(self, channel: str, payload: str) -> None:
        """pg_notify: heard at the commit."""
        if (channel, payload) not in self.tx.notes:
            self.tx.notes.append((channel, payload))
