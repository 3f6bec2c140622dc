"""What a webhook of Xero's is taken for."""

import base64
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ingress.webhooks.xero_reading import is_signed, read

CONTACT = "5c3c0ab2-4ed8-4a76-9f0c-0e2a4c4c8a11"


def told(**fields: Any) -> dict[str, Any]:
    return {
        "resourceId": CONTACT,
        "eventDateUtc": "2026-11-25T10:00:00.1234567",
        "eventType": "Update",
        "eventCategory": "CONTACT",
        "tenantId": "T-1",
        **fields,
    }


def post(*events: dict[str, Any], **fields: Any) -> bytes:
    return json.dumps({"events": list(events), **fields}).encode()


def test_a_change_names_its_contact_its_organisation_and_its_time() -> None:
    (change,) = read(post(told(eventType="CREATE"))).changes

    assert (change.contact_id, change.tenant_id, change.trigger) == (CONTACT, "t-1", "created")
    assert change.at == datetime(2026, 11, 25, 10, 0, 0, 123456, UTC)


def test_other_kinds_are_counted_and_passed_over() -> None:
    found = read(post(told(eventCategory="INVOICE", resourceId="?"), told()))

    assert (len(found.changes), found.ignored) == (1, 1)


def test_a_change_told_twice_is_one() -> None:
    assert len(read(post(told(), told())).changes) == 1


def test_the_sequence_is_read_where_there_is_one() -> None:
    numbered = read(post(told(), firstEventSequence=4, lastEventSequence=5))

    assert (numbered.first, numbered.last) == (4, 5)
    assert (read(post()).first, read(post()).last) == (0, 0)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"events": 7}',
        b'{"events": [7]}',
        post({"eventCategory": "CONTACT"}),
        post(told(resourceId="../Invoices")),
        post(told(eventDateUtc="yesterday")),
    ],
)
def test_what_is_no_webhook_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(body)


def test_a_signature_is_the_base64_of_a_digest_of_the_raw_body() -> None:
    body = post()
    mark = base64.b64encode(hmac.digest(b"key", body, "sha256"))

    assert is_signed(body, mark, [b"other", b"key"])
    assert not is_signed(body + b" ", mark, [b"key"])
    assert not is_signed(body, mark, [])
    assert not is_signed(body, None, [b"key"])
    assert not is_signed(body, b"\xff not base64", [b"key"])
