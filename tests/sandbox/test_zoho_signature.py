"""What is signed, and how: with the examples that are published."""

import pytest

from sandbox.zoho.signature import sign, signed_text

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
BODY = b'{"created_date":"2019-03-06","event_id":"5675"}'


def test_the_published_example_is_names_and_values_sorted_then_the_body() -> None:
    text = signed_text("subscription_id=90343&name=basic", JSON, BODY)

    assert text == b"namebasicsubscription_id90343" + BODY


@pytest.mark.parametrize(
    ("secret", "query", "body", "expected"),
    [
        (
            "0123456789abcdef",
            "subscription_id=90343&name=basic",
            BODY,
            "81d1b3ecb8cd9ef03ac761956b7f0dc06813e869f77167f08c9144848d0d252b",
        ),
        (
            "mysecretkey12",
            "",
            b'{"test":true}',
            "beeba5fe977923913952d4d245be79be8daaea0e1d7c2785731491518b098653",
        ),
    ],
)
def test_the_signature_is_hex(secret: str, query: str, body: bytes, expected: str) -> None:
    assert sign(secret, query, JSON, body) == expected


def test_a_forms_fields_are_sorted_in_with_the_query_and_decoded() -> None:
    text = signed_text("id=7", FORM, b"total=10.00&date=2026-06-15&name=A%20%26+B")

    assert text == b"date2026-06-15id7nameA & Btotal10.00"
