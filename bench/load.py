"""A cheap load generator in its own process: `python -m bench.load` prints one JSON line."""

import argparse
import asyncio
import json
import statistics
from collections.abc import Iterator
from time import perf_counter
from typing import Final, cast

import uvloop

from bench.invoices import requests

HEAD_END: Final = b"\r\n\r\n"
LENGTH: Final = b"content-length: "


class Sender(asyncio.Protocol):
    """One connection that sends the next request as soon as it has the answer to the last."""

    def __init__(
        self, waiting: Iterator[bytes], times: list[float], statuses: dict[str, int]
    ) -> None:
        self._waiting = waiting
        self._times = times
        self._statuses = statuses
        self._answer = b""
        self._sent_at = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        """Collect an answer, and go on when it is whole."""
        self._answer += data
        head, found, body = self._answer.partition(HEAD_END)
        if not found or len(body) < _length(head):
            return
        self._times.append(perf_counter() - self._sent_at)
        status = head[9:12].decode()
        self._statuses[status] = self._statuses.get(status, 0) + 1
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        """End early: the run is then no measurement."""
        if not self.done.done():
            self.done.set_exception(ConnectionError(f"the server hung up: {error}"))

    def _next(self) -> None:
        self._answer = b""
        request = next(self._waiting, None)
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._sent_at = perf_counter()
        self._transport.write(request)


def _length(head: bytes) -> int:
    lowered = head.lower()
    start = lowered.index(LENGTH) + len(LENGTH)
    return int(lowered[start:].partition(b"\r\n")[0])


async def load(port: int, connections: int, whole: list[bytes]) -> dict[str, object]:
    """Send all requests over so many connections; returns rate, percentiles and statuses."""
    waiting, times, statuses = iter(whole), list[float](), dict[str, int]()
    loop = asyncio.get_running_loop()
    started = perf_counter()
    senders = [
        (await loop.create_connection(lambda: Sender(waiting, times, statuses), "127.0.0.1", port))[
            1
        ]
        for _ in range(connections)
    ]
    await asyncio.gather(*(sender.done for sender in senders))
    seconds = perf_counter() - started
    points = statistics.quantiles(times, n=100)
    return {
        "per_second": len(times) / seconds,
        "p50_ms": points[49] * 1000,
        "p99_ms": points[98] * 1000,
        "statuses": statuses,
    }


def main() -> None:
    """Prepare the requests, then send them."""
    parser = argparse.ArgumentParser()
    for name in ("port", "connections", "count", "start"):
        parser.add_argument(f"--{name}", type=int, required=True)
    for name in ("endpoint", "secret"):
        parser.add_argument(f"--{name}", required=True)
    given = parser.parse_args()
    whole = list(requests(given.count, given.start, given.endpoint, given.secret))
    print(json.dumps(uvloop.run(load(given.port, given.connections, whole))))


if __name__ == "__main__":
    main()
