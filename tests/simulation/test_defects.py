"""The simulation is honest: production with one thing broken is noticed, by schedules that hold."""

import tomllib
from pathlib import Path
from typing import Final

import pytest

from tests.simulation.defects import DEFECTS, MOST

# Where a defect shows, as `make sim-defects` prints it: there the hunt begins.
SEEDS: Final[dict[str, int]] = tomllib.loads(
    (Path(__file__).parent / "defects" / "seeds.toml").read_text(encoding="utf-8")
)


def test_every_defect_is_found_within_the_schedules_allowed() -> None:
    assert sorted(SEEDS) == sorted(DEFECTS.names())
    assert max(SEEDS.values()) < MOST


@pytest.mark.timeout(900)  # where a change has shifted the schedules, the hunt goes on
@pytest.mark.parametrize(("defect", "seed"), SEEDS.items(), ids=SEEDS)
def test_a_broken_bridge_is_noticed_where_a_sound_one_holds(defect: str, seed: int) -> None:
    assert DEFECTS.hunt(defect, first=seed).seed is not None
