"""When an unclear request is repeated, looked up, or left in peace."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from outbox.windows import ClockRuleError, Step, Unclear, Windows, next_step, proves_absence

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def unclear(*, first: float, last: float, looked: float | None = None, **more: Any) -> Unclear:
    """An attempt first sent, last sent and looked for so many seconds ago."""
    fields: dict[str, Any] = {"sends": 1, "repeatable": True, "same_generation": True, **more}
    return Unclear(
        now=NOW,
        first_sent_at=NOW - timedelta(seconds=first),
        last_sent_at=NOW - timedelta(seconds=last),
        looked_at=None if looked is None else NOW - timedelta(seconds=looked),
        **fields,
    )


@pytest.mark.parametrize(
    ("attempt", "step"),
    [
        (unclear(first=1, last=1), Step("wait", 1)),
        (unclear(first=3, last=3), Step("repeat")),
        (unclear(first=30, last=3, sends=3), Step("wait", 5)),
        (unclear(first=240, last=60, sends=6), Step("repeat")),
        # past the window the key is never used again
        (unclear(first=241, last=2, sends=7), Step("wait", 1)),
        (unclear(first=241, last=4, sends=7), Step("look")),
        (unclear(first=241, last=64, looked=60), Step("wait", 116)),
        (unclear(first=500, last=181, looked=120), Step("look")),
        (unclear(first=500, last=191, looked=4), Step("wait", 6)),
        # Xero keeps its own error under the key; another token may not share the key
        (unclear(first=3, last=3, repeatable=False), Step("look")),
        (unclear(first=3, last=3, same_generation=False), Step("look")),
        # a database clock that stepped back
        (unclear(first=-50, last=-50), Step("wait", 53)),
    ],
)
def test_an_unclear_request_goes_on_by_the_clock_rule(attempt: Unclear, step: Step) -> None:
    assert next_step(attempt, Windows()) == step


def test_absence_is_believed_only_after_the_quiet_time() -> None:
    assert not proves_absence(unclear(first=300, last=179), Windows())
    assert proves_absence(unclear(first=300, last=180), Windows())


@pytest.mark.parametrize("windows", [(300, 90, 180), (240, 90, 80), (0, 361, 400)])
def test_windows_that_would_allow_a_duplicate_are_refused(windows: tuple[int, int, int]) -> None:
    with pytest.raises(ClockRuleError):
        Windows(*windows)
