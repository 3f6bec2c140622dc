"""The company itself: contacts, settings, chart of accounts, and the control's ledger."""

import pytest

from sandbox.zoho.accounts import INVENTORY
from tests.sandbox.zoho_desk import BANK, GROUP, HST, Desk


async def test_the_demo_company_is_canadian(zoho: Desk) -> None:
    (org,) = (await zoho.get("/organizations"))["organizations"]

    assert (org["organization_id"], org["name"]) == ("60001234", "Bridge Demo Company")
    assert (org["currency_code"], org["time_zone"]) == ("CAD", "America/Toronto")


async def test_its_taxes_have_fixed_ids_and_one_is_a_group(zoho: Desk) -> None:
    rows = (await zoho.get("/settings/taxes", sort_order="A"))["taxes"]
    group = (await zoho.get(f"/settings/taxgroups/{GROUP}"))["tax_group"]

    shown = {row["tax_id"][-3:]: (str(row["tax_percentage"]), row["tax_type"]) for row in rows}
    assert shown == {
        "911": ("15", "tax"),
        "912": ("13", "tax"),
        "913": ("5", "tax"),
        "914": ("0", "tax"),
        "915": ("14.975", "tax_group"),
        "916": ("9.975", "tax"),
    }
    assert [part["tax_id"][-3:] for part in group["taxes"]] == ["913", "916"]
    assert await zoho.refused("GET", f"/settings/taxgroups/{HST}") == 1002


async def test_its_currencies_say_what_one_of_them_costs(zoho: Desk) -> None:
    rows = (await zoho.get("/settings/currencies"))["currencies"]

    rates = {row["currency_code"]: str(row["exchange_rate"]) for row in rows}
    assert rates == {"CAD": "1", "USD": "1.37", "EUR": "1.49", "JPY": "0.0092"}


async def test_the_chart_of_accounts_is_in_books_and_shows_balances_if_asked(zoho: Desk) -> None:
    await zoho.control("settings", {"balances": {INVENTORY: "1234.56"}})

    plain = (await zoho.get("/chartofaccounts", api="/books/v3"))["chartofaccounts"]
    rows = (await zoho.get("/chartofaccounts", api="/books/v3", showbalance="true"))[
        "chartofaccounts"
    ]

    stock = next(row for row in rows if row["account_type"] == "stock")
    assert (stock["account_id"], str(stock["current_balance"])) == (INVENTORY, "1234.56")
    assert "current_balance" not in plain[0]
    assert await zoho.refused("GET", "/chartofaccounts") == 5


async def test_accounts_are_made_changed_and_deleted(zoho: Desk) -> None:
    books = "/books/v3"
    body = {"account_name": "Imported", "account_type": "income", "account_code": "200"}
    made = await zoho.do("POST", "/chartofaccounts", body, api=books)
    one = f"/chartofaccounts/{made['chart_of_account']['account_id']}"

    again = await zoho.refused("POST", "/chartofaccounts", body, api=books)
    stock = await zoho.refused(
        "POST", "/chartofaccounts", {"account_name": "S", "account_type": "stock"}, api=books
    )
    await zoho.do("PUT", one, {"account_name": "Renamed"}, api=books)
    await zoho.do("POST", f"{one}/inactive", api=books)
    shown = (await zoho.get(one, api=books))["chart_of_account"]
    await zoho.do("DELETE", one, api=books)

    assert (again, stock) == (1001, 2)
    assert (shown["account_name"], shown["account_code"]) == ("Renamed", "200")
    assert shown["is_active"] is False
    assert await zoho.refused("GET", one, api=books) == 1002


async def test_a_name_is_taken_once_as_customer_and_once_as_vendor(zoho: Desk) -> None:
    await zoho.contact("Gamma")
    await zoho.vendor("Gamma")

    assert await zoho.refused("POST", "/contacts", {"contact_name": "GAMMA"}) == 3062


