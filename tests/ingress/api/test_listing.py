"""Lists of documents: what people search by, and in which order and state they find it."""

from typing import Any

import pytest

from tests.ingress.asking import ask, command, decide
from tests.ingress.conftest import ENDPOINT, Door, invoice

PATH = "/api/connections/acme/documents"


async def known(door: Door, zoho_id: str, outcome: str = "applied", **snapshot: Any) -> int:
    """Let Zoho tell of an invoice, and decide about it; gives the event."""
    await door.post(invoice(zoho_id))
    event: int = (await door.events())[-1]["id"]
    whole = {"number": f"INV-{zoho_id}", "total": "10.50", "currency_code": "CAD"} | snapshot
    await door.pool.execute(
        "INSERT INTO documents (connection_id, entity, zoho_id, number, day, snapshot)"
        " VALUES ($1, 'invoice', $2, $3, '2026-03-01', $4)",
        *(door.number, zoho_id, whole["number"], whole),
    )
    await decide(door, event, outcome, "draft" if outcome == "withheld" else None, zoho_id=zoho_id)
    return event


async def found(door: Door, **query: Any) -> list[str]:
    return [row["zoho_id"] for row in (await ask(door, PATH, **query))["documents"]]


async def test_documents_are_found_by_number_contact_amount_and_date(door: Door) -> None:
    await known(door, "1", contact_name="Müller & Söhne")
    await known(door, "2", contact_name="100% Cotton", total="1234.56")
    await known(door, "3", contact_name="acme", number="SO_77")

    assert await found(door, q="müller") == ["1"]
    assert await found(door, q="inv-") == ["2", "1"]
    assert await found(door, q="100%") == ["2"]
    assert await found(door, q="so_7") == ["3"]
    assert await found(door, q="1,234.56") == ["2"]
    assert await found(door, q="10.5") == ["3", "1"]
    assert await found(door, q="2026-03-01") == ["3", "2", "1"]
    assert await found(door, number="SO_77") == ["3"]
    assert await found(door, number="SO_7") == []
    assert await found(door, since="2026-03-02") == []
    assert await found(door, until="2026-03-01", q="acme") == ["3"]
    assert await found(door, q="nothing like it") == []


async def test_a_row_says_what_people_need_to_recognise_it(door: Door) -> None:
    await known(door, "1", "withheld", contact_name="Müller & Söhne")

    [row] = (await ask(door, PATH))["documents"]

    assert (row["number"], row["contact"], row["total"]) == ("INV-1", "Müller & Söhne", "10.50")
    assert (row["currency"], row["state"], row["reason"]) == ("CAD", "withheld", "as the rule says")
    assert row["seen_at"]


async def test_each_state_lists_the_documents_that_are_in_it(door: Door) -> None:
    await known(door, "1")
    await known(door, "2", "withheld")
    parked = await known(door, "3")
    await command(door, parked, document="invoice:3", state="parked")
    waiting = await known(door, "4")
    await command(door, waiting, document="invoice:4")
    await door.post(invoice("5"))
    await known(door, "6")
    await door.pool.execute("UPDATE events SET state = 'held' WHERE zoho_id = '6'")

    listed = {state: await found(door, state=state) for state in ("synced", "withheld", "parked")}
    listed |= {state: await found(door, state=state) for state in ("waiting", "held", "ignored")}

    assert listed == {
        "synced": ["1"],
        "withheld": ["2"],
        "parked": ["3"],
        "waiting": ["5", "4"],
        "held": ["6"],
        "ignored": [],
    }
    assert await found(door) == ["6", "5", "4", "3", "2", "1"]
    assert await found(door, state="waiting", q="inv-4") == ["4"]


async def test_a_document_that_was_withheld_once_is_listed_as_what_it_is_now(door: Door) -> None:
    await known(door, "1", "withheld")
    await door.post(invoice("1", total=11), f"{ENDPOINT}/invoice/edited")
    await decide(door, (await door.events())[-1]["id"], "applied", zoho_id="1")

    assert await found(door, state="withheld") == []
    assert await found(door, state="synced") == ["1"]


async def test_what_changed_last_comes_first_and_only_once(door: Door) -> None:
    for zoho_id in ("1", "2"):
        await known(door, zoho_id)
    await door.post(invoice("1", total=11), f"{ENDPOINT}/invoice/edited")

    assert await found(door) == ["1", "2"]


async def test_pages_follow_each_other_without_a_gap(door: Door) -> None:
    for number in range(7):
        await known(door, str(number))
    # An invoice's event may decide about its contact too: both have the same newest event.
    event = (await door.events())[-1]["id"]
    await decide(door, event, "applied", entity="contact", zoho_id="9")

    pages, after = [], None
    while True:
        page = await ask(door, PATH, limit=3, **({"after": after} if after else {}))
        pages.append([row["zoho_id"] for row in page["documents"]])
        after = page["after"]
        if not after:
            break

    assert pages == [["6", "9", "5"], ["4", "3", "2"], ["1", "0"]]


@pytest.mark.parametrize("after", ["x", "1", "1.invoice", "99999999999999999999.invoice.1"])
async def test_a_place_that_is_none_is_refused(door: Door, after: str) -> None:
    answer = await door.client.get(
        PATH, params={"after": after}, headers={"Authorization": "Bearer a-token-for-tests"}
    )

    assert answer.status_code == 422
