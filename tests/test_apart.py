"""Connections are apart (C11): no query without the connection, no row that hangs on another's."""

import json
import random
import re
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from bridge.local_bus import LocalBus
from bridge.postgres import Pool
from ingress.connections.office import Office
from ingress.connections.switching import disable, enable
from outbox.operate import Choice, retry, skip
from processors.shell.consumer import answer
from processors.shell.replan import replan_parked
from processors.shell.replaying import Choice as Events
from processors.shell.replaying import replay
from schemas.connections import read_file
from tests.house import HOUSE, ROOMS
from tests.ingress.browsing import FILE
from tests.ingress.conftest import VAULT, Door, connect, opened, settings
from tests.processors.zoho import at, invoice

# Rows are named by an id of our own, which was found under a connection, in the same transaction.
BY_ID = {
    "ingress/api/imports.sql": "step finish",
    "outbox/append.sql": "places_of take_place supersede",
    "outbox/xero/first_sight.sql": "mark_looked",
    "outbox/xero/relay.sql": "waited",
    "outbox/xero/resolving.sql": "open_members looked",
    "outbox/xero/sending.sql": "doubt",
    "outbox/xero/settling.sql": "end_attempt close_attempt end_members give_way give_up",
    "outbox/xero/states.sql": "set_states end_commands",
    "outbox/xero/twins.sql": "expect",
    "outbox/zoho/zoho.sql": "take end_attempt looked set_state end_command",
    "processors/shell/shell.sql": "load_event hold_event count_failure note_failure"
    " build leave_unbuilt give_way",
    "processors/xero/journal.sql": "end_events",
    "ingress/journal/knocks.sql": "mark_published unmark_published",
}
# Across connections on purpose: work that is shared out, figures for operators, keys. Each row
# still says whose it is.
ACROSS = {
    "bridge/cli/demo/stage.sql": "is_busy count_events",
    "bridge/cli/jobs/measuring.sql": "count_unpublished connections ages parked_commands drift"
    " missed_webhooks",
    "bridge/cli/jobs/republishing.sql": "release_held",
    "bridge/schedule.sql": "claim_due",
    "ingress/consent/consents.sql": "arrive",
    "ingress/connections/granting.sql": "granted sharing",
    "ingress/connections/resealing.sql": "secrets grants consents",
    "ingress/connections/revoking.sql": "refresh_tokens",
    "ingress/console/console.sql": "connections",
    "ingress/webhooks/directory.sql": "doors",
    "ingress/journal/journal.sql": "record find_repeats",
    "ingress/journal/knocks.sql": "claim_unpublished count_unpublished",
    "ingress/webhooks/xero.sql": "record read_anew",
    "outbox/lease.sql": "renew_leases end_leases acquire_leases share",
}
TABLES = """
SELECT table_name FROM information_schema.columns
 WHERE table_schema = 'public' AND column_name = 'connection_id'
"""
# When a knock was published is written down later, behind the answer.
ROWS = """
SELECT coalesce(string_agg(row::text, ';' ORDER BY row::text), '')
  FROM (SELECT to_jsonb(t) - 'published_at' AS row FROM {table} t WHERE connection_id = $1) AS found
"""
# The trail is everybody's, and says which connection each row is about.
SHARED = {"audit"}


def queries() -> Iterator[tuple[str, str, str]]:
    """Yield each named query: its file, its name, its statement."""
    for room in ROOMS:
        for path in sorted((HOUSE / room).rglob("*.sql")):
            if "migrations" in path.parts:
                continue
            text = path.read_text(encoding="utf-8")
            for part in re.split(r"^(?=-- name: )", text, flags=re.MULTILINE)[1:]:
                name = re.match(r"-- name: (\w+)", part)
                assert name
                body = "\n".join(x for x in part.splitlines() if not x.startswith("--"))
                yield str(path.relative_to(HOUSE)), name[1], body


def touches(body: str, tables: set[str]) -> bool:
    named = "|".join(sorted(tables))
    return bool(re.search(rf"\b(FROM|JOIN|INTO|UPDATE|USING)\s+({named})\b", body))


async def test_no_query_leaves_the_connection_out_unseen(pool: Pool) -> None:
    tables = {row["table_name"] for row in await pool.fetch(TABLES)} - SHARED
    tables.add("attempt_members")
    free = {
        (file, name)
        for file, name, body in queries()
        if touches(body, tables) and ":connection_id" not in body
    }
    listed = {
        (file, name)
        for each in (BY_ID, ACROSS)
        for file, names in each.items()
        for name in names.split()
    }

    assert free - listed == set(), "filter by :connection_id, or say above why not"
    assert listed - free == set(), "no longer needed above"


