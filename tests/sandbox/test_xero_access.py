"""Who is let in: headers, tenants, scopes, and the shape of each no."""

import httpx
import pytest

from sandbox.xero.state import CUSTOM_APP
from tests.sandbox.xero_desk import API, Desk, token


async def test_a_forgotten_accept_header_is_noticed(xero: Desk) -> None:
    answer = await xero.http.get(f"{API}/Organisation", headers={"Accept": "*/*"})

    assert answer.status_code == 406


@pytest.mark.parametrize("value", ["", "Bearer never-issued", "Basic abc"])
async def test_without_a_live_token_there_is_no_way_in(xero: Desk, value: str) -> None:
    answer = await xero.http.get(f"{API}/Organisation", headers={"Authorization": value})

    assert answer.status_code == 401
    assert answer.json()["Title"] == "Unauthorized"


async def test_a_custom_connection_may_leave_the_tenant_out_but_not_name_another(
    xero: Desk,
) -> None:
    other = xero.state.add_organisation("Other")

    empty = await xero.http.get(f"{API}/Organisation", headers={"xero-tenant-id": ""})
    strange = await xero.http.get(f"{API}/Organisation", headers={"xero-tenant-id": other.id})

    assert empty.status_code == 200
    assert strange.status_code == 403
    assert strange.json()["Detail"] == "AuthenticationUnsuccessful"


async def test_organisations_are_apart(xero: Desk) -> None:
    made = await xero.control(
        "organisations", {"name": "Second", "client_id": "second", "client_secret": "s"}
    )
    await xero.contact("Acme")
    async with httpx.AsyncClient(base_url=xero.base, timeout=60) as http:
        bearer = f"Bearer {await token(http, 'second', 's')}"
        headers = {"Authorization": bearer, "Accept": "application/json"}
        contacts = await http.get(f"{API}/Contacts", headers=headers)
        organisation = await http.get(f"{API}/Organisation", headers=headers)

    assert contacts.json()["Contacts"] == []
    assert organisation.json()["Organisations"][0]["OrganisationID"] == made["tenant_id"]


async def test_a_scope_too_narrow_is_a_401_that_no_refresh_cures(xero: Desk) -> None:
    form = {"grant_type": "client_credentials", "scope": "accounting.contacts.read"}
    secrets = (CUSTOM_APP.client_id, CUSTOM_APP.secret)
    granted = await xero.http.post("/connect/token", data=form, auth=secrets)
    xero.http.headers["Authorization"] = f"Bearer {granted.json()['access_token']}"

    reading = await xero.get("/Contacts")
    writing = await xero.put("/Contacts", {"Contacts": [{"Name": "Acme"}]})

    assert reading.status_code == 200
    assert writing.status_code == 401
    assert "insufficient_scope" in writing.headers["www-authenticate"]


async def test_a_user_without_the_right_gets_403_on_that_endpoint_alone(xero: Desk) -> None:
    await xero.control("settings", {"forbidden": ["ManualJournals"]})

    assert (await xero.get("/ManualJournals")).status_code == 403
    assert (await xero.get("/Contacts")).status_code == 200


async def test_a_disconnected_organisation_answers_403_until_connected_again(xero: Desk) -> None:
    await xero.control("settings", {"connected": False})
    assert (await xero.get("/Organisation")).status_code == 403

    await xero.control("settings", {"connected": True})
    assert (await xero.get("/Organisation")).status_code == 200


@pytest.mark.parametrize("path", ["/Invoices/INV-404", "/Contacts/none", "/Nowhere"])
async def test_a_404_is_text_and_no_json(xero: Desk, path: str) -> None:
    answer = await xero.get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("path", ["/Accounts", "/Items", "/Invoices/1/Attachments/a.pdf"])
async def test_what_is_not_played_says_so(xero: Desk, path: str) -> None:
    assert (await xero.put(path, {})).status_code == 501


async def test_ten_megabytes_are_the_most(xero: Desk) -> None:
    answer = await xero.put("/Contacts", {"Contacts": [{"Name": "x" * (10 * 1024 * 1024)}]})

    assert answer.status_code == 413


async def test_the_organisation_tells_its_locks_only_when_they_are_set(xero: Desk) -> None:
    before = (await xero.get("/Organisation")).json()["Organisations"][0]
    await xero.control("settings", {"period_lock_date": "2025-12-31"})
    after = (await xero.get("/Organisation")).json()["Organisations"][0]

    assert (before["BaseCurrency"], before["CountryCode"]) == ("CAD", "CA")
    assert "PeriodLockDate" not in before
    assert after["PeriodLockDate"] == "/Date(1767139200000+0000)/"


async def test_what_the_user_may_do_can_be_asked(xero: Desk) -> None:
    await xero.control("settings", {"actions": {"UseMulticurrency": False}})

    actions = (await xero.get("/Organisation/Actions")).json()["Actions"]

    assert {"Name": "UseMulticurrency", "Status": "NOT-ALLOWED"} in actions
    assert {"Name": "CreateManualJournal", "Status": "ALLOWED"} in actions


async def test_a_currency_is_added_one_at_a_time(xero: Desk) -> None:
    await xero.put("/Currencies", {"Code": "GBP"})
    wrong = await xero.put("/Currencies", {"Currencies": [{"Code": "AUD"}]})

    codes = [each["Code"] for each in (await xero.get("/Currencies")).json()["Currencies"]]
    assert codes == ["CAD", "USD", "EUR", "GBP"]
    assert wrong.status_code == 400
