"""The definitions for a cluster are what the bridge declares, and its user may do no more."""

import json
import re
from typing import Any

import aio_pika
import pytest
from aiormq.exceptions import ChannelAccessRefused, InvalidFrameError
from yarl import URL

from bridge.bus import Message, queue_of
from bridge.rabbit import connect
from bridge.topology import declare
from schemas.words import ENTITIES
from tests.deploy.conftest import DEFINITIONS, PASSWORD, Management

KINDS = ("exchanges", "queues", "bindings")


def shapes(definitions: dict[str, Any]) -> dict[str, set[str]]:
    """What is declared, without where and in which order."""
    drop = ("vhost", "type") if "rabbit_version" in definitions else ("vhost",)
    kept = {kind: [dict(each) for each in definitions.get(kind, [])] for kind in KINDS}
    for kind, found in kept.items():
        for each in found:
            for name in drop if kind == "queues" else ("vhost",):
                each.pop(name, None)
    return {
        kind: {json.dumps(each, sort_keys=True) for each in found} for kind, found in kept.items()
    }


async def test_the_file_holds_what_the_bridge_declares(
    amqp_url: str, management: Management, vhost: str
) -> None:
    connection = await aio_pika.connect(amqp_url)
    async with connection:
        await declare(connection, ENTITIES)
    declared = management.ask("GET", f"definitions/{vhost}")

    assert shapes(declared) == shapes(DEFINITIONS)


async def test_a_broker_that_was_given_the_file_takes_what_the_bridge_declares(
    amqp_url: str, management: Management, vhost: str
) -> None:
    text = json.dumps({kind: DEFINITIONS[kind] for kind in (*KINDS, "policies")})
    ours = json.loads(text.replace('"vhost": "bridge"', f'"vhost": "{vhost}"'))
    management.ask("POST", f"definitions/{vhost}", ours)
    connection = await aio_pika.connect(amqp_url)
    async with connection:
        await declare(connection, ENTITIES)

    policies = management.ask("GET", f"policies/{vhost}")
    assert {each["name"] for each in policies} == {"processor-bytes", "processor-dead"}


async def test_the_bridge_s_user_can_do_the_bridge_s_work(
    amqp_url: str, user: str, management: Management, vhost: str
) -> None:
    url = str(URL(amqp_url).with_user(user).with_password(PASSWORD))
    bus = await connect(url, ENTITIES)
    try:
        assert bus.connected
        await bus.publish(Message("invoice.created", "zoho.event/1", "1", b"{}"))
    finally:
        await bus.close()
    names = {each["name"] for each in management.ask("GET", f"queues/{vhost}")}

    assert names == {queue_of(entity) for entity in ENTITIES} | {"processor.dead"}


async def test_the_bridge_s_user_can_do_nothing_else(amqp_url: str, user: str) -> None:
    url = str(URL(amqp_url).with_user(user).with_password(PASSWORD))
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel()
        with pytest.raises(ChannelAccessRefused):
            await channel.declare_queue("mine")
        channel = await connection.channel()
        exchange = await channel.get_exchange("amq.direct", ensure=False)
        with pytest.raises(ChannelAccessRefused):
            await exchange.publish(aio_pika.Message(b"x"), "x")
    elsewhere = str(URL(url).with_path("//"))
    with pytest.raises(InvalidFrameError, match="Connection"):
        await aio_pika.connect(elsewhere)


def test_no_user_of_the_file_can_come_in_before_it_has_a_password() -> None:
    assert {each["password_hash"] for each in DEFINITIONS["users"]} == {""}
    assert all(re.fullmatch(r"|monitoring", each["tags"]) for each in DEFINITIONS["users"])
