"""Both sides compared: every difference is found and explained, and where there is none, none."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import pytest_asyncio

from bridge.cli.demo.stage import Stage, staged
from clients.xero.identity import Credentials, Endpoints, fetch_token
from tests.conftest import RUN, TURNS
from tests.journeys import clerk
from tests.servers import postgres

SANDBOX = Credentials("sandbox-custom", "sandbox-custom-secret")
UNMAPPED = "4600000000000913"
Row = dict[str, Any]


@dataclass
class Auditor:
    """Somebody with both systems before them, who compares, changes things, and compares again."""

    stage: Stage
    client: httpx.AsyncClient
    seen: list[Row] = field(default_factory=list)

    async def settled(self) -> None:
        """Wait until all is decided and done, as far as it goes."""
        await self.stage.settled()

    async def compare(self) -> list[Row]:
        """Compare; gives the rows that were not there the last time."""
        found = await self.stage.reconciled()
        rows = [difference.as_row() for difference in found.differences]
        new = [row for row in rows if row not in self.seen]
        self.seen = rows
        return new

    async def xero(self, method: str, path: str, body: Any = None) -> Any:
        """Do something in Xero, as somebody there does."""
        answer = await self.client.request(method, f"/api.xro/2.0{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def linked(self, key: str) -> str:
        """Xero's id of a thing."""
        pool = self.stage.parts.pool
        return str(await pool.fetchval("SELECT xero_id FROM links WHERE key = $1", key))

    async def silently(self, *patterns: str) -> None:
        """Let no webhook tell of such changes."""
        await self.stage.control("/zoho/settings", {"silent": patterns})


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: str, template_database: str
) -> AsyncIterator[Stage]:
    """Give one stage to all tests here."""
    folder, name = tmp_path_factory.mktemp("reconcile"), f"{RUN}_reconcile"
    with postgres.database(postgres_server, name, template_database) as url:
        async with staged(folder, url) as stage:
            yield stage


@pytest_asyncio.fixture(loop_scope="session")
async def auditor(stage: Stage) -> AsyncIterator[Auditor]:
    """Give somebody who has just compared."""
    await stage.control("/zoho/settings", {"silent": []})
    urls = Endpoints(stage.sandbox_url, stage.sandbox_url)
    pair = await fetch_token(urls, SANDBOX)
    headers = {"Authorization": f"Bearer {pair.access}", "Accept": "application/json"}
    async with httpx.AsyncClient(base_url=stage.sandbox_url, headers=headers) as client:
        auditor = Auditor(stage, client)
        await auditor.compare()
        yield auditor


@pytest_asyncio.fixture(loop_scope="session")
async def customer(stage: Stage) -> str:
    return await clerk.customer(stage, f"Customer {next(TURNS)}")


@pytest_asyncio.fixture(loop_scope="session")
async def vendor(stage: Stage) -> str:
    return await clerk.vendor(stage, f"Vendor {next(TURNS)}")


def short(rows: list[Row]) -> set[tuple[str, str, str, str]]:
    """Rows as a set: entity, Zoho's id, kind, first field."""
    return {(row["entity"], row["zoho_id"], row["kind"], row["field"]) for row in rows}


pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_amount_edited_in_xero(auditor: Auditor, customer: str) -> None:
    invoice = await clerk.invoice(auditor.stage, customer)
    await auditor.settled()
    number, zoho_id = invoice["invoice_number"], invoice["invoice_id"]
    xero_id = await auditor.linked(f"invoice:{zoho_id}")
    line = {"Description": "Other", "Quantity": 1, "UnitAmount": 90, "AccountCode": "200"}
    change = {"LineItems": [{**line, "TaxType": "NONE"}]}
    await auditor.xero("POST", f"/Invoices/{xero_id}", {"InvoiceID": xero_id, **change})

    (row,) = await auditor.compare()

    assert (row["entity"], row["zoho_id"], row["number"]) == ("invoice", zoho_id, number)
    assert (row["kind"], row["field"], row["zoho"], row["xero"]) == (
        *("different", "total", "115.00", "90.00"),
    )
    assert [each["field"] for each in row["fields"]] == ["total", "amount_due"]
    assert "was changed in Xero" in row["reason"]


