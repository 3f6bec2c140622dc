"""Defects of the way back: contacts that are written to Zoho."""

import contextlib
from importlib import import_module
from typing import Any, Final

from tests.simulation.defects.hunting import DEFECTS, put, put_query
from tests.simulation.store.fakes.tools import seconds

# Defects reach for what a module keeps to itself, and for what it has imported.
RELAY: Final[Any] = import_module("outbox.zoho.relay")
SETTLING: Final[Any] = import_module("outbox.zoho.settling")


@DEFECTS.add
def zoho_no_quiet_time(stack: contextlib.ExitStack) -> None:
    """What is not found in Zoho is made anew at once."""
    absent = SETTLING.Verdict("absent", "pending", 0.0, "not found in Zoho")
    put(stack, RELAY, "doubt", lambda *_: absent)


@DEFECTS.add
def zoho_replaced_comes_back(stack: contextlib.ExitStack) -> None:
    """What was replaced while Zoho was searched for it is tried again."""

    def set_state(q: Any, command_id: int, wait: float, **columns: Any) -> None:
        command = q.get("commands", command_id)
        q.update(command, not_before=q.now + seconds(wait), **columns)

    put_query(stack, "outbox/zoho/zoho.sql:set_state", lambda _: set_state)
