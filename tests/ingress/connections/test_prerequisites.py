"""Prerequisites are checked in both organisations: one problem for each thing to mend."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bridge.postgres import Pool
from ingress.connections.examining import examine
from ingress.connections.office import RefusedError
from ingress.connections.switching import disable, enable
from sandbox.xero.state import CUSTOM_APP
from sandbox.zoho.state import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from schemas.connections import ConnectionFileError
from tests.ingress.browsing import BEARER, FILE, Desk, seated

ZOHO = f"""\
client_id = "{CLIENT_ID}"
client_secret = "{CLIENT_SECRET}"
refresh_token = "{REFRESH_TOKEN}"
[xero]"""
CUSTOM = f"""\
grant = "client_credentials"
client_id = "{CUSTOM_APP.client_id}"
client_secret = "{CUSTOM_APP.secret}"
"""
BOTH = FILE.replace("[xero]", ZOHO).replace('grant = "authorization_code"\n', CUSTOM) + (
    'purchases = "310"\ndiscounts = "461"\nshipping = "425"\nadjustments = "462"\n'
    'rounding = "860"\nasset = "631"\n'
)
HST, GST_QST = "4600000000000911", "4600000000000915"


@pytest.fixture
async def desk(pool: Pool, sandbox: str) -> AsyncIterator[Desk]:
    """Give a bridge beside both stand-ins."""
    async with seated(pool, sandbox) as desk:
        yield desk


async def refused(desk: Desk, text: str) -> dict[str, str]:
    with pytest.raises(ConnectionFileError) as error:
        await desk.apply(text)
    return {each.field: each.what for each in error.value.problems}


async def test_where_all_is_well_nothing_is_said(desk: Desk) -> None:
    assert await desk.apply(BOTH) == []
    assert await examine(desk.office, "acme") == []
    assert await desk.problems() == {}


async def test_two_connections_to_the_same_organisations_are_warned_of(desk: Desk) -> None:
    await desk.apply(BOTH)
    await examine(desk.office, "acme")  # by now it is known which organisation that is
    (warning,) = await desk.apply(BOTH.replace('name = "acme"', 'name = "again"'))
    (found,) = await examine(desk.office, "again")

    assert "the connection acme works with the same" in warning
    assert found.code == "shared"
    assert "same Xero organisation" in found.what
    assert await desk.problems() == {}  # it may be meant: nothing is stopped


async def test_without_zoho_s_api_it_is_said_that_nothing_was_compared(desk: Desk) -> None:
    warnings = await desk.apply(BOTH.replace(ZOHO, "[xero]"))

    assert [each for each in warnings if "could not be compared" in each]


async def test_unequal_base_currencies_are_refused_by_both_names(desk: Desk) -> None:
    await desk.control("xero/settings", {"base_currency": "USD"})

    problems = await refused(desk, BOTH)

    assert "Zoho's base currency is CAD, Xero's is USD" in problems["zoho.organization_id"]
    assert await desk.pool.fetch("SELECT FROM connections") == []


async def test_an_unequal_pair_of_taxes_is_refused_by_both_rates(desk: Desk) -> None:
    text = f'{BOTH}[tax_map]\n"{HST}" = {{ sales = "OUTPUT2", purchases = "NONE" }}\n'
    text += f'"{GST_QST}" = "TAX002"\n'

    problems = await refused(desk, text)

    assert set(problems) == {f"tax_map.{HST}.purchases", f"tax_map.{GST_QST}.{'sales'}"} | {
        f"tax_map.{GST_QST}.purchases"
    }
    assert 'of 15 % to "NONE" of 0 %' in problems[f"tax_map.{HST}.purchases"]
    assert 'of 14.975 % to "TAX002" of 5 %' in problems[f"tax_map.{GST_QST}.sales"]


async def test_equal_pairs_and_groups_are_taken(desk: Desk) -> None:
    text = f'{BOTH}[tax_map]\n"{HST}" = {{ sales = "OUTPUT2", purchases = "INPUT2" }}\n'

    assert await desk.apply(f'{text}"{GST_QST}" = "TAX004"\n') == []


async def test_an_asset_account_must_be_a_current_asset(desk: Desk) -> None:
    problems = await refused(desk, BOTH.replace('"631"', '"090"'))

    assert "no current asset" in problems["accounts.asset"]


CHANGES: list[tuple[dict[str, Any], str, str]] = [
    ({"base_currency": "USD"}, "base_currency", "stops"),
    ({"actions": {"CreateApprovedInvoice": False}}, "permissions", "stops"),
    ({"actions": {"CreateManualJournal": False}}, "permissions", "wrong"),
    ({"actions": {"UseMulticurrency": False}}, "multi_currency", "note"),
    ({"country": "FR"}, "edition", "note"),
    ({"period_lock_date": "2099-12-31"}, "lock_date", "wrong"),
    ({"period_lock_date": "2020-12-31"}, "lock_date", "note"),
]


@pytest.mark.parametrize(("change", "code", "level"), CHANGES)
async def test_what_changes_later_is_found_and_taken_back(
    desk: Desk, change: dict[str, Any], code: str, level: str
) -> None:
    await desk.apply(BOTH)
    await desk.control("xero/settings", change)
    (found,) = await examine(desk.office, "acme")

    assert (found.code, found.level) == (code, level)
    assert set(await desk.problems()) == ({code} if level != "note" else set())
    assert await desk.pool.fetchval("SELECT blocked FROM connections") is (level == "stops")

    await desk.control(
        "xero/settings",
        {"base_currency": "CAD", "actions": {}, "country": "CA", "period_lock_date": None},
    )
    assert await examine(desk.office, "acme") == []
    assert await desk.problems() == {}
    assert await desk.pool.fetchval("SELECT blocked FROM connections") is False


async def test_an_archived_account_stops_where_every_document_needs_it(desk: Desk) -> None:
    await desk.apply(BOTH)
    for code, stops in (("461", False), ("200", True)):
        edit = {
            "table": "accounts",
            "id": await _account(desk, code),
            "set": {"Status": "ARCHIVED"},
        }
        await desk.control("xero/settings", {"edit": edit})
        await examine(desk.office, "acme")
        assert f'"{code}"' in (await desk.problems())["accounts"]
        assert await desk.pool.fetchval("SELECT blocked FROM connections") is stops


async def test_a_connection_is_enabled_only_when_its_prerequisites_are_met(desk: Desk) -> None:
    await desk.apply(BOTH)
    await disable(desk.office, "acme", "user:anna")
    await desk.control("xero/settings", {"base_currency": "USD"})

    with pytest.raises(RefusedError, match="CAD, Xero's is USD"):
        await enable(desk.office, "acme", "user:anna")
    assert await desk.pool.fetchval("SELECT enabled FROM connections") is False

    await desk.control("xero/settings", {"base_currency": "CAD"})
    assert (await enable(desk.office, "acme", "user:anna")).warnings == ()
    assert await desk.pool.fetchval("SELECT enabled FROM connections") is True


async def test_a_bank_that_takes_no_payments_is_told_not_refused(desk: Desk) -> None:
    warnings = await desk.apply(BOTH.replace('bank = "090"', 'bank = "200"'))

    assert "takes no payments" in warnings[0]
    assert "takes no payments" in (await desk.problems())["accounts"]


async def test_accounts_and_taxes_are_offered_for_what_they_fit(desk: Desk) -> None:
    await desk.apply(BOTH)
    path = f"{desk.url}/api/connections/acme"
    accounts = (await desk.http.get(f"{path}/accounts", headers=BEARER)).json()["accounts"]
    taxes = (await desk.http.get(f"{path}/taxes", headers=BEARER)).json()["taxes"]

    by_code = {each["code"]: each for each in accounts}
    assert "bank" in by_code["090"]["fits"]
    assert by_code["090"]["chosen_for"] == ["accounts.bank"]
    assert by_code["631"]["fits"].count("asset") == 1
    assert "asset" not in by_code["200"]["fits"]
    suggested = {each["id"]: [rate["type"] for rate in each["suggestions"]] for each in taxes}
    assert {"OUTPUT2", "INPUT2"} <= set(suggested[HST])
    assert suggested[GST_QST] == ["TAX004"]


async def _account(desk: Desk, code: str) -> str:
    ledger = await desk.http.get(f"{desk.url}/api/connections/acme/accounts", headers=BEARER)
    return str(next(a["id"] for a in ledger.json()["accounts"] if a["code"] == code))