async def test_a_document_voided_in_xero(auditor: Auditor, vendor: str) -> None:
    bill = await clerk.bill(auditor.stage, vendor, "B-1")
    await auditor.settled()
    xero_id = await auditor.linked(f"bill:{bill['bill_id']}")
    await auditor.xero("POST", f"/Invoices/{xero_id}", {"Status": "VOIDED"})

    rows = await auditor.compare()

    assert short(rows) == {("bill", bill["bill_id"], "different", "status")}
    assert rows[0]["xero"] == "VOIDED"


async def test_a_payment_deleted_in_xero(auditor: Auditor, customer: str) -> None:
    invoice = await clerk.invoice(auditor.stage, customer)
    payment = await clerk.pay(auditor.stage, invoice, 40)
    await auditor.settled()
    share = await _share(auditor, payment["payment_id"])
    await auditor.xero("POST", f"/Payments/{share}", {"Status": "DELETED"})

    rows = await auditor.compare()

    assert short(rows) == {
        ("customer_payment", payment["payment_id"], "missing", "amount"),
        ("invoice", invoice["invoice_id"], "different", "amount_due"),
    }
    reasons = {row["entity"]: row["reason"] for row in rows}
    assert "taken out of Xero" in reasons["customer_payment"]
    assert f"customer payment {payment['payment_number']} is missing" in reasons["invoice"]


async def _share(auditor: Auditor, payment_id: str) -> str:
    pool = auditor.stage.parts.pool
    return str(
        await pool.fetchval(
            """SELECT l.xero_id FROM commands c JOIN links l ON l.key = c.key
                WHERE c.zoho_id = $1 AND c.kind LIKE '%payment.create'""",
            payment_id,
        )
    )


async def test_a_payment_that_xero_holds_twice(auditor: Auditor, customer: str) -> None:
    invoice = await clerk.invoice(auditor.stage, customer)
    payment = await clerk.pay(auditor.stage, invoice, 40)
    await auditor.settled()
    (ours,) = (
        await auditor.xero("GET", f"/Payments/{await _share(auditor, payment['payment_id'])}")
    )["Payments"]
    twin = {name: ours[name] for name in ("Amount", "Reference")}
    target = {"Invoice": {"InvoiceID": ours["Invoice"]["InvoiceID"]}, "Account": {"Code": "090"}}
    await auditor.xero("PUT", "/Payments", {"Payments": [{**twin, **target}]})

    assert short(await auditor.compare()) == {
        ("customer_payment", payment["payment_id"], "extra", "total"),
        ("invoice", invoice["invoice_id"], "different", "amount_due"),
    }


async def test_a_payment_that_a_person_entered_in_xero(auditor: Auditor, customer: str) -> None:
    invoice = await clerk.invoice(auditor.stage, customer)
    await auditor.settled()
    target = {"InvoiceID": await auditor.linked(f"invoice:{invoice['invoice_id']}")}
    by_hand = {"Invoice": target, "Account": {"Code": "090"}, "Amount": 15, "Reference": "cash"}
    await auditor.xero("PUT", "/Payments", {"Payments": [by_hand]})

    (row,) = await auditor.compare()

    assert (row["field"], row["zoho"], row["xero"]) == ("amount_due", "115.00", "100.00")
    assert "a payment of 15.00 was entered in Xero" in row["reason"]


