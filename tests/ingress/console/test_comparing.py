"""Comparing both sides from the console: who may, how far it is, and what it came to."""

import pytest

from tests.ingress.asking import compared
from tests.ingress.conftest import Door
from tests.ingress.console.visits import signed_in

PROBLEMS = "/connections/acme/problems"
COMPARE = PROBLEMS + "/compare"
BUTTON = "Compare now"
STANDING = (
    "INSERT INTO schedules (connection_id, job, busy_until, asked_at, asked_by, progress, problem)"
    " VALUES ($1, 'drift', now() + interval '1 hour', now() - $2 * interval '1 minute',"
    " 'user:anna', $3, $4)"
)


async def test_an_operator_asks_for_a_comparison_and_sees_that_it_is_asked_for(door: Door) -> None:
    async with signed_in(door, "operator") as person:
        before = await person.see(PROBLEMS)
        assert BUTTON in before
        assert "Nothing needs you" in before
        answer = await person.do(COMPARE)
        assert answer.headers["location"] == PROBLEMS + "#drift"
        page = await person.see(PROBLEMS)
        await person.do(COMPARE)
        again = await person.see(PROBLEMS)

    assert "asked for</span> by operator just now" in page
    assert BUTTON not in page
    assert "being compared already" in again
    actions = await door.pool.fetch("SELECT actor FROM audit WHERE action = 'comparison.asked'")
    assert [row["actor"] for row in actions] == ["user:operator"]


async def test_a_viewer_sees_what_was_compared_and_has_no_button(door: Door) -> None:
    await compared(door.pool, door.number)
    async with signed_in(door, "viewer") as person:
        page = await person.see(PROBLEMS)

    assert "7 documents compared" in page
    assert "1 difference" in page
    assert BUTTON not in page


async def test_a_disabled_connection_has_no_button(door: Door) -> None:
    await door.pool.execute("UPDATE connections SET enabled = false")
    async with signed_in(door, "operator") as person:
        assert BUTTON not in await person.see(PROBLEMS)


@pytest.mark.parametrize(
    ("minutes", "progress", "problem", "said"),
    [
        (0, None, None, "It begins within seconds"),
        (5, None, None, "whoever runs the bridge looks"),
        (5, "", None, "It has just begun"),
        (5, "40 documents are known here", None, "40 documents are known here"),
        (None, None, "Unavailable: Xero does not answer", "failed:</strong> Xero does not answer."),
    ],
)
async def test_how_far_it_is_is_told(
    door: Door, minutes: int | None, progress: str | None, problem: str | None, said: str
) -> None:
    await door.pool.execute(STANDING, door.number, minutes, progress, problem)
    async with signed_in(door, "operator") as person:
        page = await person.see(PROBLEMS)

    assert said in page
    assert (BUTTON in page) == (problem is not None)
