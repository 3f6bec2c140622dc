"""A customer and a vendor of Zoho's that are one contact in Xero, which is changed there (A1)."""

from processors.xero.contacts import decide
from schemas.documents import Contact
from schemas.parts import Address
from tests.processors.xero.test_xero_contacts import ZOHO, case, edited, seen, told, twin


def test_a1_a_vendor_s_write_is_no_change_for_the_customer_of_the_same_name() -> None:
    vendor = ZOHO.model_copy(update={"id": "2", "contact_type": "vendor", "name": "Acme Ltd"})
    moved = vendor.model_copy(update={"billing_address": Address(address="Bay St 9")})
    xero = edited(Addresses=[{"AddressType": "POBOX", "AddressLine1": "Bay St 9"}])

    assert told(decide(case(twin(), twin(moved), xero=xero))) == [
        ("superseded", "unchanged"),
        ("superseded", "unchanged"),
    ]


def test_a1_what_is_taken_out_in_xero_is_taken_out_in_zoho_though_the_twin_lacks_it() -> None:
    vendor = Contact(id="2", name="Acme Ltd", contact_type="vendor")

    decisions = decide(case(twin(), twin(vendor), xero=edited(EmailAddress=""), seen=seen()))

    assert told(decisions) == [("applied", None), ("superseded", "unchanged")]


def test_a1_one_that_no_document_uses_keeps_what_its_twin_s_write_lacks() -> None:
    vendor = Contact(id="2", name="Acme Ltd", contact_type="vendor")
    xero = edited(Phones=[], EmailAddress="", FirstName="", Addresses=[], ContactPersons=[])

    decisions = decide(case(twin(used=False), twin(vendor), xero=xero, seen=seen()))

    assert told(decisions) == [("superseded", "unchanged")] * 2


def test_a1_what_customer_and_vendor_fill_together_in_xero_goes_to_neither() -> None:
    vendor = Contact(id="2", name="Acme Ltd", contact_type="vendor", email="ap@example.com")
    xero = edited(EmailAddress="ap@example.com")

    assert told(decide(case(twin(), twin(vendor), xero=xero))) == [
        ("superseded", "unchanged"),
        ("superseded", "unchanged"),
    ]


def test_a1_what_changes_in_xero_is_asked_for_again_where_a_twin_s_next_write_must_know_it() -> (
    None
):
    vendor = Contact(id="2", name="Acme Ltd", contact_type="vendor")
    xero = edited(EmailAddress="new@example.com")

    decisions = decide(case(twin(), twin(vendor), xero=xero, seen=seen()))

    asked = [command.kind for decision in decisions for command in decision.commands]
    assert asked == ["zoho_contact.put", "contact.put"] * 2