async def test_what_others_entered_in_xero_counts_on_the_sales_side_only(
    auditor: Auditor, customer: str
) -> None:
    await clerk.invoice(auditor.stage, customer)
    await auditor.settled()
    contact = {"ContactID": await auditor.linked(f"contact:{customer}")}
    line = {"Description": "x", "Quantity": 1, "UnitAmount": 7, "AccountCode": "200"}
    common = {"Contact": contact, "Status": "AUTHORISED", "LineItems": [line]}
    numbers = {"ACCREC": "BY-HAND-1", "ACCPAY": "RENT-11"}
    given = [{"Type": kind, "InvoiceNumber": number, **common} for kind, number in numbers.items()]
    await auditor.xero("PUT", "/Invoices", {"Invoices": given})

    (row,) = await auditor.compare()

    assert (row["entity"], row["zoho_id"], row["number"], row["kind"]) == (
        *("invoice", "", "BY-HAND-1", "extra"),
    )


async def test_what_hangs_on_a_credit_note(auditor: Auditor, customer: str) -> None:
    invoice = await clerk.invoice(auditor.stage, customer)
    note = await clerk.credit_note(auditor.stage, customer)
    await clerk.apply_credit(auditor.stage, note, invoice, 30)
    refund = await clerk.refund(auditor.stage, note, 20)
    await auditor.settled()
    zoho_id = note["creditnote_id"]
    xero_id = await auditor.linked(f"credit_note:{zoho_id}")
    paid_out = await auditor.linked(f"refund:{refund['creditnote_refund_id']}")
    await auditor.xero("POST", f"/Payments/{paid_out}", {"Status": "DELETED"})

    (row,) = await auditor.compare()
    assert (row["entity"], row["zoho_id"], row["kind"]) == ("credit_note", zoho_id, "different")
    assert {each["field"] for each in row["fields"]} == {"amount_due", "refund"}

    (shown,) = (await auditor.xero("GET", f"/CreditNotes/{xero_id}"))["CreditNotes"]
    allocation = shown["Allocations"][0]["AllocationID"]
    await auditor.xero("DELETE", f"/CreditNotes/{xero_id}/Allocations/{allocation}")

    rows = {row["entity"]: row for row in await auditor.compare()}
    fields = {each["field"] for each in rows["credit_note"]["fields"]}
    assert fields == {"amount_due", "refund", "allocation"}
    assert rows["invoice"]["field"] == "amount_due"


async def test_bank_charges_and_write_offs(auditor: Auditor, customer: str) -> None:
    invoice = await clerk.invoice(auditor.stage, customer)
    payment = await clerk.pay(auditor.stage, invoice, 40, bank_charges=2.5)
    await auditor.stage.zoho("POST", f"/invoices/{invoice['invoice_id']}/writeoff")
    await auditor.settled()
    charge = await auditor.linked(f"bank_charge:{payment['payment_id']}")
    await auditor.xero("POST", f"/BankTransactions/{charge}", {"Status": "DELETED"})
    note = await auditor.linked(f"write_off:{invoice['invoice_id']}")
    (shown,) = (await auditor.xero("GET", f"/CreditNotes/{note}"))["CreditNotes"]
    allocation = shown["Allocations"][0]["AllocationID"]
    await auditor.xero("DELETE", f"/CreditNotes/{note}/Allocations/{allocation}")

    rows = await auditor.compare()

    assert short(rows) == {
        ("customer_payment", payment["payment_id"], "different", "bank_charge"),
        ("invoice", invoice["invoice_id"], "different", "amount_due"),
    }
    (of_invoice,) = [row for row in rows if row["entity"] == "invoice"]
    assert {each["field"] for each in of_invoice["fields"]} == {"amount_due", "write_off"}


async def test_a_contact_renamed_in_xero(auditor: Auditor, customer: str) -> None:
    await clerk.invoice(auditor.stage, customer)
    await auditor.settled()
    xero_id = await auditor.linked(f"contact:{customer}")
    change = {"ContactID": xero_id, "Name": f"Renamed {customer}"}
    await auditor.xero("POST", "/Contacts", {"Contacts": [change]})

    assert short(await auditor.compare()) == {("contact", customer, "different", "name")}


