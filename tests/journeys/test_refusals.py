"""What Xero refuses waits, and is mended from Zoho's screen (E2)."""

from tests.journeys import clerk
from tests.journeys.house import House, answering
from tests.journeys.reading import the


async def test_a17_and_a21_a_change_of_an_applied_credit_goes_when_it_is_taken_off(
    house: House,
) -> None:
    await house.start("run")
    await answering(house.client, f"{house.url}/readyz")
    await house.apply()
    await house.silence()
    invoice = await clerk.invoice(house, await clerk.customer(house, "Acme"))
    note = await clerk.credit_note(house, invoice["customer_id"], 40)
    await clerk.apply_credit(house, note, invoice, 20)
    bill = await clerk.bill(house, await clerk.vendor(house, "Supplies"), "A21")
    credit = await clerk.vendor_credit(house, bill["vendor_id"], 40)
    await clerk.apply_vendor_credit(house, credit, bill, 20)
    await house.settled()
    credits_ = ("credit_note", note["creditnote_id"]), ("vendor_credit", credit["vendor_credit_id"])

    changed: clerk.Document = {"line_items": [clerk.line(60)]}
    await house.zoho("PUT", f"/creditnotes/{note['creditnote_id']}", **changed)
    await house.zoho("PUT", f"/vendorcredits/{credit['vendor_credit_id']}", **changed)
    for entity, zoho_id in credits_:
        await house.until(entity, zoho_id, "parked")
    await clerk.take_off(house, note)
    await clerk.take_off(house, credit)
    for entity, zoho_id in credits_:
        await house.until(entity, zoho_id, "synced")

    for number in (note["creditnote_number"], credit["vendor_credit_number"]):
        held = await the(house, "credit_notes", CreditNoteNumber=number)
        assert (held["Total"], held["RemainingCredit"]) == ("69.00", "69.00")
