"""What a webhook leaves out is read from Zoho before it is decided, and journaled like it."""

from dataclasses import dataclass
from typing import Any

import pytest

from bridge.postgres import Pool
from ingress.readings import Readings
from processors.consumer import answer
from tests.clients.zoho_line import VAULT, Line, connect
from tests.processors.conftest import CONFIG, Journal
from tests.processors.zoho import Fields

LINE = {"name": "Work", "rate": 100, "quantity": 1}
BANK, PETTY_CASH = "4600000000000361", "4600000000000362"


@dataclass
class Office:
    """A company in Zoho, and processors that may ask it."""

    zoho: Line
    journal: Journal

    async def enter(self, path: str, product: str = "inventory", **fields: Any) -> Fields:
        """Enter something at Zoho's screen; gives what was made."""
        answered = await self.zoho.by_hand("POST", path, fields, product)
        made: Fields = next((v for v in answered.values() if isinstance(v, dict)), {})
        return made

    async def look(self, path: str) -> Fields:
        """See a document as it is now, as a webhook would carry it."""
        answered = await self.zoho.by_hand("GET", path)
        found: Fields = next(v for v in answered.values() if isinstance(v, dict))
        return found

    async def contact(self, kind: str = "customer", **fields: Any) -> str:
        made = await self.enter("/contacts", contact_name="Maple Ltd", contact_type=kind, **fields)
        return str(made["contact_id"])

    async def invoice(self, customer: str, **fields: Any) -> Fields:
        made = await self.enter("/invoices", customer_id=customer, line_items=[LINE], **fields)
        await self.enter(f"/invoices/{made['invoice_id']}/status/sent")
        return await self.look(f"/invoices/{made['invoice_id']}")

    async def pay(self, invoice: Fields) -> Fields:
        shares = [{"invoice_id": invoice["invoice_id"], "amount_applied": 100}]
        return await self.enter(
            "/customerpayments",
            customer_id=invoice["customer_id"],
            payment_mode="cash",
            amount=100,
            invoices=shares,
        )

    async def tell(self, entity: str, fields: Fields, trigger: str = "edited") -> int:
        """Let a webhook arrive, and a processor answer its knock."""
        event_id = await self.journal.arrives(entity, fields, trigger)
        await self.knock(event_id)
        return event_id

    async def knock(self, event_id: int) -> None:
        readings = Readings(self.zoho.pool, VAULT, self.zoho.read)
        await answer(self.zoho.pool, event_id, asker=readings)

    async def calls(self) -> int:
        """How often Zoho was asked."""
        calls: int = (await self.zoho.control("meter"))["calls"]
        return calls

    async def body(self, key: str) -> Any:
        """The body of the newest command about something."""
        return await self.zoho.pool.fetchval(
            "SELECT body FROM commands WHERE key = $1 ORDER BY id DESC LIMIT 1", key
        )

    async def sources(self) -> list[tuple[str, str, str]]:
        """Every event: whose, from where, and what became of it."""
        rows = await self.zoho.pool.fetch("SELECT * FROM events ORDER BY id")
        return [(row["entity"], row["source"], row["state"]) for row in rows]


@pytest.fixture
async def office(pool: Pool, sandbox: str) -> Office:
    line = await connect(pool, sandbox, {**CONFIG, "account_map": {PETTY_CASH: "091"}})
    return Office(line, Journal(pool, line.connection_id))


async def known(office: Office, **fields: Any) -> Fields:
    """An invoice that the bridge knows, with its customer."""
    customer = await office.contact()
    await office.tell("contact", await office.look(f"/contacts/{customer}"))
    invoice = await office.invoice(customer, **fields)
    await office.tell("invoice", invoice)
    return invoice


async def applied_credit(office: Office, invoice: Fields) -> Fields:
    """A credit note of 40 that is applied to an invoice, as Zoho shows it."""
    note = await office.enter(
        "/creditnotes",
        customer_id=invoice["customer_id"],
        line_items=[{**LINE, "rate": 40}],
        date=invoice["date"],
    )
    path = f"/creditnotes/{note['creditnote_id']}"
    shares = [{"invoice_id": invoice["invoice_id"], "amount_applied": 40}]
    await office.enter(f"{path}/invoices", invoices=shares)
    return await office.look(path)


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
    assert (await office.journal.decisions())[-1][-1] == "unchanged"


LATER = "2099-01-01T00:00:00+0000"


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


async def test_of_two_versions_of_one_second_zoho_says_which_one_counts(office: Office) -> None:
    older = await known(office)
    path = f"/invoices/{older['invoice_id']}"
    await office.zoho.by_hand("PUT", path, {"line_items": [{**LINE, "rate": 200}]})
    newer = {**await office.look(path), "last_modified_time": older["last_modified_time"]}

    await office.tell("invoice", newer)
    await office.tell("invoice", {**older, "notes": "the older one, late"})

    body = await office.body(f"invoice:{older['invoice_id']}")
    assert body["LineItems"][0]["UnitAmount"] == 200
    assert (await office.journal.decisions())[-1][-1] == "unchanged"


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
    assert await unread(office) == [("credit_note", "lacking")]


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
    assert await unread(office) == [("customer_payment", "lacking")]

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
    assert await unread(office) == []


async def unread(office: Office) -> list[tuple[str, str]]:
    rows = await office.zoho.pool.fetch("SELECT entity, why FROM unread ORDER BY entity")
    return [(row["entity"], row["why"]) for row in rows]
