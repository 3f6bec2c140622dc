"""A document's history as the API tells it: events, decisions, commands, and what they wait for."""

from outbox.operate import Choice, skip
from tests.ingress.asking import HISTORY, ID, ask, command, decide, link, ticket
from tests.ingress.conftest import ENDPOINT, Door, stamped


async def test_a_document_s_history_tells_all_of_it(door: Door) -> None:
    event = (await door.post(stamped())).json()["event"]
    await decide(door, event, "applied")
    number = await command(door, event, state="done")
    attempt = await door.pool.fetchval(
        "INSERT INTO attempts (connection_id, idempotency_key, method, path, body, body_hash,"
        " generation, fence, outcome, status, message)"
        " VALUES ($1, 'k', 'PUT', '/Invoices', '', '', 1, 1, 'applied', 200, 'OK') RETURNING id",
        door.number,
    )
    await door.pool.execute(
        "INSERT INTO attempt_members (attempt_id, command_id, place, outcome)"
        " VALUES ($1, $2, 0, 'applied')",
        *(attempt, number),
    )
    await link(door, f"invoice:{ID}", "x-1")
    await door.pool.execute("UPDATE documents SET number = 'INV-1' WHERE zoho_id = $1", ID)

    history = await ask(door, HISTORY)

    assert (history["state"], history["number"], history["xero_id"]) == ("synced", "INV-1", "x-1")
    assert history["url"] == "https://go.xero.com/AccountsReceivable/View.aspx?InvoiceID=x-1"
    [received], [decided], [asked] = (history[name] for name in ("events", "decisions", "commands"))
    assert (received["id"], received["source"], received["state"]) == (event, "webhook", "decided")
    assert received["received_at"].endswith("Z")
    assert (decided["event_id"], decided["action"], decided["outcome"]) == (event, "A2", "applied")
    assert (asked["id"], asked["kind"], asked["state"]) == (number, "invoice.put", "done")
    [sent] = asked["attempts"]
    assert (sent["outcome"], sent["status"], sent["message"]) == ("applied", 200, "OK")


async def test_a_document_known_by_its_webhook_only_waits(door: Door) -> None:
    await door.post(stamped())

    history = await ask(door, HISTORY)

    assert (history["state"], history["number"], history["url"]) == ("waiting", None, None)
    assert (history["decisions"], history["commands"]) == ([], [])


async def test_the_state_follows_what_is_open_before_what_was_decided(door: Door) -> None:
    states = []
    event = (await door.post(stamped())).json()["event"]
    for outcome, code in (
        ("withheld", "is_draft"),
        ("withheld", "never_exported"),
        ("applied", None),
    ):
        await door.pool.execute("DELETE FROM decisions")
        await decide(door, event, outcome, code)
        states.append((await ask(door, HISTORY))["state"])
    for state in ("ambiguous", "parked"):
        await command(door, event, state=state)
        states.append((await ask(door, HISTORY))["state"])
    await door.pool.execute("UPDATE events SET state = 'held'")
    states.append((await ask(door, HISTORY))["state"])

    assert states == ["withheld", "ignored", "synced", "waiting", "parked", "held"]


async def test_superseded_decisions_are_passed_over(door: Door) -> None:
    first = (await door.post(stamped())).json()["event"]
    second = (await door.post(stamped(total=11))).json()["event"]
    await decide(door, first, "withheld", "is_draft")
    await decide(door, second, "superseded", "unchanged")

    assert (await ask(door, HISTORY))["state"] == "withheld"


async def test_the_decision_that_was_made_last_counts_not_that_of_the_latest_event(
    door: Door,
) -> None:
    first = (await door.post(stamped())).json()["event"]
    second = (await door.post(stamped(total=11))).json()["event"]
    await decide(door, second, "withheld", "is_unused")
    await decide(door, first, "applied")

    assert (await ask(door, HISTORY))["state"] == "synced"
    assert await door.pool.fetchval("SELECT outcome FROM documents") == "synced"


