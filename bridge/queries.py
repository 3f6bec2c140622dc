"""Loads the named SQL statements that lie in a folder's `queries.sql`."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiosql
from aiosql.types import SQLOperationType


def load(module_file: str, name: str = "queries.sql") -> Any:
    """Read the file `name` beside `module_file` (pass `__file__`).

    Each statement becomes an async function of that name, called with an asyncpg connection or
    pool and keyword arguments. `name` gives a list of rows, `name^` a row or None, `name$` a value,
    `name!` nothing of use. The result is dynamic, hence Any.
    """
    path = Path(module_file).with_name(name)
    queries = aiosql.from_path(path, "asyncpg", encoding="utf-8")
    found = {each: getattr(queries, each) for each in queries.available_queries}
    return SimpleNamespace(**{each: _whole(query) for each, query in found.items()})


def _whole(query: Any) -> Any:
    return _collected(query) if query.operation == SQLOperationType.SELECT else query


def _collected(query: Callable[..., AsyncIterator[Any]]) -> Callable[..., Any]:
    # The library streams rows; a caller wants them all, before its connection does anything else.
    async def rows(connection: Any, **values: Any) -> list[Any]:
        return [row async for row in query(connection, **values)]

    return rows
