"""The tables in memory answer as PostgreSQL does: whole schedules are played again on it."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from bridge.migrate import upgrade
from tests.conftest import RUN
from tests.servers import postgres
from tests.simulation.chance import PROFILES
from tests.simulation.replaying import CLOCKS, Replay
from tests.simulation.schedule import play
from tests.simulation.shape import Shape, large
from tests.simulation.store.registry import FAKES

# Met too seldom to be played again each time (words for people), only by a process that is asked to
# stop, which none is here, or only where a grant is lost, which sound code never loses.
RARE = {
    "bridge/problems.sql:open_problem",
    "clients/xero/grants.sql:end_grant",
    "outbox/xero/standing.sql:tell_problem",
    "processors/shell/shell.sql:note_failure",
    "outbox/lease.sql:leave",
    "outbox/lease.sql:release_lease",
    # Only where all commands of an unclear request have ended, as after a person skipped them.
    "outbox/xero/settling.sql:close_attempt",
    # Only of contacts that documents use, or where Xero says twice what it said before.
    "processors/xero/journal.sql:tell",
    "processors/xero/journal.sql:under_way",
}
SCHEDULES = {seed: Shape(profile) for seed, profile in enumerate(PROFILES)} | {
    # What these don't ask.
    3: replace(large("lost"), partners=4),
    18: replace(large("late tokens"), partners=4),
    47: large("everything"),
    78: large("limits"),
    230: large("late", organisations=2),
    231: large("freezes", organisations=2, shared=True),
    113: large("webhooks", scope="sales"),
    14: large("lost", scope="purchases"),
}


@pytest.fixture(scope="module")
def clocked_database(postgres_server: str) -> Iterator[str]:
    """Give a database whose clock is the schedule's."""
    name = f"{RUN}_clocked"
    with postgres.database(postgres_server, name) as url:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(CLOCKS)
            admin.execute(f'ALTER DATABASE "{name}" SET search_path = public, pg_catalog')
            admin.execute(f"ALTER DATABASE \"{name}\" SET sim.now = '2026-01-01'")
            admin.execute(f"ALTER DATABASE \"{name}\" SET sim.clock = '2026-01-01'")
        upgrade(url)
        yield url


@pytest.mark.timeout(600)  # whole schedules, on a machine that may be busy
def test_postgres_answers_as_the_tables_in_memory_did(clocked_database: str) -> None:
    asked: set[str] = set()
    waited = 0
    for seed, shape in SCHEDULES.items():
        replay = Replay(clocked_database, play(seed, shape=shape, trace=True))
        asyncio.run(replay.run())
        asked |= replay.asked
        waited += replay.waited

        assert replay.differences[:3] == [], f"seed {seed}"
    assert set(FAKES.fakes) - asked - RARE == set()
    assert waited > 0