async def test_a_contact_with_transactions_stays(zoho: Desk) -> None:
    customer = await zoho.contact()
    invoice = await zoho.invoice(customer)
    one = f"/contacts/{customer}"

    assert await zoho.refused("DELETE", one) == 4000
    await zoho.do("DELETE", f"/invoices/{invoice['invoice_id']}")
    await zoho.do("DELETE", one)
    assert await zoho.refused("GET", one) == 1002


async def test_a_contact_knows_what_it_owes(zoho: Desk) -> None:
    customer = await zoho.contact()
    await zoho.invoice(customer)
    await zoho.pay(customer, 30)

    contact = await zoho.read(f"/contacts/{customer}", "contact")

    assert contact["has_transaction"] is True
    assert contact["outstanding_receivable_amount"] == 100
    assert contact["unused_credits_receivable_amount"] == 30


async def test_a_contact_person_changes_the_contact(zoho: Desk) -> None:
    customer = await zoho.contact()
    made = await zoho.do(
        "POST", "/contacts/contactpersons", {"contact_id": customer, "first_name": "Ann"}
    )
    second = await zoho.do(
        "POST", "/contacts/contactpersons", {"contact_id": customer, "first_name": "Bo"}
    )
    path = "/contacts/contactpersons"
    await zoho.do("PUT", f"{path}/{made['contact_person']['contact_person_id']}", {"mobile": "1"})
    before = await zoho.read(f"/contacts/{customer}", "contact")
    await zoho.do("POST", f"{path}/{second['contact_person']['contact_person_id']}/primary")
    after = await zoho.read(f"/contacts/{customer}", "contact")
    await zoho.do("DELETE", f"{path}/{second['contact_person']['contact_person_id']}")
    last = await zoho.read(f"/contacts/{customer}", "contact")

    assert (before["first_name"], before["mobile"]) == ("Ann", "1")
    assert (after["first_name"], last["first_name"]) == ("Bo", "Ann")


@pytest.mark.parametrize(("path", "status"), [("inactive", "inactive"), ("active", "active")])
async def test_a_contact_can_be_put_to_rest(zoho: Desk, path: str, status: str) -> None:
    customer = await zoho.contact()

    await zoho.do("POST", f"/contacts/{customer}/{path}")

    assert (await zoho.read(f"/contacts/{customer}", "contact"))["status"] == status


async def test_the_ledger_tells_all_in_decimal_texts(zoho: Desk) -> None:
    customer = await zoho.contact(currency_id="4600000000000103")
    invoice = await zoho.invoice(customer, {"rate": 1000, "tax_id": HST})
    await zoho.pay(customer, 500, (invoice["invoice_id"], 500), account_id=BANK)

    ledger = (await zoho.http.get("/_sandbox/zoho/ledger?organization_id=60001234")).json()

    (row,) = ledger["invoices"]
    (paid,) = ledger["customerpayments"]
    assert (row["total"], row["balance"], row["status"]) == ("1150", "650", "partially_paid")
    assert (row["currency"], row["number"]) == ("JPY", "INV-000001")
    assert (paid["amount"], paid["shares"][0]["amount"]) == ("500", "500")


async def test_a_reset_begins_anew_with_the_same_ids(zoho: Desk) -> None:
    first = await zoho.contact()

    await zoho.control("reset")

    assert (await zoho.get("/contacts"))["contacts"] == []
    assert await zoho.contact() == first


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("settings", {"organization_id": "1"}),
        ("settings", {"bodies": "form"}),
        ("settings", {"body": "carrier pigeon"}),
        ("delivery", {"drop": 2}),
        ("delivery", {"release": "sideways"}),
        ("deliver", {"index": 99}),
        ("webhooks", {"base_url": "nowhere", "secret": "zohosecret1234"}),
        ("organizations", {"organization_id": "1", "name": "x", "colour": "red"}),
    ],
)
async def test_the_control_says_what_it_does_not_understand(
    zoho: Desk, path: str, body: dict[str, object]
) -> None:
    answer = await zoho.http.post(f"/_sandbox/zoho/{path}", json=body)

    assert answer.status_code == 400
    assert answer.json()["message"]
