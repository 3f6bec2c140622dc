"""Events reach us in any order: what Xero holds in the end is what Zoho holds."""

import pytest

from tests.processors.desk import Desk, asked, told
from tests.processors.zoho import UNMAPPED, Fields, at, invoice, payment, share, taxed
from tests.processors.zoho_bills import bill, bill_payment


def test_an_older_version_that_comes_late_changes_nothing(desk: Desk) -> None:
    desk.exports("invoice", invoice(last_modified_time=at(5)))
    late = invoice(total=1, line_items=[taxed(1)], last_modified_time=at(4))

    assert told(desk.happens("invoice", late)) == [("-", "superseded", "older_version")]


def test_of_two_versions_of_one_second_the_later_in_the_journal_counts(desk: Desk) -> None:
    desk.exports("invoice", invoice())
    dearer = invoice(line_items=[taxed(200)], total=230)

    assert told(desk.happens("invoice", dearer)) == [("A3", "applied", None)]


@pytest.mark.parametrize("stamp", ["", at(0)])
def test_a_creation_that_comes_after_an_edit_is_older_than_it(desk: Desk, stamp: str) -> None:
    desk.exports("invoice", invoice(last_modified_time=stamp))
    desk.happens("invoice", invoice(line_items=[taxed(200)], total=230, last_modified_time=stamp))

    late = desk.happens("invoice", invoice(last_modified_time=stamp), "created")

    assert told(late) == [("-", "superseded", "older_version")]


def test_nothing_counts_after_a_deletion(desk: Desk) -> None:
    desk.exports("invoice", invoice())
    desk.disappears("invoice", "1")

    late = desk.happens("invoice", invoice(last_modified_time=at(50)))

    assert told(late) == [("-", "superseded", "after_deletion")]
    assert told(desk.disappears("invoice", "1")) == [("-", "superseded", "after_deletion")]


def test_a_parked_invoice_is_freed_by_fixing_it_in_zoho_even_after_a_payment(desk: Desk) -> None:
    untaxed = invoice(line_items=[taxed(tax_id=UNMAPPED)])
    first = desk.happens("invoice", untaxed, "created")
    assert [(c.kind, c.cause) for c in first[-1].commands] == [("invoice.put", f"tax:{UNMAPPED}")]
    desk.happens("customer_payment", payment(), "created")

    fixed = invoice(payment_made=115, status="paid", last_modified_time=at(12))

    assert told(desk.happens("invoice", fixed)) == [("A2", "applied", None)]


def test_a_parked_change_is_freed_by_fixing_it_in_zoho_even_after_a_payment(desk: Desk) -> None:
    desk.exports("invoice", invoice())
    desk.happens("invoice", invoice(line_items=[taxed(tax_id=UNMAPPED)], last_modified_time=at(1)))
    desk.happens("customer_payment", payment(), "created")

    fixed = invoice(line_items=[taxed(200)], total=230, payment_made=115, last_modified_time=at(12))
    decisions = desk.happens("invoice", fixed)

    assert told(decisions) == [("A3", "applied", None)]
    assert asked(decisions) == ["invoice.put invoice:1"]


def test_an_edit_that_zoho_made_before_a_payment_that_came_first_is_put_under_it(
    desk: Desk,
) -> None:
    desk.exports("invoice", invoice())
    desk.exports("customer_payment", payment())

    earlier = invoice(line_items=[taxed(200)], total=230, last_modified_time=at(9))
    decisions = desk.happens("invoice", earlier)

    assert told(decisions) == [("A3", "applied", None)]
    assert asked(decisions) == [
        "payment.delete payment:901",
        "invoice.put invoice:1",
        "payment.create payment:901",
    ]


def test_an_edit_after_all_payments_are_gone_takes_them_off_first(desk: Desk) -> None:
    desk.exports("invoice", invoice())
    desk.exports("customer_payment", payment())

    later = invoice(line_items=[taxed(200)], total=230, last_modified_time=at(20))
    decisions = desk.happens("invoice", later)

    assert told(decisions) == [("A9", "applied", None), ("A3", "applied", None)]
    assert asked(decisions) == ["payment.delete payment:901", "invoice.put invoice:1"]
    assert told(desk.disappears("customer_payment", "9")) == [("-", "applied", "unchanged")]


def test_voiding_takes_off_the_payments_first_whichever_webhook_comes_first(desk: Desk) -> None:
    desk.exports("invoice", invoice())
    desk.exports("customer_payment", payment())

    void = desk.happens("invoice", invoice(status="void", last_modified_time=at(20)))

    assert asked(void) == ["payment.delete payment:901", "invoice.void invoice:1"]
    unused = payment(invoices=[], unused_amount=115, updated_time=at(20))
    assert told(desk.happens("customer_payment", unused)) == [("A6", "withheld", "unused_amount")]


def test_a_void_that_is_withheld_leaves_the_payments_alone(desk: Desk) -> None:
    desk.exports("invoice", invoice())
    part = payment(invoices=[share(amount=15)])
    desk.happens("customer_payment", part, "created")
    desk.xero_obeys()

    void = invoice(status="void", credits_applied=100, last_modified_time=at(20))

    assert told(desk.happens("invoice", void)) == [("A4", "withheld", "has_credits")]


