"""A backlog that can't go costs nothing, and never makes what may go wait (rule 2, at speed)."""

import asyncio
import random
from typing import Any

import aiosql
import pytest

from clients.xero.answers import Answer
from clients.xero.session import Token
from outbox.lease import Lease, acquire
from outbox.operate import Choice, retry, skip
from outbox.xero.first_sight import QUERIES
from outbox.xero.outcomes import Verdict
from outbox.xero.routes import KINDS
from outbox.xero.sending import Attempt, FirstSight, take
from outbox.xero.settling import settle
from schemas.commands import Command
from schemas.words import Ref
from tests.house import HOUSE
from tests.outbox.desk import Desk, pay, put_invoice, unpay, void_invoice

TOKEN = Token("t", 1, "tenant")
TEXT = (HOUSE / "outbox/xero/claiming.sql").read_text("utf-8")
# The rule itself, without what makes it fast.
PLAIN = aiosql.from_str(TEXT.replace("AND NOT c.asleep\n", "\n"), "asyncpg")
ALL = {"kinds": list(KINDS), "lanes": 2, "busy": [], "most": 10_000}


def put_contact(number: str) -> Command:
    body = {"Name": f"Acme {number}", "ContactNumber": f"ZI-{number}"}
    return Command("contact.put", f"contact:{number}", (Ref("contact", number),), body)


async def speak(desk: Desk) -> Lease:
    (lease,) = await acquire(desk.pool, "here", [], []) or []
    return lease


async def may_go(desk: Desk) -> set[int]:
    rows = PLAIN.ready(desk.pool, connection_id=desk.connection_id, **ALL)
    return {row["id"] async for row in rows}


async def asleep(desk: Desk) -> set[int]:
    rows = await desk.pool.fetch("SELECT id FROM commands WHERE asleep AND state = 'pending'")
    return {row["id"] for row in rows}


def change(chance: random.Random) -> list[Command]:
    number, share = str(chance.randrange(8)), str(chance.randrange(16))
    payment = str(chance.randrange(4))
    return chance.choice(
        [
            [put_invoice(number, needs=[f"contact:{chance.randrange(3)}"])],
            [put_contact(str(chance.randrange(3)))],
            [pay(share, number, payment=payment)],
            [unpay(share, number, payment=payment)],
            [void_invoice(number)],
            [put_invoice(number), pay(share, number, payment=payment)],
        ]
    )


async def ask(desk: Desk, chance: random.Random, lock: asyncio.Lock) -> None:
    """Decide something; one lock stands for those of all documents that it may touch."""
    commands = change(chance)
    async with lock:
        await desk.ask(*commands, document=str(commands[0].tickets[0]))


async def answer(desk: Desk, lease: Lease, job: Any, chance: random.Random) -> None:
    """Let Xero say yes, no, or nothing of use."""
    if isinstance(job, FirstSight):
        await QUERIES.mark_looked(desk.pool, ids=[contact.id for contact in job.contacts])
    if isinstance(job, Attempt):
        verdicts = [verdict(each, chance) for each in job.command_ids]
        await settle(desk.pool, lease, job, Answer(200, {}), verdicts)


def verdict(command: int, chance: random.Random) -> Verdict:
    outcome = chance.choice(("applied", "applied", "applied", "refused", "not_sent"))
    if outcome == "applied":
        return Verdict(command, "applied", xero_id=f"x{command}")
    if outcome == "refused":
        return Verdict(command, "refused", cause="xero:refused", message="no")
    return Verdict(command, "not_sent", cause="http:401")


async def mend(desk: Desk, chance: random.Random) -> None:
    act = chance.choice((retry, skip))
    chosen = Choice(everything=chance.random() < 0.3, cause="xero:refused")
    async with desk.pool.acquire() as connection, connection.transaction():
        if act is skip:
            await skip(connection, desk.connection_id, chosen, by="ada", reason="no use")
        else:
            await retry(connection, desk.connection_id, chosen)


async def go_on(desk: Desk, lease: Lease, chance: random.Random) -> bool:
    job = await take(desk.pool, lease, TOKEN, frozenset())
    await answer(desk, lease, job, chance)
    return job is not None


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_happens_at_once_nothing_that_may_go_is_left_asleep(
    desk: Desk, seed: int
) -> None:
    lease, lock, chance = await speak(desk), asyncio.Lock(), random.Random(seed)

    async def processors(chance: random.Random) -> None:
        for _ in range(60):
            await ask(desk, chance, lock)
            await asyncio.sleep(chance.uniform(0, 0.004))

    async def people(chance: random.Random) -> None:
        for _ in range(12):
            await mend(desk, chance)
            await asyncio.sleep(chance.uniform(0, 0.02))

    async def speaker(chance: random.Random) -> None:
        for _ in range(90):
            await go_on(desk, lease, chance)
            await asyncio.sleep(chance.uniform(0, 0.002))

    await asyncio.gather(
        processors(random.Random(chance.random())),
        processors(random.Random(chance.random())),
        people(random.Random(chance.random())),
        speaker(random.Random(chance.random())),
    )

    # One more look sees all that has moved; then the marker must agree with the rule.
    assert await desk.pool.fetchval("SELECT count(*) FROM commands WHERE asleep") > 0
    await take(desk.pool, lease, TOKEN, frozenset(await may_go(desk)))
    assert await may_go(desk) & await asleep(desk) == set()


