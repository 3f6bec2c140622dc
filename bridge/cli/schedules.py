"""What the sweeper does by the clock, all jobs in one list."""

from bridge.cli.parts import Parts
from bridge.schedule import Job


def jobs(parts: Parts) -> list[Job]:  # noqa: ARG001  each job takes of it what it needs
    """Give every job, in the order in which people think of them."""
    return []
