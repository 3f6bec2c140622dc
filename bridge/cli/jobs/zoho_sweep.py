"""The sweeps that run by the clock: what no Zoho webhook told (G2)."""

from typing import Final

import structlog

from bridge.parts import Parts
from bridge.queries import load
from bridge.schedule import Due, Work

QUERIES = load(__file__, "zoho_sweep.sql")
LOG = structlog.get_logger()
NAME: Final = "zoho_sweep"
PATIENCE: Final = 900.0  # seconds for a sweep of what changed
FULL_PATIENCE: Final = 4 * 3600.0  # and for one of everything
GRACE: Final = 20.0  # seconds that a webhook may be on its way
FREE: Final = 0.75  # of the day's calls; while more are left, sweeps don't count them


def by_the_clock(parts: Parts, *, full: bool) -> Work:
    """Give the sweeper's work: a sweep of what changed, if the day's calls allow it, or of all."""
    from clients.zoho.errors import Disconnected, Throttled, WrongOrganisation
    from ingress.sweep.run import sweep as sweep_once

    async def work(due: Due) -> None:
        if not full and await _is_ahead(parts, due.connection_id):
            return
        try:
            report = await sweep_once(
                parts,
                due.connection_id,
                full=full,
                grace=0.0 if full else min(GRACE, parts.settings.sweep_interval / 4),
            )
        except (Disconnected, WrongOrganisation) as error:
            LOG.warning("zoho.not_swept", connection=due.name, problem=str(error))
        except Throttled as error:
            if full:
                raise  # it is tried again, until the day's calls allow it
            LOG.warning("zoho.not_swept", connection=due.name, problem=str(error))
        else:
            LOG.info(
                "zoho.swept",
                connection=due.name,
                full=full,
                calls=report.calls,
                missed=report.missed,
            )

    return work


async def _is_ahead(parts: Parts, connection_id: int) -> bool:
    """Whether the day's calls go faster than the day, so that a sweep by the clock should wait."""
    row = await QUERIES.day_of(parts.pool, connection_id=connection_id)
    return row is not None and row["left"] < FREE and row["left"] < row["day"]
