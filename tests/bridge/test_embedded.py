"""The embedded PostgreSQL: brought when none is named, kept between runs, gone with the process."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import asyncpg
import psycopg
import pytest

from bridge.embedded import EmbeddedError, embedded_postgres, running_postgres
from bridge.migrate import upgrade

PROGRAM = """
import asyncio, sys
from pathlib import Path
from bridge.embedded import embedded_postgres
async def main():
    async with embedded_postgres(Path(sys.argv[1])) as url:
        print(url, flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""


async def test_what_was_written_is_there_at_the_next_start(tmp_path: Path) -> None:
    async with embedded_postgres(tmp_path) as url:
        await asyncio.to_thread(upgrade, url)
        connection = await asyncpg.connect(url)
        await connection.execute("INSERT INTO audit (actor, action) VALUES ('me', 'test')")
        await connection.close()
    async with embedded_postgres(tmp_path) as url:
        connection = await asyncpg.connect(url)
        rows = await connection.fetch("SELECT actor FROM audit")
        await connection.close()

    assert [row["actor"] for row in rows] == ["me"]


async def test_another_process_of_ours_can_join(tmp_path: Path) -> None:
    assert running_postgres(tmp_path) is None
    async with embedded_postgres(tmp_path) as url:
        assert running_postgres(tmp_path) == url
    assert running_postgres(tmp_path) is None


async def test_nobody_gets_in_without_the_password(tmp_path: Path) -> None:
    async with embedded_postgres(tmp_path) as url:
        address = url.partition("@")[2]
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(f"postgresql://bridge:guess@{address}")


async def test_a_folder_that_another_run_uses_is_refused(tmp_path: Path) -> None:
    async with embedded_postgres(tmp_path):
        with pytest.raises(EmbeddedError, match="lock file"):
            async with embedded_postgres(tmp_path):
                pass


async def test_a_folder_that_can_t_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(EmbeddedError, match="can't be written"):
        async with embedded_postgres(tmp_path / "file"):
            pass


async def test_it_dies_with_a_process_that_was_killed(tmp_path: Path) -> None:
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert program.stdout
    url = (await program.stdout.readline()).decode().strip()
    os.kill(program.pid, signal.SIGKILL)
    await program.wait()

    with pytest.raises(psycopg.OperationalError):
        await asyncio.to_thread(connect_until_refused, url)


def connect_until_refused(url: str) -> None:
    for _ in range(1000):
        psycopg.connect(url).close()
        time.sleep(0.02)
