"""Attempts, keys and repeats: I11 to I14, and I23."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, pairwise

from tests.simulation.checker.facts import Facts, Row

SLACK = 10.0  # seconds between the database's note and the first byte
DEFINITE = (400, 401, 403, 404, 405, 406, 412, 413, 415, 422, 429, 501)


def check(facts: Facts) -> Iterator[str]:
    """Name what breaks the rules of keys."""
    yield from _known(facts)
    yield from _same(facts)
    for tries in facts.tries.values():
        for (before, member), (after, _) in pairwise(tries):
            yield from _second(facts, before, member, after)
    for attempt_id in facts.attempts:
        yield from _membership(facts, attempt_id)


def _known(facts: Facts) -> Iterator[str]:
    for request in facts.writes:
        attempt = facts.by_key.get(request["key"])
        said = f"{request['method']} {request['path']} at {request['sent']:.1f}"
        if attempt is None:
            yield f"I11: no attempt stands behind {said}"
            continue
        path = f"{attempt['path']}".partition("?")[0]
        if (request["method"], request["path"]) != (attempt["method"], path):
            yield f"I11: attempt {attempt['id']} says another method or path than {said}"
        if request["hash"] != hashlib.sha256(bytes(attempt["body"])).hexdigest():
            yield f"I11: attempt {attempt['id']} holds other bytes than {said}"
        if facts.seconds(attempt["first_sent_at"]) > request["sent"] + 0.001:
            yield f"I11: attempt {attempt['id']} was committed after {said}"


def _same(facts: Facts) -> Iterator[str]:
    by_key: defaultdict[str, list[Row]] = defaultdict(list)
    for request in facts.writes:
        by_key[request["key"]].append(request)
    for key, requests in by_key.items():
        first = requests[0]
        for request in requests[1:]:
            if any(request[name] != first[name] for name in ("method", "path", "hash", "tenant")):
                yield f"I12: key {key} carries two requests"
            age = request["sent"] - first["sent"]
            if age > facts.windows["repeat"] + SLACK:
                yield f"I13: key {key} was used again after {age:.0f} s"
            if request["token"] != first["token"]:
                yield f"I13: key {key} was used under two tokens"


def _second(facts: Facts, before: Row, member: Row, after: Row) -> Iterator[str]:
    name = facts.name(member["command_id"])
    requests = facts.sendings[before["id"]]
    again = facts.seconds(after["first_sent_at"])
    if member["outcome"] == "absent":
        silence = again - facts.seconds(before["last_sent_at"])
        if silence < facts.windows["quiet"]:
            yield f"I14: {name} has a second key after {silence:.0f} s of silence"
    elif member["outcome"] not in ("not_sent", "refused"):
        yield f"I14: {name} has a second key though its first try is {member['outcome']}"
    elif any(request["status"] not in (*DEFINITE, 200) for request in requests):
        yield f"I14: {name} has a second key, and no definite no"
    last = max((r["decided"] for r in requests if r["effects"]), default=0.0)
    if last > min((r["sent"] for r in facts.sendings[after["id"]]), default=float("inf")):
        yield f"I8: {name}: its first try took effect at {last:.1f}, after its second began"


def _membership(facts: Facts, attempt_id: int) -> Iterator[str]:
    members = [member["command_id"] for member in facts.members[attempt_id]]
    for one, other in combinations(members, 2):
        if facts.places[one].keys() & facts.places[other].keys():
            yield f"I23: attempt {attempt_id} holds two commands of one document"
    body = bytes(facts.attempts[attempt_id]["body"])
    content = json.loads(body) if body else {}
    lists = [value for value in content.values() if isinstance(value, list)]
    plural = lists[0] if len(lists) == 1 and len(content) == 1 else [content]
    if len(plural) != len(members):
        yield f"I23: attempt {attempt_id} has {len(members)} members and {len(plural)} elements"
