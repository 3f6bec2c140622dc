"""The stand-in through the eyes of Xero's own Python library, over real HTTP."""

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from xero_python.accounting import AccountingApi  # type: ignore[import-untyped]  # untyped upstream
from xero_python.accounting import models as sdk
from xero_python.api_client import ApiClient, Configuration  # type: ignore[import-untyped]  # untyped upstream
from xero_python.api_client.oauth2 import OAuth2Token  # type: ignore[import-untyped]  # untyped upstream
from xero_python.exceptions import HTTPStatusException  # type: ignore[import-untyped]  # untyped upstream

from sandbox.xero.state import CUSTOM_APP, TENANT
from tests.sandbox.xero_desk import API, LINE, Desk

Books = dict[str, str]


class Library:
    """Xero's library, its blocking calls put in a thread."""

    def __init__(self, xero: Desk) -> None:
        bearer = xero.http.headers["Authorization"].removeprefix("Bearer ")
        token = {"access_token": bearer, "token_type": "Bearer", "expires_in": 1800, "scope": []}
        grant = OAuth2Token(client_id=CUSTOM_APP.client_id, client_secret=CUSTOM_APP.secret)
        self._client = ApiClient(
            Configuration(oauth2_token=grant), oauth2_token_getter=lambda: token
        )
        self._client.oauth2_token_saver(lambda token: None)
        self._api = AccountingApi(self._client, base_url=f"{xero.base}{API}")

    async def __call__(self, method: str, *arguments: Any, **options: Any) -> Any:
        call = getattr(self._api, method)
        return await asyncio.to_thread(call, TENANT, *arguments, **options)

    def close(self) -> None:
        self._client.rest_client.pool_manager.clear()


@pytest.fixture
async def library(xero: Desk) -> Any:
    made = Library(xero)
    yield made
    made.close()


@pytest.fixture
async def books(xero: Desk) -> Books:
    """One document of each kind, with what is applied to them."""
    contact = await xero.contact(
        "Acme",
        Phones=[{"PhoneType": "MOBILE", "PhoneNumber": "555"}],
        Addresses=[{"AddressType": "POBOX", "City": "Guelph"}],
        ContactPersons=[{"FirstName": "Ann", "LastName": "Lee"}],
    )
    invoice = await xero.invoice(contact, InvoiceNumber="INV-1", LineAmountTypes="Exclusive")
    await xero.pay(invoice, 15, Reference="P-1")
    note = await xero.credit_note(contact, CreditNoteNumber="CN-1")
    await xero.allocate(note, invoice, 40)
    charge = {
        "Type": "SPEND",
        "Contact": {"ContactID": contact},
        "BankAccount": {"Code": "090"},
        "LineItems": [{**LINE, "AccountCode": "404"}],
    }
    await xero.put("/BankTransactions", {"BankTransactions": [charge]})
    lines = [
        {"LineAmount": 5, "AccountCode": "631"},
        {"LineAmount": -5, "AccountCode": "312"},
    ]
    journal = {"Narration": "Asset", "Status": "POSTED", "JournalLines": lines}
    await xero.put("/ManualJournals", {"ManualJournals": [journal]})
    return {"contact": contact, "invoice": invoice["InvoiceID"]}


async def test_it_reads_contacts(library: Any, books: Books) -> None:
    (contact,) = (await library("get_contacts", page=1)).contacts

    assert (contact.name, contact.contact_status, contact.is_customer) == ("Acme", "ACTIVE", True)
    assert {each.phone_type: each.phone_number for each in contact.phones}["MOBILE"] == "555"
    assert contact.addresses[0].city == "Guelph"
    assert contact.contact_persons[0].first_name == "Ann"