async def test_the_purchase_side(auditor: Auditor, vendor: str) -> None:
    bill = await clerk.bill(auditor.stage, vendor, "B-2")
    paid = await clerk.pay_bill(auditor.stage, bill, 25)
    credit = await clerk.vendor_credit(auditor.stage, vendor)
    await auditor.settled()
    share = await _share(auditor, paid["payment_id"])
    await auditor.xero("POST", f"/Payments/{share}", {"Status": "DELETED"})
    xero_id = await auditor.linked(f"vendor_credit:{credit['vendor_credit_id']}")
    await auditor.xero("POST", f"/CreditNotes/{xero_id}", {"Status": "VOIDED"})

    assert short(await auditor.compare()) == {
        ("vendor_payment", paid["payment_id"], "missing", "amount"),
        ("bill", bill["bill_id"], "different", "amount_due"),
        ("vendor_credit", credit["vendor_credit_id"], "different", "status"),
    }


async def test_what_no_webhook_told(auditor: Auditor, customer: str) -> None:
    stage = auditor.stage
    edited, deleted, voided = [await clerk.invoice(stage, customer) for _ in range(3)]
    await auditor.settled()
    await auditor.silently("*")
    new = await clerk.invoice(stage, customer)
    drafted = await clerk.draft_invoice(stage, customer)
    lines = [clerk.line(200)]
    await stage.zoho("PUT", f"/invoices/{edited['invoice_id']}", line_items=lines)
    await stage.zoho("DELETE", f"/invoices/{deleted['invoice_id']}")
    await stage.zoho("POST", f"/invoices/{voided['invoice_id']}/status/void")

    rows = await auditor.compare()

    assert {(row["zoho_id"], row["kind"]) for row in rows} == {
        (new["invoice_id"], "missing"),
        (edited["invoice_id"], "different"),
        (deleted["invoice_id"], "extra"),
        (voided["invoice_id"], "extra"),
    }
    assert drafted["invoice_id"] not in {row["zoho_id"] for row in rows}
    assert all("nothing has told the bridge" in row["reason"] for row in rows)


async def test_what_is_withheld_is_no_difference(auditor: Auditor, customer: str) -> None:
    stage = auditor.stage
    early = await clerk.invoice(stage, customer, date=stage.day(120))
    await clerk.pay(stage, early, 20)
    await clerk.draft_invoice(stage, customer)
    paid = await clerk.invoice(stage, customer)
    await clerk.pay(stage, paid, 10)
    await stage.zoho("PUT", f"/invoices/{paid['invoice_id']}", notes="x", due_date=stage.day(-60))
    await auditor.settled()

    assert await auditor.compare() == []


async def test_what_is_parked_is_told_with_its_reason(auditor: Auditor, customer: str) -> None:
    lines = [clerk.line(100, tax_id=UNMAPPED)]
    invoice = await clerk.invoice(auditor.stage, customer, line_items=lines)
    await auditor.settled()

    (row,) = await auditor.compare()

    assert (row["zoho_id"], row["kind"]) == (invoice["invoice_id"], "missing")
    assert row["reason"].startswith("parked: ")


async def test_what_zoho_does_not_tell_is_compared_from_what_it_told(
    auditor: Auditor, customer: str
) -> None:
    stage = auditor.stage
    invoice = await clerk.invoice(stage, customer)
    await auditor.settled()
    await stage.control("/zoho/settings", {"revoke": "1000.sandbox.refresh"})
    await stage.parts.pool.execute("DELETE FROM grants WHERE system = 'zoho'")
    await auditor.compare()
    xero_id = await auditor.linked(f"invoice:{invoice['invoice_id']}")
    await auditor.xero("POST", f"/Invoices/{xero_id}", {"Status": "VOIDED"})

    assert short(await auditor.compare()) == {
        ("invoice", invoice["invoice_id"], "different", "status")
    }
    notes = await stage.parts.pool.fetchval("SELECT notes FROM comparisons")
    assert "Zoho can't be read" in notes[0]
