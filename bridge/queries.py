"""Loads the named SQL statements that lie beside the code."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import aiosql
from aiosql.types import SQLOperationType

# How asyncpg is asked, by the mark behind a statement's name.
ASKED: Final = {
    SQLOperationType.SELECT: "fetch",
    SQLOperationType.SELECT_ONE: "fetchrow",
    SQLOperationType.SELECT_VALUE: "fetchval",
    SQLOperationType.INSERT_UPDATE_DELETE: "execute",
}


def load(module_file: str, name: str) -> Any:
    """Read the file `name` beside `module_file` (pass `__file__`).

    Each statement becomes an async function of that name, called with an asyncpg connection or
    pool and keyword arguments. `name` gives a list of rows, `name^` a row or None, `name$` a value,
    `name!` nothing of use. The result is dynamic, hence Any.
    """
    path = Path(module_file).with_name(name)
    queries = aiosql.from_path(path, "asyncpg", encoding="utf-8")
    bound = queries.driver_adapter.var_sorted
    return SimpleNamespace(
        **{
            each: _statement(getattr(queries, each), tuple(bound[each]))
            for each in queries.available_queries
        }
    )


def _statement(query: Any, names: tuple[str, ...]) -> Callable[..., Awaitable[Any]]:
    # aiosql reads the file; asked through its own adapter, a statement costs twice the time.
    text, asked = query.sql, ASKED[query.operation]

    def ask(database: Any, **values: Any) -> Awaitable[Any]:
        answer: Awaitable[Any] = getattr(database, asked)(text, *[values[name] for name in names])
        return answer

    return ask
