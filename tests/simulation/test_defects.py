"""The simulation would notice: each seeded defect of production is found."""

import pytest

from tests.simulation.defects import DEFECTS


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", DEFECTS.names())
def test_a_seeded_defect_is_found(name: str) -> None:
    hunted = DEFECTS.hunt(name)

    assert hunted.found, hunted.told
