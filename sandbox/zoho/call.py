"""What an endpoint is given (a call), what it gives back (an answer), and where it is served."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Literal

from sandbox.zoho.courier import Courier
from sandbox.zoho.encoding import Record
from sandbox.zoho.kinds import Kind
from sandbox.zoho.organisation import Organisation
from sandbox.zoho.refusals import not_a_member

Product = Literal["inventory", "books"]
BASES: Mapping[Product, str] = {"inventory": "/inventory/v1", "books": "/books/v3"}


@dataclass(frozen=True)
class Answer:
    """A status and a body; a body has a code and a message, and mostly a root of its own."""

    status: int
    body: Record


@dataclass
class Call:
    """One authorised request. `visible` are the organisations that its user belongs to."""

    product: Product
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Record
    now: datetime
    courier: Courier
    visible: list[Organisation] = field(default_factory=list)
    named: Organisation | None = None

    @property
    def org(self) -> Organisation:
        """The organisation that `?organization_id=` names. Raises Refused without one."""
        if self.named is None:
            raise not_a_member()
        return self.named

    def answer(self, message: str, status: int = 200, /, **content: Any) -> Answer:
        """Return a success."""
        return Answer(status, {"code": 0, "message": message, **content})


Handler = Callable[[Call], Answer]
KindHandler = Callable[[Kind, Call], Answer]


@dataclass(frozen=True)
class Endpoint:
    """A method and path of one product, the scope that it wants, and who answers."""

    product: Product
    method: str
    path: str
    scope: str
    handler: Handler
    needs_org: bool = True


def inventory(method: str, path: str, scope: str, handler: Handler) -> Endpoint:
    """Serve in Inventory's API alone."""
    return Endpoint("inventory", method, path, scope, handler)


def books(method: str, path: str, scope: str, handler: Handler) -> Endpoint:
    """Serve in Books' API alone."""
    return Endpoint("books", method, path, scope, handler)


def both(
    method: str, path: str, scope: str, handler: Handler, *, needs_org: bool = True
) -> tuple[Endpoint, ...]:
    """Serve in both APIs: they run on one backend, with the same documents and ids."""
    return (
        Endpoint("inventory", method, path, scope, handler, needs_org),
        Endpoint("books", method, path, scope, handler, needs_org),
    )


def resource(
    product: Product,
    kind: Kind,
    *handlers: KindHandler,
) -> tuple[Endpoint, ...]:
    """Serve the five usual verbs of a kind: `handlers` list, create, read, edit and delete."""
    verbs = (
        ("GET", "", "READ"),
        ("POST", "", "CREATE"),
        ("GET", "/{id}", "READ"),
        ("PUT", "/{id}", "UPDATE"),
        ("DELETE", "/{id}", "DELETE"),
    )
    return tuple(
        Endpoint(product, verb, f"/{kind.path}{end}", f"{kind.scope}.{right}", partial(do, kind))
        for (verb, end, right), do in zip(verbs, handlers, strict=True)
    )
