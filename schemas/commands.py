"""A command: one thing that Xero must be told, its place in the order, and what it needs first."""

from dataclasses import dataclass, field
from typing import Any, Literal

from schemas.words import Ref

Body = dict[str, Any]

# In a body: the id in Xero of what the thing hangs on; it goes into the address, not the body.
PARENT = "$parent"


@dataclass(frozen=True, slots=True)
class Command:
    """What a decision asks of Xero, or of Zoho.

    `kind` is `<thing>.<verb>`; `key` names the link that it makes, changes or ends;
    `tickets` are the documents that it changes (design rule 2), `needs` the links that must exist
    before it goes. `body` is Xero's JSON for one element, Decimals as strings of digits allowed,
    with `link(key)` where an id of Xero's belongs; None when it can't be built, and then `cause`
    (a word for grouping, `tax:460…`) and `reason` (for people) say why, and it is born parked.
    `expected` is what Xero's answer must show (`total`, `currency`, `number`).
    """

    kind: str
    key: str
    tickets: tuple[Ref, ...]
    body: Body | None
    needs: tuple[str, ...] = ()
    expected: dict[str, str] = field(default_factory=dict)
    cause: str | None = None
    reason: str | None = None

    @property
    def verb(self) -> str:
        """`put`, `create`, `delete` or `void`.

        `put` writes the whole state (it creates, or updates when the link exists), and a newer one
        replaces an unsent one. `create` and `delete` are for what Xero can't change: payments,
        allocations.
        """
        return self.kind.rpartition(".")[2]

    @property
    def system(self) -> Literal["xero", "zoho"]:
        """Who is asked: Xero, or for the two-way rows Zoho."""
        return "zoho" if self.kind.startswith("zoho_") else "xero"


def link(key: str) -> dict[str, str]:
    """Stand in for an id of Xero's that is filled in just before sending."""
    return {"$link": key}


def fill(body: Any, ids: dict[str, str]) -> Any:
    """Replace every `link(key)` in a body by its id of Xero's; KeyError names a missing key."""
    if isinstance(body, dict):
        if set(body) == {"$link"}:
            return ids[body["$link"]]
        return {name: fill(value, ids) for name, value in body.items()}
    if isinstance(body, list):
        return [fill(value, ids) for value in body]
    return body


def links_in(body: Any) -> set[str]:
    """Name every link that a body waits for."""
    if isinstance(body, dict):
        if set(body) == {"$link"}:
            return {body["$link"]}
        return {key for value in body.values() for key in links_in(value)}
    if isinstance(body, list):
        return {key for value in body for key in links_in(value)}
    return set()
