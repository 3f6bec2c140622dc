"""The nightly look at each connection's prerequisites (C2)."""

from bridge.cli.parts import office_of
from bridge.parts import Parts
from bridge.schedule import Due, Work


def checks(parts: Parts) -> Work:
    """Make the job: what a person must mend becomes a problem, what is mended ceases to be one."""
    office = office_of(parts)

    async def work(due: Due) -> None:
        from ingress.connections.examining import nightly

        await nightly(office, due.name)

    return work