def test_a_change_withheld_for_a_payment_is_made_when_it_proves_to_be_older_than_the_payment(
    desk: Desk,
) -> None:
    desk.exports("invoice", invoice())
    changed: Fields = {"line_items": [taxed(200)], "total": 230}
    desk.happens("customer_payment", payment(), "created")
    paid = invoice(**changed, payment_made=115, last_modified_time=at(10))
    assert told(desk.happens("invoice", paid)) == [("A3", "withheld", "has_payments")]
    desk.xero_obeys()

    late = desk.happens("invoice", invoice(**changed, last_modified_time=at(9)))

    assert told(late) == [("A3", "applied", None)]
    assert asked(late) == [
        "payment.delete payment:901",
        "invoice.put invoice:1",
        "payment.create payment:901",
    ]
    assert told(desk.happens("invoice", {**paid, "last_modified_time": at(11)})) == [
        ("-", "superseded", "unchanged")
    ]


# -- what Xero refuses until a change that comes later -------------------------------------------


def test_an_edit_that_zoho_made_before_a_write_off_that_came_first_is_put_under_it(
    desk: Desk,
) -> None:
    desk.exports("invoice", invoice())
    changed: Fields = {"line_items": [taxed(200)], "total": 230}
    written_off = invoice(**changed, write_off_amount=230, last_modified_time=at(10))
    assert told(desk.happens("invoice", written_off)) == [
        ("A3", "withheld", "is_written_off"),
        ("A5", "applied", None),
    ]
    desk.xero_obeys()

    late = desk.happens("invoice", invoice(**changed, last_modified_time=at(9)))

    assert told(late) == [("A3", "applied", None)]
    assert asked(late) == [
        "allocation.delete allocation:write_off-1",
        "invoice.put invoice:1",
        "allocation.create allocation:write_off-1",
    ]


def a_part_is_paid_and_the_rest_waits(desk: Desk) -> None:
    desk.exports("invoice", invoice())
    desk.exports("customer_payment", payment())
    rest = payment("10", invoices=[share("902", amount=15)], updated_time=at(11))
    desk.happens("customer_payment", rest, "created")


def test_a_payment_that_xero_refuses_goes_behind_the_change_of_another_that_it_waits_for(
    desk: Desk,
) -> None:
    a_part_is_paid_and_the_rest_waits(desk)

    decisions = desk.happens("customer_payment", payment(invoices=[share(amount=100)]))

    assert asked(decisions) == [
        "payment.delete payment:902",
        "payment.delete payment:901",
        "payment.create payment:901",
        "payment.create payment:902",
    ]


def test_a_payment_that_a_person_gave_up_is_not_asked_for_again_by_the_change_of_another(
    desk: Desk,
) -> None:
    a_part_is_paid_and_the_rest_waits(desk)
    del desk.unsent["payment:902"]

    decisions = desk.happens("customer_payment", payment(invoices=[share(amount=100)]))

    assert asked(decisions) == ["payment.delete payment:901", "payment.create payment:901"]


def test_a_payment_that_a_person_gave_up_is_not_asked_for_again_by_a_change_of_its_invoice(
    desk: Desk,
) -> None:
    desk.exports("invoice", invoice())
    desk.happens("customer_payment", payment(), "created")
    del desk.unsent["payment:901"]

    assert asked(desk.happens("invoice", invoice(line_items=[taxed(200)], total=230))) == [
        "invoice.put invoice:1"
    ]


def test_a_write_off_that_xero_refuses_goes_behind_the_change_of_a_payment_that_it_waits_for(
    desk: Desk,
) -> None:
    desk.exports("invoice", invoice())
    desk.exports("customer_payment", payment())
    rest = invoice(payment_made=100, write_off_amount=15, last_modified_time=at(12))
    desk.happens("invoice", rest)
    desk.linked["write_off:1"] = desk.unsent.pop("write_off:1")  # its credit note, not yet its use

    decisions = desk.happens("customer_payment", payment(invoices=[share(amount=100)]))

    assert asked(decisions) == [
        "allocation.delete allocation:write_off-1",
        "payment.delete payment:901",
        "payment.create payment:901",
        "allocation.create allocation:write_off-1",
    ]


def test_of_two_shares_that_wait_and_change_none_comes_back_as_it_was(desk: Desk) -> None:
    desk.exports("bill", bill())
    listed = [bill_payment("801"), bill_payment("802", amount=15)]
    desk.happens("bill", bill(payments=listed, payment_made=115, last_modified_time=at(5)))

    smaller = [bill_payment("801", amount=99), bill_payment("802", amount=14)]
    decisions = desk.happens("bill", bill(payments=smaller, last_modified_time=at(6)))

    assert asked(decisions) == [
        "bill_payment.delete bill_payment:801",
        "bill_payment.create bill_payment:801",
        "bill_payment.delete bill_payment:802",
        "bill_payment.create bill_payment:802",
    ]
