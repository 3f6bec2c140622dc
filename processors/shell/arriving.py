"""Contacts that Xero changed, on their way to Zoho, whose own word of them may be older (A1)."""

from datetime import datetime

from bridge.postgres import Connection
from bridge.queries import load
from processors.plans.contacts import arrived
from schemas.documents import Contact

QUERIES = load(__file__, "shell.sql")


async def with_what_is_on_its_way(
    connection: Connection, connection_id: int, contact: Contact, at: datetime | None
) -> Contact:
    """Give a contact of Zoho's as it will be once our own writes have arrived there.

    `at` is the stamp of the version. The contact is locked.
    """
    row = await QUERIES.on_its_way(
        connection,
        connection_id=connection_id,
        link=f"contact:{contact.id}",
        role=contact.contact_type,
        at=at,
    )
    return contact if row is None else arrived(contact, row["asked"], row["former"])
