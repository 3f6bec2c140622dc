"""The stand-in's answers against Xero's published schemas, where a copy of them is at hand."""

import pytest

from tests.sandbox.xero_desk import Desk
from tests.xero_schemas import shows, with_schemas

pytestmark = with_schemas

KINDS = {
    "Accounts": "Account",
    "BankTransactions": "BankTransaction",
    "Contacts": "Contact",
    "CreditNotes": "CreditNote",
    "Invoices": "Invoice",
    "ManualJournals": "ManualJournal",
    "Organisation": "Organisation",
    "Payments": "Payment",
    "TaxRates": "TaxRate",
}


async def fill(xero: Desk) -> None:
    """Put one document of each kind in the books."""
    contact = await xero.contact()
    invoice, note = await xero.invoice(contact), await xero.credit_note(contact)
    await xero.pay(invoice, 15)
    await xero.allocate(note, invoice, 40)
    line = {"Description": "Fee", "Quantity": 1, "UnitAmount": 1, "AccountCode": "404"}
    charge = {
        "Type": "SPEND",
        "Contact": {"ContactID": contact},
        "BankAccount": {"Code": "090"},
        "LineItems": [line],
    }
    lines = [{"LineAmount": each, "AccountCode": "631"} for each in (5, -5)]
    journal = {"Narration": "Asset", "JournalLines": lines}
    assert (await xero.put("/BankTransactions", charge)).status_code == 200
    assert (await xero.put("/ManualJournals", journal)).status_code == 200


@pytest.mark.parametrize("endpoint", KINDS)
async def test_an_answer_fits_its_schema(xero: Desk, endpoint: str) -> None:
    await fill(xero)

    answer = (await xero.get(f"/{endpoint}", page=1)).json()

    plural = "Organisations" if endpoint == "Organisation" else endpoint
    assert answer[plural]
    for element in answer[plural]:
        assert shows(KINDS[endpoint], element) == []
