"""How the command line shows what is held back: each cause, then what waits behind it."""

from collections.abc import Iterator, Sequence

from bridge.cli.saying import say
from schemas.blocked import Blocked, HeldCommand, Root


def say_held(name: str, held: Blocked) -> None:
    """Print what is held back in the connection `name`, and what may go."""
    for line in (*_standing(name, held), *(line for root in held.roots for line in _root(root))):
        say(line)


def _standing(name: str, held: Blocked) -> Iterator[str]:
    counts = ", ".join(f"{count} {state}" for state, count in sorted(held.open.items()))
    yield f"{name}: {counts or 'nothing is open'}."
    if not held.enabled:
        yield f"{name} is disabled: nothing is sent until it is enabled."
    if held.problem:
        yield f"Nothing is sent until {held.paused_until or 'this is mended'}: {held.problem}"
    if held.open and not held.roots:
        yield "Nothing is held back: all of it goes in its turn."


def _root(root: Root) -> Iterator[str]:
    stopped = [f"{root.parked_count} {_word(root)}"] if root.parked_count else []
    yield ""
    yield f"{root.cause}: {', '.join([*stopped, f'{root.waiting} wait'])}"
    yield f"  {root.reason}"
    if root.events:
        yield f"  events: {', '.join(map(str, root.events))}"
    yield from _commands(root.parked, root.parked_count)
    yield from _commands(root.waits, root.waiting)


def _word(root: Root) -> str:
    return "unclear" if root.cause == "unclear" else "parked"


def _commands(commands: Sequence[HeldCommand], count: int) -> Iterator[str]:
    for command in commands:
        amount = f"{command.currency or ''} {command.amount or ''}".strip()
        parts = (f"{command.entity}:{command.zoho_id}", command.number or "", amount)
        told = "  ".join(part for part in parts if part)
        state = "waits" if command.state == "pending" else command.state
        yield f"    {command.id}  {state}  {command.kind}  {told}"
    if count > len(commands):
        yield f"    and {count - len(commands)} more"
