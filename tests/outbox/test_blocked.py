"""What is held back is shown by its cause, once, with exactly what depends on it (rule 3)."""

import random

import pytest

from outbox.blocked import blocked
from outbox.operate import Choice, skip
from schemas.blocked import Blocked, Root
from schemas.commands import Command
from schemas.words import Ref
from tests.outbox.desk import Desk, pay, put_invoice, unpay, void_invoice

PARK = "UPDATE commands SET state = 'parked', cause = $2, reason = $3 WHERE id = ANY ($1)"


def put_contact(number: str = "1") -> Command:
    body = {"Name": f"Acme {number}", "ContactNumber": f"ZI-{number}"}
    return Command("contact.put", f"contact:{number}", (Ref("contact", number),), body)


async def look(desk: Desk) -> Blocked:
    async with desk.pool.acquire() as connection:
        return await blocked(connection, desk.connection_id)


async def park(desk: Desk, *ids: int, cause: str = "tax:911", reason: str = "not mapped") -> None:
    await desk.pool.execute(PARK, list(ids), cause, reason)


def waiting(root: Root) -> list[int]:
    assert len(root.waits) == root.waiting
    return [each.id for each in root.waits]


async def test_a_cause_is_shown_once_with_all_that_waits_behind_it(desk: Desk) -> None:
    (contact,) = await desk.ask(put_contact("1"), document="contact:1")
    bills = [
        (await desk.ask(put_invoice(n, needs=["contact:1"]), document=f"invoice:{n}"))[0]
        for n in ("1", "2")
    ]
    (payment,) = await desk.ask(pay("5", "1"))
    (free,) = await desk.ask(put_invoice("9"), document="invoice:9")
    await park(desk, contact)

    held = await look(desk)

    (root,) = held.roots
    assert (root.cause, root.reason) == ("tax:911", "not mapped")
    assert [each.id for each in root.parked] == [contact]
    assert waiting(root) == [*bills, payment]
    assert free not in waiting(root)
    assert held.open == {"parked": 1, "pending": 4}


async def test_one_cause_that_parked_several_is_one_root_and_two_reasons_are_two(
    desk: Desk,
) -> None:
    ids = [
        (await desk.ask(put_invoice(n), document=f"invoice:{n}"))[0] for n in ("1", "2", "3", "4")
    ]
    await park(desk, *ids[:2])
    await park(desk, ids[2], cause="xero:refused", reason="this")
    await park(desk, ids[3], cause="xero:refused", reason="that")

    roots = (await look(desk)).roots

    assert [(root.reason, root.parked_count, root.waiting) for root in roots] == [
        ("not mapped", 2, 0),
        ("this", 1, 0),
        ("that", 1, 0),
    ]


async def test_what_is_far_behind_a_payment_waits_for_the_invoice_in_front(desk: Desk) -> None:
    (invoice,) = await desk.ask(put_invoice("1"))
    (payment,) = await desk.ask(pay("5", "1"))
    (back,) = await desk.ask(unpay("6", "2", payment="9"), document="customer_payment:9")
    (void,) = await desk.ask(void_invoice("2"), document="invoice:2")
    await park(desk, invoice)

    (root,) = (await look(desk)).roots

    # The void waits for the removal, which stands behind the payment in its payment's queue.
    assert waiting(root) == [payment, back, void]


async def test_a_request_that_is_unclear_holds_back_what_depends_on_it(desk: Desk) -> None:
    (invoice,) = await desk.ask(put_invoice("1"))
    (payment,) = await desk.ask(pay("5", "1"))
    await desk.pool.execute("UPDATE commands SET state = 'ambiguous' WHERE id = $1", invoice)

    (root,) = (await look(desk)).roots

    assert (root.cause, [each.id for each in root.parked], waiting(root)) == (
        "unclear",
        [invoice],
        [payment],
    )


async def test_an_event_that_cannot_be_decided_holds_back_later_commands_only(desk: Desk) -> None:
    await desk.ask(put_invoice("1"))
    event = await desk.event("invoice:1", state="parked")
    (payment,) = await desk.ask(pay("5", "1"))

    (root,) = (await look(desk)).roots

    assert (root.cause, root.events, waiting(root)) == ("event:parked", [event], [payment])


