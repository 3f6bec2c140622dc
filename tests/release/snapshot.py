"""Every statement of the code, as `make release-queries` keeps it for the next release."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import aiosql

from tests.house import HOUSE, ROOMS

FILE: Final = Path(__file__).with_name("queries.json")


def statements() -> Iterator[tuple[str, str]]:
    """Yield each named query of ours with its statement as PostgreSQL gets it."""
    for room in ROOMS:
        if room in ("deploy", "sandbox"):
            continue
        for path in sorted((HOUSE / room).rglob("*.sql")):
            if "-- name:" not in path.read_text(encoding="utf-8"):
                continue
            queries = aiosql.from_path(path, "asyncpg", encoding="utf-8")
            for name in sorted(queries.available_queries):
                query = getattr(queries, name)
                if query.sql:
                    yield f"{path.relative_to(HOUSE)}: {name}", query.sql


if __name__ == "__main__":
    FILE.write_text(json.dumps(dict(statements()), indent=1) + "\n", encoding="utf-8")
