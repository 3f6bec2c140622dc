"""How large the measurements are: `python -m bench --scale 0.1 backlog` takes a tenth."""

import os
from typing import Final

NAME: Final = "BRIDGE_BENCH_SCALE"


def scaled(size: int) -> int:
    """A size of a measurement, as the scale that was asked for makes it; at least 1."""
    return max(1, round(size * float(os.environ.get(NAME, "1"))))
