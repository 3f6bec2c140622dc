"""Which connection an address belongs to, while connections come, change and go."""

import asyncio

import pytest

from bridge.crypto import Vault
from bridge.local_bus import LocalBus
from bridge.postgres import Pool
from ingress.webhooks.directory import BURST, Directory, DirectoryAwayError
from tests.ingress.conftest import (
    SECRET,
    VAULT,
    Door,
    connect,
    invoice,
    opened,
    stamped,
)

OTHER = "other-endpoint/invoice/created"


async def eventually(door: Door, status: int, secret: str = SECRET) -> None:
    async with asyncio.timeout(60):
        while (await door.post(invoice(), secret=secret)).status_code != status:  # noqa: ASYNC110  another task's state
            await asyncio.sleep(0.02)


async def test_a_connection_applied_while_running_is_known_at_once(door: Door) -> None:
    assert (await door.post(stamped(), OTHER)).status_code == 404

    await connect(door.pool, "other")

    assert (await door.post(stamped(), OTHER)).status_code == 202


async def test_connections_have_secrets_of_their_own(door: Door) -> None:
    await connect(door.pool, "other", webhook_secret="another-secret")

    assert (await door.post(stamped(), OTHER)).status_code == 401
    assert (await door.post(stamped(), OTHER, secret="another-secret")).status_code == 202


async def test_a_deleted_connection_s_address_is_unknown(door: Door) -> None:
    await door.pool.execute("DELETE FROM connections")
    await door.pool.execute("NOTIFY connections")

    await eventually(door, 404)


async def test_a_connection_deleted_under_our_hands_is_unknown(door: Door) -> None:
    await door.pool.execute("DELETE FROM connections")

    assert (await door.post(stamped())).status_code == 404


async def test_a_connection_without_a_secret_lets_nobody_in(pool: Pool) -> None:
    await connect(pool)
    await pool.execute("DELETE FROM secrets")
    async with opened(pool, LocalBus()) as door:
        answer = await door.post(stamped(), secret="")

    assert answer.status_code == 401
    assert "no webhook_secret" in answer.json()["reason"]


async def test_a_secret_that_can_t_be_opened_is_our_fault_not_the_sender_s(pool: Pool) -> None:
    number = await connect(pool)
    sealed = Vault([b"x" * 32]).seal(SECRET, context=f"{number}/zoho.webhook_secret")
    await pool.execute("UPDATE secrets SET sealed = $1", sealed)
    async with opened(pool, LocalBus()) as door:
        answer = await door.post(stamped())

    assert (answer.status_code, answer.json()["error"]) == (503, "locked")
    assert "BRIDGE_SECRET_KEY" in answer.json()["fix"]


async def test_guessing_addresses_costs_few_look_ups(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingress.webhooks.directory.LOOKUPS_PER_SECOND", 0.0)  # no time passes here
    directory = Directory(pool, VAULT)
    await pool.close()  # each look-up shows as a failure

    found = await asyncio.gather(
        *(directory.find(f"guess-{n}") for n in range(500)), return_exceptions=True
    )

    assert len([each for each in found if isinstance(each, DirectoryAwayError)]) == BURST


@pytest.mark.parametrize("name", ["acme", "other"])
async def test_an_address_is_found_before_the_first_refresh(pool: Pool, name: str) -> None:
    number = await connect(pool, name)

    door = await Directory(pool, VAULT).find(f"{name}-endpoint")

    assert door is not None
    assert (door.connection_id, door.name, door.secrets) == (number, name, (SECRET.encode(),))
