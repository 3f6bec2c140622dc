"""Looks into everything that a running bridge needs, and says what to do about what is wrong."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import aio_pika
from aiormq.exceptions import ChannelAccessRefused

from bridge.cli.doctor.finding import Finding
from bridge.cli.doctor.zoho import zoho_findings
from bridge.cli.parts import office_of, opened
from bridge.crypto import Vault, VaultError
from bridge.migrations import applied_to, known, newer_than
from bridge.parts import Parts
from bridge.postgres import AwayError, Pool, server_version
from bridge.rabbit import why
from bridge.settings import Settings, SettingsError, read_settings, unknown
from bridge.topology import TopologyError, declare
from clients.xero.errors import Disconnected, Unavailable
from ingress.connections.finding import QUERIES, list_all
from ingress.connections.office import Office
from schemas.words import ENTITIES

OLDEST: Final = 150_000  # PostgreSQL 15, as the server counts
TIMEOUT: Final = 10.0  # seconds
NEWER: Final = (
    "The release before that one runs on it, as while a deployment rolls; bring what runs this one"
    " to the newer release, or leave the schema as it is if you went back"
)


async def examine(environ: Mapping[str, str]) -> list[Finding]:
    """Look at settings, database, broker and every connection; what stands in the way ends it."""
    return [finding async for finding in _examine(environ)]


async def _examine(environ: Mapping[str, str]) -> AsyncIterator[Finding]:
    try:
        settings = read_settings(environ)
    except SettingsError as error:
        for problem in error.problems:
            yield Finding(problem.name, ok=False, what=problem.what, remedy=problem.remedy)
        return
    strange = "".join(f"; {name} is none of them" for name in unknown(environ))
    yield Finding("settings", ok=True, what=f"can be used{strange}")
    yield await _broker(settings)
    finding = await _database(settings)
    yield finding
    if finding.ok:
        async with opened(settings) as parts:
            yield await _trail(parts.pool)
            for row in await list_all(parts.pool):
                async for about_connection in _connection(parts, row):
                    yield about_connection


async def _broker(settings: Settings) -> Finding:
    about = "broker"
    if settings.amqp_url is None:
        what = "AMQP_URL is not set: `bridge run` passes messages inside of its own process"
        return Finding(about, ok=True, what=what)
    try:
        async with await aio_pika.connect(settings.amqp_url, timeout=TIMEOUT) as connection:
            await declare(connection, ENTITIES)
    except TopologyError as error:
        return Finding(about, ok=False, what="holds a queue of another shape", remedy=str(error))
    except ChannelAccessRefused as error:
        remedy = "Give the user the rights that deploy/rabbitmq/definitions.json gives to bridge"
        return Finding(about, ok=False, what=why(error), remedy=remedy)
    except aio_pika.exceptions.CONNECTION_EXCEPTIONS as error:
        remedy = "Check AMQP_URL, and that RabbitMQ runs"
        return Finding(about, ok=False, what=f"can't be used: {why(error)}", remedy=remedy)
    return Finding(about, ok=True, what="reachable, all queues are there")


async def _database(settings: Settings) -> Finding:
    about = "database"
    if settings.database_url is None:
        return Finding(about, ok=True, what="DATABASE_URL is not set: the embedded one serves")
    try:
        version = await server_version(settings.database_url)
    except AwayError as error:
        remedy = "Check DATABASE_URL, and that PostgreSQL runs"
        return Finding(about, ok=False, what=str(error), remedy=remedy)
    if version < OLDEST:
        what = f"is PostgreSQL {version // 10_000}"
        return Finding(about, ok=False, what=what, remedy="Use PostgreSQL 15 or later")
    return _schema(await applied_to(settings.database_url))


def _schema(applied: str | None) -> Finding:
    if missing := newer_than(applied):
        what = f"lacks migration {', '.join(missing)}"
        return Finding("database", ok=False, what=what, remedy="Run `bridge migrate`")
    newest = known()[-1]
    if applied == newest:
        return Finding("database", ok=True, what="reachable, its schema is current")
    what = f"reachable, its schema ({applied}) is of a newer release than this one ({newest})"
    return Finding("database", ok=True, what=what, remedy=NEWER)


async def _trail(pool: Pool) -> Finding:
    from ingress.audit import first_break

    broken = await first_break(pool)
    if broken is None:
        return Finding("audit", ok=True, what="is whole")
    what = f"entry {broken} does not follow from the one before: somebody changed the trail"
    remedy = "Compare it with an earlier export of /api/audit, and find out who can write there"
    return Finding("audit", ok=False, what=what, remedy=remedy)


async def _connection(parts: Parts, row: Mapping[str, Any]) -> AsyncIterator[Finding]:
    about = f"connection {row['name']}"
    if not row["enabled"]:
        what = "is disabled: webhooks are kept, nothing is sent"
        yield Finding(about, ok=True, what=what)
    if row["problem"]:
        remedy = "Mend it, then `bridge connection apply` its file again"
        yield Finding(about, ok=False, what=row["problem"], remedy=remedy)
    try:
        await _secrets(parts.pool, parts.vault, row["id"])
    except VaultError as error:
        remedy = "Give BRIDGE_SECRET_KEY the key that was in use, after the new one"
        yield Finding(about, ok=False, what=str(error), remedy=remedy)
        return
    async for finding in _organisations(office_of(parts), row):
        yield finding
    async for finding in zoho_findings(parts, row):
        yield finding
    async for finding in _webhooks(parts, row):
        yield finding


async def _webhooks(parts: Parts, row: Mapping[str, Any]) -> AsyncIterator[Finding]:
    """Say which webhooks lack in Zoho, where it can be asked; its grant is another matter."""
    from clients.zoho.automation import Automation
    from clients.zoho.errors import ZohoError
    from clients.zoho.session import opened as zoho
    from ingress.automation.installing import look
    from ingress.automation.wanted import hooks

    wanted = list(hooks(parts.settings.public_url, row["endpoint"]))
    try:
        async with zoho(parts, row["id"], patience=TIMEOUT) as it:
            verdicts = await look(Automation(it), wanted)
    except ZohoError:
        return
    wrong = [verdict for verdict in verdicts if verdict.state != "ok"]
    what = f"all {len(wanted)} webhooks are set up in Zoho"
    if wrong:
        # No fault of the bridge's: the sweep finds the same, only later.
        what = (
            f"{len(wrong)} of {len(wanted)} webhooks are not set up in Zoho as they should be, so"
            f" the sweep alone finds what they would tell: `bridge zoho install {row['name']}`"
        )
    yield Finding(f"connection {row['name']}", ok=True, what=what)


async def _secrets(pool: Pool, vault: Vault, connection_id: int) -> dict[str, str]:
    rows = await QUERIES.read_secrets(pool, connection_id=connection_id)
    return {
        row["name"]: vault.open(row["sealed"], context=f"{connection_id}/{row['name']}")
        for row in rows
    }


async def _organisations(office: Office, row: Mapping[str, Any]) -> AsyncIterator[Finding]:
    from clients.xero.grants import way_back
    from ingress.connections.examining import judge, read_facts

    about = f"connection {row['name']}"
    try:
        facts = await read_facts(office, row)
    except Disconnected as error:
        remedy = way_back(row["name"], row["config"]["xero"])
        yield Finding(about, ok=False, what=str(error), remedy=remedy)
        return
    except Unavailable as error:
        yield Finding(about, ok=False, what=str(error), remedy="Check that Xero can be reached")
        return
    found = judge(row["config"], facts, row["timezone"])
    wrong = [each for each in found if each.level != "note"]
    for each in wrong:
        yield Finding(about, ok=False, what=each.what, remedy=each.remedy)
    if not wrong:
        what = f"Xero ({facts.xero.name}) lets us in, all accounts and tax types are there"
        yield Finding(about, ok=True, what=what)
