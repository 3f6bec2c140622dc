"""Zoho's signature, as its knowledge base describes it."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingress.webhooks.signature import is_signed, signed_bytes

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def test_the_documented_string_is_what_is_signed() -> None:
    body = b'{"created_date":"2019-03-06","event_id":"5675"}'

    message = signed_bytes(b"subscription_id=90343&name=basic", JSON, body)

    assert message == b"namebasicsubscription_id90343" + body
    given = b"81d1b3ecb8cd9ef03ac761956b7f0dc06813e869f77167f08c9144848d0d252b"
    assert is_signed(message, given, [b"0123456789abcdef"])


def test_a_body_without_a_query_is_signed_as_it_is() -> None:
    body = b'{"test":true}'
    given = b"beeba5fe977923913952d4d245be79be8daaea0e1d7c2785731491518b098653"

    assert is_signed(signed_bytes(b"", JSON, body), given, [b"mysecretkey12"])


def test_a_form_is_signed_by_its_pairs_decoded() -> None:
    message = signed_bytes(b"id=7", FORM, b"total=10.5&customer_name=Caf%C3%A9+Nord")

    assert message == "customer_nameCafé Nordid7total10.5".encode()


@pytest.mark.parametrize("shown", [str.upper, str.lower, "  {} ".format])
def test_the_case_of_the_digits_does_not_matter(shown: object) -> None:
    mark = hmac.new(b"secret", b"body", "sha256").hexdigest()

    assert callable(shown)
    assert is_signed(b"body", shown(mark).encode(), [b"secret"])


@pytest.mark.parametrize("secret", [b"the new one", b"the one before"])
def test_while_a_secret_is_replaced_both_are_valid(secret: bytes) -> None:
    mark = hmac.new(secret, b"body", "sha256").hexdigest().encode()

    assert is_signed(b"body", mark, [b"the new one", b"the one before"])


@pytest.mark.parametrize("mark", [b"", b"\xff\xfe", "ä".encode(), b"0" * 64, b"0" * 5000])
def test_a_strange_signature_is_only_wrong(mark: bytes) -> None:
    assert not is_signed(b"body", mark, [b"secret"])


def test_without_a_secret_nothing_is_signed() -> None:
    assert not is_signed(b"body", hmac.new(b"", b"body", "sha256").hexdigest().encode(), [])


@given(body=st.binary(), other=st.binary())
def test_another_body_has_another_signature(body: bytes, other: bytes) -> None:
    mark = hmac.new(b"secret", body, "sha256").hexdigest().encode()

    assert is_signed(other, mark, [b"secret"]) == (body == other)


@given(st.binary())
def test_whatever_a_form_holds_it_is_read_or_refused(body: bytes) -> None:
    try:
        signed_bytes(b"", FORM, body)
    except ValueError:
        pytest.fail("a short form is always read")


def test_a_form_of_very_many_fields_is_refused() -> None:
    with pytest.raises(ValueError, match="Max number of fields"):
        signed_bytes(b"", FORM, b"a=1&" * 3000)
