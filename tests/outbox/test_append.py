"""How commands enter the outbox: in order, replaced in their place, taken back unsent."""

from tests.outbox.desk import Desk, pay, put_invoice, unpay, void_invoice


async def positions(desk: Desk) -> dict[int, dict[str, int]]:
    rows = await desk.pool.fetch("SELECT command_id, document, position FROM tickets WHERE open")
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["command_id"], {})[row["document"]] = row["position"]
    return found


async def test_a_command_takes_a_place_on_every_document_that_it_changes(desk: Desk) -> None:
    (invoice,) = await desk.ask(put_invoice("1"))
    (payment,) = await desk.ask(pay("5"))

    assert await positions(desk) == {
        invoice: {"invoice:1": 1},
        payment: {"customer_payment:9": 1, "invoice:1": 2},
    }


async def test_a_newer_version_takes_the_place_of_an_unsent_one(desk: Desk) -> None:
    (old,) = await desk.ask(put_invoice("1"))
    (payment,) = await desk.ask(pay("5"))
    (new,) = await desk.ask(put_invoice("1", Total="2"))

    assert await desk.states() == ["superseded", "pending", "pending"]
    assert (await positions(desk))[new] == {"invoice:1": 1}
    assert (await positions(desk))[payment]["invoice:1"] == 2
    assert old not in await positions(desk)


async def test_a_newer_version_takes_the_place_of_a_parked_one(desk: Desk) -> None:
    (old,) = await desk.ask(put_invoice("1"))
    await desk.pool.execute("UPDATE commands SET state = 'parked' WHERE id = $1", old)
    await desk.ask(put_invoice("1"))

    assert await desk.states() == ["superseded", "pending"]


async def test_a_version_that_is_under_way_is_not_replaced(desk: Desk) -> None:
    (old,) = await desk.ask(put_invoice("1"))
    for state in ("sending", "ambiguous"):
        await desk.pool.execute("UPDATE commands SET state = $1 WHERE id = $2", state, old)
        (new,) = await desk.ask(put_invoice("1"))

        assert (await positions(desk))[new]["invoice:1"] > 1


async def test_what_was_never_sent_and_is_taken_back_is_never_sent(desk: Desk) -> None:
    await desk.ask(put_invoice("1"))
    await desk.ask(void_invoice("1"))

    assert await desk.states() == ["superseded"]


async def test_an_invoice_that_xero_holds_is_voided_even_if_an_update_was_waiting(
    desk: Desk,
) -> None:
    await desk.link("invoice:1", "x")
    await desk.ask(put_invoice("1"))
    await desk.ask(void_invoice("1"))

    assert [(kind, state) for _, kind, state in await desk.commands()] == [
        ("invoice.put", "superseded"),
        ("invoice.void", "pending"),
    ]


async def test_a_payment_changed_before_it_was_sent_is_sent_once_as_it_is_now(desk: Desk) -> None:
    await desk.ask(pay("5"))
    await desk.ask(unpay("5"), pay("5"))

    assert [(kind, state) for _, kind, state in await desk.commands()] == [
        ("payment.create", "superseded"),
        ("payment.create", "pending"),
    ]


async def test_a_payment_changed_twice_in_a_row_is_deleted_once_and_made_once(desk: Desk) -> None:
    await desk.link("payment:5", "x")
    await desk.ask(unpay("5"), pay("5"))
    await desk.ask(unpay("5"), pay("5"))

    assert [(kind, state) for _, kind, state in await desk.commands()] == [
        ("payment.delete", "pending"),
        ("payment.create", "superseded"),
        ("payment.create", "pending"),
    ]