async def test_a_payment_that_its_bill_alone_tells_of_has_a_history(door: Door) -> None:
    event = (await door.post(stamped())).json()["event"]
    await decide(door, event, "applied")
    await door.pool.execute("UPDATE decisions SET action = 'A13', key = 'bill_payment:71'")
    made: dict[str, str] = {"kind": "bill_payment.create", "document": "vendor_payment:7"}
    await command(door, event, "bill_payment:71", **made, state="done")

    history = await ask(door, "/api/connections/acme/documents/vendor_payment/7")

    assert (history["state"], history["events"]) == ("synced", [])
    assert [each["action"] for each in history["decisions"]] == ["A13"]
    assert [each["kind"] for each in history["commands"]] == ["bill_payment.create"]


async def test_what_is_given_up_of_it_is_told_beside_what_its_bill_asked_for(door: Door) -> None:
    event = (await door.post(stamped())).json()["event"]
    await decide(door, event, "applied")
    await door.pool.execute("UPDATE decisions SET action = 'A13', key = 'bill_payment:71'")
    made: dict[str, str] = {"kind": "bill_payment.create", "document": "vendor_payment:7"}
    number = await command(door, event, "bill_payment:71", **made, state="parked")
    async with door.pool.acquire() as connection, connection.transaction():
        await skip(connection, door.number, Choice(ids=(number,)), by="user:ada", reason="cash")

    history = await ask(door, "/api/connections/acme/documents/vendor_payment/7")

    assert history["state"] == "withheld"
    told = [(each["outcome"], each["reason"]) for each in history["decisions"]]
    assert told == [("applied", "as the rule says"), ("withheld", "given up by user:ada: cash")]


async def test_one_thing_withheld_shows_though_the_rest_is_applied(door: Door) -> None:
    event = (await door.post(stamped())).json()["event"]
    await decide(door, event, "applied")
    await decide(door, event, "withheld", "unused_amount")

    assert (await ask(door, HISTORY))["state"] == "withheld"


async def test_a_command_names_what_it_waits_for(door: Door) -> None:
    event = (await door.post(stamped())).json()["event"]
    payment = {"payment": {"payment_id": "7", "invoices": [{"invoice_id": ID}]}}
    later = (await door.post(payment, f"{ENDPOINT}/customer_payment/created")).json()["event"]
    first = await command(door, event, state="parked")
    share = await command(
        door, later, "payment:71", kind="payment.create", document="customer_payment:7"
    )
    await ticket(door, first, f"invoice:{ID}", 1)
    await ticket(door, share, f"invoice:{ID}", 2)
    for key in (f"invoice:{ID}", "contact:5"):
        await door.pool.execute("INSERT INTO needs VALUES ($1, $2, $3)", share, door.number, key)
    await link(door, "contact:5", "x-5")

    history = await ask(door, "/api/connections/acme/documents/customer_payment/7")

    [asked] = history["commands"]
    assert asked["waits_for"] == [
        f"invoice:{ID}",
        f"command {first} (invoice.put, parked)",
        f"event {event}",
    ]


async def test_a_payment_shows_the_page_of_its_share(door: Door) -> None:
    payment = {"payment": {"payment_id": "7"}}
    event = (await door.post(payment, f"{ENDPOINT}/customer_payment/created")).json()["event"]
    await command(door, event, "payment:71", kind="payment.create", document="customer_payment:7")
    await link(door, "payment:71", "x-71")

    history = await ask(door, "/api/connections/acme/documents/customer_payment/7")

    assert history["xero_id"] == "x-71"
    assert history["url"].endswith("bankTransactionID=x-71")


async def test_what_names_no_document_can_be_looked_at(door: Door) -> None:
    await door.post({"invoice": {"total": 5}})

    history = await ask(door, "/api/connections/acme/documents/invoice/-")

    assert history["state"] == "parked"
    assert "invoice_id" in history["events"][0]["reason"]
