"""Slips of one line: a condition forgotten, a time taken from the wrong column, a lock left out."""

import contextlib
from dataclasses import replace
from importlib import import_module
from typing import Any, Final

from tests.simulation.defects.hunting import DEFECTS, put, put_query
from tests.simulation.store.fakes.tools import of

# Defects reach for what a module keeps to itself, and for what it has imported.
APPEND: Final[Any] = import_module("outbox.append")
OUTCOMES: Final[Any] = import_module("outbox.xero.outcomes")
CHARGES: Final[Any] = import_module("processors.plans.charges")
DECIDE: Final[Any] = import_module("processors.decide")
JOURNAL: Final[Any] = import_module("processors.shell.journal")
RESOLVING: Final[Any] = import_module("outbox.xero.resolving")
STANDING: Final[Any] = import_module("processors.shell.standing")
WINDOWS: Final[Any] = import_module("outbox.windows")


@DEFECTS.add
def replaced_while_sending(stack: contextlib.ExitStack) -> None:
    """A newer version takes the place of one that is under way."""
    put(stack, APPEND.Unfinished, "unsent", property(lambda _: True))


@DEFECTS.add
def documents_without_lock(stack: contextlib.ExitStack) -> None:
    """Two processors decide events of one document at once."""
    put_query(stack, "processors/shell/shell.sql:lock_documents", lambda _: lambda *_, **__: ())


@DEFECTS.add
def silence_from_first_send(stack: contextlib.ExitStack) -> None:
    """The quiet time is counted from the first sending."""

    def proves(unclear: Any, windows: Any) -> Any:
        return true(replace(unclear, last_sent_at=unclear.first_sent_at), windows)

    true = RESOLVING.proves_absence
    put(stack, RESOLVING, "proves_absence", proves)
    put(stack, WINDOWS, "_look_at", lambda *_: 0.0)


@DEFECTS.add
def nothing_taken_over(stack: contextlib.ExitStack) -> None:
    """What a process left unclear that died is nobody's."""
    put_query(stack, "outbox/lease.sql:take_over", lambda _: lambda *_, **__: None)


@DEFECTS.add
def refused_element_taken_as_made(stack: contextlib.ExitStack) -> None:
    """An element that Xero refuses counts as written."""
    put(stack, OUTCOMES, "_problems", lambda *_: [])


@DEFECTS.add
def two_of_one_document_together(stack: contextlib.ExitStack) -> None:
    """A request carries what stands in one queue: the first is taken for done when it is sent."""

    def may_go(q: Any, command: Any) -> bool:
        sent = {"sending", "ambiguous"}
        mine = {t["document"]: t["position"] for t in of(q, "tickets", command_id=command["id"])}
        for ticket in of(q, "tickets", connection_id=command["connection_id"], open=True):
            ahead = ticket["position"] < mine.get(ticket["document"], 0)
            if ahead and q.get("commands", ticket["command_id"])["state"] not in sent:
                return False
        needs = of(q, "needs", command_id=command["id"])
        return all(q.get("links", n["connection_id"], n["key"]) for n in needs)

    put(stack, import_module("tests.simulation.store.fakes.claiming"), "may_go", may_go)


@DEFECTS.add
def use_under_way_not_looked_for(stack: contextlib.ExitStack) -> None:
    """A decision looks for what is under way of a thing, and not of what the thing is used by."""
    true = JOURNAL.append_all

    async def append_all(connection: Any, asked: Any, under_way: Any) -> Any:
        keys = {command.key for _, commands in asked for command in commands}
        return await true(connection, asked, {**dict.fromkeys(keys, ()), **under_way})

    put(stack, JOURNAL, "append_all", append_all)
    put(stack, STANDING, "place_of", lambda key: key)


@DEFECTS.add
def changed_charge_not_spent_anew(stack: contextlib.ExitStack) -> None:
    """A bank charge that is changed is taken back, and not spent as it is now."""
    put(stack, DECIDE, "PLANS", {**DECIDE.PLANS, "bank_charge.update": CHARGES.take_back})
