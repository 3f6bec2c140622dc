"""What a webhook leaves out is read from Zoho before it is decided, and journaled like it."""

import pytest

from bridge.postgres import Pool
from tests.clients.zoho_line import connect
from tests.processors.conftest import CONFIG, Journal
from tests.processors.office import LINE, PETTY_CASH, Office, applied_credit, known

LATER = "2099-01-01T00:00:00+0000"


@pytest.fixture
async def office(pool: Pool, sandbox: str) -> Office:
    line = await connect(pool, sandbox, {**CONFIG, "account_map": {PETTY_CASH: "091"}})
    return Office(line, Journal(pool, line.connection_id))


async def test_allocations_that_a_webhook_leaves_out_are_read_before_it_is_decided(
    office: Office,
) -> None:
    invoice = await known(office)
    note = await applied_credit(office, invoice)
    told = {name: value for name, value in note.items() if name != "invoices_credited"}

    await office.tell("credit_note", told)

    assert (await office.sources())[-2:] == [
        ("credit_note", "webhook", "superseded"),
        ("credit_note", "read", "decided"),
    ]
    kinds = [kind for kind, _, _ in await office.journal.commands()]
    assert kinds[-2:] == ["credit_note.put", "allocation.create"]


async def test_the_account_of_a_refund_is_read_where_zoho_shows_it(office: Office) -> None:
    vendor = await office.contact("vendor")
    credit = await office.enter("/vendorcredits", vendor_id=vendor, line_items=[LINE])
    path = f"/vendorcredits/{credit['vendor_credit_id']}"
    await office.enter(
        f"{path}/refunds", amount=20, refund_mode="cash", account_id=PETTY_CASH, date=credit["date"]
    )

    await office.tell("vendor_credit", await office.look(path))
    await office.tell("vendor_credit", {**await office.look(path), "last_modified_time": LATER})

    refund = next(key for _, key, _ in await office.journal.commands() if "refund" in key)
    assert (await office.body(refund))["Account"] == {"Code": "091"}
    # Once known, the account is not asked for again, and its absence in lists is no change.
    assert (await office.sources())[-1] == ("vendor_credit", "webhook", "decided")
    # Whether Zoho saved both within one second decides which of the two words fits.
    assert (await office.journal.decisions())[-1][-1] in {"unchanged", "older_version"}


async def test_a_payment_whose_shares_are_missing_is_read_instead_of_parked(
    office: Office,
) -> None:
    payment = await office.pay(await known(office))
    del payment["invoices"]

    await office.tell("customer_payment", payment)

    assert (await office.sources())[-1] == ("customer_payment", "read", "decided")
    assert (await office.journal.commands())[-1][0] == "payment.create"


async def test_an_invoice_that_never_came_is_read_before_its_payment_is_decided(
    office: Office,
) -> None:
    invoice = await office.invoice(await office.contact(email="mia@maple.example"))

    await office.tell("customer_payment", await office.pay(invoice))

    kinds = [kind for kind, _, _ in await office.journal.commands()]
    assert kinds == ["contact.put", "invoice.put", "payment.create"]
    assert [source for _, source, _ in await office.sources()] == ["webhook", "read", "read"]


async def test_a_payment_of_an_invoice_from_before_the_cutover_is_withheld_with_it(
    office: Office,
) -> None:
    invoice = await office.invoice(await office.contact(), date="2025-12-31")
    payment = await office.pay(invoice)
    del payment["invoices"][0]["date"]  # which would tell without asking

    await office.tell("customer_payment", payment)

    codes = {
        code for entity, _, _, code in await office.journal.decisions() if "contact" not in entity
    }
    assert codes == {"is_before_cutover"}
    assert await office.journal.commands() == []


async def test_an_invoice_that_waits_in_the_journal_goes_before_its_payment_unasked(
    office: Office,
) -> None:
    invoice = await office.invoice(await office.contact())
    payment = await office.pay(invoice)
    first = await office.journal.arrives("customer_payment", payment, "created")
    await office.journal.arrives("invoice", invoice, "created")

    await office.knock(first)

    assert [source for _, source, _ in await office.sources()] == ["webhook", "webhook", "read"]
    kinds = [kind for kind, _, _ in await office.journal.commands()]
    assert kinds == ["contact.put", "invoice.put", "payment.create"]


