"""What waits, counted over all connections: the gauges that alerts and scaling look at."""

import time
from collections.abc import Iterable
from typing import Any, Final

from prometheus_client import Gauge

from bridge import metrics
from bridge.postgres import Pool
from bridge.queries import load
from schemas.words import ENTITIES

QUERIES = load(__file__, "measuring.sql")
BY_CONNECTION: Final = {
    "undecided": metrics.EVENTS_UNDECIDED,
    "undecided_age": metrics.EVENTS_UNDECIDED_AGE,
    "parked": metrics.EVENTS_PARKED,
    "enabled": metrics.CONNECTION_ENABLED,
    "problems": metrics.CONNECTION_PROBLEMS,
}


_MISSED: Final[dict[tuple[str, str], int]] = {}


async def measure(pool: Pool) -> None:
    """Set the gauges of what waits; a connection that was deleted loses its own."""
    metrics.EVENTS_UNPUBLISHED.set(await QUERIES.count_unpublished(pool))
    connections = await QUERIES.connections(pool)
    for column, gauge in BY_CONNECTION.items():
        _show(gauge, ((row["name"], row[column]) for row in connections))
    ages = {row["entity"]: row["age"] for row in await QUERIES.ages(pool)}
    _show(metrics.QUEUE_AGE, ((entity, ages.get(entity, 0.0)) for entity in ENTITIES))
    parked = await QUERIES.parked_commands(pool)
    _show(metrics.COMMANDS_PARKED, (tuple(row) for row in parked))
    _show(metrics.DRIFT, (tuple(row) for row in await QUERIES.drift(pool)))
    for row in await QUERIES.missed_webhooks(pool):
        _count_missed(row["name"], row["module"], row["missed"])
    metrics.SWEEP_LAST_SUCCESS.set(time.time())


def _show(gauge: Gauge, rows: Iterable[tuple[Any, ...]]) -> None:
    # What nothing waits for any more must not keep its last figure.
    gauge.clear()
    for *labels, value in rows:
        gauge.labels(*labels).set(value)


def _count_missed(name: str, module: str, missed: int) -> None:
    # Sweeps by hand end with their process: the database counts, and we show what it counted.
    counted = _MISSED.get((name, module), 0)
    _MISSED[name, module] = missed
    metrics.WEBHOOKS_MISSED.labels(name, module).inc(max(0, missed - counted))
