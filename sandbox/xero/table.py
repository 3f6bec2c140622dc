"""Tables in memory that can take back what a refused request had begun."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from sandbox.xero.answer import Record

Change = tuple["Table", str, Record | None]
IndexKey = Callable[[Record], str | None]


class Journal:
    """The changes of one organisation's tables: for undoing them, and for telling of them."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self._open = 0

    @contextmanager
    def trial(self) -> Iterator[None]:
        """Undo the changes of the block if it raises; the outermost block starts afresh."""
        if not self._open:
            self.changes.clear()
        mark = len(self.changes)
        self._open += 1
        try:
            yield
        except BaseException:
            self._rewind(mark)
            raise
        finally:
            self._open -= 1

    def _rewind(self, mark: int) -> None:
        while len(self.changes) > mark:
            table, row_id, before = self.changes.pop()
            table.restore(row_id, before)


class Table:
    """Records by id, in order of arrival. A record is replaced, never changed in place."""

    def __init__(
        self, journal: Journal, name: str, key: str, indexes: Mapping[str, IndexKey] | None = None
    ) -> None:
        self.name, self.key = name, key
        self._journal, self._keys = journal, indexes or {}
        self._rows: dict[str, Record] = {}
        self._indexes: dict[str, dict[str, dict[str, None]]] = {index: {} for index in self._keys}

    def __iter__(self) -> Iterator[Record]:
        return iter(list(self._rows.values()))

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, row_id: str | None) -> Record | None:
        """Return the record with this id, or None."""
        return self._rows.get((row_id or "").lower())

    def find(self, index: str, value: str | None) -> list[Record]:
        """Return the records whose index key equals `value`, letter case aside."""
        ids = self._indexes[index].get((value or "").casefold(), {})
        return [self._rows[row_id] for row_id in ids]

    def put(self, record: Record) -> Record:
        """Add the record, or put it in the place of the one with its id; return it."""
        row_id = str(record[self.key]).lower()
        self._journal.changes.append((self, row_id, self._rows.get(row_id)))
        self.restore(row_id, record)
        return record

    def remove(self, row_id: str) -> None:
        """Take the record away for good."""
        self._journal.changes.append((self, row_id, self._rows[row_id]))
        self.restore(row_id, None)

    def restore(self, row_id: str, record: Record | None) -> None:
        """Set a row without telling the journal; None takes the row away."""
        if row_id in self._rows:
            self._unindex(row_id, self._rows[row_id])
        if record is None:
            self._rows.pop(row_id, None)
            return
        self._rows[row_id] = record
        for name, value in self._values(record):
            self._indexes[name].setdefault(value, {})[row_id] = None

    def _unindex(self, row_id: str, record: Record) -> None:
        for name, value in self._values(record):
            self._indexes[name][value].pop(row_id, None)

    def _values(self, record: Record) -> Iterator[tuple[str, str]]:
        for name, key in self._keys.items():
            value = key(record)
            if value:
                yield name, value.casefold()
