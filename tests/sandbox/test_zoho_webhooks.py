"""What Zoho tells the bridge, and in which words."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest

from sandbox.zoho.signature import sign
from tests.sandbox.zoho_desk import SECRET, Desk, Letter


def content(letter: Letter) -> Any:
    return json.loads(letter.body)


async def test_a_change_is_told_with_the_root_and_the_whole_document(zoho: Desk) -> None:
    await zoho.hook()
    invoice = await zoho.invoice(await zoho.contact(), sent=False)
    await zoho.do("POST", f"/invoices/{invoice['invoice_id']}/status/sent")
    await zoho.state.webhooks.settled()

    assert sorted(zoho.box.paths) == ["contact/created", "invoice/created", "invoice/edited"]
    told = {
        each.path: content(each)["invoice"]["status"]
        for each in zoho.box.letters
        if "invoice" in each.path
    }
    assert told == {"/hook/invoice/created": "draft", "/hook/invoice/edited": "sent"}


async def test_nothing_in_a_webhook_says_what_happened(zoho: Desk) -> None:
    await zoho.hook()
    await zoho.contact()
    await zoho.state.webhooks.settled()
    (letter,) = zoho.box.letters

    assert list(content(letter)) == ["contact"]
    assert "organization_id" not in content(letter)["contact"]
    assert {name for name in letter.headers if name.startswith("x-")} == {
        "x-zoho-webhook-signature"
    }


async def test_every_webhook_is_signed_over_its_own_bytes_and_query(zoho: Desk) -> None:
    await zoho.hook()
    customer = await zoho.contact()
    await zoho.do("DELETE", f"/contacts/{customer}")
    await zoho.state.webhooks.settled()
    gone = next(each for each in zoho.box.letters if "deleted" in each.path)

    assert gone.query == f"id={customer}"
    for letter in zoho.box.letters:
        expected = sign(SECRET, letter.query, letter.headers["content-type"], letter.body)
        assert letter.headers["x-zoho-webhook-signature"] == expected


async def test_vendors_and_customers_are_two_modules_with_one_root(zoho: Desk) -> None:
    await zoho.hook()
    await zoho.vendor()
    await zoho.state.webhooks.settled()

    (letter,) = zoho.box.letters
    assert (letter.path, list(content(letter))) == ("/hook/contact/created", ["contact"])


async def test_numbers_keep_their_zeros_and_keys_have_no_order(zoho: Desk) -> None:
    await zoho.hook()
    customer = await zoho.contact()
    for _ in range(2):
        await zoho.invoice(customer)
    await zoho.state.webhooks.settled()
    first, second = (each for each in zoho.box.letters if "invoice" in each.path)

    assert b'"total":100.00' in first.body
    assert list(content(first)["invoice"]) != list(content(second)["invoice"])


async def test_what_has_no_trigger_in_zoho_is_silent(zoho: Desk) -> None:
    customer, vendor = await zoho.contact(), await zoho.vendor()
    invoice, bill = await zoho.invoice(customer), await zoho.bill(vendor)
    note = (
        await zoho.do(
            "POST", "/creditnotes", {"customer_id": customer, "line_items": [{"rate": 50}]}
        )
    )["creditnote"]
    await zoho.hook()

    one = f"/creditnotes/{note['creditnote_id']}"
    rows = [{"invoice_id": invoice["invoice_id"], "amount_applied": 20}]
    await zoho.do("POST", f"{one}/invoices", {"invoices": rows})
    await zoho.do("POST", f"{one}/refunds", {"refund_mode": "cash", "amount": 30})
    await zoho.do("POST", f"/invoices/{invoice['invoice_id']}/writeoff")
    await zoho.pay(customer, 5)
    paid = {"bill_id": bill["bill_id"], "amount_applied": 1}
    body = {"vendor_id": vendor, "payment_mode": "Cash", "amount": 1, "bills": [paid]}
    await zoho.do("POST", "/vendorpayments", body, api="/books/v3")
    await zoho.state.webhooks.settled()

    assert sorted(zoho.box.paths) == ["customer_payment/created", "vendor_payment/created"]


async def test_a_test_may_choose_what_is_silent(zoho: Desk) -> None:
    await zoho.control("settings", {"silent": ["customer_payment.*"]})
    customer = await zoho.contact()
    invoice = await zoho.invoice(customer)
    await zoho.hook()

    await zoho.pay(customer, 5, (invoice["invoice_id"], 5))
    await zoho.state.webhooks.settled()

    assert zoho.box.paths == ["invoice/edited"]


@pytest.mark.parametrize(
    ("writing", "expected"),
    [
        ("json", {"contact"}),
        ("numeric", {"contact"}),
        ("id_only", {"contact"}),
        ("empty", None),
    ],
)
async def test_a_delete_is_written_as_chosen(
    zoho: Desk, writing: str, expected: set[str] | None
) -> None:
    await zoho.control("settings", {"delete_body": writing})
    customer = await zoho.contact()
    await zoho.hook()

    await zoho.do("DELETE", f"/contacts/{customer}")
    await zoho.state.webhooks.settled()

    (letter,) = zoho.box.letters
    assert letter.query == f"id={customer}"
    assert (set(content(letter)) if letter.body else None) == expected
    if writing == "id_only":
        assert content(letter)["contact"] == {"contact_id": customer}
    if writing == "numeric":
        assert content(letter)["contact"]["contact_id"] == int(customer)


async def test_a_form_is_flat_with_what_is_nested_as_json(zoho: Desk) -> None:
    await zoho.control("settings", {"body": "form"})
    customer = await zoho.contact()
    await zoho.hook()

    await zoho.invoice(customer)
    await zoho.state.webhooks.settled()

    (letter,) = zoho.box.letters
    fields = parse_qs(letter.body.decode(), keep_blank_values=True)
    assert letter.headers["content-type"] == "application/x-www-form-urlencoded"
    assert (fields["total"], fields["reference_number"]) == (["100.00"], [""])
    assert json.loads(fields["line_items"][0])[0]["name"] == "Work"


async def test_rules_are_made_through_the_api_as_a_person_would(zoho: Desk) -> None:
    await zoho.hook()  # for the letter box; its rules go
    base = next(iter(zoho.org.webhooks.values()))["url"].split("/hook/")[0]
    zoho.org.webhooks.clear()
    zoho.org.workflows.clear()
    hook = {
        "webhook_name": "Mine",
        "entity": "invoice",
        "url": f"{base}/hook/mine?no=${{INVOICE.INVOICE_NUMBER}}",
        "raw_data": '{"id":"${INVOICE.INVOICE_ID}","total":"${INVOICE.INVOICE_TOTAL}"}',
        "headers": [{"param_name": "X-Own", "param_value": "yes"}],
        "query_parameters": [{"param_name": "event", "param_value": "new"}],
    }

    made = (await zoho.do("POST", "/settings/webhooks", hook))["webhook"]
    action = {"action_type": "webhook", "action_id": made["webhook_id"]}
    rule = {"workflow_name": "New", "entity": "invoice", "rule_type": "add"}
    await zoho.do("POST", "/settings/workflows", rule | {"instant_actions": [action]})
    invoice = await zoho.invoice(await zoho.contact())
    await zoho.state.webhooks.settled()

    (letter,) = zoho.box.letters
    assert (letter.path, letter.query) == ("/hook/mine", "no=INV-000001&event=new")
    assert content(letter) == {"id": invoice["invoice_id"], "total": "100.00"}
    assert letter.headers["x-own"] == "yes"
    assert "x-zoho-webhook-signature" not in letter.headers  # no secret, no signature


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"webhook_name": "Taken"}, 107051),
        ({"secret": "too-short"}, 2),
        ({"secret": "not alphanumeric!"}, 2),
        ({"url": "ftp://example.com"}, 2),
        ({"entity": "salary"}, 2),
        ({"webhook_name": ""}, 4),
    ],
)
async def test_a_webhook_that_zoho_would_not_take_is_refused(
    zoho: Desk, change: dict[str, str], code: int
) -> None:
    good = {"webhook_name": "Taken", "entity": "bill", "url": "https://example.com/x"}
    await zoho.do("POST", "/settings/webhooks", good)

    refused = await zoho.refused(
        "POST", "/settings/webhooks", good | {"webhook_name": "Free"} | change
    )

    assert refused == code


async def test_a_rule_that_is_off_or_gone_is_silent(zoho: Desk) -> None:
    await zoho.hook()
    rules = (await zoho.get("/settings/workflows"))["workflows"]
    created = next(
        each for each in rules if (each["entity"], each["rule_type"]) == ("customer", "add")
    )

    await zoho.do("PUT", f"/settings/workflows/{created['workflow_id']}", {"is_active": False})
    await zoho.contact()
    await zoho.state.webhooks.settled()

    assert zoho.box.letters == []
