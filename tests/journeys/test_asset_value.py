"""The inventory's value, from Zoho's chart of accounts to Xero's books (C6)."""

import json
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import asyncpg
import pytest

from bridge.crypto import generate_key
from tests.journeys.house import FILE, ORGANISED, House, answering

STOCK = "4600000000000394"
ZOHO = """client_id = "1000.SANDBOX"
client_secret = "sandbox-zoho-secret"
refresh_token = "1000.sandbox.refresh"
[xero]"""
ACCOUNTS = '[accounts]\nasset = "631"\nasset_contra = "312"\n'
ASSET = FILE.replace("[xero]", ZOHO).replace("[accounts]\n", ACCOUNTS)


async def worth(house: House, value: str) -> None:
    await house.control("zoho/settings", {"balances": {STOCK: value}, **ORGANISED})


async def in_xero(house: House, code: str, **fields: str) -> None:
    """Change an account in Xero, past all that the connection was checked for."""
    tenant = (await house.xero())["tenant"]
    # The stand-in makes its accounts' ids so.
    account = str(uuid5(NAMESPACE_URL, f"{tenant}/accounts/{code}"))
    change = {"table": "accounts", "id": account, "set": fields}
    await house.control("xero/settings", {"edit": change})


async def push(house: House, day: str, code: int = 0) -> Any:
    arguments = ("--connection", "acme", "--date", day, "--json")
    ended, printed = await house.bridge("asset-push", *arguments)
    assert ended == code, printed
    return json.loads(printed) if code == 0 else printed  # and nothing else beside it


async def posted(house: House) -> list[Any]:
    """Xero's journals that count."""
    journals = (await house.xero())["manual_journals"]
    return [row for row in journals if row["Status"] == "POSTED"]


async def balances(house: House) -> dict[str, float]:
    found: dict[str, float] = {}
    for journal in await posted(house):
        for line in journal["JournalLines"]:
            account = line["AccountCode"]
            found[account] = found.get(account, 0) + float(line["LineAmount"])
    return {account: round(amount, 2) for account, amount in found.items()}


async def days(house: House) -> list[str]:
    """The dates of the journals in Xero, as their narrations say them."""
    journals = await posted(house)
    return sorted(row["Narration"].split(",")[0].rpartition(" ")[2] for row in journals)


async def void(house: House, day: str) -> None:
    """Void a date's journal in Xero by hand."""
    (journal,) = [row for row in await posted(house) if f" {day}," in row["Narration"]]
    change = {
        "table": "manual_journals",
        "id": journal["ManualJournalID"],
        "set": {"Status": "VOIDED"},
    }
    await house.control("xero/settings", {"edit": change})


@pytest.fixture
async def stocked(house: House) -> House:
    """A house with one connection that pushes the asset value; its outbox is not running yet."""
    house.environment |= {"XERO_LATE_LIMIT": "1", "XERO_QUIET_TIME": "1", "XERO_REPEAT_WINDOW": "0"}
    house.environment |= {"BRIDGE_SECRET_KEY": generate_key()}
    await house.bridge("migrate")
    await house.apply(ASSET)
    return house


async def test_c6_three_days_of_pushes_with_a_crash_in_between_post_each_day_once(
    stocked: House, database: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await worth(stocked, "125.40")
    assert (await push(stocked, "2026-11-23"))["outcome"] == "posting"
    await stocked.start("outbox")
    await stocked.settled()
    assert await balances(stocked) == {"631": 125.40, "312": -125.40}

    # The second day's journal takes effect, its answer is lost, and so is the process.
    fault = {"match": {"method": "PUT", "path": "/ManualJournals"}, "effect": "answer_lost"}
    await stocked.control("xero/faults", [{**fault, "times": 1}])
    await worth(stocked, "100.15")
    await push(stocked, "2026-11-24")
    while await database.fetchval("SELECT count(*) FROM attempts") < 2:
        pass
    await stocked.kill("outbox")
    await database.execute("UPDATE leases SET expires_at = now()")
    assert (await push(stocked, "2026-11-24"))["outcome"] == "already"
    await stocked.start("outbox")
    await stocked.settled()
    assert await balances(stocked) == {"631": 100.15, "312": -100.15}

    quiet = await push(stocked, "2026-11-25")
    assert (quiet["outcome"], quiet["command_id"]) == ("nothing", None)
    await worth(stocked, "310")
    await push(stocked, "2026-11-25")
    await stocked.settled()
    assert (await push(stocked, "2026-11-25"))["outcome"] == "already"
    assert await balances(stocked) == {"631": 310, "312": -310}
    assert await days(stocked) == ["2026-11-23", "2026-11-24", "2026-11-25"]

    # A journal that a person voids in Xero is not posted anew; the next date's makes up for it.
    await void(stocked, "2026-11-25")
    assert "voided in Xero by hand" in (await push(stocked, "2026-11-25"))["reason"]
    await push(stocked, "2026-11-26")
    await stocked.settled()
    assert await balances(stocked) == {"631": 310, "312": -310}
    assert await days(stocked) == ["2026-11-23", "2026-11-24", "2026-11-26"]


async def test_c6_what_can_t_be_posted_is_told_and_the_next_day_makes_up_for_it(
    stocked: House,
) -> None:
    await worth(stocked, "80")
    await stocked.control("xero/settings", {"forbidden": ["ManualJournals"]})
    refused = await push(stocked, "2026-11-23", code=2)
    assert "the scope accounting.manualjournals, and who connects must be allowed to" in refused
    await stocked.control("xero/settings", {"forbidden": []})

    await in_xero(stocked, "631", Type="INVENTORY")
    refused = await push(stocked, "2026-11-23", code=2)
    assert "accounts.asset: the Xero account 631 (Inventory Asset) is of type INVENTORY" in refused
    assert "must be of type CURRENT" in refused
    await in_xero(stocked, "631", Type="CURRENT")

    await stocked.control("xero/settings", {"period_lock_date": "2026-11-23"})
    await push(stocked, "2026-11-23")
    await stocked.start("ingress", "outbox")  # no clock, which pushes by itself late in the evening
    await answering(stocked.client, f"{stocked.url}/readyz")
    parked = await stocked.until("asset_value", "2026-11-23", "parked")
    (command,) = parked["commands"]
    assert command["cause"] == "xero:lock_date"
    assert "lock date" in command["reason"]

    await worth(stocked, "90")
    await push(stocked, "2026-11-24")
    posted = await stocked.until("asset_value", "2026-11-24", "synced")
    assert posted["decisions"][0]["action"] == "C6"
    assert await balances(stocked) == {"631": 90, "312": -90}
    assert await days(stocked) == ["2026-11-24"]
