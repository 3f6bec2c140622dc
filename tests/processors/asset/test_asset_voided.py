"""A journal that a person has voided in Xero counts no more, and all can see why (C6)."""

from decimal import Decimal

from processors.asset.push import take_back
from processors.asset.value import Valuation, decide, voided
from tests.processors.asset.test_asset_value import (
    MONDAY,
    NARRATED,
    TUESDAY,
    asked,
    end,
    moved,
    pushed,
)
from tests.processors.conftest import Journal


async def test_c6_a_journal_that_was_voided_in_xero_counts_no_more_and_says_so(
    journal: Journal,
) -> None:
    first = await pushed(journal, MONDAY, "100")
    await end(journal.pool, first.command_id, "done")
    await journal.pool.execute("UPDATE commands SET xero_id = 'a'")
    rows = [
        {
            "ManualJournalID": "a",
            "Status": "VOIDED",
            "Narration": NARRATED.format(23),
            **moved(100),
        },
        {"ManualJournalID": "b", "Status": "VOIDED", "Narration": "of a person", **moved(9)},
    ]
    days = [
        await take_back(journal.pool, journal.connection_id, voided(rows, "6")) for _ in range(2)
    ]
    again = await pushed(journal, MONDAY, "100")
    following = await pushed(journal, TUESDAY, "130")

    assert days == [[MONDAY], []]
    assert (again.outcome, "voided in Xero by hand" in again.reason) == ("already", True)
    assert following.outcome == "posting"
    assert await asked(journal) == [
        ("2026-11-23", "superseded", "100"),
        ("2026-11-24", "pending", "130"),
    ]
    state = await journal.pool.fetchval(
        "SELECT document_state(connection_id, entity, zoho_id) FROM decisions"
        " WHERE code = 'voided_in_xero'"
    )
    assert state == "withheld"


def test_c6_the_journal_after_a_voided_one_says_why_it_moves_more() -> None:
    valuation = Valuation(TUESDAY, "6", Decimal(100), "631", "312", {}, (MONDAY,))

    assert "the journal of 2026-11-23 was voided in Xero by hand" in str(decide(valuation).reason)
