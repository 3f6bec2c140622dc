"""The queries of connections: addresses, grants, what the sweeper and a person do."""

from collections.abc import Iterator

from tests.simulation.store.engine import Values
from tests.simulation.store.fakes.tools import of, pick, seconds
from tests.simulation.store.registry import FAKES
from tests.simulation.store.statement import Statement

DIRECTORY = FAKES.add("ingress/webhooks/directory.sql")
GRANTS = FAKES.add("clients/xero/grants.sql")
SWEEPING = FAKES.add("bridge/cli/jobs/republishing.sql")
PERSON = FAKES.add("ingress/connections/connections.sql")
PROBLEMS = FAKES.add("bridge/problems.sql")
HOOKS = ("zoho.webhook_secret", "zoho.webhook_secret_previous")


@DIRECTORY
def doors(q: Statement, endpoint: str | None) -> Iterator[Values]:
    for connection in q.all("connections"):
        if endpoint not in (None, connection["endpoint"]) or connection["deleted_at"]:
            continue
        secrets = [
            s
            for s in of(q, "secrets", connection_id=connection["id"])
            if s["name"] in HOOKS and (s["expires_at"] is None or s["expires_at"] > q.now)
        ]
        secrets.sort(key=lambda secret: str(secret["name"]))
        yield {
            **pick(connection, "id", "name", "endpoint", "organization_id"),
            "names": [secret["name"] for secret in secrets] or None,
            "sealed": [secret["sealed"] for secret in secrets] or None,
        }


@GRANTS
def lock_grant(q: Statement, connection_id: int) -> None:
    q.lock_name(f"grant:xero:{connection_id}")


@GRANTS
def read_grant(q: Statement, connection_id: int) -> Iterator[Values]:
    grant = q.get("grants", connection_id, "xero")
    if grant is not None:
        expires = grant["expires_at"]
        fresh = expires is not None and expires > q.now + seconds(60)
        before = grant["previous"] if grant["updated_at"] > q.now - seconds(1800) else None
        shown = pick(grant, "generation", "sealed", "tenant_id", "problem")
        yield {**shown, "fresh": fresh, "previous": before}


@GRANTS
def store_token(
    q: Statement, connection_id: int, sealed: bytes, tenant_id: str, lifetime: float
) -> Iterator[Values]:
    fresh = {
        "sealed": sealed,
        "tenant_id": tenant_id,
        "expires_at": q.now + seconds(lifetime),
        "problem": None,
        "updated_at": q.now,
    }
    key = {"connection_id": connection_id, "system": "xero"}
    born: Values = {"generation": 1, "previous": None, "not_before": None, "renewals": []}
    if q.insert("grants", {**key, **born, **fresh}) is not None:
        yield {"generation": 1}
        return
    grant = q.get("grants", connection_id, "xero")
    assert grant is not None
    generation = grant["generation"] + 1
    q.update(grant, generation=generation, previous=grant["sealed"], **fresh)
    yield {"generation": generation}


@GRANTS
def read_secret(q: Statement, connection_id: int, name: str) -> Iterator[Values]:
    secret = q.get("secrets", connection_id, name)
    if secret is not None:
        yield pick(secret, "sealed")


@GRANTS
def read_settings(q: Statement, connection_id: int) -> Iterator[Values]:
    connection = q.get("connections", connection_id)
    if connection is not None:
        yield {"name": connection["name"], "xero": connection["config"].get("xero")}


@GRANTS
def end_grant(q: Statement, connection_id: int, generation: int, problem: str) -> None:
    grant = q.get("grants", connection_id, "xero")
    if grant is not None and grant["generation"] == generation:
        q.update(grant, problem=problem)


@PROBLEMS
def open_problem(q: Statement, connection_id: int, code: str, what: str, remedy: str) -> None:
    told = {"what": what, "remedy": remedy}
    key = {"connection_id": connection_id, "code": code}
    if q.insert("problems", {**key, **told, "opened_at": q.now}) is None:
        problem = q.get("problems", connection_id, code)
        assert problem is not None
        q.update(problem, **told)


@PROBLEMS
def close_problem(q: Statement, connection_id: int, code: str) -> None:
    problem = q.get("problems", connection_id, code)
    if problem is not None:
        q.delete(problem)


def _free(q: Statement, events: list[Values]) -> int:
    for event in events:
        q.update(event, state="undecided", published_at=None, reason=None)
    return len(events)


def _held(q: Statement) -> list[Values]:
    enabled = {c["id"] for c in of(q, "connections", enabled=True)}
    return [e for e in of(q, "events", state="held") if e["connection_id"] in enabled]


@SWEEPING
def release_held(q: Statement) -> Iterator[Values]:
    yield {"count": _free(q, _held(q))}


@PERSON
def set_enabled(q: Statement, connection_id: int, enabled: bool) -> None:
    connection = q.get("connections", connection_id)
    if connection is not None:
        q.update(connection, enabled=enabled, updated_at=q.now)


@PERSON
def notify(q: Statement, channel: str, connection_id: int) -> Iterator[Values]:
    q.notify(channel, str(connection_id))
    yield {"pg_notify": None}
