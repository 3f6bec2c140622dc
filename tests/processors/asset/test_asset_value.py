"""The asset value (C6): each day's journal moves the difference, whatever came of those before."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bridge.postgres import Pool
from processors.asset.push import Pushed, Wish, adopt, push
from processors.asset.value import Valuation, decide, posted
from tests.processors.conftest import Journal

MONDAY, TUESDAY, WEDNESDAY = (date(2026, 11, day) for day in (23, 24, 25))
NARRATED = "Inventory asset value 2026-11-{}, Zoho organisation 6"
AMOUNTS = st.decimals(-(10**7), 10**7, places=2, allow_nan=False)


def valued(value: str, held: Mapping[str, str] | None = None) -> Valuation:
    known = {account: Decimal(amount) for account, amount in (held or {}).items()}
    return Valuation(MONDAY, "60001234", Decimal(value), "631", "312", known)


def lines(valuation: Valuation) -> dict[str, Decimal]:
    (command,) = decide(valuation).commands
    assert command.body is not None
    return {line["AccountCode"]: line["LineAmount"] for line in command.body["JournalLines"]}


def test_c6_the_first_journal_brings_the_whole_value() -> None:
    assert lines(valued("125.40")) == {"631": Decimal("125.40"), "312": Decimal("-125.40")}


def test_c6_a_later_journal_brings_the_difference_of_either_sign() -> None:
    held = {"631": "100.00", "312": "-100.00"}

    assert lines(valued("125.40", held)) == {"631": Decimal("25.40"), "312": Decimal("-25.40")}
    assert lines(valued("80.00", held)) == {"631": Decimal("-20.00"), "312": Decimal("20.00")}


def test_c6_no_difference_asks_for_nothing_and_says_so() -> None:
    decision = decide(valued("100", {"631": "100.00", "312": "-100.00"}))

    assert (decision.outcome, decision.code, decision.commands) == (
        "withheld",
        "no_difference",
        (),
    )
    assert "nothing to post" in str(decision.reason)


def test_c6_an_account_that_is_chosen_no_more_gives_back_what_it_was_given() -> None:
    held = {"630": "100.00", "312": "-100.00"}

    assert lines(valued("110", held)) == {
        "631": Decimal(110),
        "312": Decimal(-10),
        "630": Decimal(-100),
    }


def test_c6_a_journal_is_posted_without_tax_and_found_by_its_narration() -> None:
    (command,) = decide(valued("1")).commands
    assert command.body is not None

    assert command.body["Status"] == "POSTED"
    assert command.body["LineAmountTypes"] == "NoTax"
    assert command.body["Date"] == "2026-11-23"
    assert command.body["Narration"].startswith("Inventory asset value 2026-11-23")


@given(st.lists(AMOUNTS, min_size=1, max_size=6))
def test_c6_whatever_the_values_were_the_account_shows_the_last_one(values: list[Decimal]) -> None:
    held: dict[str, Decimal] = {}
    for value in values:
        decision = decide(Valuation(MONDAY, "6", value, "631", "312", held))
        moved = lines(Valuation(MONDAY, "6", value, "631", "312", held)) if decision.key else {}
        assert sum(moved.values()) == 0
        held = {each: held.get(each, Decimal(0)) + moved.get(each, 0) for each in ("631", "312")}

    assert held == {"631": values[-1], "312": -values[-1]}


async def pushed(journal: Journal, day: date, value: str) -> Pushed:
    wish = Wish(journal.connection_id, "acme", "6", day, Decimal(value), (), "631", "312")
    return await push(journal.pool, wish)


async def end(pool: Pool, command_id: int | None, state: str) -> None:
    await pool.execute("UPDATE commands SET state = $1 WHERE id = $2", state, command_id)


async def asked(journal: Journal) -> list[tuple[str, str, Any]]:
    rows = await journal.pool.fetch(
        """SELECT zoho_id, state, body -> 'JournalLines' -> 0 ->> 'LineAmount' AS amount
             FROM commands WHERE kind = 'journal.create' ORDER BY id"""
    )
    return [(row["zoho_id"], row["state"], row["amount"]) for row in rows]


async def test_c6_a_day_has_one_journal_however_often_it_is_pushed(journal: Journal) -> None:
    first = await pushed(journal, MONDAY, "100")
    again = await pushed(journal, MONDAY, "120")
    await end(journal.pool, first.command_id, "done")
    late = await pushed(journal, MONDAY, "120")

    assert [each.outcome for each in (first, again, late)] == ["posting", "already", "already"]
    assert await asked(journal) == [("2026-11-23", "done", "100")]


async def test_c6_a_journal_on_its_way_counts_as_pushed(journal: Journal) -> None:
    await pushed(journal, MONDAY, "100")
    await pushed(journal, TUESDAY, "130.50")

    assert await asked(journal) == [
        ("2026-11-23", "pending", "100"),
        ("2026-11-24", "pending", "30.5"),
    ]


async def test_c6_what_was_moved_is_known_when_the_bodies_are_forgotten(journal: Journal) -> None:
    first = await pushed(journal, MONDAY, "100")
    await end(journal.pool, first.command_id, "done")
    await journal.pool.execute("UPDATE commands SET body = '{}', redacted_at = now()")

    assert (await pushed(journal, TUESDAY, "100")).outcome == "nothing"


async def test_c6_journals_that_only_xero_knows_count_as_pushed(journal: Journal) -> None:
    journals = [
        {
            "ManualJournalID": "a",
            "Status": "POSTED",
            "Narration": NARRATED.format(23),
            **moved(100),
        },
        {"ManualJournalID": "b", "Status": "VOIDED", "Narration": NARRATED.format(24), **moved(9)},
        {"ManualJournalID": "c", "Status": "POSTED", "Narration": "of a person", **moved(9)},
    ]
    for _ in range(2):
        await adopt(journal.pool, journal.connection_id, posted(journals, "6"))
    await pushed(journal, WEDNESDAY, "130")

    assert (await pushed(journal, MONDAY, "500")).outcome == "already"
    assert (await asked(journal))[-1] == ("2026-11-25", "pending", "30")


def moved(amount: int) -> dict[str, Any]:
    return {
        "JournalLines": [
            {"AccountCode": "631", "LineAmount": amount},
            {"AccountCode": "312", "LineAmount": -amount},
        ]
    }


async def test_c6_what_xero_refused_is_part_of_the_next_journal(journal: Journal) -> None:
    refused = await pushed(journal, MONDAY, "100")
    await end(journal.pool, refused.command_id, "parked")
    await pushed(journal, TUESDAY, "130")

    assert await asked(journal) == [
        ("2026-11-23", "superseded", "100"),
        ("2026-11-24", "pending", "130"),
    ]


async def test_c6_a_day_whose_journal_was_refused_may_be_pushed_again(journal: Journal) -> None:
    refused = await pushed(journal, MONDAY, "100")
    await end(journal.pool, refused.command_id, "parked")

    assert (await pushed(journal, MONDAY, "100")).outcome == "posting"


async def test_c6_a_journal_that_a_person_gave_up_was_not_pushed(journal: Journal) -> None:
    given_up = await pushed(journal, MONDAY, "100")
    await end(journal.pool, given_up.command_id, "skipped")
    await pushed(journal, TUESDAY, "100")

    assert (await asked(journal))[-1] == ("2026-11-24", "pending", "100")


async def test_c6_a_day_without_a_difference_has_its_history_too(journal: Journal) -> None:
    first = await pushed(journal, MONDAY, "100")
    await end(journal.pool, first.command_id, "done")
    quiet = await pushed(journal, TUESDAY, "100.00")

    assert (quiet.outcome, quiet.command_id) == ("nothing", None)
    row = await journal.pool.fetchrow(
        """SELECT action, outcome, code, document_state(connection_id, entity, zoho_id) AS state
             FROM decisions WHERE zoho_id = '2026-11-24'"""
    )
    assert tuple(row or ()) == ("C6", "withheld", "no_difference", "withheld")


async def test_c6_a_quiet_day_may_still_be_pushed_when_the_value_changes(journal: Journal) -> None:
    await pushed(journal, MONDAY, "0")
    await pushed(journal, MONDAY, "0")

    assert (await pushed(journal, MONDAY, "7")).outcome == "posting"


async def test_c6_connections_know_nothing_of_each_others_values(journal: Journal) -> None:
    other = await journal.pool.fetchval(
        """INSERT INTO connections (name, endpoint, organization_id, config, cutover)
           VALUES ('other', 'o', '7', '{}', '2026-01-01') RETURNING id"""
    )
    await pushed(journal, MONDAY, "100")
    await pushed(Journal(journal.pool, other), TUESDAY, "40")

    assert (await asked(journal))[-1] == ("2026-11-24", "pending", "40")
