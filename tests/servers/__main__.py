"""`python -m tests.servers -- COMMAND…` runs COMMAND with PostgreSQL and RabbitMQ at hand."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from types import FrameType
from typing import NoReturn

from tests.servers import postgres, process, rabbitmq
from tests.servers.search import Unavailable

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: list[str]) -> int:
    """Bring the servers, run the command, end what was brought; returns the command's exit code."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        sys.exit(__doc__)
    for ending in ENDINGS:
        signal.signal(ending, _leave)
    with ExitStack() as stack:
        return _run(command, {**os.environ, **_servers(stack)})


def _servers(stack: ExitStack) -> dict[str, str]:
    try:
        database = postgres.server(stack, may_install=True)
        broker = rabbitmq.server(stack, may_install=True)
    except Unavailable as missing:
        sys.exit(str(missing))
    return {
        "DATABASE_URL": database,
        "AMQP_URL": broker.amqp,
        "AMQP_MANAGEMENT_URL": broker.management,
    }


def _run(command: list[str], environment: dict[str, str]) -> int:
    ended = process.ends_with_us(signal.SIGTERM)
    with subprocess.Popen([*ended, *command], env=environment) as child:
        try:
            code = child.wait()
        except SystemExit:
            process.stop(child, signal.SIGTERM)
            raise
    return code if code >= 0 else 128 - code


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    # Once only: a second signal must not cut the clearing up short.
    for ending in ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
