"""`make sim SCHEDULES=20000`: plays that many seeds on all cores, and judges each history."""

import argparse
import gc
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.simulation.checker import check
from tests.simulation.defects import DEFECTS
from tests.simulation.schedule import play
from tests.simulation.shape import shape_of

SLICE = 40  # seeds that a core takes at once
SEEN = 5  # failing seeds that are shown in full
REPEATED = 100  # one seed in so many is played twice: the histories must be the same


@dataclass
class Found:
    """What came of a slice of seeds."""

    schedules: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    violations: dict[int, list[str]] = field(default_factory=dict)


def main() -> None:
    """Play, print what happened how often, and end with 1 when an invariant broke."""
    parser = argparse.ArgumentParser(prog="make sim", description=__doc__)
    parser.add_argument("--schedules", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--cores", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--defects", action="store_true", help="find each seeded defect instead")
    given = parser.parse_args()
    if given.defects:
        sys.exit(_hunt(given.cores))
    sys.exit(_prove(given.first, given.schedules, given.cores))


def _prove(first: int, schedules: int, cores: int) -> int:
    begun = time.time()
    found = Found()
    with multiprocessing.Pool(cores) as pool:
        for part in pool.imap_unordered(_slice, _slices(first, first + schedules)):
            found.schedules += part.schedules
            found.counts += part.counts
            found.violations |= part.violations
    _tell(found, time.time() - begun)
    return 1 if found.violations else 0


def _slices(first: int, end: int) -> Iterator[range]:
    for start in range(first, end, SLICE):
        yield range(start, min(start + SLICE, end))


def _slice(seeds: range) -> Found:
    found = Found()
    gc.disable()
    for seed in seeds:
        played = play(seed)
        broken = check(played.history)
        if seed % REPEATED == 0 and play(seed).digest != played.digest:
            broken.append("I32: played again, the seed gives another history")
        found.schedules += 1
        found.counts += played.counts
        found.counts[f"profile.{shape_of(seed).profile.name}"] += 1
        if broken:
            found.violations[seed] = broken
    gc.enable()
    gc.collect()
    return found


def _tell(found: Found, seconds: float) -> None:
    for what, count in sorted(found.counts.items()):
        print(f"{count:9} {what}")
    for seed, broken in sorted(found.violations.items())[:SEEN]:
        print(f"\nseed {seed}, {shape_of(seed).profile.name}")
        for line in broken:
            print(f"  {line}")
    rate = found.schedules / seconds
    print(
        f"\n{found.schedules} schedules in {seconds:.0f} s ({rate:.0f} a second),"
        f" {len(found.violations)} with violations"
        + (f": {sorted(found.violations)[:20]}" if found.violations else "")
    )


def _hunt(cores: int) -> int:
    results = []
    with multiprocessing.Pool(cores) as pool:
        for result in pool.imap_unordered(DEFECTS.hunt, DEFECTS.names()):
            print(result, flush=True)
            results.append(result)
    missed = [result for result in results if result.seed is None]
    print(f"\n# {len(results) - len(missed)} of {len(results)} seeded defects found")
    return 1 if missed else 0


if __name__ == "__main__":
    main()
