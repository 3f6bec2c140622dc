"""A backfill's plan: what goes, what stays, in which order, at what cost."""

from datetime import date
from typing import Any

import pytest

from processors.backfilling import Plan, plan
from tests.processors.zoho import BOOKS

SINCE = date(2026, 1, 1)


def row(number: str, day: str = "2026-02-01", **more: Any) -> dict[str, Any]:
    """An invoice as a list shows it."""
    return {
        "invoice_id": number,
        "customer_id": "50",
        "status": "sent",
        "date": day,
        "total": 10,
        "balance": 10,
        "created_time": f"{day}T09:00:00-0500",
        **more,
    }


def note(number: str, day: str = "2026-02-01", **more: Any) -> dict[str, Any]:
    return {**row("", day, **more), "creditnote_id": number}


def paid(number: str, day: str = "2026-02-01", unused: int = 0) -> dict[str, Any]:
    return {**row("", day), "payment_id": number, "amount": 10, "unused_amount": unused}


def planned(*listed: tuple[str, dict[str, Any]], **known: set[str]) -> Plan:
    return plan(listed, SINCE, BOOKS, known)


def test_documents_go_by_their_dates_parents_first() -> None:
    made = planned(
        ("customer_payment", paid("3")),
        ("credit_note", note("2")),
        ("invoice", row("1")),
        ("invoice", row("9", "2026-01-31")),
    )

    assert [each.ref.zoho_id for each in made.documents] == ["9", "1", "2", "3"]
    assert made.contacts == ("50",)


@pytest.mark.parametrize(
    ("listed", "reason"),
    [
        (("invoice", row("1", "2025-12-31")), None),
        (("invoice", row("1", created_time="2025-12-31T23:00:00-0500")), "before the cut-over"),
        (("invoice", row("1", status="draft")), "draft"),
        (("invoice", row("1", status="void")), "void"),
        (("customer_payment", paid("1", unused=10)), "applied"),
    ],
)
def test_what_rules_keep_at_home_is_told_with_its_reason(
    listed: tuple[str, dict[str, Any]], reason: str | None
) -> None:
    made = planned(listed)

    assert made.documents == ()
    said = [each for _, each in made.withheld]
    assert said == [] if reason is None else reason in said[0]


def test_what_the_journal_has_is_not_planned_again() -> None:
    made = planned(("invoice", row("1")), ("invoice", row("2")), invoice={"1"}, contact={"50"})

    assert [each.ref.zoho_id for each in made.documents] == ["2"]
    assert (made.known, made.contacts) == ({"invoice": 1}, ())


def test_the_cost_is_counted_in_batches_and_singles() -> None:
    invoices = [("invoice", row(str(number))) for number in range(81)]
    applied = [("credit_note", note(f"c{number}", balance=0)) for number in range(3)]
    made = planned(*invoices, *applied)

    # 81 invoices in three requests, credit notes in one, the contact in one and two searches.
    assert (made.batches, made.singles) == (3 + 1 + 1 + 2, 3)
    assert (made.days(None), made.days(5)) == (1, 2)
