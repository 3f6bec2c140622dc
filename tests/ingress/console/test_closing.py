"""Closing a month: what of it is in both books, what is not, and why."""

import csv
import io
from datetime import date
from typing import Any

import pytest

from ingress.console.closing import Month
from tests.ingress.asking import command, compared, decide
from tests.ingress.conftest import Door, invoice
from tests.ingress.console.visits import signed_in

CLOSING = "/connections/acme/closing"
MARCH = CLOSING + "?month=2026-03"


async def known(door: Door, zoho_id: str, day: str = "2026-03-05", **of: Any) -> int:
    """Let Zoho tell of an invoice of a day, and decide about it; gives the event."""
    await door.post(invoice(zoho_id))
    event: int = (await door.events())[-1]["id"]
    snapshot = {"status": "sent", "total": "10.50", "currency_code": "CAD"} | of.get("snapshot", {})
    await door.pool.execute(
        "INSERT INTO documents (connection_id, entity, zoho_id, number, day, snapshot)"
        " VALUES ($1, 'invoice', $2, $3, $4, $5)",
        *(door.number, zoho_id, f"INV-{zoho_id}", date.fromisoformat(day), snapshot),
    )
    code = of.get("code")
    await decide(door, event, "withheld" if code else "applied", code, zoho_id=zoho_id)
    return event


async def compare_now(door: Door) -> None:
    await compared(door.pool, door.number)
    await door.pool.execute("DELETE FROM drift")
    await door.pool.execute("UPDATE comparisons SET compared_at = now()")


async def test_a_month_is_summed_by_kind_currency_and_state(door: Door) -> None:
    await known(door, "1")
    await known(door, "2", snapshot={"total": "1234.00"})
    await known(door, "3", snapshot={"currency_code": "EUR"}, code="has_payments")
    await door.pool.execute("INSERT INTO links VALUES ($1, 'invoice:3', 'x')", door.number)
    await known(door, "4", day="2026-04-01")
    await known(door, "5", snapshot={"status": "void", "total": "77.00"})
    async with signed_in(door, "viewer") as person:
        page = await person.see(MARCH)
        april = await person.see(CLOSING + "?month=2026-04")

    assert "March 2026" in page
    assert "1,244.50 CAD" in page
    assert "2 documents" in page
    assert page.count("10.50 EUR") == 2  # among the sums, and by its reason
    assert "as the rule says" in page
    assert "Xero holds 1 document of these as it was before" in page
    assert "77.00" not in page
    assert "1 document that was voided or deleted is left out" in page
    assert "1,244.50" not in april
    assert "10.50 CAD" in april


async def test_of_a_payment_that_is_used_in_part_only_the_rest_is_withheld(door: Door) -> None:
    await known(door, "1", snapshot={"unused_amount": "4.00"}, code="unused_amount")
    waiting = await known(door, "2", snapshot={"unused_amount": "9.99"}, code="unused_amount")
    await command(door, waiting, document="invoice:2")
    async with signed_in(door, "viewer") as person:
        page = await person.see(MARCH)

    assert "6.50 CAD" in page  # in Xero
    assert page.count("4.00 CAD") == 2  # withheld, and by its reason
    assert "10.50 CAD" in page  # still on its way as a whole
    assert "9.99" not in page


async def test_what_is_in_the_way_of_closing_comes_first(door: Door) -> None:
    async with signed_in(door, "viewer") as person:
        event = await known(door, "1")
        assert "Compare Zoho and Xero before you close March 2026" in await person.see(MARCH)

        await compare_now(door)
        assert "March 2026 can be closed" in await person.see(MARCH)

        difference = {"entity": "invoice", "zoho_id": "1", "kind": "missing"}
        await door.pool.execute(
            "INSERT INTO drift VALUES ($1, 1, 'invoice', '1', 'missing', $2)",
            *(door.number, compared_row(**difference)),
        )
        assert "differ in 1 document of March 2026" in await person.see(MARCH)

        await door.pool.execute("UPDATE drift SET zoho_id = '', kind = 'extra'")
        assert "Xero holds 1 document that nothing in Zoho asks for" in await person.see(MARCH)

        await door.pool.execute(
            "UPDATE drift SET difference = $1",
            compared_row(**difference, reason="parked: No such tax"),
        )
        assert "March 2026 can be closed" in await person.see(MARCH)

        number = await command(door, event, document="invoice:1")
        assert "1 document of March 2026 still on the way" in await person.see(MARCH)

        await door.pool.execute("UPDATE commands SET state = 'parked' WHERE id = $1", number)
        page = await person.see(MARCH)
        assert "1 document needs you before March 2026" in page
        assert "no difference in March 2026, beside what is parked." in page


def compared_row(**of: str) -> dict[str, Any]:
    shown = dict.fromkeys(("number", "field", "zoho", "xero", "reason", "xero_id"), "")
    return {**shown, **of, "fields": []}


async def test_the_files_rows_say_where_each_document_stands_and_run_nothing(door: Door) -> None:
    await known(door, "1", snapshot={"contact_name": "=cmd()"})
    await known(door, "2", code="is_draft")
    await known(door, "3", day="2026-02-28")
    async with signed_in(door, "viewer") as person:
        answer = await person.client.get(CLOSING + ".csv?month=2026-03")

    assert answer.headers["content-type"].startswith("text/csv")
    assert 'filename="acme-2026-03.csv"' in answer.headers["content-disposition"]
    head, *rows = csv.reader(io.StringIO(answer.text))
    assert head[:3] == ["kind", "number", "date"]
    assert [row[:7] for row in rows] == [
        ["Invoice", "INV-1", "2026-03-05", "'=cmd()", "CAD", "10.50", "synced"],
        ["Invoice", "INV-2", "2026-03-05", "", "CAD", "10.50", "withheld"],
    ]
    assert rows[1][7] == "as the rule says"


@pytest.mark.parametrize(
    ("asked", "today", "month"),
    [
        ("2026-02", date(2026, 11, 25), "2026-02"),
        ("", date(2026, 11, 25), "2026-11"),
        ("", date(2026, 11, 3), "2026-10"),
        ("", date(2026, 1, 3), "2025-12"),
        ("2026-13", date(2026, 11, 25), "2026-11"),
        ("<script>", date(2026, 11, 25), "2026-11"),
        ("0001-01", date(2026, 11, 25), "2026-11"),
        ("9999-12", date(2026, 11, 25), "2026-11"),
    ],
)
def test_without_a_month_the_one_that_people_close_is_shown(
    asked: str, today: date, month: str
) -> None:
    assert Month.asked(asked, today).word == month


def test_months_follow_each_other_over_the_year() -> None:
    december = Month(date(2026, 12, 1))

    assert (december.until.day, december.after.word, december.before.word) == (
        31,
        "2027-01",
        "2026-11",
    )
