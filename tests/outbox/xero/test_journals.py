"""Manual journals: nothing in Xero keeps a second one out, so each is looked for by its words."""

import pytest

from schemas.commands import Command
from schemas.words import Ref
from tests.outbox.delivery import Xero, delivering, until
from tests.outbox.desk import Desk


def journal(day: str, *amounts: float, account: str = "631") -> Command:
    lines = [{"LineAmount": each, "AccountCode": account} for each in amounts]
    lines.append({"LineAmount": -sum(amounts), "AccountCode": "312"})
    body = {
        "Narration": f"Value {day}",
        "Date": day,
        "Status": "POSTED",
        "LineAmountTypes": "NoTax",
        "JournalLines": lines,
    }
    return Command("journal.create", f"journal:{day}", (Ref("asset_value", day),), body)


async def narrations(xero: Xero) -> list[str]:
    return [row["Narration"] for row in (await xero.ledger())["manual_journals"]]


@pytest.mark.parametrize("effect", ["answer_lost", "request_lost"])
async def test_c6_a_lost_answer_never_makes_a_second_journal(
    connected: Desk, xero: Xero, effect: str
) -> None:
    await xero.fail("/ManualJournals", effect)
    await connected.ask(journal("2026-11-23", 100.1), document="asset_value:2026-11-23")

    async with delivering(connected, xero):
        await until(connected, "done")

    assert await narrations(xero) == ["Value 2026-11-23"]


@pytest.mark.parametrize("applied", [True, False])
async def test_c6_after_an_error_of_xeros_own_the_journal_is_looked_for(
    connected: Desk, xero: Xero, applied: bool
) -> None:
    await xero.fail("/ManualJournals", "status", status=500, applied=applied)
    await connected.ask(journal("2026-11-23", 100.1), document="asset_value:2026-11-23")

    async with delivering(connected, xero):
        await until(connected, "done")

    assert await narrations(xero) == ["Value 2026-11-23"]


async def test_c6_a_journal_that_xero_refuses_is_parked_and_holds_back_no_other_day(
    connected: Desk, xero: Xero
) -> None:
    await connected.ask(journal("2026-11-23", 5, account="610"), document="asset_value:2026-11-23")
    await connected.ask(journal("2026-11-24", 7), document="asset_value:2026-11-24")

    async with delivering(connected, xero):
        await until(connected, "parked", "done")

    assert await narrations(xero) == ["Value 2026-11-24"]
