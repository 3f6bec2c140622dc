"""Judges a recorded history by the invariants of reliability; knows nothing of how it came about.

The same checker reads simulated schedules and histories of real processes.
"""

from typing import Any

from tests.simulation.checker import effects, intake, keys, order, rest, rights
from tests.simulation.checker.facts import Facts

PARTS = (intake, keys, order, rights, effects, rest)


def check(history: dict[str, Any]) -> list[str]:
    """Name every violation, `I<number>: what`; empty when all holds."""
    facts = Facts(history)
    return [found for part in PARTS for found in part.check(facts)]
