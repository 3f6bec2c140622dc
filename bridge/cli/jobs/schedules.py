"""What the sweeper does by the clock, all jobs in one list."""

from datetime import time
from typing import Final

from bridge.cli.jobs.checking import checks
from bridge.cli.jobs.drifting import drift_job
from bridge.cli.jobs.importing import job as import_job
from bridge.cli.jobs.retaining import retention
from bridge.cli.jobs.valuing import work as asset_push
from bridge.cli.jobs.xero_contacts import nightly as contacts
from bridge.cli.jobs.xero_contacts import told as xero_contacts
from bridge.cli.jobs.zoho_sweep import FULL_PATIENCE, NAME, PATIENCE, by_the_clock
from bridge.parts import Parts
from bridge.schedule import Job

# Late, so that a day's journal holds what the day's work has left in stock.
EARLY: Final = time(2, 0)
DEAD: Final = time(2, 30)
EVENING: Final = time(23, 0)
NIGHT: Final = time(3, 30)
SOON: Final = 15.0  # seconds; so many contacts as changed meanwhile share one call


def jobs(parts: Parts) -> list[Job]:
    """Give every job, in the order in which people think of them."""
    every = parts.settings.sweep_interval
    return [
        Job(NAME, by_the_clock(parts, full=False), every=every, patience=PATIENCE),
        Job("zoho_compare", by_the_clock(parts, full=True), daily_at=DEAD, patience=FULL_PATIENCE),
        Job("checks", checks(parts), daily_at=EARLY),
        import_job(parts),
        Job("xero_contacts", xero_contacts(parts), every=SOON),
        Job("contacts", contacts(parts), daily_at=NIGHT),
        Job("asset_push", asset_push(parts), daily_at=EVENING),
        Job("retention", retention(parts), daily_at=NIGHT, everyone=True),
        drift_job(parts),
    ]
