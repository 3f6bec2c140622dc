"""A rolling restart of every role, under traffic and with the least rights: nobody notices."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from yarl import URL

from bench.restarts import measure
from tests.cli.test_database_roles import roles
from tests.conftest import RUN, TURNS
from tests.deploy.conftest import PASSWORD
from tests.servers import postgres
from tests.simulation.checker import check

TIMES = 2  # `make restarts` does twenty


@pytest.fixture
def database_url(postgres_server: str) -> Iterator[str]:
    """Let every process work as the role that deploy/postgres/roles.sql has for the app."""
    name = f"{RUN}_{next(TURNS)}"
    with postgres.database(postgres_server, name) as url, roles(postgres_server, url) as urls:
        yield urls["bridge_app"]


@pytest.fixture
def least_amqp_url(amqp_url: str, user: str) -> str:
    """Let every process work as the user of deploy/rabbitmq/definitions.json."""
    return str(URL(amqp_url).with_user(user).with_password(PASSWORD))


@pytest.mark.timeout(600)  # sixteen starts and stops of processes, on a machine that may be busy
async def test_a_rolling_restart_refuses_no_webhook_and_breaks_no_invariant(
    tmp_path: Path, database_url: str, least_amqp_url: str, nginx: None
) -> None:
    tally = await measure(tmp_path, database_url, least_amqp_url, TIMES)

    assert dict(tally.refused) == {}
    assert tally.bad_exits == []
    assert tally.violations == []
    assert set(tally.restarts.values()) == {TIMES}
    assert len(tally.witness.answers) == tally.sent > 0
    # A run is dear, so this one shows too that its judge can fail: an invoice less in Xero.
    (books,) = tally.history["xero"].values()
    books["Invoices"].pop()
    assert {violation.partition(":")[0] for violation in check(tally.history)} == {"I6", "I20"}
