"""The first account: made once, with a token that only the machine's owner sees."""

import asyncio

import pytest

from bridge.postgres import Pool
from ingress.auth import first_account
from ingress.auth.first_account import SetupError
from ingress.auth.passwords import Passwords, WeakPasswordError
from tests.ingress.auth.people import PASSWORD, account

URL = "https://bridge.example.com"


async def link_token(pool: Pool) -> str:
    return (await first_account.new_link(pool, URL)).partition("#")[2]


async def make(pool: Pool, token: str, name: str = "anna", password: str = PASSWORD) -> str:
    return await first_account.make(pool, Passwords(), token=token, name=name, password=password)


async def test_the_link_makes_one_admin_and_no_second(pool: Pool) -> None:
    token, other = await link_token(pool), await link_token(pool)
    assert await first_account.is_wanted(pool)

    assert await make(pool, token)

    assert await pool.fetchval("SELECT role FROM users") == "admin"
    assert not await first_account.is_wanted(pool)
    for again in (token, other):
        with pytest.raises(SetupError, match="already"):
            await make(pool, again, "bert")


async def test_two_who_use_it_at_once_make_one_account(pool: Pool) -> None:
    tokens = [await link_token(pool) for _ in range(2)]

    done = await asyncio.gather(
        *(make(pool, token, name) for token, name in zip(tokens, ("anna", "bert"), strict=True)),
        return_exceptions=True,
    )

    assert [type(each) for each in done if isinstance(each, Exception)] == [SetupError]
    assert await pool.fetchval("SELECT count(*) FROM users") == 1


async def test_a_wrong_or_old_token_makes_nothing(pool: Pool) -> None:
    token = await link_token(pool)
    await pool.execute("UPDATE setup_links SET created_at = now() - '25 h'::interval")

    for wrong in (token, "guess", ""):
        with pytest.raises(SetupError, match="not valid"):
            await make(pool, wrong)
    assert await first_account.is_wanted(pool)


async def test_a_weak_password_does_not_use_the_token_up(pool: Pool) -> None:
    token = await link_token(pool)

    with pytest.raises(WeakPasswordError):
        await make(pool, token, password="short")
    assert await make(pool, token)


async def test_an_account_made_otherwise_ends_the_link(pool: Pool) -> None:
    token = await link_token(pool)
    await account(pool, "root", "admin")

    with pytest.raises(SetupError, match="already"):
        await make(pool, token)
    assert await pool.fetchval("SELECT count(*) FROM setup_links") == 0
