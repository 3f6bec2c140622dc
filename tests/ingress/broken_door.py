"""A door whose publisher breaks at the first knock: `python -m tests.ingress.broken_door PORT`."""

import asyncio
import os
import sys
from collections.abc import Sequence

import uvloop

from bridge import logs
from bridge.bus import Message, PublishError
from bridge.local_bus import LocalBus
from bridge.operations import serve
from bridge.postgres import create_pool
from ingress.app import build_app
from ingress.connections.office import Office
from processors.shell.replan import replan_parked
from tests.ingress.conftest import VAULT, settings


class Broken(LocalBus):
    """A bus with a bug."""

    async def publish_all(self, messages: Sequence[Message]) -> list[PublishError | None]:
        raise RuntimeError("a bug in the bus")


async def main(port: int) -> None:
    """Serve until it breaks."""
    logs.configure("json", "info")
    async with await create_pool(os.environ["DATABASE_URL"]) as pool:
        app = build_app(Office(pool, VAULT, settings(), replan_parked), Broken())
        await serve(app, "127.0.0.1", port, asyncio.Event())


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