async def test_what_waits_is_looked_at_once_and_again_only_when_something_moved(
    desk: Desk,
) -> None:
    lease, chance = await speak(desk), random.Random(1)
    (contact,) = await desk.ask(put_contact("1"), document="contact:1")
    waiting = [
        (await desk.ask(put_invoice(n, needs=["contact:1"]), document=f"invoice:{n}"))[0]
        for n in ("1", "2")
    ]
    first = await take(desk.pool, lease, TOKEN, frozenset())
    assert await asleep(desk) == set(waiting)

    await answer(desk, lease, first, chance)
    attempt = await take(desk.pool, lease, TOKEN, frozenset())
    assert isinstance(attempt, Attempt)
    assert await asleep(desk) == set(waiting)

    await settle(
        desk.pool, lease, attempt, Answer(200, {}), [Verdict(contact, "applied", xero_id="x")]
    )
    last = await take(desk.pool, lease, TOKEN, frozenset())
    assert isinstance(last, Attempt)
    assert set(last.command_ids) == set(waiting)


async def test_a_thing_that_appears_in_xero_by_another_way_wakes_what_needed_it(
    desk: Desk,
) -> None:
    lease = await speak(desk)
    await desk.ask(put_invoice("1", needs=["contact:1"]))
    assert await take(desk.pool, lease, TOKEN, frozenset()) is None

    await desk.link("contact:1", "x")

    assert isinstance(await take(desk.pool, lease, TOKEN, frozenset()), Attempt)


@pytest.fixture
async def crowded(desk: Desk) -> Desk:
    """Give an outbox of 30,000 pending commands, the first third of them behind a parked one."""
    await desk.pool.execute(CROWD, desk.connection_id, 30_000)
    await desk.pool.execute(HELD, desk.connection_id)
    await desk.pool.execute("DELETE FROM wakeups")
    await desk.pool.execute("ANALYZE commands, tickets, needs, links, events")
    return desk


CROWD = """
WITH made AS (
  INSERT INTO commands (connection_id, event_id, entity, zoho_id, action, kind, key, body, state,
                        asleep)
  SELECT $1, 0, 'invoice', n, 'A2', 'invoice.put', 'invoice:' || n, '{}',
         CASE WHEN n = 0 THEN 'parked' ELSE 'pending' END, n BETWEEN 1 AND $2::int / 3
    FROM generate_series(0, $2::int) AS n RETURNING id, zoho_id::int AS n),
queued AS (
  INSERT INTO tickets (command_id, connection_id, document, position)
  SELECT id, $1, CASE WHEN n <= $2::int / 3 THEN 'contact:1' ELSE 'invoice:' || n END, n + 1
    FROM made)
INSERT INTO needs (command_id, connection_id, key) SELECT id, $1, 'contact:7' FROM made
"""

HELD = "INSERT INTO links SELECT $1, 'contact:' || n, 'x' FROM generate_series(1, 1000) AS n"


@pytest.mark.parametrize("name", ["ready", "put_to_sleep", "wake"])
async def test_claiming_probes_by_index_and_never_walks_through_those_asleep(
    crowded: Desk, name: str
) -> None:
    steps = await plan(crowded, name)

    walked = {step["Relation Name"] for step in steps if step["Node Type"] == "Seq Scan"}
    assert walked.isdisjoint({"commands", "tickets", "needs", "links"})
    assert {step["Node Type"] for step in steps}.isdisjoint({"Hash Anti Join", "Hash Join"})
    most = 2_300 if name == "put_to_sleep" else 3 * 200
    assert max(step["Actual Rows"] * step["Actual Loops"] for step in steps) <= most


async def test_the_search_for_those_to_put_to_sleep_does_not_read_all_that_waits(
    crowded: Desk,
) -> None:
    steps = await plan(crowded, "put_to_sleep")

    pages = [step["Shared Hit Blocks"] + step["Shared Read Blocks"] for step in steps]
    assert max(pages) <= 80  # read to the lane's end, it would be more than a hundred


async def plan(desk: Desk, name: str) -> list[Any]:
    """Run a named query as a claim does, 200 commands ahead; gives the steps that it took."""
    names = [f"invoice:{n}" for n in range(1, 41)]
    values = {
        "ready": (desk.connection_id, list(KINDS), 2, [], 200),
        "put_to_sleep": (desk.connection_id, 0, 2000, list(range(10_002, 10_300)), 10_300),
        "wake": (names, desk.connection_id, ["contact:8"]),
    }
    query = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement(name)}"
    (found,) = await desk.pool.fetchval(query, *values[name])
    return list(walk(found["Plan"]))


def statement(name: str) -> str:
    """The text of a named query, with asyncpg's places for its values."""
    sql: str = getattr(aiosql.from_str(TEXT, "asyncpg"), name).sql
    return sql


def walk(step: Any) -> Any:
    yield step
    for inner in step.get("Plans", ()):
        yield from walk(inner)
