"""Every page: who may open it, what it carries, and that hostile names stay text."""

import re
from typing import Any

import pytest

from clients.xero.day import DAY_USED
from ingress.console.routes import PAGES
from schemas.connections import read_file
from schemas.words import ROLES, Role
from tests.ingress.asking import ID, command, decide
from tests.ingress.browsing import FILE
from tests.ingress.conftest import ENDPOINT, Door, invoice
from tests.ingress.console.visits import Person, signed_in

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "{{ 7 * 7 }}",
    "javascript:alert(1)",
    "</title><svg/onload=alert(1)>",
)
FILL = {"name": "acme", "entity": "invoice", "zoho_id": ID, "section": "import"}


async def told(door: Door, **snapshot: Any) -> int:
    """Let one invoice be parked, withheld once, and told of twice."""
    await door.post(invoice(total=1))
    await door.post(invoice(total=2), f"{ENDPOINT}/invoice/edited")
    first, second = (event["id"] for event in await door.events())
    whole = {"number": "INV-1", "total": "10.5", "currency_code": "JPY"} | snapshot
    await door.pool.execute(
        "INSERT INTO documents (connection_id, entity, zoho_id, number, day, snapshot)"
        " VALUES ($1, 'invoice', $2, $3, '2026-03-01', $4)",
        *(door.number, ID, whole["number"], whole),
    )
    await decide(door, first, "withheld", "draft")
    await decide(door, second, "applied")
    number = await command(door, second, state="parked")
    await door.pool.execute(
        "UPDATE commands SET cause = 'tax:460', reason = $2 WHERE id = $1",
        *(number, whole.get("reason", "The tax 460 is not mapped.")),
    )
    return number


def address(path: str) -> str:
    return path.format_map(FILL)


def readable() -> list[str]:
    return [
        address(page.path) for page in PAGES if page.method == "GET" and "/live" not in page.path
    ]


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_may_open_and_do_what_its_pages_ask_and_no_more(
    door: Door, role: Role
) -> None:
    config = read_file(FILE, {}).to_config()
    await door.pool.execute("UPDATE connections SET config = $1", config)
    async with signed_in(door, role) as person:
        for page in PAGES:
            if page.least is None or "/live" in page.path or page.path == "/sign-out":
                continue
            may = ROLES.index(role) >= ROLES.index(page.least)
            path = address(page.path)
            nobody = await door.client.request(page.method, path)
            assert nobody.status_code == 303, path
            assert nobody.headers["location"].startswith("/sign-in"), path
            if page.method == "GET":
                answer = await person.client.get(path)
                assert (answer.status_code == 403) != may, (path, answer.status_code)
                assert answer.status_code < 500, (path, answer.status_code)
            elif not may:
                assert (await person.do(path)).status_code == 403, path


async def test_no_change_is_made_without_the_proof_of_a_page_of_ours(door: Door) -> None:
    async with signed_in(door, "admin") as person:
        for page in PAGES:
            if page.method != "POST" or page.least is None:
                continue
            path = address(page.path)
            for proof in ("", "0" * 64):
                answer = await person.client.post(path, data={"csrf": proof})
                assert answer.status_code == 403, path
            evil = {"Sec-Fetch-Site": "cross-site"}
            answer = await person.client.post(path, data={"csrf": person.proof}, headers=evil)
            assert answer.status_code == 403, path


async def test_every_page_forbids_code_inside_of_it_and_has_none(door: Door) -> None:
    await told(door)
    async with signed_in(door) as person:
        for path in readable():
            answer = await person.client.get(path)
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy, path
            if answer.status_code == 200 and "html" in answer.headers["content-type"]:
                assert "script-src 'self'" in policy, path
            assert "unsafe" not in policy, path
            assert answer.headers["cache-control"] == "no-store", path
            assert answer.headers["cross-origin-opener-policy"] == "same-origin", path
            assert not re.search(r"<script(?! src)|<style|\sstyle=|\son\w+=", answer.text), path


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_zoho_and_xero_say_stays_text(door: Door, name: str) -> None:
    number = await told(door, contact_name=name, number=name, reason=name)
    await door.pool.execute(
        "INSERT INTO problems (connection_id, code, what, remedy) VALUES ($1, 'x', $2, $2)",
        *(door.number, name),
    )
    async with signed_in(door) as person:
        for path in readable():
            answer = await person.client.get(path)
            assert "<img src=x" not in answer.text, path
            assert "<svg/onload" not in answer.text, path
            assert "<script>" not in answer.text, path
            assert ">49<" not in answer.text, path
        assert str(number) in await person.see(
            address("/connections/{name}/documents/invoice/" + ID)
        )


