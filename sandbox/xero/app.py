"""The stand-in's routes: identity, connections, the accounting API, and control."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.xero import (
    allocations,
    bank_transactions,
    contacts,
    control,
    credit_notes,
    history,
    invoices,
    manual_journals,
    oauth,
    payments,
    reads,
)
from sandbox.xero.answer import Answer
from sandbox.xero.arrivals import act, arrive, lead
from sandbox.xero.call import Call
from sandbox.xero.door import Endpoint, enter
from sandbox.xero.faults import API
from sandbox.xero.refusals import Answered, not_found, not_served
from sandbox.xero.state import XeroState

# Path below the API's root, and what serves each method. The order matters: first match wins.
ENDPOINTS: tuple[tuple[str, dict[str, Endpoint]], ...] = (
    ("/Organisation", {"GET": reads.organisation}),
    ("/Organisation/Actions", {"GET": reads.actions}),
    ("/Currencies", {"GET": reads.currencies, "PUT": reads.add_currency}),
    ("/Accounts", {"GET": reads.accounts}),
    ("/Accounts/{id}", {"GET": reads.account}),
    ("/TaxRates", {"GET": reads.tax_rates}),
    ("/TaxRates/{id}", {"GET": reads.tax_rate}),
    ("/Contacts", {"GET": contacts.index, "PUT": contacts.put, "POST": contacts.post}),
    ("/Contacts/{id}", {"GET": contacts.show, "POST": contacts.post_one}),
    ("/Invoices", {"GET": invoices.index, "PUT": invoices.put, "POST": invoices.post}),
    ("/Invoices/{id}", {"GET": invoices.show, "POST": invoices.post_one}),
    ("/Payments", {"GET": payments.index, "PUT": payments.put, "POST": payments.post}),
    ("/Payments/{id}", {"GET": payments.show, "POST": payments.post_one}),
    (
        "/CreditNotes",
        {"GET": credit_notes.index, "PUT": credit_notes.put, "POST": credit_notes.post},
    ),
    ("/CreditNotes/{id}", {"GET": credit_notes.show, "POST": credit_notes.post_one}),
    ("/CreditNotes/{id}/Allocations", {"PUT": allocations.put}),
    ("/CreditNotes/{id}/Allocations/{allocation}", {"DELETE": allocations.delete}),
    (
        "/BankTransactions",
        {
            "GET": bank_transactions.index,
            "PUT": bank_transactions.put,
            "POST": bank_transactions.post,
        },
    ),
    (
        "/BankTransactions/{id}",
        {"GET": bank_transactions.show, "POST": bank_transactions.post_one},
    ),
    (
        "/ManualJournals",
        {"GET": manual_journals.index, "PUT": manual_journals.put, "POST": manual_journals.post},
    ),
    ("/ManualJournals/{id}", {"GET": manual_journals.show, "POST": manual_journals.post_one}),
    ("/{endpoint}/{id}/History", {"GET": history.index, "PUT": history.put}),
)


_XERO_HAS = {path.split("/")[1] for path, _ in ENDPOINTS} | set(
    "BankTransfers BatchPayments BrandingThemes Items Journals Overpayments Prepayments "
    "PurchaseOrders Quotes Reports TrackingCategories Users".split()
)


def routes(state: XeroState) -> list[BaseRoute]:
    """Return the routes of a Xero: the three hosts' paths do not collide, so one app serves all."""
    return [
        *_identity(state),
        *(_api(state, path, methods) for path, methods in ENDPOINTS),
        _api(state, "/{rest:path}", dict.fromkeys(("GET", "PUT", "POST", "DELETE"), _nowhere)),
        *control.routes(state),
    ]


def _api(state: XeroState, path: str, methods: dict[str, Endpoint]) -> Route:
    async def respond(request: Request) -> Response:
        return await enter(state, request, methods.get(request.method, _nowhere))

    return Route(API + path, respond, methods=list(methods))


def _nowhere(call: Call) -> Answer:
    """Answer 501 for what Xero has and the stand-in doesn't play, 404 for what Xero hasn't."""
    area = call.path.get("rest", "").partition("/")[0]
    raise not_served(f"{call.method} {area}") if area in _XERO_HAS else not_found()


# -- identity --------------------------------------------------------------------------------------


def _identity(state: XeroState) -> list[BaseRoute]:
    async def authorize(request: Request) -> Response:
        try:
            target = oauth.authorize(state.grants, state.person, dict(request.query_params))
        except Answered as refused:
            return JSONResponse(refused.answer.body, refused.answer.status)
        return RedirectResponse(target, 302)

    def token(_request: Request, body: bytes, who: str) -> Answer:
        return oauth.token(state.grants, body, who)

    def revocation(_request: Request, body: bytes, who: str) -> Answer:
        return oauth.revocation(state.grants, body, who)

    def connections(request: Request, _body: bytes, who: str) -> Answer:
        event = request.query_params.get("authEventId")
        return oauth.connections(state.grants, state.organisations, who, event)

    def disconnect(request: Request, _body: bytes, who: str) -> Answer:
        return oauth.disconnect(state.grants, who, request.path_params["id"])

    return [
        _plain(state, "POST /connect/token", token),
        _plain(state, "POST /connect/revocation", revocation),
        Route("/identity/connect/authorize", authorize, methods=["GET"]),
        _plain(state, "GET /connections", connections),
        _plain(state, "DELETE /connections/{id}", disconnect),
    ]


def _plain(
    state: XeroState, address: str, endpoint: Callable[[Request, bytes, str], Answer]
) -> Route:
    """Serve what has neither tenant nor limit; the endpoint gets the body and Authorization too."""

    async def answer(request: Request) -> Response:
        arrival = await arrive(state, request)
        who = request.headers.get("authorization", "")
        return await lead(
            state,
            arrival,
            lambda: act(state, arrival, lambda: endpoint(request, arrival.body, who)),
        )

    method, _, path = address.partition(" ")
    return Route(path, answer, methods=[method])
