"""Documents stand under the names that people give them, and say why they are not in Xero."""

import pytest

from ingress.console.wording import plain
from tests.ingress.asking import ID, command, decide, ticket
from tests.ingress.conftest import ENDPOINT, Door, invoice
from tests.ingress.console.test_pages import told
from tests.ingress.console.visits import signed_in

PAYMENT = "4600000000000000901"
PAGE = f"/connections/acme/documents/customer_payment/{PAYMENT}"


async def pay(door: Door) -> int:
    """Let a payment of the invoice be decided; gives its command."""
    await told(door)
    payment, event = f"customer_payment:{PAYMENT}", (await door.events())[-1]["id"]
    number = await command(door, event, kind="payment.create", document=payment)
    await door.pool.execute(
        "UPDATE commands SET expected = $2 WHERE id = $1", number, {"amount": "1234.5"}
    )
    for place, document in enumerate((payment, f"invoice:{ID}"), 1):
        await ticket(door, number, document, place)
    return number


async def test_a_payment_says_how_much_is_for_which_invoice_and_what_brought_it_about(
    door: Door,
) -> None:
    number = await pay(door)
    await door.pool.execute(
        "INSERT INTO needs (command_id, connection_id, key) VALUES ($1, $2, $3)",
        *(number, door.number, f"invoice:{ID}"),
    )
    async with signed_in(door) as person:
        page = await person.see(PAGE)

    link = f'<a href="/connections/acme/documents/invoice/{ID}">Invoice INV-1</a>'
    assert f"Because of {link}" in page
    assert f"1,234.50, on {link}" in page
    assert f"<li>{link}</li>" in page  # what it waits for
    assert f"invoice:{ID}" not in page


async def test_why_a_document_is_not_in_xero_stands_on_top_with_what_to_do(door: Door) -> None:
    await door.post(invoice())
    (event,) = await door.events()
    await decide(door, event["id"], "withheld", "draft")
    path = f"/connections/acme/documents/invoice/{ID}"
    async with signed_in(door) as person:
        withheld = await person.see(path)
        await door.pool.execute("UPDATE events SET state = 'parked', reason = 'total: no number'")
        parked = await person.see(path)

    assert "Why withheld" in withheld
    assert "looked at again by itself" in withheld
    assert "Why parked</dt><dd>total: no number" in parked
    assert "Mend the document in Zoho" in parked


async def test_a_connection_with_nothing_but_an_unreadable_event_needs_somebody(door: Door) -> None:
    await door.post(invoice(), f"{ENDPOINT}/invoice/edited")
    await door.pool.execute("UPDATE events SET state = 'parked', reason = 'total: no number'")
    async with signed_in(door) as person:
        page = await person.see("/?all=1")

    assert "needs you" in page
    assert "all well" not in page


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1234.5", "1,234.50"),
        ("9.975", "9.975"),
        ("-0.5", "−0.50"),
        ("2026-03-01", "1 Mar 2026"),
        ("2026-13-01", "2026-13-01"),
        ("partially_paid", "partially paid"),
        ("True", "yes"),
        ("4600000000000100324", "4600000000000100324"),
        ("INV_1", "INV_1"),
    ],
)
def test_values_are_shown_as_people_read_them(value: str, shown: str) -> None:
    assert plain(value) == shown


async def test_differences_are_told_in_the_organisations_words_and_times(door: Door) -> None:
    difference = {
        "entity": "invoice",
        "zoho_id": ID,
        "number": "INV-1",
        "kind": "different",
        "field": "amount_due",
        "zoho": "1234.5",
        "xero": "0.00",
        "xero_id": "",
        "fields": [],
        "reason": "it was changed in Xero on 2026-03-01 19:41 UTC",
    }
    await door.pool.execute("UPDATE connections SET timezone = 'America/New_York'")
    await door.pool.execute(
        "INSERT INTO comparisons (connection_id, compared_at, documents, xero_calls, zoho_calls,"
        " notes) VALUES ($1, now(), 1, 1, 1, '{}')",
        door.number,
    )
    await door.pool.execute(
        "INSERT INTO drift (connection_id, place, entity, zoho_id, kind, difference)"
        " VALUES ($1, 1, 'invoice', $2, 'different', $3)",
        *(door.number, ID, difference),
    )
    async with signed_in(door) as person:
        page = await person.see("/connections/acme/problems")

    for words in ("amount due", "1,234.50", "changed in Xero on 1 Mar 2026, 14:41<"):
        assert words in page
    assert "UTC" not in page
