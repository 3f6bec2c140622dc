"""What becomes of a webhook's body, without a server."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingress.journal.delivery import Delivery, Ping, Post, Refusal, Verdict, read

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
ID = "4600000000000001"


def reading(
    content: Any,
    module: str = "invoice",
    trigger: str = "edited",
    zoho_id: str = "",
    content_type: str = JSON,
) -> Verdict:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return read(Post(module, trigger, zoho_id, content_type, body), "60001234")


def delivery(*arguments: Any, **options: Any) -> Delivery:
    verdict = reading(*arguments, **options)
    assert isinstance(verdict, Delivery), verdict
    return verdict


@pytest.mark.parametrize(
    ("module", "content"),
    [
        ("invoice", {"invoice": {"invoice_id": ID}}),
        ("invoice", {"invoice": {"invoice_id": int(ID)}}),
        ("invoice", {"invoice_id": ID, "status": "sent"}),
        ("invoice", {"JSONString": json.dumps({"invoice": {"invoice_id": ID}})}),
        ("contact", {"contact": {"contact_id": ID}}),
        ("customer_payment", {"payment": {"payment_id": ID}}),
        ("customer_payment", {"customer_payment": {"payment_id": ID}}),
        ("vendor_payment", {"vendorpayment": {"payment_id": ID}}),
        ("bill", {"bill": {"bill_id": ID}}),
        ("credit_note", {"creditnote": {"creditnote_id": ID}}),
        ("vendor_credit", {"vendor_credit": {"vendor_credit_id": ID}}),
        ("invoice", {"id": ID}),
    ],
)
def test_each_shape_of_a_document_is_found(module: str, content: dict[str, Any]) -> None:
    found = delivery(content, module)

    assert (found.entity, found.zoho_id, found.state) == (module, ID, "undecided")
    assert found.touches == (f"{module}:{ID}",)


@pytest.mark.parametrize(
    "pairs",
    [
        {"payment_id": ID, "invoices": json.dumps([{"invoice_id": "77"}]), "notes": ""},
        {
            "JSONString": json.dumps(
                {"payment": {"payment_id": ID, "invoices": [{"invoice_id": 77}]}}
            )
        },
    ],
)
def test_a_form_is_read_like_json(pairs: dict[str, str]) -> None:
    body = urlencode(pairs).encode()

    found = delivery(body, "customer_payment", content_type=FORM)

    assert found.touches == (f"customer_payment:{ID}", "invoice:77")


def test_a_payment_touches_its_invoices_even_when_the_list_is_text() -> None:
    lines = json.dumps([{"invoice_id": "77"}, {"invoice_id": "78"}, {"invoice_id": "no id!"}])

    found = delivery({"payment": {"payment_id": ID, "invoices": lines}}, "customer_payment")

    assert found.touches == (f"customer_payment:{ID}", "invoice:77", "invoice:78")


def test_zoho_s_version_is_an_instant() -> None:
    found = delivery(
        {"invoice": {"invoice_id": ID, "last_modified_time": "2026-06-09T09:46:21-0400"}}
    )

    assert found.modified_at == datetime(2026, 6, 9, 13, 46, 21, tzinfo=UTC)
    assert found.versioned


@pytest.mark.parametrize("written", ["2026-06-09", "", "yesTerday", "0001-01-01T00:00:00+1400", 7])
def test_what_is_no_version_leaves_an_edit_unversioned(written: object) -> None:
    content = {"invoice": {"invoice_id": ID, "last_modified_time": written}}

    assert not delivery(content).versioned
    assert delivery(content, trigger="created").versioned
    assert delivery(content).modified_at is None


@pytest.mark.parametrize("trigger", ["created", "edited", "deleted"])
def test_an_id_in_the_address_is_enough(trigger: str) -> None:
    found = delivery(b"", trigger=trigger, zoho_id=ID)

    assert (found.zoho_id, found.touches) == (ID, (f"invoice:{ID}",))


@pytest.mark.parametrize(
    "content", [{"payload": ""}, {"payload": "", "organization_id": "60001234"}]
)
def test_a_test_delivery_is_a_ping(content: dict[str, str]) -> None:
    assert reading(content) == Ping()


def test_a_document_with_an_empty_payload_field_is_no_ping() -> None:
    assert delivery({"payload": "", "invoice": {"invoice_id": ID}}).zoho_id == ID


@pytest.mark.parametrize(
    ("content", "zoho_id", "reason"),
    [
        ({"invoice": {"total": 1}}, "", "no usable invoice_id"),
        ({"invoice": {"invoice_id": ""}}, "", "no usable invoice_id"),
        ({"invoice": {"invoice_id": 4.6e17}}, "", "no usable invoice_id"),
        ({"invoice": {"invoice_id": "a b\x00"}}, "", "no usable invoice_id"),
        ({"invoice": {"invoice_id": "9" * 65}}, "", "no usable invoice_id"),
        ({"total": 1, "billing_address": {"city": "Toronto"}}, "", "no usable invoice_id"),
        ({"bill": {"bill_id": ID}}, "", "the body is a bill, but came to the address for invoice"),
        ({"invoice": {"invoice_id": ID}}, "99", f"invoice_id is {ID}, but the address says 99"),
    ],
)
def test_what_reads_but_is_not_understood_is_parked(
    content: dict[str, Any], zoho_id: str, reason: str
) -> None:
    found = delivery(content, zoho_id=zoho_id)

    assert (found.state, found.touches) == ("parked", ())
    assert found.reason is not None
    assert reason in found.reason


def test_an_id_in_the_address_mends_a_body_without_one() -> None:
    assert delivery({"invoice": {"total": 1}}, zoho_id=ID).state == "undecided"


def test_a_module_that_is_not_served_is_decided_at_once() -> None:
    found = delivery({"salesorder": {"salesorder_id": "31", "total": 1}})

    assert (found.entity, found.zoho_id, found.state) == ("invoice", "31", "decided")
    assert found.reason == "the body is a salesorder, which the bridge does not serve"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"{}",
        b'{"invoice": {"invoice_id": "46',
        b'{"invoice": {"total": NaN}}',
        b'"text"',
        b"[1, 2]",
        b"null",
        b'{"a":' * 41 + b"1" + b"}" * 41,
        b"\xff\xff",
        b"id=3",
    ],
)
def test_what_is_no_document_is_refused_with_a_reason(body: bytes) -> None:
    verdict = reading(body)

    assert isinstance(verdict, Refusal)
    assert verdict.reason.startswith("the body is ")


@pytest.mark.parametrize(
    "content",
    [
        {"invoice": {"invoice_id": ID}, "organization_id": "60009999"},
        {"invoice": {"invoice_id": ID, "organization_id": 60009999}},
        {"invoice_id": ID, "organization_id": "60009999"},
    ],
)
def test_another_organisation_s_document_is_refused(content: dict[str, Any]) -> None:
    assert reading(content) == Refusal("the body is of organisation 60009999, not 60001234")


@pytest.mark.parametrize("own", ["60001234", 60001234, "", None])
def test_our_own_organisation_s_id_is_welcome(own: object) -> None:
    assert delivery({"invoice": {"invoice_id": ID}, "organization_id": own}).state == "undecided"


def test_a_form_that_does_not_read_is_refused_without_repeating_it() -> None:
    verdict = reading(b"private", content_type=FORM)

    assert isinstance(verdict, Refusal)
    assert "private" not in verdict.reason


@given(
    body=st.binary()
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["invoice", "invoice_id", "payload", "JSONString", "id"])
                | st.text(),
                inner,
            )
        ),
    ).map(lambda content: json.dumps(content).encode()),
    module=st.sampled_from(["invoice", "customer_payment", "contact"]),
    content_type=st.sampled_from([JSON, FORM]),
)
def test_whatever_comes_there_is_a_verdict(body: bytes, module: str, content_type: str) -> None:
    verdict = reading(body, module, content_type=content_type)

    assert isinstance(verdict, Delivery | Refusal | Ping)