async def test_a_documents_page_tells_its_whole_story(door: Door) -> None:
    await told(door, contact_name="Müller")
    async with signed_in(door) as person:
        page = await person.see(f"/connections/acme/documents/invoice/{ID}")

    for words in ("Zoho told of it", "Decided: withheld", "as the rule says", "is not mapped"):
        assert words in page
    assert "<del>1</del>" in page  # the difference between the two versions
    assert "<ins>2</ins>" in page
    assert "10.5 JPY" in page  # never rounded away
    assert "1 Mar 2026" in page
    assert "Open in Xero" not in page


async def test_the_overview_says_in_one_sentence_how_it_is(door: Door) -> None:
    async def verdict(person: Person) -> str:
        page = await person.see("/connections/acme")
        found = re.search(r'class="sheet verdict.*?<p>(.*?)</p>', page, re.DOTALL)
        assert found
        return found[1]

    async with signed_in(door) as person:
        assert "told of nothing yet" in await verdict(person)
        number = await told(door)
        await door.pool.execute("UPDATE commands SET state = 'done'")
        assert "All is well" in await verdict(person)
        await door.pool.execute("UPDATE commands SET state = 'parked'")
        assert "1 document needs you; all else flows" in await verdict(person)
        await door.pool.execute(
            "UPDATE connections SET problem = $1, paused_until = '2026-03-02T02:00Z'", DAY_USED
        )
        assert "1 document needs you; the day’s calls to Xero are used up" in await verdict(person)
        assert "goes on by itself at 2 Mar 2026, 02:00" in await verdict(person)
        await door.pool.execute("UPDATE commands SET state = 'pending' WHERE id = $1", number)
        assert "You need do nothing" in await verdict(person)
        await door.pool.execute("UPDATE connections SET problem = 'the grant is revoked'")
        assert "the grant is revoked" in await verdict(person)
        await door.pool.execute("UPDATE connections SET enabled = false")
        assert "Disabled" in await verdict(person)


async def test_what_stops_a_connection_is_told_once_with_the_way_back(door: Door) -> None:
    told_before = "Xero refuses the organisation"
    await door.pool.execute("UPDATE connections SET problem = $1", told_before)
    await door.pool.execute(
        "INSERT INTO problems (connection_id, code, what, remedy) VALUES ($1, 'x', $2, 'Connect')",
        *(door.number, told_before),
    )
    async with signed_in(door) as person:
        page = await person.see("/connections/acme/problems")

    assert page.count(told_before) == 1
    assert "<p>Connect. " in page


async def test_what_is_not_there_has_a_page_that_says_so(door: Door) -> None:
    async with signed_in(door) as person:
        for path in ("/connections/nobody", "/connections/acme/documents/invoice/404"):
            answer = await person.client.get(path)
            assert answer.status_code == 404
            assert "Not here" in answer.text


async def test_people_get_pages_and_scripts_get_json_for_what_is_not_there(door: Door) -> None:
    page = await door.client.get("/nothing", headers={"Accept": "text/html"})
    plain = await door.client.get("/nothing")
    api = await door.client.get("/connect/xero/acme", headers={"Accept": "text/html"})

    assert (page.status_code, plain.status_code, api.status_code) == (404, 404, 303)
    assert "There is no such page" in page.text
    assert plain.json()["error"] == "not_found"


async def test_a_lost_database_has_a_page_too(door: Door) -> None:
    async with signed_in(door) as person:
        await door.pool.execute("ALTER TABLE documents RENAME TO away")
        answer = await person.client.get("/connections/acme/activity")

    assert answer.status_code in (500, 503)
    assert "<h1>" in answer.text
    assert "Traceback" not in answer.text
