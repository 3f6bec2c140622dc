"""The roles of the bridge's processes, and all of them in one."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from importlib.metadata import version
from typing import Annotated, Any, Final

import structlog
import typer
import uvloop

from bridge import logs, tracing
from bridge.cli.parts import AnyBus, bus_of, office_of, opened, readiness
from bridge.cli.saying import (
    REFUSED,
    WRONG,
    environment,
    fail,
    leaves,
    note,
    run,
    settings_or_end,
)
from bridge.operations import serve, serve_operations
from bridge.parts import Parts
from bridge.settings import Settings, given, unknown
from bridge.supervise import Loop, supervise
from schemas.words import ENTITIES

LOG = structlog.get_logger()
CONCURRENCY: Final = 8
PACKAGE: Final = "zoho-xero-bridge"
NO_ACCOUNT: Final = "Nobody can sign in yet. Make the first account here, within a day: {link}"
NEEDS_BROKER: Final = "Set AMQP_URL: only `bridge run`, all in one process, does without a broker."

Concurrency = Annotated[int, typer.Option(min=1, help="Documents of an entity at once.")]


def ingress() -> None:
    """Receive Zoho's webhooks, and serve the console and /api."""
    settings = settings_or_end()
    _play(
        "ingress",
        settings,
        _with_bus(settings, lambda parts, bus: [_ingress(parts, bus), *_operations(parts)]),
    )


def processor(
    entity: Annotated[
        list[str] | None, typer.Option(help="Only this entity; may be repeated. All by default.")
    ] = None,
    concurrency: Concurrency = CONCURRENCY,
) -> None:
    """Decide what events ask of Xero."""
    entities = tuple(entity or ENTITIES)
    if unknown := set(entities) - set(ENTITIES):
        fail(f"No such entity: {', '.join(unknown)}. There are {', '.join(ENTITIES)}", REFUSED)
    settings = settings_or_end()
    _need_broker(settings)

    def loops(parts: Parts, bus: AnyBus) -> Sequence[Loop]:
        return [_processor(parts, bus, entities, concurrency), *_operations(parts, bus)]

    _play("processor", settings, _with_bus(settings, loops))


def outbox() -> None:
    """Deliver to Xero, in order."""
    settings = settings_or_end()
    work = _without_bus(settings, lambda parts: [_outbox(parts), *_operations(parts)])
    _play("outbox", settings, work)


def sweeper() -> None:
    """Publish again what the broker did not take, measure what waits, do what the clock asks."""
    settings = settings_or_end()
    _need_broker(settings)
    _play(
        "sweeper",
        settings,
        _with_bus(
            settings,
            lambda parts, bus: [
                _sweeper(parts, bus),
                _schedule(parts),
                *_operations(parts),
            ],
        ),
    )


def run_all(concurrency: Concurrency = CONCURRENCY) -> None:
    """Do all of it in this one process, for one machine; migrates the database first."""
    settings = settings_or_end()

    def loops(parts: Parts, bus: AnyBus) -> Sequence[Loop]:
        return [*all_loops(parts, bus, concurrency=concurrency), *_operations(parts)]

    _play("run", settings, _with_bus(settings, loops, migrate=True))


def all_loops(
    parts: Parts, bus: AnyBus, *, concurrency: int = CONCURRENCY, invite: bool = True
) -> Sequence[Loop]:
    """Give the loops of every role, for one process that plays them all."""
    return [
        _ingress(parts, bus, invite=invite),
        _processor(parts, bus, ENTITIES, concurrency),
        _outbox(parts),
        _sweeper(parts, bus),
        _schedule(parts),
    ]


def _play(role: str, settings: Settings, work: Coroutine[Any, Any, None]) -> None:
    end_traces = tracing.start()
    logs.configure(settings.log_format, settings.log_level)
    LOG.info("process.started", role=role, version=version(PACKAGE), settings=given(settings))
    if names := unknown(environment()):
        LOG.warning("settings.unknown", names=names)
    try:
        run(work, uvloop.run)
    except typer.Exit:
        raise
    except Exception as died:
        reasons = list(leaves(died))
        if all(isinstance(reason, OSError) for reason in reasons):
            fail("; ".join(map(str, reasons)))
        LOG.exception("process.died")
        raise typer.Exit(WRONG) from None
    finally:
        end_traces()
    LOG.info("process.stopped")


async def _with_bus(
    settings: Settings,
    loops: Callable[[Parts, AnyBus], Sequence[Loop]],
    *,
    migrate: bool = False,
) -> None:
    async with opened(settings, migrate=migrate) as parts, bus_of(settings) as bus:
        await supervise(*loops(parts, bus))


async def _without_bus(settings: Settings, loops: Callable[[Parts], Sequence[Loop]]) -> None:
    async with opened(settings) as parts:
        await supervise(*loops(parts))


def _need_broker(settings: Settings) -> None:
    if not settings.amqp_url:
        fail(NEEDS_BROKER, REFUSED)


def _ingress(parts: Parts, bus: AnyBus, *, invite: bool = True) -> Loop:
    from ingress.app import build_app
    from processors.sync_rules import table

    settings = parts.settings
    app = build_app(office_of(parts), bus, table())

    async def ingress(stop: asyncio.Event) -> None:
        if invite:
            await _invite(parts)
        app.state.stopping = stop  # pages that are kept current must let go then
        await serve(app, settings.host, settings.port, stop, settings.trusted_proxies)

    return ingress


async def _invite(parts: Parts) -> None:
    from ingress.auth import first_account

    if await first_account.is_wanted(parts.pool):
        link = await first_account.new_link(parts.pool, parts.settings.public_url)
        note(NO_ACCOUNT.format(link=link))


def _processor(parts: Parts, bus: AnyBus, entities: Sequence[str], concurrency: int) -> Loop:
    from ingress.journal.readings import Readings
    from processors.shell.consumer import run as consume

    zoho = Readings(parts)

    async def processor(stop: asyncio.Event) -> None:
        await consume(parts.pool, bus, entities, concurrency=concurrency, stop=stop, asker=zoho)

    return processor


def _outbox(parts: Parts) -> Loop:
    from outbox.run import run as relay

    async def outbox(stop: asyncio.Event) -> None:
        await relay(parts, stop)

    return outbox


def _sweeper(parts: Parts, bus: AnyBus) -> Loop:
    from bridge.cli.jobs.republishing import sweep

    async def sweeper(stop: asyncio.Event) -> None:
        await sweep(parts.pool, bus, stop)

    return sweeper


def _schedule(parts: Parts) -> Loop:
    from bridge.cli.jobs.schedules import jobs
    from bridge.schedule import run_jobs

    async def schedule(stop: asyncio.Event) -> None:
        await run_jobs(parts.pool, jobs(parts), stop)

    return schedule


def _operations(parts: Parts, bus: AnyBus | None = None) -> list[Loop]:
    host, port = parts.settings.host, parts.settings.metrics_port
    ready = readiness(parts.pool, bus)

    async def operations(stop: asyncio.Event) -> None:
        await serve_operations(host, port or 0, ready, stop)

    return [] if port is None else [operations]
