"""Every named query that a fake stands in for, found by its text; an unknown text is loud."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiosql

from tests.simulation.store.engine import Values
from tests.simulation.store.statement import Statement

HOUSE: Final = Path(__file__).parents[3]
Fake = Callable[..., Any]


class UnknownQueryError(AssertionError):
    """Production asks what no fake answers: write its fake, and let the contract test hold it."""


@dataclass(frozen=True, slots=True)
class Named:
    """A query: `room/file.sql:name`, its parameters in the order in which they are bound."""

    name: str
    text: str
    parameters: tuple[str, ...]

    def given(self, arguments: tuple[Any, ...]) -> dict[str, Any]:
        """A statement's values by their names."""
        return dict(zip(self.parameters, arguments, strict=True))


def _read(file: str) -> dict[str, Named]:
    queries = aiosql.from_path(HOUSE / file, "asyncpg", encoding="utf-8")
    bound = queries.driver_adapter.var_sorted
    return {
        name: Named(f"{file}:{name}", getattr(queries, name).sql, tuple(bound[name]))
        for name in queries.available_queries
    }


@dataclass
class Registry:
    """The fakes, by the text of the query that they stand in for."""

    named: dict[str, Named] = field(default_factory=dict)  # by text
    fakes: dict[str, Fake] = field(default_factory=dict)  # by name

    def add(self, file: str) -> Callable[[Fake], Fake]:
        """Register a function as the fake of the query of its own name in `file`."""
        queries = _read(file)

        def register(fake: Fake) -> Fake:
            name = fake.__name__.rstrip("_")
            if name not in queries:
                raise UnknownQueryError(f"{file} has no query {name} any more: drop its fake")
            query = queries[name]
            self.named[query.text] = query
            self.fakes[query.name] = fake
            return fake

        return register

    def find(self, text: str) -> Named:
        """Name the query of a text; raises UnknownQueryError."""
        if text not in self.named:
            raise UnknownQueryError(f"no fake stands in for this query:\n{text}")
        return self.named[text]

    def run(self, query: Named, statement: Statement, arguments: tuple[Any, ...]) -> list[Values]:
        """Answer a query; the rows as plain columns, in order."""
        return list(self.fakes[query.name](statement, **query.given(arguments)) or ())


FAKES: Final = Registry()