async def test_a_contact_that_never_came_is_read_with_all_that_the_invoice_lacks(
    office: Office,
) -> None:
    customer = await office.contact(
        contact_persons=[{"first_name": "Mia", "phone": "555-1", "is_primary_contact": True}]
    )

    await office.tell("invoice", await office.invoice(customer))

    body = await office.body(f"contact:{customer}")
    assert (body["FirstName"], body["Phones"][0]["PhoneNumber"]) == ("Mia", "555-1")


async def test_a_draft_costs_no_call(office: Office) -> None:
    made = await office.enter("/invoices", customer_id=await office.contact(), line_items=[LINE])

    await office.tell("invoice", made)

    assert await office.calls() == 0


async def test_an_older_version_and_a_disabled_connection_cost_no_call(office: Office) -> None:
    note = await applied_credit(office, await known(office))
    await office.tell("credit_note", note)
    told = {name: value for name, value in note.items() if name != "invoices_credited"}
    calls = await office.calls()

    await office.tell("credit_note", {**told, "last_modified_time": "2026-01-01T00:00:00+0000"})
    await office.zoho.pool.execute("UPDATE connections SET enabled = false")
    await office.tell("credit_note", {**told, "last_modified_time": LATER})

    assert await office.calls() == calls


async def test_of_two_versions_of_one_second_zoho_says_which_one_counts(office: Office) -> None:
    older = await known(office)
    path = f"/invoices/{older['invoice_id']}"
    await office.zoho.by_hand("PUT", path, {"line_items": [{**LINE, "rate": 200}]})
    newer = {**await office.look(path), "last_modified_time": older["last_modified_time"]}

    await office.tell("invoice", newer)
    await office.tell("invoice", {**older, "notes": "the older one, late"})

    body = await office.body(f"invoice:{older['invoice_id']}")
    assert body["LineItems"][0]["UnitAmount"] == 200
    # Whether Zoho saved both within one second decides which of the two words fits.
    assert (await office.journal.decisions())[-1][-1] in {"unchanged", "older_version"}


async def test_without_credentials_it_does_what_the_webhook_allows_and_says_what_it_lacks(
    office: Office,
) -> None:
    note = await applied_credit(office, await known(office))
    await office.zoho.pool.execute("DELETE FROM secrets")
    told = {name: value for name, value in note.items() if name != "invoices_credited"}

    await office.tell("credit_note", told)

    history = [each for each in await office.journal.decisions() if "credit_note" in each[0]]
    assert [(outcome, code) for _, _, outcome, code in history] == [
        ("applied", None),
        ("withheld", "not_shown"),
    ]
    assert await office.unread() == [("credit_note", "lacking")]


async def test_a_zoho_that_is_away_is_waited_for_but_not_for_ever(office: Office) -> None:
    invoice = await known(office)
    payment = await office.pay(invoice)
    del payment["invoices"]
    office.zoho.settings = {"ZOHO_API_URL": "http://127.0.0.1:9"}

    event_id = await office.tell("customer_payment", payment)
    assert (await office.sources())[-1] == ("customer_payment", "webhook", "undecided")

    await office.zoho.pool.execute("UPDATE events SET received_at = now() - interval '16 minutes'")
    await office.knock(event_id)
    assert (await office.sources())[-1] == ("customer_payment", "webhook", "parked")
    assert await office.unread() == [("customer_payment", "lacking")]

    office.zoho.settings = {}
    await office.zoho.pool.execute("UPDATE events SET state = 'undecided' WHERE id = $1", event_id)
    await office.knock(event_id)
    assert (await office.sources())[-1] == ("customer_payment", "read", "decided")


async def test_what_is_gone_in_zoho_is_decided_by_what_the_webhook_says(office: Office) -> None:
    invoice = await office.invoice(await office.contact())
    payment = await office.pay(invoice)
    await office.zoho.by_hand("DELETE", f"/customerpayments/{payment['payment_id']}")
    await office.zoho.by_hand("DELETE", f"/invoices/{invoice['invoice_id']}")

    await office.tell("customer_payment", payment)

    assert (await office.sources())[0] == ("customer_payment", "webhook", "decided")
    assert await office.unread() == []
