"""Which ready commands share the next request: few calls, and nothing waits for company. Pure."""

from collections.abc import Sequence

from outbox.xero.batches import Ready
from outbox.xero.namesakes import NAMES_A_SEARCH
from outbox.xero.routes import Route, route_of


def choose(ready: Sequence[Ready], *, tight: bool = False) -> tuple[Route, list[Ready]]:
    """Pick commands that share a request: the oldest and its like, up to a full batch.

    When calls are short (`tight`), the oldest gives way to the first full batch of its lane: its
    own fills up meanwhile. It never waits for one, and never for a later lane.
    """
    groups = _groups(ready)
    oldest = next(iter(groups.values()))
    lane = oldest[0].lane
    full = (
        each for each in groups.values() if each[0].lane == lane and len(each) == _most(each[0])
    )
    group = next(full, oldest) if tight else oldest
    return _route(group[0]), group


def _groups(ready: Sequence[Ready]) -> dict[object, list[Ready]]:
    """Sort commands by the requests that may carry them, at most a batch of each, oldest first.

    What an answer's elements could not be told apart by never travels together: two changes of one
    thing, two bills of one number, or a customer and a vendor that are one contact in Xero.
    """
    groups: dict[object, list[Ready]] = {}
    marks: set[tuple[object, str]] = set()
    for command in ready:
        alone = command.alone or _most(command) == 1
        like = command.id if alone else (_route(command), command.looked)
        group = groups.setdefault(like, [])
        number = command.expected.get("number", "").lower()
        own = {(like, name) for name in (command.key, command.xero_id or number) if name}
        if len(group) < _most(command) and marks.isdisjoint(own):
            group.append(command)
            marks |= own
    return groups


def _most(command: Ready) -> int:
    route = _route(command)
    if command.alone:
        return 1
    return NAMES_A_SEARCH if route.looks_first and not command.looked else route.batch


def _route(command: Ready) -> Route:
    route = route_of(command.kind, linked=command.xero_id is not None)
    if route is None:
        raise LookupError(f"no request carries {command.kind}")
    return route
