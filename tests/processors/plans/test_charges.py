"""Bank charges and write-offs: what Zoho notes on a payment or an invoice, Xero has as entries."""

from decimal import Decimal

import pytest

from schemas.commands import PARENT, link
from tests.processors.desk import Desk, asked, body_of, told
from tests.processors.zoho import at, invoice, payment
from tests.processors.zoho_bills import vendor_payment
from tests.xero_schemas import fits


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Invoice 1 is in Xero."""
    desk.exports("invoice", invoice())
    return desk


def test_a5_a7_amounts_in_thousandths_wait_with_what_to_do(desk: Desk) -> None:
    charged = desk.happens("customer_payment", payment(bank_charges="1.255"), "created")
    written_off = desk.happens("invoice", invoice(write_off_amount="1.005"))

    causes = {c.kind: c.cause for d in (*charged, *written_off) for c in d.commands}
    assert causes == {
        "payment.create": None,
        "bank_charge.create": "thousandths",
        "write_off.put": "thousandths",
        "allocation.create": "thousandths",
    }


def test_a7_a_bank_charge_is_spent_from_the_payments_account(desk: Desk) -> None:
    decisions = desk.happens("customer_payment", payment(bank_charges="1.25"), "created")

    assert told(decisions) == [("A6", "applied", None), ("A7", "applied", None)]
    body = body_of(decisions, "bank_charge.create")
    assert body == {
        "Type": "SPEND",
        "Contact": {"ContactID": link("contact:50")},
        "BankAccount": {"Code": "091"},
        "Date": "2026-03-12",
        "Reference": "ZI-PMT-9 fee",
        "LineAmountTypes": "NoTax",
        "LineItems": [
            {
                "Description": "Bank charge",
                "Quantity": Decimal(1),
                "UnitAmount": Decimal("1.25"),
                "AccountCode": "404",
            }
        ],
    }
    assert fits("BankTransaction", body) == []


def test_a7_a_bank_charge_is_replaced_when_it_changes_and_deleted_when_it_goes(
    desk: Desk,
) -> None:
    desk.happens("customer_payment", payment(bank_charges="1.25"), "created")
    desk.xero_obeys()

    changed = desk.happens("customer_payment", payment(bank_charges=2, updated_time=at(11)))
    desk.xero_obeys()
    gone = desk.happens("customer_payment", payment(updated_time=at(12)))

    assert (told(changed), asked(changed)) == (
        [("A7", "applied", None)],
        ["bank_charge.delete bank_charge:9", "bank_charge.create bank_charge:9"],
    )
    assert (told(gone), asked(gone)) == (
        [("A7 undo", "applied", None)],
        ["bank_charge.delete bank_charge:9"],
    )


def test_a7_a_deleted_payment_takes_its_bank_charge_along(desk: Desk) -> None:
    desk.happens("customer_payment", payment(bank_charges=2), "created")
    desk.xero_obeys()

    assert asked(desk.disappears("customer_payment", "9")) == [
        "bank_charge.delete bank_charge:9",
        "payment.delete payment:901",
    ]


def test_a7_bank_charges_of_payments_made_count_too_and_bring_their_vendor(desk: Desk) -> None:
    decisions = desk.happens("vendor_payment", vendor_payment(bills=[], bank_charges=3))

    assert asked(decisions) == ["contact.put contact:60", "bank_charge.create bank_charge:8"]
    assert body_of(decisions, "contact.put")["Name"] == "Cedar Inc"


def test_what_a_version_does_not_show_of_charges_and_write_offs_stays(desk: Desk) -> None:
    desk.happens("customer_payment", payment(bank_charges="1.25"), "created")
    desk.happens("invoice", invoice(write_off_amount=15, last_modified_time=at(5)))
    desk.xero_obeys()
    charged, written_off = payment(updated_time=at(12)), invoice(last_modified_time=at(6))
    del charged["bank_charges"], written_off["write_off_amount"]

    seen = desk.happens("customer_payment", charged), desk.happens("invoice", written_off)
    void = desk.happens("invoice", {**written_off, "status": "void", "last_modified_time": at(7)})

    assert [asked(each) for each in (*seen, void)] == [[], [], []]
    assert told(void) == [("A4", "withheld", "is_written_off")]
    # An empty field is none.
    gone = desk.happens("customer_payment", payment(bank_charges="", updated_time=at(13)))
    assert asked(gone) == ["bank_charge.delete bank_charge:9"]


def test_a5_a_write_off_is_a_credit_note_set_against_the_invoice(desk: Desk) -> None:
    # Half past eleven at night in Toronto, when it is the next day in UTC already.
    late = "2026-03-20T23:30:00-0400"
    decisions = desk.happens("invoice", invoice(write_off_amount=115, last_modified_time=late))

    assert told(decisions) == [("A5", "applied", None)]
    assert asked(decisions) == [
        "write_off.put write_off:1",
        "allocation.create allocation:write_off-1",
    ]
    note = body_of(decisions, "write_off.put")
    assert note == {
        "Type": "ACCRECCREDIT",
        "CreditNoteNumber": "WO-INV-1",
        "Contact": {"ContactID": link("contact:50")},
        "Date": "2026-03-20",
        "CurrencyCode": "CAD",
        "CurrencyRate": Decimal(1),
        "Status": "AUTHORISED",
        "LineAmountTypes": "NoTax",
        "LineItems": [
            {
                "Description": "Write-off INV-1",
                "Quantity": Decimal(1),
                "UnitAmount": Decimal(115),
                "AccountCode": "460",
            }
        ],
    }
    assert fits("CreditNote", note) == []
    assert body_of(decisions, "allocation.create") == {
        PARENT: link("write_off:1"),
        "Invoice": {"InvoiceID": link("invoice:1")},
        "Amount": Decimal(115),
        "Date": "2026-03-20",
    }


def test_a5_an_invoice_dated_after_its_write_off_is_credited_on_its_own_day(desk: Desk) -> None:
    later = invoice(date="2026-04-01", write_off_amount=115, last_modified_time=at(9))
    decisions = desk.happens("invoice", later)

    kinds = ("write_off.put", "allocation.create")
    assert [body_of(decisions, kind)["Date"] for kind in kinds] == ["2026-03-10", "2026-04-01"]


def test_a5_later_edits_of_a_written_off_invoice_write_nothing_off_again(desk: Desk) -> None:
    desk.happens("invoice", invoice(write_off_amount=115, last_modified_time=at(5)))
    desk.xero_obeys()

    later = invoice(write_off_amount="115.00", notes="x", last_modified_time=at(6))

    assert told(desk.happens("invoice", later)) == [("-", "superseded", "unchanged")]


def test_a5_another_amount_changes_the_same_credit_note(desk: Desk) -> None:
    desk.happens("invoice", invoice(write_off_amount=115, last_modified_time=at(5)))
    desk.xero_obeys()

    less = desk.happens("invoice", invoice(write_off_amount=15, last_modified_time=at(6)))

    assert told(less) == [("A5", "applied", None)]
    assert asked(less) == [
        "allocation.delete allocation:write_off-1",
        "write_off.put write_off:1",
        "allocation.create allocation:write_off-1",
    ]


def test_a_cancelled_write_off_is_taken_off_and_voided_and_a_second_one_is_numbered_anew(
    desk: Desk,
) -> None:
    desk.happens("invoice", invoice(write_off_amount=115, last_modified_time=at(5)))
    desk.xero_obeys()

    cancelled = desk.happens("invoice", invoice(last_modified_time=at(6)))

    assert told(cancelled) == [("A5 undo", "applied", None)]
    assert asked(cancelled) == [
        "allocation.delete allocation:write_off-1",
        "write_off.void write_off:1",
    ]
    again = desk.happens("invoice", invoice(write_off_amount=115, last_modified_time=at(7)))
    assert body_of(again, "write_off.put")["CreditNoteNumber"] == "WO-INV-1-2"


def test_a4_a_void_waits_for_the_write_off_to_be_cancelled(desk: Desk) -> None:
    desk.happens("invoice", invoice(write_off_amount=115, last_modified_time=at(5)))
    desk.xero_obeys()
    void = invoice(status="void", write_off_amount=115, last_modified_time=at(6))
    assert told(desk.happens("invoice", void)) == [("A4", "withheld", "is_written_off")]

    cancelled = desk.happens("invoice", invoice(status="void", last_modified_time=at(7)))

    assert asked(cancelled) == [
        "allocation.delete allocation:write_off-1",
        "write_off.void write_off:1",
        "invoice.void invoice:1",
    ]
