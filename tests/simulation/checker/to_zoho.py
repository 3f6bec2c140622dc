"""The way back: contacts of Xero's in Zoho, each made once, and in the end as Xero has them."""

from collections import Counter
from collections.abc import Iterator

from tests.simulation.checker.facts import UNFINISHED, Facts, Row


def check(facts: Facts) -> Iterator[str]:
    """Name what was made twice in Zoho, is missing there, or is called otherwise."""
    yield from _made_once(facts)
    for connection_id in facts.connections:
        yield from _known(facts, connection_id)


def _made_once(facts: Facts) -> Iterator[str]:
    made: Counter[str] = Counter()
    for command_id, effects in facts.done_by.items():
        made[facts.commands[command_id]["key"]] += sum(
            request.get("system") == "zoho" and effect["op"] == "create"
            for request, effect in effects
        )
    for key, count in made.items():
        if count > 1:
            yield f"I4: {key} was made {count} times in Zoho"


def _known(facts: Facts, connection_id: int) -> Iterator[str]:
    partners: dict[str, Row] = facts.history.get("partners", {}).get(connection_id, {})
    held: dict[str, Row] = facts.history.get("register", {}).get(connection_id, {})
    links = facts.links(connection_id)
    for xero_id, partner in partners.items():
        for role in partner["roles"]:
            key = f"zoho_contact:{xero_id}:{role}"
            found = [
                row
                for zoho_id, row in held.items()
                if links.get(f"contact:{zoho_id}") == xero_id and row["contact_type"] == role
            ]
            if _waits(facts, connection_id, key):
                continue
            if len(found) != 1:
                yield f"I20: {key} is linked to {len(found)} contacts of Zoho's"
            elif found[0]["contact_name"] != partner["name"]:
                yield f"I20: {key} is {partner['name']} in Xero, {found[0]['contact_name']} in Zoho"
    for zoho_id in held:
        if f"contact:{zoho_id}" not in links:
            yield f"I5: Zoho's contact {zoho_id} is pointed to by no link"


def _waits(facts: Facts, connection_id: int, key: str) -> bool:
    return any(
        c["key"] == key and c["connection_id"] == connection_id and c["state"] in UNFINISHED
        for c in facts.commands.values()
    )
