"""`bridge demo`: the whole story ends with equal ledgers, and unequal ones are seen."""

import asyncio
from typing import Any

import pytest

from bridge.cli.demo.ledgers import compare
from tests.journeys.house import BRIDGE

EMPTY_ZOHO: dict[str, list[Any]] = {
    name: []
    for name in (
        "invoices",
        "bills",
        "creditnotes",
        "vendorcredits",
        "customerpayments",
        "vendorpayments",
    )
}
EMPTY_XERO: dict[str, list[Any]] = {
    name: [] for name in ("invoices", "credit_notes", "payments", "bank_transactions")
}
OURS = {
    "number": "INV-1",
    "status": "sent",
    "currency": "CAD",
    "total": "115.00",
    "balance": "15.00",
    "written_off": "0.00",
}
THEIRS = {
    "InvoiceNumber": "INV-1",
    "Type": "ACCREC",
    "Status": "AUTHORISED",
    "CurrencyCode": "CAD",
    "Total": "115.00",
    "AmountDue": "15.00",
}


class Shelf:
    """Two ledgers as they are given."""

    def __init__(self, zoho: dict[str, Any], xero: dict[str, Any]) -> None:
        self._ledgers = {"zoho": EMPTY_ZOHO | zoho, "xero": EMPTY_XERO | xero}

    async def ledger(self, system: str) -> dict[str, Any]:
        """Read one of them."""
        return self._ledgers[system]


@pytest.mark.timeout(400)
async def test_the_full_story_ends_with_equal_ledgers() -> None:
    process = await asyncio.create_subprocess_exec(
        *(BRIDGE, "demo", "--story", "full"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await process.communicate()

    assert process.returncode == 0, printed.decode()
    for page in ("Bills", "Vendor credits", "Refunds", "Bank charges", "Write-offs"):
        assert f"\n{page}" in printed.decode()


async def test_equal_ledgers_are_equal() -> None:
    pages = await compare(Shelf({"invoices": [OURS]}, {"invoices": [THEIRS]}))

    assert [(page.title, page.equal) for page in pages] == [("Invoices", True)]


async def test_a_void_invoice_that_was_opened_again_is_known_by_its_suffix() -> None:
    (page,) = await compare(
        Shelf({"invoices": [OURS]}, {"invoices": [THEIRS | {"InvoiceNumber": "INV-1-2"}]})
    )

    assert page.equal


DIFFERENT: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"invoices": [OURS]}, {"invoices": [THEIRS | {"AmountDue": "15.01"}]}),
    ({"invoices": [OURS]}, {}),
    ({}, {"invoices": [THEIRS]}),
    ({"invoices": [OURS | {"status": "void"}]}, {"invoices": [THEIRS]}),
    (
        {},
        {
            "payments": [
                {
                    "Reference": "ZI-REF-1",
                    "PaymentType": "APCREDITPAYMENT",
                    "Status": "AUTHORISED",
                    "Amount": "5.00",
                }
            ]
        },
    ),
]


@pytest.mark.parametrize(
    ("zoho", "xero"),
    DIFFERENT,
    ids=["a cent", "missing in Xero", "only in Xero", "void in Zoho", "a refund only in Xero"],
)
async def test_ledgers_that_differ_are_seen(zoho: dict[str, Any], xero: dict[str, Any]) -> None:
    (page,) = await compare(Shelf(zoho, xero))

    assert not page.equal
