"""The sweep brings back what slipped through, and measures what waits."""

import asyncio
from zoneinfo import ZoneInfo

import pytest
from prometheus_client import REGISTRY

from bridge.bus import Message, PublishError
from bridge.cli.jobs.measuring import measure
from bridge.cli.jobs.republishing import sweep
from bridge.local_bus import LocalBus
from bridge.postgres import Pool
from ingress.connections.zones import ZONES, iana
from tests.bridge.dropping import drop

CONNECTION = """
INSERT INTO connections (name, endpoint, organization_id, config, cutover, enabled)
VALUES ($1, $1, '1', '{}', '2026-01-01', $2) RETURNING id
"""
EVENT = """
INSERT INTO events (connection_id, entity, zoho_id, trigger, touches, fingerprint, content_type,
                    body, request_id, state, received_at)
VALUES ($1, 'invoice', '1', 'created', '{}', 'x', 'application/json', '{}', '', $2,
        now() - interval '1 hour')
"""
PARKED = """
INSERT INTO commands (connection_id, event_id, entity, zoho_id, action, kind, key, body, state,
                      cause)
VALUES ($1, 1, 'invoice', '1', 'A2', 'invoice.put', 'invoice:1', '{}', 'parked', 'tax:4600')
"""


class Listener(LocalBus):
    """A bus that tells who listens what was published, and then to stop."""

    def __init__(self, stop: asyncio.Event, *, away: bool = False) -> None:
        super().__init__()
        self.heard: list[str] = []
        self._stop = stop
        self._away = away

    async def publish(self, message: Message) -> None:
        """Note the message, or refuse it."""
        self._stop.set()
        if self._away:
            raise PublishError("away")
        self.heard.append(message.routing_key)


def gauge(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


async def test_an_event_without_a_knock_is_announced(pool: Pool) -> None:
    stop = asyncio.Event()
    bus = Listener(stop)
    await pool.execute(EVENT, await pool.fetchval(CONNECTION, "acme", True), "undecided")
    await sweep(pool, bus, stop, every=0.01)

    assert bus.heard == ["invoice.created"]


async def test_a_broker_that_is_away_does_not_end_the_sweep(pool: Pool) -> None:
    stop = asyncio.Event()
    await pool.execute(EVENT, await pool.fetchval(CONNECTION, "acme", True), "undecided")
    await sweep(pool, Listener(stop, away=True), stop, every=0.01)


async def test_an_event_held_while_its_connection_was_enabled_is_released(pool: Pool) -> None:
    stop = asyncio.Event()
    enabled = await pool.fetchval(CONNECTION, "acme", True)
    disabled = await pool.fetchval(CONNECTION, "zebra", False)
    await pool.execute(EVENT, enabled, "held")
    await pool.execute(EVENT, disabled, "held")
    await sweep(pool, Listener(stop), stop, every=0.01)

    rows = await pool.fetch("SELECT connection_id, state FROM events ORDER BY id")
    assert [tuple(row) for row in rows] == [(enabled, "undecided"), (disabled, "held")]


async def test_what_waits_is_measured_and_forgotten_when_it_is_gone(pool: Pool) -> None:
    connection = await pool.fetchval(CONNECTION, "measured", True)
    await pool.execute(EVENT, connection, "undecided")
    await pool.execute(PARKED, connection)
    await measure(pool)

    assert gauge("bridge_events_undecided", connection="measured") == 1
    assert (gauge("bridge_events_undecided_age_seconds", connection="measured") or 0) >= 3600
    assert gauge("bridge_commands_parked", connection="measured", cause_kind="tax") == 1

    await pool.execute("DELETE FROM commands")
    await pool.execute("DELETE FROM events")
    await measure(pool)

    assert gauge("bridge_events_undecided", connection="measured") == 0
    assert gauge("bridge_commands_parked", connection="measured", cause_kind="tax") is None


async def test_what_stands_still_is_measured_by_connection_and_by_entity(pool: Pool) -> None:
    connection = await pool.fetchval(CONNECTION, "still", False)
    await pool.execute(EVENT, connection, "parked")
    await pool.execute(
        "INSERT INTO problems (connection_id, code, what, remedy) VALUES ($1, 'x', 'it', 'so')",
        connection,
    )
    await measure(pool)

    assert gauge("bridge_events_parked", connection="still") == 1
    assert gauge("bridge_connection_problems", connection="still") == 1
    assert gauge("bridge_connection_enabled", connection="still") == 0
    assert gauge("bridge_queue_age_seconds", entity="invoice") == 0

    await pool.execute("UPDATE events SET state = 'undecided'")
    await measure(pool)

    assert (gauge("bridge_queue_age_seconds", entity="invoice") or 0) >= 3600
    await pool.execute("DELETE FROM connections")
    await measure(pool)

    assert gauge("bridge_connection_enabled", connection="still") is None


async def test_a_database_that_hangs_up_does_not_end_the_sweep(
    pool: Pool, doomed_pool: Pool
) -> None:
    stop = asyncio.Event()
    sweeping = asyncio.create_task(sweep(doomed_pool, Listener(stop), stop, every=0.01))
    for _ in range(10):
        await drop(pool)
    connection = await pool.fetchval(CONNECTION, "acme", True)
    await pool.execute(EVENT, connection, "undecided")
    await sweeping


@pytest.mark.parametrize("name", ZONES)
def test_every_zone_of_xero_s_exists(name: str) -> None:
    assert ZoneInfo(iana(name) or "")


def test_a_zone_that_is_not_known_is_none() -> None:
    assert iana("RUSSIATIMEZONE10") is None
