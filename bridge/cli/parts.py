"""Puts a process together: settings, the database, the vault and the bus, embedded where unset."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from bridge import rabbit
from bridge.cli.saying import REFUSED, Result, fail, note, run, settings_or_end
from bridge.crypto import Vault, kept_key, parse_keys
from bridge.embedded import embedded_postgres, running_postgres
from bridge.local_bus import LocalBus
from bridge.migrations import lacking
from bridge.parts import Parts
from bridge.postgres import AWAY, Pool, borrowed, create_pool
from bridge.rabbit import RabbitBus
from bridge.settings import Settings
from ingress.connections.office import Office
from schemas.words import ENTITIES

AnyBus = RabbitBus | LocalBus

PING_SECONDS: Final = 3
EMBEDDED_DATABASE: Final = (
    "DATABASE_URL is not set: an embedded PostgreSQL serves, its data in {folder}."
)
EMBEDDED_BUS: Final = (
    "AMQP_URL is not set: messages stay inside of this one process, which fits one machine."
)
KEY_MADE: Final = "BRIDGE_SECRET_KEY is not set: a key was made and lies in {folder}/secret.key."
KEY_KEPT: Final = "BRIDGE_SECRET_KEY is not set: the key in {folder}/secret.key is used."


def office_of(parts: Parts) -> Office:
    """Give what it takes to change connections: only here are all the rooms known."""
    from processors.shell.replan import replan_parked

    return Office(parts.pool, parts.vault, parts.settings, replan_parked)


def vault_of(settings: Settings) -> Vault:
    """Open the vault under BRIDGE_SECRET_KEY, else under a key kept in the data folder."""
    if settings.secret_key:
        return Vault(parse_keys(settings.secret_key.get_secret_value()))
    key, made = kept_key(settings.data_dir)
    note((KEY_MADE if made else KEY_KEPT).format(folder=settings.data_dir))
    return Vault(parse_keys(key))


@asynccontextmanager
async def opened(settings: Settings, *, migrate: bool = False) -> AsyncIterator[Parts]:
    """Open the database and the vault; `migrate` brings the schema up to date first.

    An embedded database is always migrated. Ends the command where the schema is not current.
    """
    vault = vault_of(settings)
    async with (
        _database(settings, migrate=migrate) as url,
        await create_pool(url, size=settings.database_pool) as pool,
    ):
        yield Parts(pool, vault, settings)


def within(act: Callable[[Parts], Awaitable[Result]]) -> Result:
    """Do one thing with the parts, for a command; what a person can mend ends it."""
    settings = settings_or_end()

    async def go() -> Result:
        async with opened(settings) as parts:
            return await act(parts)

    return run(go())


@asynccontextmanager
async def bus_of(settings: Settings) -> AsyncIterator[AnyBus]:
    """Open the bus: RabbitMQ, or the one inside of this process where AMQP_URL is unset."""
    if settings.amqp_url:
        bus: AnyBus = await rabbit.connect(settings.amqp_url, ENTITIES)
    else:
        note(EMBEDDED_BUS)
        bus = LocalBus()
    try:
        yield bus
    finally:
        await bus.close()


def readiness(pool: Pool, bus: AnyBus | None = None) -> Callable[[], Awaitable[list[str]]]:
    """Make the check behind /readyz: PostgreSQL, and the broker where `bus` is given."""

    async def ready() -> list[str]:
        problems = []
        try:
            async with borrowed(pool, PING_SECONDS) as connection:
                await connection.fetchval("SELECT 1")
        except AWAY as error:
            problems.append(f"PostgreSQL does not answer: {type(error).__name__}")
        if bus is not None and not bus.connected:
            problems.append("RabbitMQ is away")
        return problems

    return ready


@asynccontextmanager
async def _database(settings: Settings, *, migrate: bool) -> AsyncIterator[str]:
    if settings.database_url:
        missing = await lacking(settings.database_url)
        if missing and not migrate:
            names = ", ".join(missing)
            fail(f"The database lacks migration {names}: run `bridge migrate`", REFUSED)
        if missing:
            await _upgrade(settings.database_url)
        yield settings.database_url
    elif url := running_postgres(settings.data_dir):
        yield url
    else:
        note(EMBEDDED_DATABASE.format(folder=settings.data_dir))
        async with embedded_postgres(settings.data_dir) as url:
            await _upgrade(url)
            yield url


async def _upgrade(url: str) -> None:
    # Its tools take 30 MiB and a quarter of a second: only for who has something to apply.
    from bridge.migrate import upgrade

    await asyncio.to_thread(upgrade, url)
