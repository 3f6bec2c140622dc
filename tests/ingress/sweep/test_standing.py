"""What is wrong with a connection as a whole is one clear problem, and heals by itself."""

import pytest

from clients.zoho.errors import Disconnected, NotConnected, WrongOrganisation
from sandbox.zoho.state import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from tests.ingress.sweep.conftest import Company
from tests.processors.office import LINE


async def test_webhooks_that_have_gone_silent_are_one_problem_until_one_comes(
    company: Company,
) -> None:
    customer = await company.contact()
    for _ in range(3):
        invoice = await company.invoice(customer)
    await company.missed()
    assert (
        "invoice (3 missed, none ever came)" in (await company.problems())["zoho_webhooks_silent"]
    )

    await company.tell("invoice", {**invoice, "notes": "the webhooks work again"})
    await company.missed()

    assert await company.problems() == {}


async def test_without_books_one_problem_says_what_it_costs_until_books_is_there(
    company: Company,
) -> None:
    await company.zoho.control("settings", books=False, limits={"minute": None})
    vendor = await company.contact("vendor")
    await company.enter("/bills", vendor_id=vendor, bill_number="B-1", line_items=[LINE])

    assert await company.missed() == {"contact": 1, "bill": 1}
    problem = (await company.problems())["zoho_books"]
    assert "bank charges" in problem
    assert "newest 600" in problem

    await company.zoho.control("settings", books=True)
    await company.missed()
    assert await company.problems() == {}


async def test_a_document_on_which_zoho_fails_holds_up_no_other_and_is_told_until_it_is_read(
    company: Company,
) -> None:
    customer = await company.contact()
    invoices = [await company.invoice(customer) for _ in range(3)]
    await company.enter("/creditnotes", customer_id=invoices[0]["customer_id"], line_items=[LINE])
    bad = f"*/invoices/{invoices[1]['invoice_id']}"
    await company.zoho.control("faults", faults=[{"method": "GET", "path": bad, "times": 2}])

    assert await company.missed() == {"contact": 1, "invoice": 2, "credit_note": 1}
    assert invoices[1]["invoice_id"] in (await company.problems())["zoho_unread"]
    assert await company.missed() == {}
    assert await company.problems() == {}
    rows = await company.zoho.pool.fetch("SELECT zoho_id FROM events WHERE entity = 'invoice'")
    assert {row["zoho_id"] for row in rows} == {each["invoice_id"] for each in invoices}


async def test_a_wrong_organisation_is_one_problem_until_it_is_right(company: Company) -> None:
    await company.zoho.pool.execute("UPDATE connections SET organization_id = '999'")
    with pytest.raises(WrongOrganisation):
        await company.sweep()
    assert list(await company.problems()) == ["zoho_organisation"]

    await company.zoho.pool.execute("UPDATE connections SET organization_id = '60001234'")
    await company.sweep()
    assert await company.problems() == {}


async def test_a_revoked_grant_is_one_problem_until_it_is_given_again(company: Company) -> None:
    await company.zoho.control("settings", revoke=REFRESH_TOKEN)
    with pytest.raises(Disconnected):
        await company.sweep()
    assert list(await company.problems()) == ["zoho_grant"]

    new = {"client_id": CLIENT_ID, "secret": CLIENT_SECRET, "refresh_token": "1000.new"}
    await company.zoho.control("clients", **new)
    await company.zoho.secret("zoho.refresh_token", "1000.new")
    await company.sweep()
    assert await company.problems() == {}


async def test_without_credentials_there_is_no_sweep_and_no_problem(company: Company) -> None:
    await company.zoho.pool.execute("DELETE FROM secrets")

    with pytest.raises(NotConnected):
        await company.sweep()
    assert await company.problems() == {}
