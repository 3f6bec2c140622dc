"""Judges a recorded history by the invariants of reliability; knows nothing of how it came about.

The same checker reads simulated schedules and histories of real processes.
"""

from collections import Counter
from typing import Any, Final

from tests.simulation.checker import effects, intake, keys, ledgers, order, rest, rights, to_zoho
from tests.simulation.checker.facts import Facts

PARTS = (intake, keys, order, rights, effects, ledgers, to_zoho, rest)
SHOWN: Final = 20  # violations that are told in full


def check(history: dict[str, Any]) -> list[str]:
    """Name every violation, `I<number>: what`; empty when all holds."""
    facts = Facts(history)
    return [found for part in PARTS for found in part.check(facts)]


def by_number(broken: list[str]) -> list[str]:
    """Tell violations to a person: how many of each invariant, then the first ones in full."""
    counts = Counter(violation.partition(":")[0] for violation in broken)
    return [f"{count} of {number}" for number, count in sorted(counts.items())] + broken[:SHOWN]
