"""Who may speak, when, and how fast: I15 to I19, I27."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from tests.simulation.checker.facts import Facts, Row

MINUTE = 60.0
MOST_A_MINUTE = 60


def check(facts: Facts) -> Iterator[str]:
    """Name what was done without the right to."""
    for entry in facts.history["settled"]:
        if entry["by"] != entry["holder"]:
            who = f"{entry['by']}, not by {entry['holder']}"
            yield f"I15: attempt {entry['attempt']} was completed by {who}"
    yield from _replaced(facts)
    yield from _disabled(facts)
    yield from _tenants(facts)
    for found in facts.history.get("divided", []):  # unknown of real processes
        yield f"I19: two processes speak to {found['organisation']} at {found['at']:.1f}"
    if facts.history["limited"]:
        for tenant, requests in _by_tenant(facts).items():
            yield from _paced(tenant, requests)
    yield from _refreshed(facts)


def _replaced(facts: Facts) -> Iterator[str]:
    takeovers = facts.history.get("takeovers", [])  # unknown of real processes
    for request in facts.writes:
        attempt = facts.by_key.get(request["key"])
        before = [
            each
            for each in takeovers
            if attempt
            and each["connection"] == attempt["connection_id"]
            and each["at"] <= request["sent"]
        ]
        if attempt and before and before[-1]["by"] != request["proc"]:
            who = f"{request['proc']} after {before[-1]['by']} had taken over"
            yield f"I15: attempt {attempt['id']} was sent by {who}"


def _disabled(facts: Facts) -> Iterator[str]:
    off: dict[int, float] = {}
    spans: list[tuple[int, float, float]] = []
    for switch in facts.history["switches"]:
        if not switch["enabled"]:
            off[switch["connection"]] = switch["at"]
        elif switch["connection"] in off:
            spans.append((switch["connection"], off.pop(switch["connection"]), switch["at"]))
    spans += [(connection, at, float("inf")) for connection, at in off.items()]
    for connection, begin, end in spans:
        for attempt in facts.attempts.values():
            at = facts.seconds(attempt["first_sent_at"])
            if attempt["connection_id"] == connection and begin < at < end:
                yield f"I16: attempt {attempt['id']} was begun while its connection was disabled"


def _tenants(facts: Facts) -> Iterator[str]:
    for request in facts.to_xero(facts.writes):
        attempt = facts.by_key.get(request["key"])
        if attempt and request["tenant"] != facts.tenant(attempt["connection_id"]):
            yield f"I17: attempt {attempt['id']} went to another organisation"


def _by_tenant(facts: Facts) -> dict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    requests = facts.to_xero(facts.history["requests"])
    for request in sorted(requests, key=lambda r: r["arrived"] or 0.0):
        if request["arrived"] is not None:
            found[request["tenant"]].append(request)
    return found


def _paced(tenant: str, requests: list[Row]) -> Iterator[str]:
    arrivals = [request["arrived"] for request in requests]
    for first, last in zip(arrivals, arrivals[MOST_A_MINUTE:], strict=False):
        if last - first < MINUTE:
            yield f"I18: more than {MOST_A_MINUTE} requests of {tenant} in a minute"
            break
    for request in requests:
        if request["status"] == 429 and request.get("retry_after") and request["answered"]:
            free = request["answered"] + request["retry_after"] - 0.01
            early = [
                r
                for r in requests
                if r["proc"] == request["proc"] and request["answered"] < r["sent"] < free
            ]
            if early:
                yield f"I18: {tenant} was asked {free - early[0]['sent']:.0f} s too early"


def _refreshed(facts: Facts) -> Iterator[str]:
    spans: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    deaths = facts.history["deaths"]
    for login in facts.history["logins"]:
        end = login["answered"] or deaths.get(login["proc"], login["sent"])
        if "tenant" not in login:
            continue
        spans[login["tenant"]].append((login["sent"], min(end, deaths.get(login["proc"], end))))
        if login.get("refused"):
            yield f"I27: a refresh token of {login['tenant']} was used when it was dead"
    for tenant, logins in spans.items():
        for (_, ended), (begun, _) in pairwise(sorted(logins)):
            if begun < ended:
                yield f"I27: two refreshes of {tenant} at once"
