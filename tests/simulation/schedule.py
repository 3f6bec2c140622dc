"""One seed's schedule, played and recorded."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.chance import Chance
from tests.simulation.loop import DeadlockError, VirtualLoop
from tests.simulation.shape import Shape, shape_of
from tests.simulation.stage import hush, staged, sweep_up, wired
from tests.simulation.store.engine import KEYS, moment
from tests.simulation.world import World
from tests.simulation.xero.server import read_log

History = dict[str, Any]


class LoopStoppedError(Exception):
    """A task of production stopped the loop: it would have ended its process."""


@dataclass
class Played:
    """What came of a seed: its history, what happened how often, and the trace for PostgreSQL."""

    seed: int
    history: History
    counts: Counter[str]
    trace: list[Any] = field(default_factory=list)
    first: History = field(default_factory=dict)  # the tables before the schedule
    last: History = field(default_factory=dict)  # and after it

    @property
    def digest(self) -> str:
        """The same for the same seed, code and Python."""
        text = json.dumps(self.history, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def play(
    seed: int,
    *,
    shape: Shape | None = None,
    trace: bool = False,
    also: Callable[[World], None] | None = None,
) -> Played:
    """Play a seed's schedule, of its own shape or another; `also` may turn something before."""
    hush()
    loop = VirtualLoop()
    shape = shape or shape_of(seed)
    chance = Chance(seed, shape.profile)
    with staged(loop, seed):
        try:
            world = World(loop, chance, shape)
            first = all_tables(world)
            if trace:
                world.server.trace = []
            if also is not None:
                also(world)
            with wired(world.xero, world.switchboard):
                try:
                    loop.run_until_complete(world.play())
                except RuntimeError:
                    raise world.server.broken or LoopStoppedError from None
                except DeadlockError:
                    world.still_busy = "nothing is ready and no timer runs"
                history = collect(world)
                sweep_up(loop, world.processes.procs)
                last = all_tables(world)
            return Played(seed, history, chance.counts, world.server.trace or [], first, last)
        finally:
            loop.close()


def all_tables(world: World) -> History:
    """What all see of every table."""
    return {name: world.server.tables.committed(name) for name in KEYS}


def collect(world: World) -> History:
    """Write down what the checker may look at."""
    repeat, late, quiet = world.windows
    open_tables = [name for name in KEYS if name not in ("secrets", "grants")]
    tables = {name: world.server.tables.committed(name) for name in open_tables}
    answers = [
        {"connection": n, **answer}
        for n, courier in enumerate(world.couriers, start=1)
        for answer in courier.answers
    ]
    return {
        "windows": {"repeat": repeat, "late": late, "quiet": quiet},
        "epoch": world.server.tables.committed("connections")[0]["created_at"],
        "answers": answers,
        "tables": tables,
        "requests": read_log(world.xero) + _written_to_zoho(world),
        "logins": world.xero.identity.logins,
        "settled": world.processes.witness.settled,
        "divided": world.processes.witness.divided,
        "takeovers": world.processes.witness.takeovers,
        "recorded": world.processes.witness.recorded,
        "decided": world.processes.witness.decided,
        "switches": world.switches,
        "ended": list(world.processes.ended),  # not those that are swept up afterwards
        "busy": world.still_busy,
        "limited": True,
        # Known: events that wait too often for a frozen peer's locks are parked for a person.
        "frozen": any(name.startswith("freeze.outbox") for name in world.chance.counts),
        "may_park": ["xero:account"] if world.chance.profile.poison else [],
        "deaths": world.processes.deaths,
        "tenants": world.shape.tenants,
        "xero": {
            tenant: {name: list(books.rows(name)) for name in books.tables}
            for tenant, books in world.xero.books.items()
        },
        "partners": {
            n: {
                own: {"name": row["Name"], "roles": partners.roles[own]}
                for own, row in partners.rows.items()
            }
            for n, partners in enumerate(world.processes.partners, start=1)
        },
        "register": {each.number: each.contacts for each in world.switchboard.registers},
        "zoho": {n: zoho.held for n, zoho in enumerate(world.zohos, start=1)},
    }


def _written_to_zoho(world: World) -> list[History]:
    """What reached Zoho, each request with the key of the attempt that says the same.

    Zoho is sent no keys: the newest attempt of these bytes that was committed before is meant.
    """
    attempts = [a for a in world.server.tables.committed("attempts") if a["system"] == "zoho"]
    entries: list[History] = []
    for register in world.switchboard.registers:
        for entry in register.log:
            same = [
                attempt["idempotency_key"]
                for attempt in attempts
                if attempt["connection_id"] == register.number
                and (attempt["method"], attempt["path"]) == (entry["method"], entry["path"])
                and attempt["body_hash"].hex() == entry["hash"]
                and attempt["first_sent_at"] <= moment(entry["sent"] + 0.001)
            ]
            entries.append({**entry, "key": same[-1] if same else None})
    return entries
