"""A rolling restart of every role under traffic: nobody notices."""

from pathlib import Path

import pytest

from bench.restarts import measure

TIMES = 2  # `make restarts` does twenty


@pytest.mark.timeout(300)  # sixteen starts and stops of processes, on a machine that may be busy
async def test_a_rolling_restart_refuses_loses_and_doubles_nothing(
    tmp_path: Path, database_url: str, amqp_url: str, nginx: None
) -> None:
    tally = await measure(tmp_path, database_url, amqp_url, TIMES)

    assert dict(tally.refused) == {}
    assert tally.bad_exits == []
    assert tally.violations == []
    assert set(tally.restarts.values()) == {TIMES}
    assert tally.sent > 0