MIXED = {
    "ticket": "INSERT INTO tickets (command_id, connection_id, document, position)"
    " VALUES ($2, $1, 'x:1', 1)",
    "need": "INSERT INTO needs (command_id, connection_id, key) VALUES ($2, $1, 'x:1')",
    "decision": "INSERT INTO decisions (connection_id, event_id, entity, zoho_id, action, outcome)"
    " SELECT $1, event_id, entity, zoho_id, 'A2', 'applied' FROM commands WHERE id = $2",
    "member": "INSERT INTO attempt_members (attempt_id, command_id, place)"
    " SELECT id, $2, 0 FROM attempts WHERE connection_id = $1",
}


@pytest.mark.parametrize("what", MIXED)
async def test_nothing_hangs_on_a_row_of_another_connection(street: "Street", what: str) -> None:
    await street.post("acme", "1")
    await street.post("zebra", "1")
    commands = {name: await street.command(name) for name in street.doors}

    acme = street.numbers["acme"]
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await street.pool.execute(MIXED[what], acme, commands["zebra"])
    await street.pool.execute(MIXED[what], acme, commands["acme"])


@pytest.mark.parametrize("seed", range(3))
async def test_what_is_done_to_one_connection_changes_no_row_of_another(
    street: "Street", seed: int
) -> None:
    chance = random.Random(seed)
    for name in street.doors:
        await street.post(name, "1")
    for _ in range(25):
        here, there = chance.sample(sorted(street.doors), 2)
        before = await street.rows(there)
        await street.act(here, chance)
        assert await street.rows(there) == before


class Street:
    """Two connections with documents of the same ids, behind one door."""

    def __init__(self, door: Door, numbers: dict[str, int]) -> None:
        self._door = door
        self.pool = door.pool
        self.numbers = numbers
        self.doors = {name: f"{name}-endpoint" for name in numbers}
        self._minute = 0
        self._office = Office(door.pool, VAULT, settings(), replan_parked)

    async def post(self, name: str, zoho_id: str) -> None:
        """Let Zoho tell of an invoice, and decide it."""
        self._minute += 1
        document = invoice(zoho_id, last_modified_time=at(self._minute))
        content = json.dumps({"invoice": document}, default=str).encode()
        posted = await self._door.post(content, f"{self.doors[name]}/invoice/edited")
        assert posted.status_code == 202, posted.text

    async def newest(self, name: str) -> int:
        """The newest event of a connection."""
        number: int = await self.pool.fetchval(
            "SELECT max(id) FROM events WHERE connection_id = $1", self.numbers[name]
        )
        return number

    async def command(self, name: str) -> int:
        """Leave a command and a request of a connection; gives the command's number."""
        number: int = await self.pool.fetchval(
            "INSERT INTO commands (connection_id, event_id, entity, zoho_id, action, kind, key,"
            " body, state, cause) SELECT connection_id, id, entity, zoho_id, 'A2', 'invoice.put',"
            " 'invoice:1', '{}', 'parked', 'tax:1' FROM events WHERE connection_id = $1"
            " ORDER BY id DESC LIMIT 1 RETURNING id",
            self.numbers[name],
        )
        await self.pool.execute(
            "INSERT INTO attempts (connection_id, idempotency_key, method, path, body, body_hash,"
            " generation, fence) VALUES ($1, 'same key', 'PUT', '/Invoices', '', '', 1, 1)"
            " ON CONFLICT DO NOTHING",
            self.numbers[name],
        )
        return number

    async def act(self, name: str, chance: random.Random) -> None:
        """Do one of the things that people and webhooks do, to one connection."""
        number = self.numbers[name]
        match chance.choice(("post", "command", "retry", "skip", "replay", "decide", "switch")):
            case "post":
                await self.post(name, chance.choice("123"))
            case "command":
                await self.command(name)
            case "switch":
                await disable(self._office, name, "user:anna")
                await enable(self._office, name, "user:anna")
            case "decide":
                await answer(self.pool, await self.newest(name))
            case what:
                async with self.pool.acquire() as database, database.transaction():
                    if what == "replay":
                        await replay(database, number, Events(states=("parked",)))
                    elif what == "retry":
                        await retry(database, number, Choice(cause="tax:1"))
                    else:
                        await skip(
                            database, number, Choice(everything=True), reason="no", by="user:anna"
                        )

    async def rows(self, name: str) -> dict[str, str]:
        """Everything that is kept of a connection, table by table."""
        tables = {row["table_name"] for row in await self.pool.fetch(TABLES)} - SHARED
        found = {}
        for table in sorted(tables):
            found[table] = await self.pool.fetchval(ROWS.format(table=table), self.numbers[name])
        return found


@pytest.fixture
async def street(pool: Pool) -> AsyncIterator[Street]:
    """Give two connections behind one door."""
    numbers = {name: await connect(pool, name) for name in ("acme", "zebra")}
    config = read_file(FILE, {}).to_config()
    await pool.execute("UPDATE connections SET config = $1, base_currency = 'CAD'", config)
    xero = {"XERO_API_URL": "http://127.0.0.1:9", "XERO_IDENTITY_URL": "http://127.0.0.1:9"}
    async with opened(pool, LocalBus(), 0, **xero) as door:
        yield Street(door, numbers)
