"""The stand-in's own addresses, under /_sandbox/xero: the ledger, the log, faults, settings."""

from collections.abc import Callable
from inspect import isawaitable

from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.xero.faults import Fault
from sandbox.xero.ledger import ledger
from sandbox.xero.settings import Settings, change
from sandbox.xero.state import TENANT, XeroState

ROOT = "/_sandbox/xero"

_FAULTS: TypeAdapter[list[Fault]] = TypeAdapter(list[Fault])


class Advance(BaseModel):
    """How far to push the clock."""

    seconds: float = 0.0
    speed: float | None = None


class Subscription(BaseModel):
    """Where Xero's webhooks go, and the key that signs them."""

    url: str
    key: str


class NewOrganisation(BaseModel):
    """An organisation to add; with `client_id` and `client_secret`, a custom connection to it."""

    name: str
    tenant_id: str | None = None
    base_currency: str = "CAD"
    client_id: str | None = None
    client_secret: str = ""


def routes(state: XeroState) -> list[BaseRoute]:
    """Return the control routes; a mistake in a request is answered 422 with its reason."""
    served: tuple[tuple[str, str, Callable[[XeroState, Request, bytes], object]], ...] = (
        ("GET", "/ledger", _ledger),
        ("GET", "/requests", lambda state, _request, _body: state.log),
        (
            "GET",
            "/faults",
            lambda state, _request, _body: _FAULTS.dump_python(state.faults.ordered),
        ),
        ("POST", "/faults", _order_faults),
        ("DELETE", "/faults", lambda state, _request, _body: state.faults.ordered.clear()),
        ("POST", "/settings", _settings),
        ("POST", "/organisations", _add_organisation),
        ("POST", "/clock", _advance),
        ("POST", "/webhooks", _subscribe),
        ("GET", "/webhooks", lambda state, _request, _body: state.webhooks.deliveries),
        ("POST", "/settle", lambda state, _request, _body: state.idle()),
        ("POST", "/reset", lambda state, _request, _body: state.reset()),
    )
    return [_route(state, *each) for each in served]


def _route(
    state: XeroState,
    method: str,
    path: str,
    endpoint: Callable[[XeroState, Request, bytes], object],
) -> Route:
    async def respond(request: Request) -> Response:
        try:
            done = endpoint(state, request, await request.body())
            done = await done if isawaitable(done) else done
        except (ValidationError, LookupError) as wrong:
            return JSONResponse({"error": str(wrong)}, 422)
        return JSONResponse({"ok": True} if done is None else done)

    return Route(ROOT + path, respond, methods=[method])


def _ledger(state: XeroState, request: Request, _body: bytes) -> object:
    return ledger(state.organisations[request.query_params.get("tenant", TENANT)])


def _order_faults(state: XeroState, _request: Request, body: bytes) -> None:
    state.faults.ordered.extend(_FAULTS.validate_json(body))


def _settings(state: XeroState, _request: Request, body: bytes) -> None:
    change(state, TENANT, Settings.model_validate_json(body))


def _add_organisation(state: XeroState, _request: Request, body: bytes) -> object:
    wanted = NewOrganisation.model_validate_json(body)
    made = state.add_organisation(
        wanted.name,
        tenant_id=wanted.tenant_id,
        base_currency=wanted.base_currency,
        app=(wanted.client_id, wanted.client_secret) if wanted.client_id else None,
    )
    return {"tenant_id": made.id}


async def _subscribe(state: XeroState, _request: Request, body: bytes) -> object:
    wanted = Subscription.model_validate_json(body)
    return {"subscribed": await state.webhooks.intend(wanted.url, wanted.key)}


def _advance(state: XeroState, _request: Request, body: bytes) -> object:
    wanted = Advance.model_validate_json(body)
    if wanted.speed is not None:
        state.clock.speed = wanted.speed
    now = state.clock.advance(wanted.seconds)
    return {"now": now.isoformat()}
