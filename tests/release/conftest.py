"""Earlier versions for the tests of a release."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.conftest import RUN, TURNS
from tests.journeys.house import House, built
from tests.release.versions import Missing, Version, versions
from tests.servers import postgres

UNLIMITED = {"minute": None, "day": None, "app_minute": None}
# Zoho as patient as it takes: a receiver is away while the next one takes its port.
PERSISTENT = {"retries": [0.1, 0.2, 0.5, *([1.0] * 60)]}
FAULTS = ("error", "critical")


@dataclass(frozen=True, slots=True)
class Previous:
    """An earlier version, and the folder that its code lies in."""

    version: Version
    folder: Path


@pytest.fixture(scope="session", params=versions(), ids=str)
def previous(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Previous:
    """Give each earlier version's code.

    Without git's history nothing can be tried: the test is skipped, and says so.
    """
    version: Version = request.param
    folder = tmp_path_factory.mktemp(f"version_{version}")
    try:
        version.put_into(folder)
    except Missing as missing:
        if missing.wrong:
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    return Previous(version, folder)


@pytest.fixture
def empty_database(postgres_server: str) -> Iterator[str]:
    """Give the URL of a database without any schema."""
    with postgres.database(postgres_server, f"{RUN}_{next(TURNS)}") as url:
        yield url


@pytest.fixture
async def house(tmp_path: Path, empty_database: str, amqp_url: str) -> AsyncIterator[House]:
    """Give a house of this release with nothing set up; its stand-in for Xero has no limits."""
    async with built(tmp_path, empty_database, amqp_url) as house:
        house.environment["XERO_CALLS_PER_MINUTE"] = "60000"
        await house.control("xero/settings", {"limits": UNLIMITED})
        await house.control("zoho/delivery", PERSISTENT)
        await house.silence()
        yield house
    assert errors(house) == []


@pytest.fixture
async def old_house(house: House, previous: Previous) -> AsyncIterator[House]:
    """Give the same house as the earlier version's processes live in it.

    They find the earlier code first; libraries and stand-ins are this release's.
    """
    folder = house.folder / "old"
    folder.mkdir()
    environment = {**house.environment, "PYTHONPATH": str(previous.folder)}
    old = replace(house, folder=folder, environment=environment, processes={})
    try:
        yield old
    finally:
        for role in list(old.processes):
            await old.stop(role)
    assert errors(old) == []


def errors(house: House) -> list[str]:
    """What the house's processes logged as errors; jobs by the clock fail nowhere else."""
    logs = [log.read_text(encoding="utf-8") for log in house.folder.glob("*.log")]
    lines = [line for log in logs for line in log.splitlines() if line.startswith("{")]
    levels = [json.loads(line)["level"] for line in lines]
    assert bool(levels) == bool(logs), "a log has another form"
    return [line for level, line in zip(levels, lines, strict=True) if level in FAULTS]
