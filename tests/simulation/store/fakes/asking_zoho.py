"""The queries of Zoho's tokens and limits."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tests.simulation.store.engine import Values
from tests.simulation.store.fakes.tools import between, of, pick, seconds
from tests.simulation.store.registry import FAKES
from tests.simulation.store.statement import Statement

TOKENS = FAKES.add("clients/zoho/grants.sql")
LIMITS = FAKES.add("clients/zoho/budget.sql")
SESSIONS = FAKES.add("clients/zoho/session.sql")
NEVER = datetime.min.replace(tzinfo=UTC)  # -infinity
GLANCE = 0.05  # seconds until a place may have become free
MINUTE = 61


@TOKENS
def lock_grant(q: Statement, connection_id: int) -> None:
    q.lock_name(f"grant:zoho:{connection_id}")


@TOKENS
def read_grant(q: Statement, connection_id: int, window: float, renewals: int) -> Iterator[Values]:
    grant = q.get("grants", connection_id, "zoho")
    if grant is None:
        return
    newest = sorted(grant["renewals"], reverse=True)[renewals - 1 :]
    until = [grant["not_before"], *(at + seconds(window) for at in newest[:1])]
    expires = grant["expires_at"]
    yield {
        **pick(grant, "generation", "sealed", "problem"),
        "fresh": expires is not None and expires > q.now + seconds(60),
        "wait": max([between(at, q.clock) for at in until if at is not None] + [0.0]),
    }


@TOKENS
def store_grant(
    q: Statement, connection_id: int, lifetime: float, wait: float, window: float, **columns: Any
) -> Iterator[Values]:
    until = {"expires_at": q.now + seconds(lifetime), "not_before": q.clock + seconds(wait)}
    told: Values = {**columns, **until, "updated_at": q.now}
    key = {"connection_id": connection_id, "system": "zoho"}
    born: Values = {"generation": 1, "previous": None, "tenant_id": None, "renewals": [q.clock]}
    if q.insert("grants", {**key, **born, **told}) is not None:
        yield {"generation": 1}
        return
    grant = q.get("grants", connection_id, "zoho")
    if grant is not None:
        late = [at for at in grant["renewals"] if at > q.now - seconds(window)]
        generation = grant["generation"] + 1
        q.update(grant, generation=generation, renewals=[*late, q.clock], **told)
        yield {"generation": generation}


@TOKENS
def read_secrets(q: Statement, connection_id: int) -> Iterator[Values]:
    for secret in of(q, "secrets", connection_id=connection_id):
        if secret["name"] in ("zoho.client_secret", "zoho.refresh_token"):
            yield pick(secret, "name", "sealed")


@TOKENS
def read_settings(q: Statement, connection_id: int) -> Iterator[Values]:
    connection = q.get("connections", connection_id)
    if connection is not None:
        yield {"name": connection["name"], "zoho": connection["config"].get("zoho")}


@SESSIONS
def find(q: Statement, connection_id: int) -> Iterator[Values]:
    connection = q.get("connections", connection_id)
    if connection is not None:
        centre = {"data_centre": connection["config"]["zoho"]["data_centre"]}
        yield {**pick(connection, "name", "organization_id"), **centre}


@LIMITS
def add_row(q: Statement, connection_id: int) -> None:
    born = {
        "sent": [],
        "under_way": [],
        "not_before": NEVER,
        "day_limit": None,
        "day_left": None,
        "day_ends_at": None,
    }
    q.insert("zoho_calls", {"connection_id": connection_id, **born})


@LIMITS
def take_call(
    q: Statement,
    connection_id: int,
    per_minute: int,
    at_once: int,
    reserve: float,
    longest: float,
) -> Iterator[Values]:
    held = q.get("zoho_calls", connection_id)
    if held is None:
        return
    q.lock(held)
    at = q.clock
    sent = sorted(each for each in held["sent"] if each > at - seconds(MINUTE))
    under_way = [each for each in held["under_way"] if each > at]
    day = _day_is_over(held, reserve, at)
    wait, place = 0.0, at + seconds(longest)
    if day:
        wait = between(held["day_ends_at"], at)
    elif len(sent) >= per_minute:
        frees = sent[len(sent) - per_minute] + seconds(MINUTE)
        wait = between(max(held["not_before"], frees), at)
    elif held["not_before"] > at:
        wait = between(held["not_before"], at)
    elif len(under_way) >= at_once:
        wait = GLANCE
    wait = max(0.0, wait)
    if not wait:
        q.update(held, sent=[*sent, at], under_way=[*under_way, place])
    yield {"wait": wait, "day": day, "place": place}


def _day_is_over(held: Values, reserve: float, at: datetime) -> bool:
    if None in (held["day_left"], held["day_limit"], held["day_ends_at"]):
        return False
    return bool(held["day_left"] <= held["day_limit"] * reserve and held["day_ends_at"] > at)


@LIMITS
def end_call(
    q: Statement,
    connection_id: int,
    place: datetime,
    day_reset: float | None,
    pause: float | None,
    **day: int | None,
) -> None:
    held = q.get("zoho_calls", connection_id)
    if held is None:
        return
    told: Values = {"under_way": [each for each in held["under_way"] if each != place]}
    told |= {name: value for name, value in day.items() if value is not None}
    if day_reset is not None:
        told["day_ends_at"] = q.now + seconds(day_reset)
    if pause is not None:
        told["not_before"] = max(held["not_before"], q.now + seconds(pause))
    q.update(held, **told)
