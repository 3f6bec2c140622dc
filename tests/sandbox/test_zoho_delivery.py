"""Webhooks that come late, twice, in another order, or not at all."""

import json
from typing import Any

import pytest

from tests.sandbox.zoho_desk import Desk


async def contacts(zoho: Desk, count: int) -> list[str]:
    made = [await zoho.contact(f"Contact {number}") for number in range(count)]
    await zoho.state.webhooks.settled()
    return made


def arrived(zoho: Desk) -> list[str]:
    return [json.loads(each.body)["contact"]["contact_id"] for each in zoho.box.letters]


async def states(zoho: Desk) -> list[str]:
    answer = await zoho.http.get("/_sandbox/zoho/deliveries")
    return [each["state"] for each in answer.json()["deliveries"]]


async def test_a_refused_delivery_is_tried_again_and_each_try_is_told(zoho: Desk) -> None:
    await zoho.hook()
    zoho.box.statuses = [503, 500]

    await contacts(zoho, 1)

    (told,) = (await zoho.http.get("/_sandbox/zoho/deliveries")).json()["deliveries"]
    assert [each["status"] for each in told["attempts"]] == [503, 500, 202]
    assert told["state"] == "delivered"
    assert len({letter.body for letter in zoho.box.letters}) == 1


async def test_a_delivery_that_nobody_takes_is_given_up(zoho: Desk) -> None:
    await zoho.control("webhooks", {"base_url": "http://127.0.0.1:1/nobody", "secret": ""})

    await contacts(zoho, 1)

    (told,) = (await zoho.http.get("/_sandbox/zoho/deliveries")).json()["deliveries"]
    assert told["state"] == "failed"
    assert {each["status"] for each in told["attempts"]} == {None}


async def test_duplicates_are_the_same_bytes_twice(zoho: Desk) -> None:
    await zoho.hook()
    await zoho.control("delivery", {"duplicate": 1})

    (customer,) = await contacts(zoho, 1)

    assert arrived(zoho) == [customer, customer]
    assert len({letter.body for letter in zoho.box.letters}) == 1


async def test_what_is_dropped_never_arrives_but_is_known(zoho: Desk) -> None:
    await zoho.hook()
    await zoho.control("delivery", {"drop": 1})

    await contacts(zoho, 2)

    assert zoho.box.letters == []
    assert await states(zoho) == ["dropped", "dropped"]


async def test_luck_is_the_same_for_the_same_seed(zoho: Desk) -> None:
    await zoho.hook()
    seen = []

    for _ in range(2):
        before = len(zoho.state.webhooks.log)
        await zoho.control("delivery", {"drop": 0.5, "seed": 7})
        for _ in range(6):
            await zoho.do("DELETE", f"/contacts/{await zoho.contact('Again')}")
        await zoho.state.webhooks.settled()
        seen.append([each.state for each in zoho.state.webhooks.log[before:]])

    assert seen[0] == seen[1]
    assert set(seen[0]) == {"dropped", "delivered"}


async def test_what_is_held_goes_in_the_order_asked_for(zoho: Desk) -> None:
    await zoho.hook()
    await zoho.control("delivery", {"hold": True})
    made = await contacts(zoho, 3)
    held = list(zoho.box.letters)

    await zoho.control("delivery", {"hold": False, "release": "reverse"})
    await zoho.state.webhooks.settled()

    assert held == []
    assert arrived(zoho) == made[::-1]


async def test_one_put_aside_arrives_after_a_later_one(
    zoho: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.zoho.courier.LINGER", 60.0)
    await zoho.hook()
    await zoho.control("delivery", {"reorder": 1})
    late = await zoho.contact("Late")
    await zoho.control("delivery", {"reorder": 0})
    early = await zoho.contact("Early")
    await zoho.state.webhooks.settled()

    assert arrived(zoho) == [early, late]


async def test_one_put_aside_arrives_though_nothing_follows(zoho: Desk) -> None:
    await zoho.hook()
    await zoho.control("delivery", {"reorder": 1})

    made = await contacts(zoho, 1)

    assert arrived(zoho) == made


async def test_a_delivery_is_sent_again_just_as_it_was(zoho: Desk) -> None:
    await zoho.hook()
    await contacts(zoho, 1)

    await zoho.control("deliver", {"index": 0})
    await zoho.control("settle")

    first, again = zoho.box.letters
    assert (first.body, first.headers["x-zoho-webhook-signature"]) == (
        again.body,
        again.headers["x-zoho-webhook-signature"],
    )


async def test_a_document_is_sent_in_a_chosen_writing(zoho: Desk) -> None:
    invoice = await zoho.invoice(await zoho.contact())
    await zoho.hook()
    asked: dict[str, Any] = {
        "organization_id": "60001234",
        "entity": "invoice",
        "id": invoice["invoice_id"],
        "trigger": "created",
    }

    for variant in ("jsonstring", "flat"):
        await zoho.control("deliver", asked | {"variant": variant})
        await zoho.state.webhooks.settled()

    field, flat = zoho.box.letters
    assert field.body.startswith(b"JSONString=%7B%22invoice%22")
    assert json.loads(flat.body)["invoice_id"] == invoice["invoice_id"]


async def test_a_ping_is_an_empty_payload(zoho: Desk) -> None:
    await zoho.hook()

    await zoho.control(
        "deliver", {"organization_id": "60001234", "ping": True, "entity": "invoice"}
    )
    await zoho.state.webhooks.settled()

    (letter,) = zoho.box.letters
    assert (letter.path, letter.body) == ("/hook/invoice/edited", b'{"payload":""}')
