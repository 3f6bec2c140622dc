"""Durable accepts a second, beside a bare handler with one INSERT: `python -m bench.ingress`."""

import argparse
import asyncio
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

import asyncpg
import httpx

from bridge.crypto import Vault, generate_key, parse_keys
from bridge.migrate import upgrade
from bridge.ports import free_port
from tests.servers import postgres, rabbitmq

OURS: Final = (str(Path(sys.executable).with_name("bridge")), "ingress")
BARE: Final = (sys.executable, "-m", "bench.bare")
ENDPOINT: Final = "bench"
SECRET: Final = secrets.token_hex(16)
READY_SECONDS: Final = 20
TABLE: Final = "CREATE TABLE bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body bytea)"
Result = dict[str, Any]


def main() -> None:
    """Measure both in turns, and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="of each")
    parser.add_argument("--count", type=int, default=6000, help="webhooks in a run")
    parser.add_argument("--connections", type=int, default=32)
    given, _ = parser.parse_known_args()
    with ExitStack() as stack:
        environment = os.environ | servers(stack)
        asyncio.run(_connect(environment))
        ports = {
            "bare": stack.enter_context(serving(BARE, environment)),
            "ours": stack.enter_context(serving(OURS, environment)),
        }
        results = _measure(ports, given.runs, given.count, given.connections)
        _print(results, given.connections)
        print(asyncio.run(_knocks(environment["DATABASE_URL"])))


def servers(stack: ExitStack) -> dict[str, str]:
    """Give the settings of a bridge with a database and a virtual host of its own."""
    name = f"bench_{secrets.token_hex(4)}"
    database = stack.enter_context(postgres.database(postgres.server(stack), name))
    upgrade(database)
    vhost = stack.enter_context(rabbitmq.virtual_host(rabbitmq.server(stack), name))
    return {"DATABASE_URL": database, "AMQP_URL": vhost, "BRIDGE_SECRET_KEY": generate_key()}


async def _connect(environment: Mapping[str, str]) -> None:
    vault = Vault(parse_keys(environment["BRIDGE_SECRET_KEY"]))
    connection = await asyncpg.connect(environment["DATABASE_URL"])
    await connection.execute(TABLE)
    number = await connection.fetchval(
        "INSERT INTO connections (name, endpoint, organization_id, config, cutover)"
        " VALUES ('bench', $1, '60001234', '{}', '2026-01-01') RETURNING id",
        ENDPOINT,
    )
    await connection.execute(
        "INSERT INTO secrets (connection_id, name, sealed) VALUES ($1, 'zoho.webhook_secret', $2)",
        number,
        vault.seal(SECRET, context=f"{number}/zoho.webhook_secret"),
    )
    await connection.close()


@contextmanager
def serving(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[int]:
    """Run a web process until the context ends; gives its port."""
    port = free_port()
    told = [*command, str(port)] if command is BARE else command
    own = {**environment, "BRIDGE_PORT": str(port)}
    with (
        TemporaryDirectory() as folder,
        Path(folder, "log").open("wb") as log,
        subprocess.Popen(told, env=own, stdout=log, stderr=log) as child,  # noqa: S603  our own
    ):
        try:
            if not _answers(port, child):
                raise SystemExit(Path(log.name).read_text(encoding="utf-8"))
            yield port
        finally:
            child.send_signal(signal.SIGTERM)


def _answers(port: int, child: "subprocess.Popen[bytes]") -> bool:
    for _ in range(READY_SECONDS * 10):
        try:
            httpx.get(f"http://127.0.0.1:{port}/")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return True
        if child.poll() is not None:
            break
    return False


def _measure(
    ports: Mapping[str, int], runs: int, count: int, connections: int
) -> dict[str, list[Result]]:
    results: dict[str, list[Result]] = {kind: [] for kind in ports}
    for turn in range(runs + 1):
        for kind, port in ports.items():
            result = _load(port, count, turn * count, connections)
            if turn:  # the first one warms up
                results[kind].append(result)
    return results


def _load(port: int, count: int, start: int, connections: int) -> Result:
    figures = {"port": port, "count": count, "start": start, "connections": connections}
    options = [f"--{name}={value}" for name, value in figures.items()]
    options += [f"--endpoint={ENDPOINT}", f"--secret={SECRET}"]
    command = [sys.executable, "-m", "bench.load", *options]
    result: Result = json.loads(subprocess.check_output(command))  # noqa: S603  our own
    if set(result["statuses"]) != {"202"}:
        raise SystemExit(f"not all were accepted: {result['statuses']}")
    return result


def _print(results: Mapping[str, Sequence[Result]], connections: int) -> None:
    print(f"{connections} connections    req/s   p50 ms   p99 ms   (each run's req/s)")
    for kind, each in results.items():
        rate, p50, p99 = (
            median(result[name] for result in each) for name in ("per_second", "p50_ms", "p99_ms")
        )
        runs = " ".join(f"{result['per_second']:.0f}" for result in each)
        print(f"{kind:18} {rate:7.0f} {p50:8.1f} {p99:8.1f}   ({runs})")
    pairs = zip(results["ours"], results["bare"], strict=True)
    ratios = [ours["per_second"] / bare["per_second"] for ours, bare in pairs]
    shown = " ".join(f"{ratio:.2f}" for ratio in ratios)
    print(f"ours / bare {median(ratios):.2f}, median of neighbouring runs ({shown})")


async def _knocks(database: str) -> str:
    connection = await asyncpg.connect(database)
    row = await connection.fetchrow("SELECT count(*), count(published_at) FROM events")
    await connection.close()
    total, published = row or (0, 0)
    return f"{total} events, {published} of them with their knock confirmed when the load ended"


if __name__ == "__main__":
    main()
