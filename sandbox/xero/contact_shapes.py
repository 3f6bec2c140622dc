"""The shapes of contacts as they are sent."""

from typing import Literal

from sandbox.xero.shapes import Guid, Shape, Text


class Address(Shape):
    """An address; DELIVERY is not for contacts."""

    address_type: Literal["POBOX", "STREET"]
    address_line1: Text | None = None
    address_line2: Text | None = None
    address_line3: Text | None = None
    address_line4: Text | None = None
    city: Text | None = None
    region: Text | None = None
    postal_code: Text | None = None
    country: Text | None = None
    attention_to: Text | None = None


class Phone(Shape):
    """A telephone number."""

    phone_type: Literal["DEFAULT", "DDI", "MOBILE", "FAX", "OFFICE"]
    phone_number: Text | None = None
    phone_area_code: Text | None = None
    phone_country_code: Text | None = None


class ContactPerson(Shape):
    """One of up to five people of a contact."""

    first_name: Text | None = None
    last_name: Text | None = None
    email_address: Text | None = None
    include_in_emails: bool | None = None


class Contact(Shape):
    """A contact."""

    contact_id: Guid | None = None
    contact_number: Text | None = None
    account_number: Text | None = None
    contact_status: Text | None = None
    name: Text | None = None
    first_name: Text | None = None
    last_name: Text | None = None
    company_number: Text | None = None
    email_address: Text | None = None
    tax_number: Text | None = None
    website: Text | None = None
    default_currency: Text | None = None
    contact_persons: list[ContactPerson] | None = None
    addresses: list[Address] | None = None
    phones: list[Phone] | None = None
