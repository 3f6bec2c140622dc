"""The console and its lists over 100,000 documents: `python -m bench console`."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import ExitStack
from statistics import median, quantiles
from typing import Final

import httpx

from bench.archive import fill
from bench.ingress import OURS, servers, serving
from bench.scale import scaled
from bridge.postgres import create_pool
from tests.ingress.auth.people import PASSWORD, account

DOCUMENTS: Final = 100_000
TURNS: Final = 30
HERE: Final = "/connections/archive"
# Each page with the milliseconds that it may take (issue 7).
PAGES: Final[Mapping[str, tuple[str, int]]] = {
    "overview": (HERE, 100),
    "activity": (HERE + "/activity", 100),
    "the next page": (HERE + "/activity?after=50000.invoice.0", 100),
    "by number, in part": (HERE + "/activity?q=inv-0123", 200),
    "by contact, in part": (HERE + "/activity?q=customer+77", 200),
    "by amount": (HERE + "/activity?q=1234.25", 200),
    "by what is not there": (HERE + "/activity?q=nothing+like+it", 200),
    "withheld": (HERE + "/activity?state=withheld", 200),
    "parked": (HERE + "/activity?state=parked", 200),
    "problems": (HERE + "/problems", 200),
    "/api, first page": ("/api" + HERE + "/documents?limit=50", 100),
}


def main() -> None:
    """Fill a database, and ask for each page in turn."""
    documents = scaled(DOCUMENTS)
    with ExitStack() as stack:
        environment = servers(stack)
        asyncio.run(_fill(environment["DATABASE_URL"], documents))
        port = stack.enter_context(serving(OURS, environment))
        print(f"{documents:,} documents      p50 ms   p95 ms   may take ms")
        for name, times, most in _measure(f"http://127.0.0.1:{port}"):
            p95 = quantiles(times, n=20)[-1]
            print(f"{name:22} {median(times):8.1f} {p95:8.1f} {most:10}")


async def _fill(url: str, documents: int) -> None:
    await fill(url, documents)
    async with await create_pool(url, size=1) as pool:
        await account(pool, "anna", "admin")


def _measure(url: str) -> list[tuple[str, list[float], int]]:
    here = {"Sec-Fetch-Site": "same-origin"}
    with httpx.Client(base_url=url, headers=here, timeout=60) as client:
        client.post("/sign-in", data={"name": "anna", "password": PASSWORD})
        return [
            (name, [_time(client, path) for _ in range(TURNS + 1)][1:], most)
            for name, (path, most) in PAGES.items()
        ]


def _time(client: httpx.Client, path: str) -> float:
    began = time.perf_counter()
    answer = client.get(path)
    took = (time.perf_counter() - began) * 1000
    if answer.status_code != httpx.codes.OK:
        raise SystemExit(f"{path}: {answer.status_code}")
    return took


if __name__ == "__main__":
    main()