async def test_what_needs_a_thing_that_was_given_up_is_shown_under_what_is_missing(
    desk: Desk,
) -> None:
    (contact,) = await desk.ask(put_contact("1"), document="contact:1")
    (invoice,) = await desk.ask(put_invoice("1", needs=["contact:1"]))
    await park(desk, contact)
    async with desk.pool.acquire() as connection:
        chosen = Choice(ids=(contact,))
        await skip(connection, desk.connection_id, chosen, by="ada", reason="made by hand")

    (root,) = (await look(desk)).roots

    assert (root.cause, waiting(root)) == ("missing:contact:1", [invoice])
    assert await desk.pool.fetchval("SELECT reason FROM commands WHERE id = $1", contact) == (
        "given up by ada: made by hand"
    )


@pytest.mark.parametrize("by", ["cause", "id"])
async def test_what_needs_a_thing_that_was_given_up_can_be_given_up_and_nothing_else(
    desk: Desk, by: str
) -> None:
    (contact,) = await desk.ask(put_contact("1"), document="contact:1")
    (needs_it,) = await desk.ask(put_invoice("1", needs=["contact:1"]))
    (waits_for_another,) = await desk.ask(put_contact("2"), document="contact:2")
    (needs_another,) = await desk.ask(put_invoice("2", needs=["contact:2"]), document="invoice:2")
    await park(desk, contact)

    async def give_up(choice: Choice) -> list[int]:
        async with desk.pool.acquire() as connection, connection.transaction():
            return await skip(connection, desk.connection_id, choice, by="ada", reason="no use")

    assert await give_up(Choice(cause="missing:contact:1")) == []  # it is on its way still
    assert await give_up(Choice(everything=True)) == [contact]
    assert await give_up(Choice(everything=True)) == []
    ids = (needs_it, waits_for_another, needs_another)
    chosen = Choice(cause="missing:contact:1") if by == "cause" else Choice(ids=ids)

    assert await give_up(chosen) == [needs_it]
    assert not (await look(desk)).roots


async def test_what_may_go_is_under_no_cause(desk: Desk) -> None:
    await desk.link("contact:1", "x")
    await desk.ask(put_invoice("1", needs=["contact:1"]), pay("5", "1"))

    assert (await look(desk)).roots == []


async def test_another_connections_commands_are_not_shown(desk: Desk) -> None:
    (invoice,) = await desk.ask(put_invoice("1"))
    await park(desk, invoice)
    other = await desk.pool.fetchval(
        """INSERT INTO connections (name, endpoint, organization_id, config, cutover)
           VALUES ('other', 'o', '7', '{}', now()) RETURNING id"""
    )

    assert (await look(Desk(desk.pool, other))).roots == []


async def test_the_roots_hold_exactly_what_cannot_go_whatever_the_graph(desk: Desk) -> None:
    chance = random.Random(11)
    await desk.link("contact:1", "x")
    for _ in range(120):
        number, share = str(chance.randrange(12)), str(chance.randrange(40))
        contact = str(chance.randrange(1, 4))
        command = chance.choice(
            [
                put_invoice(number, needs=[f"contact:{contact}"]),
                pay(share, number, payment=str(chance.randrange(6))),
                put_contact(contact),
            ]
        )
        await desk.ask(command, document=f"invoice:{number}")
    ids = [each for each, _, state in await desk.commands() if state == "pending"]
    await park(desk, *chance.sample(ids, 6))
    await desk.event("invoice:3", state="parked")

    held = {each for root in (await look(desk)).roots for each in waiting(root)}

    assert held == await stuck(desk)
    assert 10 < len(held) < len(ids) - 10  # some wait, some don't


async def stuck(desk: Desk) -> set[int]:
    """Play Xero saying yes to all that may go, by the rule's own words; name what never went."""
    rows = await desk.pool.fetch("SELECT id, kind, key, state FROM commands ORDER BY id")
    tickets = await desk.pool.fetch("SELECT * FROM tickets WHERE open ORDER BY position")
    needs = await desk.pool.fetch("SELECT command_id, key FROM needs")
    links = {row["key"] for row in await desk.pool.fetch("SELECT key FROM links")}
    state = {row["id"]: row["state"] for row in rows}
    key_of = {row["id"]: row["key"] for row in rows}

    def may_go(command: int) -> bool:
        ahead = [
            other["command_id"]
            for mine in tickets
            if mine["command_id"] == command
            for other in tickets
            if (other["document"], other["position"] < mine["position"]) == (mine["document"], True)
        ]
        wanted = {row["key"] for row in needs if row["command_id"] == command}
        return all(state[each] == "done" for each in ahead) and wanted <= links

    while going := [each for each, now in state.items() if now == "pending" and may_go(each)]:
        for command in going:
            state[command] = "done"
            links.add(key_of[command])
    return {each for each, now in state.items() if now == "pending"}
