"""How the command line shows what Xero still allows, and how far it reaches."""

from collections.abc import Iterator

from bridge.cli.saying import say
from schemas.budget import BudgetView


def say_budget(name: str, seen: BudgetView) -> None:
    """Print the limits of the connection `name` and its backlog."""
    for line in (*_limits(name, seen), *_backlog(seen)):
        say(line)


def _limits(name: str, seen: BudgetView) -> Iterator[str]:
    if seen.minute is None or seen.told_at is None:
        yield f"{name}: no outbox has heard from Xero yet, so its limits are not known."
        return
    yield f"{name}, as of {seen.told_at:%Y-%m-%d %H:%M:%S} UTC"
    yield f"minute: {seen.minute.used} of {seen.minute.limit} calls are used"
    if seen.day is None:
        yield "day: Xero has not told what is left"
    else:
        told = f"{seen.day.left} calls are left, of at least {seen.day.most}"
        yield f"day: {told}; {seen.day.reserve} are kept for look-ups"
    if seen.throttled_until:
        limit = f"the {seen.throttled_by} limit"
        yield f"Xero lets us wait until {seen.throttled_until:%Y-%m-%d %H:%M:%S} UTC, for {limit}"
    yield f"may go: {', '.join(seen.may_go) or 'nothing but look-ups'}"


def _backlog(seen: BudgetView) -> Iterator[str]:
    backlog = seen.backlog
    lanes = ", ".join(f"{count} {lane}" for lane, count in backlog.lanes.items() if count)
    yield f"backlog: {backlog.commands} commands" + (f" ({lanes})" if lanes else "")
    if backlog.held_back:
        yield f"  {backlog.held_back} of them are held back: see `bridge commands list`"
    if backlog.calls == 0:
        return
    yield f"  at least {backlog.calls} calls carry the rest"
    if backlog.through_at:
        yield f"  through by {backlog.through_at:%Y-%m-%d %H:%M} UTC, if nothing new comes"
    elif backlog.day_turns:
        yield f"  through after Xero's day has turned {backlog.day_turns} times"
