"""The stand-in's answers against Xero's published schemas, where a copy of them is at hand.

The copy is a cut of the OpenAPI description by name; `XERO_SCHEMAS` says where it is.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS30ReadValidator
from referencing import Registry
from referencing.jsonschema import DRAFT4

from tests.sandbox.xero_desk import Desk

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


@pytest.fixture(scope="session")
def registry() -> Registry[Any]:
    """Read the schemas, or skip."""
    path = Path(os.environ.get("XERO_SCHEMAS", ""))
    if not path.is_file():
        pytest.skip("no copy of Xero's schemas is at hand: XERO_SCHEMAS names none")
    contents = {"components": {"schemas": json.loads(path.read_text(encoding="utf-8"))}}
    made: Registry[Any] = Registry().with_resource("urn:xero", DRAFT4.create_resource(contents))
    return made


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
async def test_an_answer_fits_its_schema(
    xero: Desk, registry: Registry[Any], endpoint: str
) -> None:
    await fill(xero)
    validator = OAS30ReadValidator(
        {"$ref": f"urn:xero#/components/schemas/{KINDS[endpoint]}"}, registry=registry
    )

    answer = (await xero.get(f"/{endpoint}", page=1)).json()

    plural = "Organisations" if endpoint == "Organisation" else endpoint
    assert answer[plural]
    for element in answer[plural]:
        assert [error.message for error in validator.iter_errors(element)] == []
