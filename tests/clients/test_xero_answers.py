"""What Xero writes in more than one way is read as one thing."""

from clients.xero.answers import read


def test_an_id_is_the_same_in_any_letters_and_a_number_is_not_touched() -> None:
    raw = b'{"Invoices": [{"InvoiceID": "%s", "InvoiceNumber": "INV-AB"}]}'
    large, small = b"0000ABCD-0000-4000-8000-00000000000F", "0000abcd-0000-4000-8000-00000000000f"

    (invoice,) = read(200, {}, raw % large).body["Invoices"]

    assert invoice == {"InvoiceID": small, "InvoiceNumber": "INV-AB"}