async def test_it_reads_invoices(library: Any, books: Books) -> None:
    (invoice,) = (await library("get_invoice", books["invoice"])).invoices

    assert (invoice.invoice_number, invoice.type, invoice.status) == (
        "INV-1",
        "ACCREC",
        "AUTHORISED",
    )
    assert invoice.date == date(2026, 6, 1)
    assert (invoice.total, invoice.amount_paid, invoice.amount_credited, invoice.amount_due) == (
        115,
        15,
        40,
        60,
    )
    assert invoice.contact.contact_id == books["contact"]
    assert invoice.line_items[0].tax_amount == 15
    assert invoice.payments[0].amount == 15
    assert invoice.credit_notes[0].credit_note_number == "CN-1"
    assert invoice.updated_date_utc.tzinfo is not None


async def test_it_reads_payments_and_credit_notes(library: Any, books: Books) -> None:
    (payment,) = (await library("get_payments", page=1)).payments
    (note,) = (await library("get_credit_notes", page=1)).credit_notes

    assert (payment.reference, payment.payment_type) == ("P-1", "ACCRECPAYMENT")
    assert payment.invoice.invoice_id == books["invoice"]
    assert (note.type, note.remaining_credit) == ("ACCRECCREDIT", 60)
    assert note.allocations[0].invoice.invoice_id == books["invoice"]


async def test_it_reads_bank_transactions_and_journals(library: Any, books: Books) -> None:
    (charge,) = (await library("get_bank_transactions", page=1)).bank_transactions
    (journal,) = (await library("get_manual_journals", page=1)).manual_journals

    assert (charge.type, charge.status, charge.total) == ("SPEND", "AUTHORISED", 100)
    assert charge.bank_account.code == "090"
    assert [line.line_amount for line in journal.journal_lines] == [5, -5]


async def test_it_reads_the_organisation_and_its_settings(library: Any) -> None:
    (organisation,) = (await library("get_organisations")).organisations
    accounts = (await library("get_accounts", where='Type=="BANK"')).accounts
    rates = {rate.tax_type: rate for rate in (await library("get_tax_rates")).tax_rates}
    currencies = (await library("get_currencies")).currencies

    assert organisation.base_currency == sdk.CurrencyCode.CAD
    assert organisation.country_code == sdk.CountryCode.CA
    assert {account.code for account in accounts} == {"090", "091", "092"}
    assert rates["OUTPUT2"].effective_rate == 15
    assert rates["OUTPUT2"].can_apply_to_expenses is False
    assert {str(each.code.value) for each in currencies} == {"CAD", "USD", "EUR"}


async def test_it_writes_an_invoice_under_a_key(library: Any, books: Books) -> None:
    line = sdk.LineItem(description="Work", quantity=2, unit_amount=10.5, account_code="200")
    invoice = sdk.Invoice(
        type="ACCREC",
        contact=sdk.Contact(contact_id=books["contact"]),
        date=date(2026, 6, 2),
        line_items=[line],
        line_amount_types=sdk.LineAmountTypes("Exclusive"),
        status="AUTHORISED",
    )
    sent = {"invoices": sdk.Invoices(invoices=[invoice]), "idempotency_key": "k-1"}

    first = (await library("create_invoices", **sent)).invoices[0]
    second = (await library("create_invoices", **sent)).invoices[0]

    assert first.total == Decimal("24.15")
    assert second.invoice_id == first.invoice_id


async def test_it_reads_a_refusal_inside_a_200(library: Any, books: Books) -> None:
    contact = sdk.Contact(contact_id=books["contact"])
    empty = sdk.Invoice(type="ACCREC", contact=contact, status="AUTHORISED")
    sent = sdk.Invoices(invoices=[empty])

    (answer,) = (await library("create_invoices", sent, summarize_errors="false")).invoices

    assert answer.has_errors is True
    assert answer.validation_errors[0].message == "One or more line items must be specified"


async def test_it_raises_on_a_summarised_refusal(library: Any, books: Books) -> None:
    sent = sdk.Contacts(contacts=[sdk.Contact(name="Acme")])

    with pytest.raises(HTTPStatusException) as refused:
        await library("create_contacts", sent)

    assert refused.value.status == 400
