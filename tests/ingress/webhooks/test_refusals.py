"""What is refused at the webhook addresses, over real HTTP, and what the sender is told."""

import asyncio
import json
from typing import Any

import pytest

from tests.ingress.conftest import ENDPOINT, Door, invoice, signature, stamped


@pytest.mark.parametrize(
    "address",
    [
        "nobody-s-endpoint/invoice/created",
        f"{ENDPOINT}/salesorder/created",
        f"{ENDPOINT}/invoice/voided",
    ],
)
async def test_an_unknown_address_is_told_so(door: Door, address: str) -> None:
    answer = await door.post(invoice(), address)

    assert (answer.status_code, answer.json()["error"]) == (404, "unknown_address")


async def test_an_address_takes_posts_only(door: Door) -> None:
    answer = await door.client.get(f"/webhooks/zoho/{ENDPOINT}/invoice/created")

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("query", ["id=12a", "id=", "event=x", "id=1&id=2", "id=1&x=2", "id=%31"])
async def test_a_query_that_could_mean_two_things_is_refused(door: Door, query: str) -> None:
    answer = await door.post(invoice(), query=query)

    assert (answer.status_code, answer.json()["error"]) == (422, "unknown_query")


async def test_a_signed_query_can_t_lend_its_digits_to_the_body(door: Door) -> None:
    moved = b"2" + json.dumps(invoice()).encode()
    mark = signature(moved, "id1")

    answer = await door.client.post(
        f"/webhooks/zoho/{ENDPOINT}/invoice/created?id=1",
        content=moved,
        headers={"X-Zoho-Webhook-Signature": mark},
    )

    assert answer.status_code == 422
    assert await door.events() == []


@pytest.mark.parametrize("mark", ["", "0" * 64, "nonsense"])
async def test_a_wrong_signature_is_refused(door: Door, mark: str) -> None:
    answer = await door.post(invoice(), **{"X-Zoho-Webhook-Signature": mark})

    assert (answer.status_code, answer.json()["error"]) == (401, "unsigned")
    assert "webhook_secret" in answer.json()["fix"]
    assert await door.events() == []


async def test_a_missing_signature_is_refused(door: Door) -> None:
    answer = await door.client.post(f"/webhooks/zoho/{ENDPOINT}/invoice/created", json=invoice())

    assert answer.status_code == 401
    assert "missing" in answer.json()["reason"]


async def test_a_strange_signature_header_breaks_nothing(door: Door) -> None:
    reader, writer = await connection_to(door)
    writer.write(head("1", "X-Zoho-Webhook-Signature: \xe4\xff") + b"x")

    assert (await reader.readline()).startswith(b"HTTP/1.1 401")
    writer.close()


@pytest.mark.parametrize("body", [b'{"invoice": {', b'{"a": NaN}', b"[" * 3000, b"", b"\x00"])
async def test_what_is_no_document_is_refused_and_not_kept(door: Door, body: bytes) -> None:
    answer = await door.post(body)

    assert (answer.status_code, answer.json()["error"]) == (422, "unreadable")
    assert set(answer.json()) == {"error", "reason", "fix", "request_id"}
    assert await door.events() == []


async def test_a_body_that_is_declared_too_large_is_refused_at_once(door: Door) -> None:
    reader, writer = await connection_to(door)
    writer.write(head(str(1024 * 1024 + 1)))

    assert (await reader.readline()).startswith(b"HTTP/1.1 413")
    writer.close()


async def test_a_body_that_grows_too_large_is_refused(door: Door) -> None:
    async def endless() -> Any:
        for _ in range(40):
            yield b"x" * 65536

    answer = await door.client.post(f"/webhooks/zoho/{ENDPOINT}/invoice/created", content=endless())

    assert answer.status_code == 413


async def test_size_is_judged_before_the_signature_and_the_address_before_size(door: Door) -> None:
    large = b"x" * (1024 * 1024 + 1)
    unsigned = {"X-Zoho-Webhook-Signature": "0"}

    assert (await door.post(large, **unsigned)).status_code == 413
    assert (await door.post(large, "nobody/invoice/created", **unsigned)).status_code == 404
    assert (await door.post(b"{", **unsigned)).status_code == 401


async def test_a_sender_who_hangs_up_leaves_nothing(door: Door) -> None:
    _, writer = await connection_to(door)
    writer.write(head("100") + b'{"invoice"')
    await writer.drain()
    writer.close()

    assert (await door.post(stamped())).status_code == 202
    assert len(await door.events()) == 1


async def connection_to(door: Door) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    base = door.client.base_url
    return await asyncio.open_connection(base.host, base.port)


def head(length: str, header: str = "X-Zoho-Webhook-Signature: 0") -> bytes:
    lines = (
        f"POST /webhooks/zoho/{ENDPOINT}/invoice/created HTTP/1.1",
        "Host: x",
        header,
        f"Content-Length: {length}",
    )
    return "\r\n".join((*lines, "", "")).encode("latin-1")
