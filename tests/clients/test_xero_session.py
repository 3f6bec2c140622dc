"""A line to Xero: no call of it passes the minute, whatever an answer makes necessary (E4)."""

from collections.abc import AsyncIterator

import pytest

from clients.xero.budget import Budget
from clients.xero.session import Request, Session, Token, open_client

TOKEN = Token("nobody's", 1, "")
ASK = Request("GET", "/Organisation")


@pytest.fixture
async def session(sandbox: str) -> AsyncIterator[Session]:
    async with open_client(sandbox) as client:
        yield Session(client, Budget(1, minute=0.5), "acme")


async def test_what_follows_from_an_answer_waits_for_a_call_of_the_minute(session: Session) -> None:
    for _ in range(3):
        answer = await session.follow(ASK, TOKEN)

        assert answer.status == 401
        assert session.budget.minute_calls <= 1


async def test_what_follows_from_an_answer_is_held_back_where_xero_has_told_us_to_wait(
    session: Session,
) -> None:
    session.budget.rest(3_600, "day")

    answer = await session.follow(ASK, TOKEN)

    assert (answer.status, answer.failure) == (None, "held")
    assert session.budget.minute_calls == 0
