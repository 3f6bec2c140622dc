"""Pictures drawn on the server: bars over time, as SVG without script or style of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

WIDTH: Final = 600
HEIGHT: Final = 150
LEFT: Final = 54
RIGHT: Final = 4
TOP: Final = 14
FLOOR: Final = HEIGHT - 22
GAP: Final = 0.22  # of a bar's room
STEPS: Final = (1, 2, 5)
LABELS: Final = 6


class Bar(NamedTuple):
    """How much happened in one hour or day; `label` names it."""

    label: str
    height: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A bar where it stands, in the picture's units."""

    bar: Bar
    x: float
    y: float
    width: float
    height: float
    labelled: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture ready to be written out; `lines` are (y, what it stands for)."""

    bars: Sequence[Drawn]
    lines: Sequence[tuple[float, str]]
    total: int
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = FLOOR
    left: int = LEFT


def draw(bars: Sequence[Bar]) -> Picture:
    """Place bars, and lines at round figures."""
    top = _round_up(max((bar.height for bar in bars), default=0))
    scale = (FLOOR - TOP) / top
    room = (WIDTH - LEFT - RIGHT) / max(1, len(bars))
    every = max(1, -(-len(bars) // LABELS))
    drawn = [
        Drawn(
            bar,
            x=round(LEFT + room * (place + GAP / 2), 1),
            y=round(FLOOR - bar.height * scale, 1),
            width=round(room * (1 - GAP), 1),
            height=round(bar.height * scale, 1),
            labelled=place % every == 0,
        )
        for place, bar in enumerate(bars)
    ]
    lines = [(round(FLOOR - part * scale, 1), f"{part:,}") for part in _steps(top)]
    return Picture(drawn, lines, sum(bar.height for bar in bars))


def _round_up(most: int) -> int:
    power = 1
    while True:
        for step in STEPS:
            if step * power >= most:
                return step * power
        power *= 10


def _steps(top: int) -> Sequence[int]:
    return (0, top // 2, top) if top % 2 == 0 else (0, top)
