"""How long each migration takes on a database of years, and how long traffic waits for it.

Run by `make bench-migrations`; the figures of a release's own migrations live in docs/releases.md.
"""

import argparse
import asyncio
import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

import psycopg

from bench.archive import fill
from bridge.migrate import upgrade
from bridge.migrations import newer_than
from tests.servers import postgres

GLANCE: Final = 0.005  # seconds between two looks at what traffic writes to
# What a webhook, a decision and a claim lock, nothing else.
TRAFFIC: Final = """
WITH event AS (SELECT FROM events WHERE id = 1 FOR UPDATE),
document AS (SELECT FROM documents LIMIT 1 FOR UPDATE),
command AS (SELECT FROM commands LIMIT 1 FOR UPDATE)
SELECT count(*) FROM event, document, command
"""


class Passer:
    """Traffic of one: what it does takes a millisecond, unless it has to wait."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._over = threading.Event()
        self.longest = 0.0

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Come by again and again in the meantime."""
        thread = threading.Thread(target=self._pass)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _pass(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as database:
            while not self._over.wait(GLANCE):
                begun = time.perf_counter()
                database.execute(TRAFFIC)
                self.longest = max(self.longest, time.perf_counter() - begun)


def measure(url: str, after: str, documents: int) -> None:
    """Fill a database as it was after one migration, and print a row for each later one."""
    upgrade(url, after)
    asyncio.run(fill(url, documents))
    print("| migration | takes, s | traffic waits at most, s |\n|---|---|---|")
    for revision in newer_than(after):
        passer, begun = Passer(url), time.perf_counter()
        with passer.passing():
            upgrade(url, revision)
            took = time.perf_counter() - begun
        print(f"| {revision} | {took:.1f} | {passer.longest:.1f} |", flush=True)


def main() -> None:
    """Measure on the server that DATABASE_URL names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--after", default="0017", help="the newest migration that is there already"
    )
    parser.add_argument("--documents", type=int, default=300_000)
    given = parser.parse_args()
    with ExitStack() as stack:
        name = f"bridge_migrating_{os.getpid()}"
        url = stack.enter_context(postgres.database(postgres.server(stack), name))
        measure(url, given.after, given.documents)


if __name__ == "__main__":
    main()
