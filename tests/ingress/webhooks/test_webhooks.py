"""The webhook addresses over real HTTP: what Zoho is answered, and what the journal keeps."""

import asyncio
import io
import json
from typing import Any

import pytest
from prometheus_client import REGISTRY

from bridge import logs
from tests.ingress.conftest import ENDPOINT, Door, invoice, signature, stamped

ID = "4600000000000001"


def counted(**labels: str) -> float:
    return REGISTRY.get_sample_value("bridge_events_received_total", labels) or 0.0


async def test_a_signed_invoice_is_kept_exactly_and_accepted(door: Door) -> None:
    body = json.dumps(stamped(), indent=3).encode()

    answer = await door.post(body)

    [event] = await door.events()
    assert answer.status_code == 202
    assert answer.json()["status"] == "accepted"
    assert answer.json()["event"] == event["id"]
    assert (event["entity"], event["zoho_id"], event["trigger"]) == ("invoice", ID, "created")
    assert (event["state"], event["body"]) == ("undecided", body)
    assert event["touches"] == [f"invoice:{ID}"]


@pytest.mark.parametrize("content", [stamped(), invoice()])
async def test_a_repeated_delivery_is_one_event(door: Door, content: dict[str, Any]) -> None:
    answers = [await door.post(content) for _ in range(2)]
    answers += await asyncio.gather(*(door.post(content) for _ in range(8)))

    [event] = await door.events()
    assert [answer.json()["status"] for answer in answers] == ["accepted"] + ["repeat"] * 9
    assert {answer.json()["event"] for answer in answers} == {event["id"]}
    assert {answer.status_code for answer in answers} == {202}


async def test_a_form_is_accepted(door: Door) -> None:
    body = b"invoice_id=46&total=10.50&line_items=%5B%5D"
    mark = signature(b"invoice_id46line_items[]total10.50")

    answer = await door.client.post(
        f"/webhooks/zoho/{ENDPOINT}/invoice/edited",
        content=body,
        headers={
            "X-Zoho-Webhook-Signature": mark,
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        },
    )

    [event] = await door.events()
    assert answer.status_code == 202
    assert event["content_type"].startswith("application/x-www-form-urlencoded")


async def test_a_delete_with_the_id_in_the_address_only(door: Door) -> None:
    answer = await door.post(b"", f"{ENDPOINT}/invoice/deleted", query=f"id={ID}")

    [event] = await door.events()
    assert answer.status_code == 202
    assert (event["trigger"], event["zoho_id"]) == ("deleted", ID)


async def test_a_slash_at_the_end_of_an_address_does_no_harm(door: Door) -> None:
    answer = await door.post(stamped(), f"{ENDPOINT}/invoice/created/")

    assert (answer.status_code, len(await door.events())) == (202, 1)


async def test_a_test_delivery_is_answered_and_not_kept(door: Door) -> None:
    answer = await door.post({"payload": ""})

    assert (answer.status_code, answer.json()["status"]) == (202, "ignored")
    assert await door.events() == []


async def test_a_module_that_is_not_served_is_decided_with_its_reason(door: Door) -> None:
    answer = await door.post({"salesorder": {"salesorder_id": "31"}})

    [event] = await door.events()
    decision = await door.pool.fetchrow("SELECT * FROM decisions")
    assert (answer.status_code, answer.json()["status"]) == (202, "ignored")
    assert (event["zoho_id"], event["state"]) == ("31", "decided")
    assert decision is not None
    assert decision["event_id"] == event["id"]
    assert (decision["action"], decision["outcome"], decision["code"]) == (
        "-",
        "withheld",
        "not_served",
    )
    assert "salesorder" in decision["reason"]


async def test_what_is_not_understood_is_parked_with_the_field(door: Door) -> None:
    answer = await door.post({"invoice": {"total": 5}})

    [event] = await door.events()
    assert (answer.status_code, answer.json()["status"]) == (202, "parked")
    assert event["state"] == "parked"
    assert "invoice_id" in event["reason"]


async def test_a_disabled_connection_s_events_are_held(door: Door) -> None:
    await door.pool.execute("UPDATE connections SET enabled = false")

    answer = await door.post(stamped())

    assert answer.status_code == 202
    assert [event["state"] for event in await door.events()] == ["held"]


@pytest.mark.parametrize(
    "fields",
    [
        {"notes": "a\x00b"},
        {"customer_name": "\U0001f600" * 50},
        {"k" * 100_000: "v" * 100_000},
        {"reference_number": "x" * 900_000},
    ],
)
async def test_a_strange_but_readable_document_is_accepted(
    door: Door, fields: dict[str, str]
) -> None:
    answer = await door.post(invoice(**fields))

    assert (answer.status_code, answer.json()["status"]) == (202, "accepted")


async def test_half_a_surrogate_pair_does_not_lose_the_document(door: Door) -> None:
    answer = await door.post(b'{"invoice": {"invoice_id": "46", "notes": "cut \\ud83d"}}')

    assert (answer.status_code, answer.json()["status"]) == (202, "accepted")


async def test_the_request_id_is_carried_and_answered(door: Door) -> None:
    answer = await door.post(stamped(), **{"X-Request-ID": "zoho-7"})

    [event] = await door.events()
    assert answer.headers["x-request-id"] == answer.json()["request_id"] == "zoho-7"
    assert event["request_id"] == "zoho-7"


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, '"quoted"', "a\tb"])
async def test_a_request_id_that_is_not_sane_is_replaced(door: Door, given: str) -> None:
    answer = await door.post(stamped(), **{"X-Request-ID": given})

    assert len(answer.headers["x-request-id"]) == 24


async def test_every_answer_is_counted(door: Door) -> None:
    labels = {"connection": "acme", "entity": "bill", "trigger": "edited"}
    before = [counted(**labels, result=result) for result in ("accepted", "repeat", "unsigned")]

    for secret in ("acmesecrettoken", "acmesecrettoken", "another"):
        await door.post({"bill": {"bill_id": "1"}}, f"{ENDPOINT}/bill/edited", secret=secret)

    after = [counted(**labels, result=result) for result in ("accepted", "repeat", "unsigned")]
    assert after == [count + 1 for count in before]


async def test_one_line_tells_of_a_webhook_and_nothing_private(door: Door) -> None:
    stream = io.StringIO()
    logs.configure("json", "info", stream)

    await door.post(stamped(customer_name="Maple Street"), **{"X-Request-ID": "r1"})

    [line] = [text for text in stream.getvalue().splitlines() if "event.received" in text]
    told = json.loads(line)
    assert told["connection"] == "acme"
    assert (told["entity"], told["trigger"], told["result"]) == ("invoice", "created", "accepted")
    assert told["request_id"] == "r1"
    assert {"event_id", "bytes", "ms"} <= set(told)
    assert "Maple" not in line
