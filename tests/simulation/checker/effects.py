"""What came to be in Xero, and by whom: I4, I5, I6."""

from collections import Counter
from collections.abc import Iterator

from tests.simulation.checker.facts import IDS, PLURALS, Facts, Row

ALONE = ("Payments", "Contacts", "BankTransactions")  # of one mark Xero may hold one
NEEDLESS = "nothing in Xero to take back"


def check(facts: Facts) -> Iterator[str]:
    """Name what is there twice, is nobody's, is missing or is wrong."""
    yield from _never_twice(facts)
    for connection_id in facts.connections:
        yield from _no_orphans(facts, connection_id)
    yield from _proven(facts)


def _never_twice(facts: Facts) -> Iterator[str]:
    live: dict[tuple[str, str, str], str] = {}
    effects = [
        (request["decided"], request["tenant"], effect)
        for request in facts.writes
        for effect in request["effects"]
    ]
    for at, tenant, effect in sorted(effects, key=lambda each: each[0]):
        if effect["plural"] not in ALONE:
            continue
        mark = (tenant, effect["plural"], effect["marker"])
        if effect["op"] == "create":
            if mark in live:
                yield f"I4: {effect['marker']} was made a second time at {at:.1f}"
            live[mark] = effect["id"]
        elif effect["op"] == "delete":
            live.pop(mark, None)


def _no_orphans(facts: Facts, connection_id: int) -> Iterator[str]:
    links = Counter(
        (PLURALS[link["key"].partition(":")[0]], link["xero_id"])
        for link in facts.tables["links"]
        if facts.tenant(link["connection_id"]) == facts.tenant(connection_id)
    )
    held = set()
    for plural, id_field in IDS.items():
        for row in facts.live(connection_id, plural):
            held.add((plural, row[id_field]))
            if links[plural, row[id_field]] != 1 and row.get("_marker", "ours") is not None:
                mark = row.get(row.get("_marker", ""), "")
                yield f"I5: {plural} {row[id_field]} {mark} is pointed to by no link"
    for link in set(links) - held:
        yield f"I6: the link of {link[0]} {link[1]} points to nothing"


def _proven(facts: Facts) -> Iterator[str]:
    for command_id, command in facts.commands.items():
        if command["state"] != "done" or command["reason"] == NEEDLESS:
            continue
        if not facts.done_by.get(command_id) and not _was_there(facts, command):
            yield f"I6: {facts.name(command_id)} is done, and Xero knows nothing of it"


def _was_there(facts: Facts, command: Row) -> bool:
    """Whether an earlier command had ended the thing for it, or a look-up adopted it."""
    return any(
        effect["id"] == command["xero_id"]
        for request in facts.writes
        for effect in request["effects"]
        if effect["op"] in ("void", "delete", "create")
    )
