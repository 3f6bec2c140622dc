"""What commands print for scripts."""

import json
from datetime import UTC, date, datetime

import pytest

from bridge.cli.saying import say_json


def test_times_and_days_are_written_for_scripts_as_iso_8601(
    capsys: pytest.CaptureFixture[str],
) -> None:
    say_json({"at": datetime(2026, 3, 1, 9, 30, tzinfo=UTC), "day": date(2026, 3, 1)})

    assert json.loads(capsys.readouterr().out) == {
        "at": "2026-03-01T09:30:00+00:00",
        "day": "2026-03-01",
    }
