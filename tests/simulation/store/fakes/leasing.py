"""The queries of leases."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from tests.simulation.store.engine import Values
from tests.simulation.store.fakes.tools import OPEN_STATES, of, organisation, seconds, siblings
from tests.simulation.store.registry import FAKES
from tests.simulation.store.statement import Statement

LEASE = FAKES.add("outbox/lease.sql")
OVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@LEASE
def renew_leases(q: Statement, holder: str, **more: float) -> Iterator[Values]:
    until = q.now + seconds(more["seconds"])
    for lease in list(of(q, "leases", holder=holder)):
        connection = q.get("connections", lease["connection_id"])
        if lease["expires_at"] > q.now and connection is not None:
            q.update(lease, expires_at=until)
            yield {
                "connection_id": lease["connection_id"],
                "fence": lease["fence"],
                "organisation": lease["organisation"],
                "name": connection["name"],
            }


@LEASE
def lock_leases(q: Statement) -> Iterator[Values]:
    yield {"locked": q.try_name("leases")}


@LEASE
def end_leases(q: Statement) -> None:
    for lease in list(q.all("leases")):
        if OVER < lease["expires_at"] <= q.now:
            q.update(lease, expires_at=OVER)


@LEASE
def acquire_leases(
    q: Statement, holder: str, most: int, running: list[int], spoken: list[str], **more: float
) -> Iterator[Values]:
    until = q.now + seconds(more["seconds"])
    wanted = sorted(of(q, "connections", enabled=True), key=lambda row: row["id"])
    free = {c["id"]: organisation(q, c["id"]) for c in wanted if c["id"] not in running}
    free = {n: whom for n, whom in free.items() if _is_free(q, n, whom, holder)}
    others = [whom for whom in dict.fromkeys(free.values()) if whom not in spoken]
    for connection in wanted:
        whom = free.get(connection["id"])
        if whom in spoken or whom in others[:most]:
            lease = {"connection_id": connection["id"], "organisation": whom}
            fence = _take(q, {**lease, "holder": holder, "expires_at": until})
            yield {**lease, "fence": fence, "name": connection["name"]}


def _is_free(q: Statement, connection_id: int, whom: str, holder: str) -> bool:
    lease = q.get("leases", connection_id)
    if lease and lease["expires_at"] > q.now and lease["holder"] != holder:
        return False
    shared = of(q, "leases", organisation=whom)
    return not any(s["expires_at"] > q.now and s["holder"] != holder for s in shared)


def _take(q: Statement, row: Values) -> int:
    if q.insert("leases", {**row, "fence": 1}) is not None:
        return 1
    lease = q.get("leases", row["connection_id"])
    assert lease is not None
    fence: int = lease["fence"] + 1
    q.update(lease, **row, fence=fence)
    return fence


@LEASE
def share(q: Statement, holder: str, **more: float) -> Iterator[Values]:
    oldest = q.now - seconds(more["seconds"])
    others = [s for s in q.all("speakers") if s["holder"] != holder and s["seen_at"] > oldest]
    spoken = {
        organisation(q, c["id"])
        for c in q.all("connections")
        if c["enabled"] or _is_spoken_for(q, c["id"])
    }
    for speaker in list(q.all("speakers")):
        if speaker["seen_at"] < q.now - seconds(10 * more["seconds"]):
            q.delete(speaker)
    if q.insert("speakers", {"holder": holder, "seen_at": q.now}) is None:
        for me in list(of(q, "speakers", holder=holder)):
            q.update(me, seen_at=q.now)
    yield {"share": -(-len(spoken) // (len(others) + 1))}


def _is_spoken_for(q: Statement, connection_id: int) -> bool:
    lease = q.get("leases", connection_id)
    return lease is not None and lease["expires_at"] > q.now


@LEASE
def leave(q: Statement, holder: str) -> None:
    for me in list(of(q, "speakers", holder=holder)):
        q.delete(me)
    q.notify("connections", "")


@LEASE
def release_lease(q: Statement, connection_id: int, holder: str) -> None:
    for lease in list(of(q, "leases", connection_id=connection_id, holder=holder)):
        q.update(lease, expires_at=q.now)
        q.notify("connections", str(connection_id))


@LEASE
def take_over(q: Statement, connection_id: int) -> None:
    orphans = set()
    for attempt in list(of(q, "attempts", connection_id=connection_id, outcome="unknown")):
        q.update(attempt, outcome="ambiguous", message="the process ended before the answer came")
        orphans.add(attempt["id"])
    for member in list(q.all("attempt_members")):
        command = q.get("commands", member["command_id"])
        if member["attempt_id"] in orphans and command and command["state"] == "sending":
            q.update(command, state="ambiguous", reason="its outcome is being looked up in Xero")


@LEASE
def recent_calls(q: Statement, connection_id: int) -> Iterator[Values]:
    since = q.now - seconds(61)
    family = siblings(q, connection_id)
    sends = [
        a["sends"]
        for a in of(q, "attempts", system="xero")
        if a["connection_id"] in family and a["last_sent_at"] > since
    ]
    yield {"sum": sum(sends)}


@LEASE
def gauges(q: Statement, connection_id: int) -> Iterator[Values]:
    for state in OPEN_STATES:
        born = [
            c["created_at"] for c in of(q, "commands", connection_id=connection_id, state=state)
        ]
        if born:
            yield {"state": state, "count": len(born)}


def lease_of(q: Statement, connection_id: int, holder: str, fence: int) -> Values | None:
    """The lease, if the holder has it under this fence."""
    lease = q.get("leases", connection_id)
    held = lease and lease["holder"] == holder and lease["fence"] == fence
    return lease if held else None


@LEASE
def holds_lease(q: Statement, connection_id: int, holder: str, fence: int) -> Iterator[Values]:
    lease = lease_of(q, connection_id, holder, fence)
    if lease is not None:
        q.share(lease)
    yield {"exists": lease is not None}


@LEASE
def notify(q: Statement, connection_id: int) -> Iterator[Values]:
    q.notify("outbox", str(connection_id))
    yield {"pg_notify": None}
