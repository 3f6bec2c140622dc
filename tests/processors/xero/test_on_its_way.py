"""Contacts that Xero changes again while its last change is on its way to Zoho (A1)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from processors.xero.journal import reading_of, take
from tests.processors.conftest import Journal
from tests.processors.zoho import contact, invoice

ID = "5c3c0ab2-4ed8-4a76-9f0c-0e2a4c4c8a11"
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
Fields = dict[str, Any]


def at(minute: float) -> datetime:
    """Minutes after noon."""
    return NOON + timedelta(minutes=minute)


@dataclass
class Office:
    """People at Xero's and at Zoho's screen, and the commands between them."""

    journal: Journal

    async def xero(self, minute: float, **fields: Any) -> None:
        """Read the contact as it was changed in Xero in a minute."""
        pool, row = self.journal.pool, {"IsCustomer": True, **fields}
        reading = await reading_of(pool, self.journal.connection_id)
        assert reading is not None
        stamp = {"ContactID": ID, "UpdatedDateUTC": at(minute).isoformat()}
        await take(pool, reading, {**row, **stamp})

    async def zoho(self, minute: float, name: str, **fields: Any) -> None:
        """Hear of the contact as Zoho has it since a minute."""
        stamp = {"last_modified_time": at(minute).isoformat()}
        await self.journal.happens("contact", contact("9", contact_name=name, **fields, **stamp))

    async def leaves(self) -> None:
        """Let what is asked of Zoho be under way."""
        await self.journal.pool.execute(
            "UPDATE commands SET state = 'sending' WHERE system = 'zoho' AND state = 'pending'"
        )

    async def arrives(self, minute: float) -> None:
        """Let what is asked of Zoho arrive there in a minute; the contact is its number 9."""
        await self.journal.pool.execute(
            """UPDATE commands SET state = 'done', finished_at = $1
                WHERE system = 'zoho' AND finished_at IS NULL""",
            at(minute),
        )
        await self.linked()

    async def linked(self) -> None:
        """Zoho's contact 9 is the one in Xero."""
        await self.journal.pool.execute(
            "INSERT INTO links VALUES ($1, 'contact:9', $2) ON CONFLICT DO NOTHING",
            *(self.journal.connection_id, ID),
        )

    async def asked(self, system: str = "zoho") -> list[Fields]:
        """What either side was asked to hold, in order."""
        rows = await self.journal.pool.fetch(
            """SELECT body FROM commands WHERE system = $1 AND kind LIKE '%contact.put'
                  AND state <> 'superseded' ORDER BY id""",
            system,
        )
        return [row["body"] for row in rows]

    async def names(self) -> list[str]:
        """The names that Zoho was asked to give it."""
        return [body["contact_name"] for body in await self.asked() if "contact_name" in body]


@pytest.fixture
async def office(journal: Journal) -> Office:
    await journal.pool.execute(
        "UPDATE connections SET config = config || $1",
        {"import": {"customers": True, "vendors": True}},
    )
    return Office(journal)


async def test_a1_zohos_word_of_our_own_write_is_no_change_of_a_person(office: Office) -> None:
    await office.xero(1, Name="First")
    await office.leaves()
    await office.xero(2, Name="Second")
    await office.linked()
    await office.zoho(10, "First")

    await office.xero(3, Name="Third")

    assert await office.names() == ["First", "Third"]


async def test_a1_what_arrived_in_zoho_after_the_word_we_know_counts(office: Office) -> None:
    await office.xero(1, Name="First")
    await office.arrives(10)
    await office.zoho(10, "First")
    await office.xero(2, Name="Second")
    await office.arrives(11)

    await office.xero(3, Name="Third")

    assert await office.names() == ["First", "Second", "Third"]


async def test_a1_a_persons_newer_change_in_zoho_wins_over_what_is_on_its_way(
    office: Office,
) -> None:
    await office.xero(1, Name="First")
    await office.arrives(10)
    await office.xero(2, Name="Second")
    await office.leaves()
    await office.zoho(12, "A person's")

    await office.xero(3, Name="Third")

    assert await office.names() == ["First", "Second"]


async def test_a1_a_person_may_give_it_an_earlier_name_again(office: Office) -> None:
    await office.xero(1, Name="First")
    await office.arrives(5)
    await office.xero(6, Name="Second")
    await office.arrives(10)
    await office.zoho(12, "First")

    await office.xero(11, Name="Third")

    assert await office.names() == ["First", "Second"]


async def test_a1_what_zoho_had_before_we_wrote_anything_is_no_newer_for_another_write(
    office: Office,
) -> None:
    await office.linked()
    await office.zoho(0, "Zoho's")
    await office.xero(0, Name="Zoho's")
    await office.xero(1, Name="Zoho's", EmailAddress="a@example.com")
    await office.leaves()
    await office.xero(2, Name="Second", EmailAddress="a@example.com")
    person = {"email": "a@example.com", "is_primary_contact": True}
    await office.zoho(10, "Zoho's", contact_persons=[person])

    await office.xero(3, Name="Third", EmailAddress="a@example.com")

    assert await office.names() == ["Third"]


async def test_a1_a_name_that_is_taken_back_while_it_is_on_its_way_is_taken_back_in_zoho(
    office: Office,
) -> None:
    await office.linked()
    await office.zoho(0, "Old")
    await office.xero(0, Name="Old")
    await office.xero(1, Name="New")
    await office.leaves()

    await office.xero(2, Name="Old")

    assert await office.names() == ["New", "Old"]


async def test_a1_a_second_change_of_a_person_carries_the_first_that_is_on_its_way(
    office: Office,
) -> None:
    await office.linked()
    await office.zoho(0, "Acme")
    await office.xero(0, Name="Acme")
    await office.xero(1, Name="Acme", EmailAddress="new@example.com")
    await office.leaves()

    await office.xero(2, Name="Acme", EmailAddress="new@example.com", FirstName="Ada")

    (person,) = (await office.asked())[-1]["contact_persons"]
    assert (person["first_name"], person["email"]) == ("Ada", "new@example.com")


async def test_a1_zohos_word_of_our_earlier_write_does_not_put_it_back_into_xero(
    office: Office,
) -> None:
    await office.linked()
    await office.zoho(0, "Zero")
    await office.journal.happens("invoice", invoice("1", customer_id="9"))
    asked = await office.asked("xero")
    await office.xero(1, Name="Zero")
    await office.xero(2, Name="First")
    await office.leaves()
    await office.xero(3, Name="Second")

    await office.zoho(10, "First")

    assert await office.asked("xero") == asked


async def test_a1_an_older_reading_does_not_count_as_the_last_one(office: Office) -> None:
    await office.xero(2, Name="New")
    await office.xero(1, Name="Old")

    shown = await office.journal.row("SELECT snapshot FROM documents WHERE entity = 'xero_contact'")

    assert shown["snapshot"]["card"]["name"] == "New"
