"""What the database sees of a schedule, whatever its processes think: who did what, and when."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

import tests.simulation.store.fakes  # noqa: F401  registers what each query does
from tests.simulation.store.engine import Tables, Transaction, Values, moment
from tests.simulation.store.registry import FAKES

SEEN: Final = {
    "ingress/journal/journal.sql:record": "_recorded",
    "processors/shell/shell.sql:conclude": "_decided",
    "outbox/lease.sql:renew_leases": "_named",
    "outbox/lease.sql:acquire_leases": "_taken_over",
    "outbox/xero/settling.sql:end_members": "_settled",
    "outbox/zoho/zoho.sql:end_attempt": "_settled",
}
assert set(SEEN) <= set(FAKES.fakes), "a statement that is watched has another name now"


@dataclass
class Witness:
    """Looks on at each commit."""

    recorded: dict[int, float] = field(default_factory=dict)  # events, and when
    decided: list[Values] = field(default_factory=list)  # events, in order
    takeovers: list[Values] = field(default_factory=list)  # connections, by whom
    divided: list[Values] = field(default_factory=list)  # organisations, between whom
    settled: list[Values] = field(default_factory=list)  # attempts, by whom under which lease
    _fences: dict[int, int] = field(default_factory=dict)

    def look(self, tx: Transaction, tables: Tables, now: float) -> None:
        """Note what a transaction has done that is committed now."""
        for query, arguments in tx.said:
            if query.name in SEEN:
                getattr(self, SEEN[query.name])(tx, tables, now, query.given(arguments))

    def _recorded(self, _tx: Transaction, tables: Tables, now: float, _given: Values) -> None:
        for (number,) in tables.rows["events"]:
            self.recorded.setdefault(number, now)

    def _decided(self, tx: Transaction, _tables: Tables, _now: float, given: Values) -> None:
        self.decided.append({"event": given["event_id"], "begun": tx.started})

    def _named(self, tx: Transaction, _tables: Tables, _now: float, given: Values) -> None:
        tx.proc.holder = given["holder"]

    def _taken_over(self, tx: Transaction, tables: Tables, now: float, given: Values) -> None:
        for lease in tables.committed("leases"):
            connection_id, fence = lease["connection_id"], lease["fence"]
            if lease["holder"] == given["holder"] and self._fences.get(connection_id) != fence:
                self._fences[connection_id] = fence
                taken = {"at": now, "connection": connection_id, "by": tx.proc.name}
                self.takeovers.append(taken)
        holders: defaultdict[str, set[str]] = defaultdict(set)
        for lease in tables.committed("leases"):
            if lease["expires_at"] > moment(now):
                holders[lease["organisation"]].add(lease["holder"])
        for whom in sorted(whom for whom, names in holders.items() if len(names) > 1):
            self.divided.append({"at": now, "organisation": whom})

    def _settled(self, tx: Transaction, tables: Tables, now: float, given: Values) -> None:
        if not given.get("command_ids", True):
            return
        outcomes = given["outcomes"] if "outcomes" in given else [given["outcome"]]
        attempt = tables.rows["attempts"][(given["attempt_id"],)].seen or {}
        lease = tables.rows["leases"].get((attempt.get("connection_id"),))
        held: Any = (lease.seen if lease else None) or {}
        self.settled.append(
            {
                "at": now,
                "attempt": given["attempt_id"],
                "by": tx.proc.holder,
                "holder": held.get("holder"),
                "fence": held.get("fence"),
                "outcomes": list(outcomes),
            }
        )
