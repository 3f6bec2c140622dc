"""Faults on order: what the asker sees, and what the books say happened."""

import httpx
import pytest

from tests.sandbox.xero_desk import Desk

BODY = {"Contacts": [{"Name": "Acme"}]}
MATCH = {"method": "PUT", "path": "/Contacts"}


async def names(xero: Desk) -> list[str]:
    ledger = (await xero.http.get("/_sandbox/xero/ledger")).json()
    return [contact["Name"] for contact in ledger["contacts"]]


async def test_an_answer_is_lost_although_the_request_was_applied(xero: Desk) -> None:
    await xero.control("faults", [{"match": MATCH, "effect": "answer_lost"}])

    with pytest.raises(httpx.RemoteProtocolError):
        await xero.put("/Contacts", BODY, key="k-1")

    assert await names(xero) == ["Acme"]
    assert (xero.state.log[-1]["status"], xero.state.log[-1]["applied"]) == (None, True)
    assert (await xero.put("/Contacts", BODY, key="k-1")).status_code == 200
    assert await names(xero) == ["Acme"]


async def test_a_request_is_lost(xero: Desk) -> None:
    await xero.control("faults", [{"match": MATCH, "effect": "request_lost"}])

    with pytest.raises(httpx.RemoteProtocolError):
        await xero.put("/Contacts", BODY, key="k-1")

    assert await names(xero) == []
    assert (await xero.put("/Contacts", BODY, key="k-1")).status_code == 200


async def test_a_lost_request_is_applied_late(xero: Desk) -> None:
    await xero.control("faults", [{"match": MATCH, "effect": "answer_lost", "delay": 90}])

    with pytest.raises(httpx.RemoteProtocolError):
        await xero.put("/Contacts", BODY)
    assert await names(xero) == []

    await xero.control("clock", {"seconds": 90})
    await xero.state.idle()

    assert await names(xero) == ["Acme"]
    assert xero.state.log[-1]["applied_at"] > xero.state.log[-1]["at"]


@pytest.mark.parametrize(("applied", "expected"), [(True, ["Acme"]), (False, [])])
async def test_a_500_may_have_committed(xero: Desk, applied: bool, expected: list[str]) -> None:
    await xero.control("faults", [{"match": MATCH, "effect": "status", "applied": applied}])

    assert (await xero.put("/Contacts", BODY)).status_code == 500
    assert await names(xero) == expected


async def test_a_garbled_200_may_have_committed(xero: Desk) -> None:
    fault = {"match": MATCH, "effect": "status", "status": 200, "body": "<html>", "applied": True}
    await xero.control("faults", [fault])

    answer = await xero.put("/Contacts", BODY)

    assert (answer.status_code, answer.text) == (200, "<html>")
    assert await names(xero) == ["Acme"]


async def test_a_gateway_s_answer_is_not_kept_under_the_key(xero: Desk) -> None:
    fault = {"match": MATCH, "effect": "status", "status": 503, "applied": True}
    await xero.control("faults", [fault])
    answers = [await xero.put("/Contacts", BODY, key="k-1") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [503, 200]
    assert await names(xero) == ["Acme"]


async def test_a_500_may_have_committed_a_part(xero: Desk) -> None:
    await xero.control(
        "faults", [{"match": MATCH, "effect": "status", "applied": True, "elements": 1}]
    )
    body = {"Contacts": [{"Name": "Acme"}, {"Name": "Other"}]}

    answers = [await xero.put("/Contacts", body, key="k-1") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [500, 500]
    assert await names(xero) == ["Acme"]


async def test_a_429_on_order_says_when_to_come_back(xero: Desk) -> None:
    fault = {"effect": "status", "status": 429, "retry_after": 71468, "problem": "day"}
    await xero.control("faults", [fault])

    answer = await xero.get("/Contacts")

    assert answer.headers["retry-after"] == "71468"
    assert answer.headers["x-rate-limit-problem"] == "day"


async def test_a_fault_meets_the_requests_it_names(xero: Desk) -> None:
    named = {"method": "PUT", "path": "/Con*", "body": "Second"}
    fault = {"match": named, "effect": "status", "times": 2, "after": 1}
    await xero.control("faults", [fault])

    statuses = [
        (await xero.put("/Contacts", {"Contacts": [{"Name": f"{name} {turn}"}]})).status_code
        for turn in range(4)
        for name in ("First", "Second")
    ]

    assert statuses == [200, 200, 200, 500, 200, 500, 200, 200]


async def test_a_fault_can_hit_the_token_endpoint(xero: Desk) -> None:
    match = {"path": "/connect/token"}
    await xero.control("faults", [{"match": match, "effect": "answer_lost"}])

    with pytest.raises(httpx.RemoteProtocolError):
        await xero.renew()

    await xero.renew()


async def test_faults_can_be_called_off(xero: Desk) -> None:
    await xero.control("faults", [{"effect": "status", "times": 100}])
    await xero.http.delete("/_sandbox/xero/faults")

    assert (await xero.get("/Contacts")).status_code == 200


async def test_a_misspelt_fault_is_refused(xero: Desk) -> None:
    answer = await xero.http.post("/_sandbox/xero/faults", json=[{"effect": "vanish"}])

    assert answer.status_code == 422
