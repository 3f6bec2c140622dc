"""The stand-in's own addresses: the ledger, the log, edits by a person, webhooks, reset."""

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.server import running
from tests.sandbox.xero_desk import Desk, Json

KEY = "webhook-key"


async def ledger(xero: Desk, **query: str) -> Json:
    books: Json = (await xero.http.get("/_sandbox/xero/ledger", params=query)).json()
    return books


async def test_the_ledger_shows_every_document_with_exact_amounts(xero: Desk) -> None:
    contact = await xero.contact()
    invoice, note = await xero.invoice(contact), await xero.credit_note(contact)
    await xero.pay(invoice, "0.10", Reference="P-1")
    await xero.allocate(note, invoice, "0.20")

    books = await ledger(xero)

    assert books["invoices"][0]["AmountDue"] == "99.70"
    assert books["payments"][0] | {"account": ""} == {
        "PaymentID": books["payments"][0]["PaymentID"],
        "PaymentType": "ACCRECPAYMENT",
        "Status": "AUTHORISED",
        "Date": "2026-06-15",
        "Amount": "0.10",
        "BankAmount": "0.10",
        "CurrencyRate": "1",
        "Reference": "P-1",
        "target": invoice["InvoiceID"],
        "account": "",
        "IsReconciled": False,
    }
    assert books["allocations"][0]["Amount"] == "0.20"
    assert books["credit_notes"][0]["RemainingCredit"] == "99.80"


async def test_the_ledger_of_an_unknown_organisation_is_refused(xero: Desk) -> None:
    answer = await xero.http.get("/_sandbox/xero/ledger", params={"tenant": "nobody"})

    assert answer.status_code == 422


async def test_the_log_holds_every_request_and_no_secret(xero: Desk) -> None:
    await xero.put("/Contacts", {"Contacts": [{"Name": "Acme"}]}, key="k-1", unitdp=4)

    token, put = (await xero.http.get("/_sandbox/xero/requests")).json()

    assert (token["path"], token["body"]) == ("/connect/token", "")
    assert (put["method"], put["path"], put["query"]) == (
        "PUT",
        "/api.xro/2.0/Contacts",
        "unitdp=4",
    )
    assert (put["idempotency_key"], put["status"], put["applied"]) == ("k-1", 200, True)
    assert put["body_sha256"] == hashlib.sha256(put["body"].encode()).hexdigest()
    assert put["token"] == 1


async def test_the_log_tells_this_machine_s_time_too_wherever_its_own_clock_stands(
    xero: Desk,
) -> None:
    begun = datetime.now(UTC).isoformat()
    await xero.put("/Contacts", {"Contacts": [{"Name": "Acme"}]})

    put = (await xero.http.get("/_sandbox/xero/requests")).json()[-1]

    assert begun <= put["wall_at"] <= put["wall_applied_at"] <= datetime.now(UTC).isoformat()
    assert put["applied_at"].startswith("2026-06-15")


async def test_the_log_tells_which_token_a_request_carried_even_when_it_is_dead(xero: Desk) -> None:
    await xero.contact()
    xero.state.clock.advance(1800)
    await xero.get("/Contacts")

    alive, dead = (await xero.http.get("/_sandbox/xero/requests")).json()[-2:]

    assert (alive["status"], dead["status"]) == (200, 401)
    assert alive["token"] == dead["token"]


async def test_a_person_edits_a_document_in_xero(xero: Desk) -> None:
    invoice = await xero.invoice(await xero.contact())
    edit = {"table": "invoices", "id": invoice["InvoiceID"], "set": {"Total": 50, "Reference": "x"}}

    await xero.control("settings", {"edit": edit})

    edited = await xero.now(invoice)
    assert (edited["Reference"], edited["Total"], edited["AmountDue"]) == ("x", 50, 50)


async def test_a_person_removes_a_payment_in_xero(xero: Desk) -> None:
    invoice = await xero.invoice(await xero.contact())
    payment = (await xero.pay(invoice, 100)).json()["Payments"][0]
    edit = {"table": "payments", "id": payment["PaymentID"], "set": {"Status": "DELETED"}}

    await xero.control("settings", {"edit": edit})

    assert (await xero.now(invoice))["AmountDue"] == 100


@pytest.mark.parametrize(
    "settings",
    [
        {"limit": {}},
        {"edit": {"table": "invoices", "id": "none", "set": {}}},
        {"tenant": "nobody", "read_lag": 1},
    ],
)
async def test_a_setting_that_makes_no_sense_is_refused(xero: Desk, settings: Json) -> None:
    answer = await xero.http.post("/_sandbox/xero/settings", json=settings)

    assert answer.status_code == 422


async def test_a_reset_forgets_everything(xero: Desk) -> None:
    await xero.contact()
    await xero.control("reset", {})

    assert (await ledger(xero))["contacts"] == []
    assert (await xero.get("/Organisation")).status_code == 401
    await xero.renew()
    assert (await xero.get("/Organisation")).status_code == 200


# -- webhooks --------------------------------------------------------------------------------------


@asynccontextmanager
async def receiver(received: list[Json], *, careless: bool = False) -> AsyncIterator[str]:
    """A receiver that checks signatures, or takes anything."""

    async def take(request: Request) -> Response:
        body = await request.body()
        right = base64.b64encode(hmac.digest(KEY.encode(), body, hashlib.sha256)).decode()
        if not careless and request.headers["x-xero-signature"] != right:
            return Response(status_code=401)
        received.append(await request.json())
        return Response(status_code=200)

    async with running(Starlette(routes=[Route("/", take, methods=["POST"])])) as base:
        yield base


@pytest.mark.parametrize("careless", [True, False])
async def test_a_receiver_is_subscribed_if_it_checks_signatures(xero: Desk, careless: bool) -> None:
    received: list[Json] = []
    async with receiver(received, careless=careless) as url:
        answer = await xero.control("webhooks", {"url": url, "key": KEY})

    assert answer == {"subscribed": not careless}


async def test_a_change_is_told_thinly(xero: Desk) -> None:
    received: list[Json] = []
    async with receiver(received) as url:
        await xero.control("webhooks", {"url": url, "key": KEY})
        contact = await xero.contact()
        invoice = await xero.invoice(contact)
        await xero.pay(invoice, 1)
        await xero.post(f"/Contacts/{contact}", {"FirstName": "Ann"})
        await xero.state.idle()

    events = [event for body in received for event in body["events"]]
    assert [told(event) for event in sorted(events, key=when(received))] == [
        ("CONTACT", "CREATE", contact),
        ("INVOICE", "CREATE", invoice["InvoiceID"]),
        ("INVOICE", "UPDATE", invoice["InvoiceID"]),
        ("CONTACT", "UPDATE", contact),
    ]


def told(event: Json) -> tuple[str, str, str]:
    return event["eventCategory"], event["eventType"], event["resourceId"]


def when(received: list[Json]) -> Any:
    """Order events by their sequence: deliveries run side by side."""
    sequence = {
        id(event): body["firstEventSequence"] for body in received for event in body["events"]
    }
    return lambda event: sequence[id(event)]
