"""Whole schedules, with all that may go wrong, hold every invariant, and are repeatable."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.simulation.chance import PROFILES
from tests.simulation.checker import check
from tests.simulation.schedule import play
from tests.simulation.shape import large

KEPT = tomllib.loads((Path(__file__).parent / "kept_seeds.toml").read_text(encoding="utf-8"))
EACH = 4  # schedules of each profile; `make sim` plays thousands


@pytest.mark.parametrize("place", range(len(PROFILES)), ids=[each.name for each in PROFILES])
def test_no_schedule_breaks_an_invariant(place: int) -> None:
    seeds = [place + turn * len(PROFILES) for turn in range(EACH)]

    assert {seed: broken for seed in seeds if (broken := check(play(seed).history))} == {}


@pytest.mark.parametrize("kept", KEPT["seed"], ids=lambda kept: str(kept["number"]))
def test_what_a_seed_once_found_stays_mended(kept: dict[str, Any]) -> None:
    shape = replace(large(kept["profile"], kept["organisations"]), **kept.get("shape", {}))

    assert check(play(kept["number"], shape=shape).history) == []


def test_a_seed_plays_the_same_schedule_each_time() -> None:
    seed = next(n for n, profile in enumerate(PROFILES) if profile.name == "everything")

    assert play(seed).digest == play(seed).digest
