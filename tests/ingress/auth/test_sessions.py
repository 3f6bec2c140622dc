"""Signing in: who gets a session, how long it lasts, and how often one may guess."""

import pytest

from bridge.postgres import Pool
from ingress.auth import sessions, throttle, users
from ingress.auth.actor import Actor
from ingress.auth.passwords import Passwords
from ingress.auth.sessions import WrongPasswordError
from ingress.auth.throttle import ACCOUNT, ADDRESS, TooManyTriesError
from schemas.words import Role
from tests.ingress.auth.people import PASSWORD, account

ANNA = {"name": "anna", "password": PASSWORD, "address": "192.0.2.1"}


async def whose(pool: Pool, session: str, *, by_hand: bool = True) -> Actor | None:
    async with pool.acquire() as connection:
        return await sessions.find(connection, session, by_hand=by_hand)


async def enter(pool: Pool, **of: str) -> str:
    return await sessions.sign_in(pool, Passwords(), **(ANNA | of))


async def guess(pool: Pool, name: str, address: str = "192.0.2.1") -> None:
    await throttle.count_try(pool, name, address)


async def stretch(pool: Pool) -> None:
    """Let a pause that began last on: a busy machine may need longer than a second to ask again."""
    await pool.execute("UPDATE sign_in_tries SET open_at = now() + '30 s' WHERE open_at > last_at")


async def test_the_right_password_opens_a_session_that_is_stored_as_a_digest(pool: Pool) -> None:
    await account(pool, "anna", "operator")

    session = await enter(pool, name=" Anna ")

    actor = await whose(pool, session)
    assert actor is not None
    assert (actor.name, actor.role) == ("user:anna", "operator")
    assert await whose(pool, session + "x") is None
    assert session not in str(await pool.fetch("SELECT * FROM sessions"))


async def test_an_unknown_name_is_answered_as_a_wrong_password(pool: Pool) -> None:
    await account(pool, "anna")

    with pytest.raises(WrongPasswordError) as wrong:
        await enter(pool, password="not the password")
    with pytest.raises(WrongPasswordError) as unknown:
        await enter(pool, name="bert")
    assert str(wrong.value) == str(unknown.value)


@pytest.mark.parametrize(
    "over", ["seen_at = now() - '31 min'::interval", "opened_at = now() - '13 h'::interval"]
)
async def test_a_session_ends_by_quiet_and_by_age(pool: Pool, over: str) -> None:
    await account(pool, "anna")
    session = await enter(pool)

    await pool.execute(f"UPDATE sessions SET {over}")  # noqa: S608  a table of cases

    assert await whose(pool, session) is None


async def test_a_person_keeps_a_session_alive_and_a_page_left_open_does_not(pool: Pool) -> None:
    await account(pool, "anna")
    session = await enter(pool)
    quiet = "SELECT now() - seen_at > '20 min'::interval FROM sessions"
    await pool.execute("UPDATE sessions SET seen_at = now() - '25 min'::interval")

    assert await whose(pool, session, by_hand=False)
    assert await pool.fetchval(quiet)
    assert await whose(pool, session, by_hand=True)
    assert not await pool.fetchval(quiet)


async def test_signing_out_a_new_password_and_removal_end_sessions(pool: Pool) -> None:
    await account(pool, "root", "admin")
    await account(pool, "anna")
    first, second, third = [await enter(pool) for _ in range(3)]

    await sessions.sign_out(pool, first)
    assert [await whose(pool, each) is None for each in (first, second)] == [True, False]

    hashed = await Passwords().hash(PASSWORD)
    await users.set_password(pool, "anna", hashed=hashed, actor="cli")
    assert await whose(pool, second) is None

    fourth = await enter(pool)
    await users.remove(pool, "anna", actor="cli")
    assert [await whose(pool, each) for each in (third, fourth)] == [None, None]


async def test_guesses_of_one_account_must_wait_longer_and_longer(pool: Pool) -> None:
    await account(pool, "anna")
    for turn in range(ACCOUNT.free + 1):
        await guess(pool, "anna", f"192.0.2.{turn}")

    await stretch(pool)
    with pytest.raises(TooManyTriesError) as early:
        await enter(pool, address="192.0.2.200")
    assert 1 <= early.value.seconds <= ACCOUNT.most
    await pool.execute("UPDATE sign_in_tries SET open_at = now()")
    assert await enter(pool, address="192.0.2.200")
    assert await enter(pool)


async def test_guesses_from_one_address_are_counted_over_all_accounts(pool: Pool) -> None:
    for turn in range(ADDRESS.free + 1):
        await guess(pool, f"nobody{turn}")

    await stretch(pool)
    with pytest.raises(TooManyTriesError):
        await guess(pool, "somebody")


async def test_a_quarter_of_an_hour_of_quiet_forgets_all_tries(pool: Pool) -> None:
    for _ in range(ACCOUNT.free + 1):
        await guess(pool, "anna")
    await pool.execute(
        "UPDATE sign_in_tries SET last_at = now() - '16 min'::interval, open_at = now()"
    )
    for _ in range(ACCOUNT.free):
        await guess(pool, "anna")


@pytest.mark.parametrize("role", ["viewer", "operator"])
async def test_the_last_admin_stays(pool: Pool, role: Role) -> None:
    await account(pool, "root", "admin")
    await account(pool, "anna", role)

    with pytest.raises(users.UserError, match="admin"):
        await users.remove(pool, "root", actor="cli")
    with pytest.raises(users.UserError, match="admin"):
        await users.set_role(pool, "root", role, actor="cli")
    assert [user["role"] for user in await users.list_all(pool)] == [role, "admin"]


async def test_who_was_let_in_stands_in_the_audit_without_the_password(pool: Pool) -> None:
    await account(pool, "anna")
    rows = await pool.fetch("SELECT action, detail FROM audit")

    assert [row["action"] for row in rows] == ["user.added"]
    assert PASSWORD not in str(rows)
