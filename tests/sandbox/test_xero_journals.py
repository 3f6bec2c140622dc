"""Manual journals: balanced, posted only when told to, and not to every account."""

from typing import Any

import pytest

from tests.sandbox.xero_desk import Desk, Json, only, refusals


def a_journal(amount: Any = 125.4, account: str = "631", **more: Any) -> Json:
    return {
        "Narration": "Inventory asset 2026-06-15",
        "Date": "2026-06-15",
        "Status": "POSTED",
        "JournalLines": [
            {"LineAmount": amount, "AccountCode": account},
            {"LineAmount": -125.4, "AccountCode": "312"},
        ],
        **more,
    }


async def put(xero: Desk, journal: Json, **query: Any) -> Any:
    return await xero.put("/ManualJournals", {"ManualJournals": [journal]}, **query)


async def post(xero: Desk, journal: Json, **changes: Any) -> Any:
    return await xero.post(f"/ManualJournals/{journal['ManualJournalID']}", changes)


async def test_a_journal_is_a_draft_until_told_otherwise(xero: Desk) -> None:
    draft = a_journal()
    del draft["Status"]

    assert only(await put(xero, draft), "ManualJournals")["Status"] == "DRAFT"
    assert only(await put(xero, a_journal()), "ManualJournals")["Status"] == "POSTED"


async def test_debits_equal_credits(xero: Desk) -> None:
    answer = await put(xero, a_journal(amount=100))

    assert refusals(answer) == ["The total debits (100.00) must equal total credits (-125.40)"]


@pytest.mark.parametrize("account", ["090", "610", "800", "960", "630"])
async def test_bank_system_and_inventory_accounts_take_no_journal(xero: Desk, account: str) -> None:
    answer = await put(xero, a_journal(account=account))

    assert refusals(answer) == [f"Account code '{account}' is not a valid code for this document."]


async def test_a_line_of_an_unknown_account_is_dropped_with_a_warning(xero: Desk) -> None:
    journal = a_journal()
    journal["JournalLines"].append({"LineAmount": 5, "AccountCode": "999"})

    saved = only(await put(xero, journal, summarizeErrors="false"), "ManualJournals")

    assert saved["StatusAttributeString"] == "WARNING"
    assert saved["Warnings"][0]["Message"] == (
        "Account code '999' has been removed as it does not match a recognised account."
    )
    assert len(saved["JournalLines"]) == 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"Narration": ""}, "A Narration must be specified."),
        ({"JournalLines": []}, "A manual journal must have at least two journal lines."),
        ({"Date": "2026-05-31"}, "The document date cannot be before the period lock date"),
        ({"Status": "VOIDED"}, "The status 'VOIDED' cannot be applied to the document"),
        ({"Url": "x"}, "Url must be a valid absolute url"),
    ],
)
async def test_a_journal_that_doesn_t_pass(xero: Desk, change: Json, sentence: str) -> None:
    await xero.control("settings", {"period_lock_date": "2026-05-31"})

    assert sentence in refusals(await put(xero, a_journal(**change)))[0]


@pytest.mark.parametrize(
    ("old", "new", "passes"),
    [
        ("DRAFT", "POSTED", True),
        ("DRAFT", "DELETED", True),
        ("DRAFT", "VOIDED", False),
        ("POSTED", "VOIDED", True),
        ("POSTED", "DRAFT", False),
        ("POSTED", "DELETED", False),
    ],
)
async def test_a_status_follows_another(xero: Desk, old: str, new: str, passes: bool) -> None:
    journal = only(await put(xero, a_journal(Status=old)), "ManualJournals")

    answer = await post(xero, journal, Narration="again", Status=new)

    assert (answer.status_code == 200) is passes


async def test_a_void_needs_the_narration_and_is_final(xero: Desk) -> None:
    journal = only(await put(xero, a_journal()), "ManualJournals")

    assert refusals(await post(xero, journal, Status="VOIDED")) == [
        "A Narration must be specified."
    ]
    assert (await post(xero, journal, Narration="x", Status="VOIDED")).status_code == 200
    assert (await post(xero, journal, Narration="x", Status="POSTED")).status_code == 400


async def test_a_posted_journal_can_be_changed(xero: Desk) -> None:
    journal = only(await put(xero, a_journal()), "ManualJournals")
    lines = [
        {"LineAmount": 1, "AccountCode": "631"},
        {"LineAmount": -1, "AccountCode": "312"},
    ]

    changed = only(await post(xero, journal, Narration="n", JournalLines=lines), "ManualJournals")

    assert [line["LineAmount"] for line in changed["JournalLines"]] == [1, -1]


async def test_a_journal_is_found_by_its_narration(xero: Desk) -> None:
    await put(xero, a_journal())
    await put(xero, a_journal(Narration="other"))

    found = await xero.get("/ManualJournals", where='Narration=="other"', page=1)

    assert only(found, "ManualJournals")["Narration"] == "other"
