"""What Xero writes in more than one way is read as one thing."""

from datetime import date

import pytest

from clients.xero.answers import read, read_date

DAY = date(2015, 8, 13)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("/Date(1439424000000+0000)/", DAY),
        ("/Date(1439424000000)/", DAY),
        ("2015-08-13T00:00:00", DAY),
        ("2015-08-13", DAY),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_is_read_in_each_of_xeros_ways(written: str | None, day: date | None) -> None:
    assert read_date(written) == day


def test_an_id_is_the_same_in_any_letters_and_a_number_is_not_touched() -> None:
    raw = b'{"Invoices": [{"InvoiceID": "%s", "InvoiceNumber": "INV-AB"}]}'
    large, small = b"0000ABCD-0000-4000-8000-00000000000F", "0000abcd-0000-4000-8000-00000000000f"

    (invoice,) = read(200, {}, raw % large).body["Invoices"]

    assert invoice == {"InvoiceID": small, "InvoiceNumber": "INV-AB"}
