"""Defects of keys, doubts and order."""

import contextlib
import secrets
from dataclasses import replace
from importlib import import_module
from typing import Any, Final

from tests.simulation.defects.hunting import DEFECTS, put, put_query

# Defects reach for what a module keeps to itself, and for what it has imported.
BATCHES: Final[Any] = import_module("outbox.xero.batches")
OUTCOMES: Final[Any] = import_module("outbox.xero.outcomes")
RESOLVING: Final[Any] = import_module("outbox.xero.resolving")
CLAIMING_FAKES: Final[Any] = import_module("tests.simulation.store.fakes.claiming")
WINDOWS: Final[Any] = import_module("outbox.windows")


@DEFECTS.add
def random_key_per_try(stack: contextlib.ExitStack) -> None:
    """A repeat has a key of its own."""
    true = RESOLVING.Request

    def renamed(method: str, path: str, body: bytes = b"", key: str | None = None) -> Any:
        return true(method, path, body, key and secrets.token_hex(16))

    put(stack, RESOLVING, "Request", renamed)


@DEFECTS.add
def same_key_for_ever(stack: contextlib.ExitStack) -> None:
    """A key is used again however old it is."""
    put(stack, WINDOWS, "_may_repeat", lambda unclear, _: unclear.repeatable)


@DEFECTS.add
def token_change_ignored(stack: contextlib.ExitStack) -> None:
    """A key is used again under another token."""

    def view(row: Any, token: Any) -> Any:
        return replace(true(row, token), same_generation=True)

    true = RESOLVING._view
    put(stack, RESOLVING, "_view", view)


@DEFECTS.add
def no_quiet_time(stack: contextlib.ExitStack) -> None:
    """Absence is believed at once."""
    put(stack, RESOLVING, "proves_absence", lambda *_: True)
    put(stack, WINDOWS, "_look_at", lambda *_: 0.0)
    put(stack, RESOLVING, "PROOF", 1)


@DEFECTS.add
def server_error_taken_as_no(stack: contextlib.ExitStack) -> None:
    """A 5xx is taken to mean that nothing was written."""
    table = {**OUTCOMES.BY_STATUS, 500: "not_sent", 503: "not_sent"}
    put(stack, OUTCOMES, "BY_STATUS", table)


@DEFECTS.add
def lost_answer_taken_as_no(stack: contextlib.ExitStack) -> None:
    """A line that was cut is taken to mean that nothing was written."""
    true = OUTCOMES.classify

    def classify(answer: Any) -> Any:
        return "not_sent" if answer.status is None else true(answer)

    put(stack, OUTCOMES, "classify", classify)


@DEFECTS.add
def order_by_sequence(stack: contextlib.ExitStack) -> None:
    """Commands go by their numbers alone, whatever stands before them in their queues."""

    def change(_true: Any) -> Any:
        return _ready_without("tickets")

    put_query(stack, "outbox/xero/claiming.sql:ready", change)


@DEFECTS.add
def needs_not_checked(stack: contextlib.ExitStack) -> None:
    """A command goes before what it hangs on is in Xero."""

    def fill(body: Any, ids: dict[str, str]) -> Any:
        return true(body, Defaults(ids))

    true = BATCHES.fill
    put_query(stack, "outbox/xero/claiming.sql:ready", lambda _: _ready_without("needs"))
    put(stack, BATCHES, "fill", fill)


class Defaults(dict[str, str]):
    """Xero's id for everything."""

    def __missing__(self, key: str) -> str:
        return "00000000-0000-0000-0000-00000000000f"


def _ready_without(table: str) -> Any:
    """`ready` as it would be without one of its conditions."""
    true = CLAIMING_FAKES.of

    def of(statement: Any, name: str, **wanted: Any) -> Any:
        return iter(()) if name == table else true(statement, name, **wanted)

    def ready(*arguments: Any, **more: Any) -> Any:
        with contextlib.ExitStack() as stack:
            put(stack, CLAIMING_FAKES, "of", of)
            return list(CLAIMING_FAKES.ready(*arguments, **more))

    return ready


@DEFECTS.add
def undecided_events_overtaken(stack: contextlib.ExitStack) -> None:
    """An event is decided though an earlier one of its documents is not."""
    put_query(stack, "processors/shell/shell.sql:standing", _without_earlier)
    put_query(stack, "processors/shell/shell.sql:first_undecided", lambda _: _nothing_earlier)


def _nothing_earlier(_statement: Any, **_: Any) -> Any:
    yield {"min": None}


def _without_earlier(true: Any) -> Any:
    def standing(*arguments: Any, **more: Any) -> Any:
        return ({**row, "earlier": None} for row in true(*arguments, **more))

    return standing
