"""What stands still is let go or given up, cause by cause."""

from tests.ingress.asking import ID
from tests.ingress.conftest import Door
from tests.ingress.console.test_pages import told
from tests.ingress.console.visits import signed_in


async def test_one_click_frees_a_whole_group_and_giving_up_needs_a_reason(door: Door) -> None:
    await told(door)
    state = "SELECT state FROM commands"
    async with signed_in(door, "operator") as person:
        unsaid = await person.do("/connections/acme/problems/skip", cause="tax:460", reason=" ")
        assert unsaid.status_code == 303
        assert await door.pool.fetchval(state) == "parked"

        await person.do("/connections/acme/problems/retry", cause="tax:460")
        assert await door.pool.fetchval(state) == "pending"

        await door.pool.execute("UPDATE commands SET state = 'parked', cause = 'tax:460'")
        await person.do("/connections/acme/problems/skip", cause="tax:460", reason="a test")
        assert await door.pool.fetchval(state) == "skipped"
        trail = await person.see("/connections/acme/audit")
        page = await person.see(f"/connections/acme/documents/invoice/{ID}")

    assert "Commands retried" in trail
    assert "user:operator" in trail
    assert "a test" in trail
    assert "<dt>Why withheld</dt><dd>given up by user:operator: a test" in page
    assert "<strong>Given up</strong>" in page


async def test_what_needs_a_thing_that_will_never_be_in_xero_is_given_up_by_that(
    door: Door,
) -> None:
    number = await told(door)
    await door.pool.execute("UPDATE commands SET state = 'pending', cause = NULL, reason = NULL")
    needed = "INSERT INTO needs (command_id, connection_id, key) VALUES ($1, $2, 'contact:5')"
    await door.pool.execute(needed, number, door.number)
    async with signed_in(door, "operator") as person:
        page = await person.see("/connections/acme/problems")
        assert "What it needs is not in Xero" in page
        assert "Give up what needs it? Xero will not get what is asked." in page
        assert "problems/retry" not in page

        await person.do("/connections/acme/problems/skip", cause="missing:contact:5", reason="a")

    assert await door.pool.fetchval("SELECT state FROM commands") == "skipped"
