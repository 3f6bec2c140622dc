"""A rolling restart of every role under traffic: nobody notices."""

from pathlib import Path

import pytest

from bench.restarts import measure
from tests.simulation.checker import check

TIMES = 2  # `make restarts` does twenty


@pytest.mark.timeout(300)  # sixteen starts and stops of processes, on a machine that may be busy
async def test_a_rolling_restart_refuses_no_webhook_and_breaks_no_invariant(
    tmp_path: Path, database_url: str, amqp_url: str, nginx: None
) -> None:
    tally = await measure(tmp_path, database_url, amqp_url, TIMES)

    assert dict(tally.refused) == {}
    assert tally.bad_exits == []
    assert tally.violations == []
    assert set(tally.restarts.values()) == {TIMES}
    assert len(tally.witness.answers) == tally.sent > 0
    # A run is dear, so this one shows too that its judge can fail: an invoice less in Xero.
    (books,) = tally.history["xero"].values()
    books["Invoices"].pop()
    assert {violation.partition(":")[0] for violation in check(tally.history)} == {"I6", "I20"}
