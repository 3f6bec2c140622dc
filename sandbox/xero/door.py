"""The way into the API: who asks, how much they may ask, whether they asked it before."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from starlette.requests import Request
from starlette.responses import Response

from sandbox.xero.answer import Answer
from sandbox.xero.arrivals import Arrival, act, arrive, lead, wall_time
from sandbox.xero.call import Call
from sandbox.xero.faults import API
from sandbox.xero.grants import Access
from sandbox.xero.limits import admitted
from sandbox.xero.organisation import Organisation
from sandbox.xero.refusals import Answered, forbidden, unauthorized, unreadable_query
from sandbox.xero.state import XeroState

Endpoint = Callable[[Call], Answer]

_MOST_BYTES = 10 * 1024 * 1024
_KEYED = ("PUT", "POST", "PATCH")  # never GET or DELETE (Xero: idempotent requests)

# Xero: scopes, by the first part of the path. Reading takes the `.read` twin too.
_SCOPES = {
    "Invoices": "accounting.invoices",
    "CreditNotes": "accounting.invoices",
    "Payments": "accounting.payments",
    "BankTransactions": "accounting.banktransactions",
    "ManualJournals": "accounting.manualjournals",
    "Contacts": "accounting.contacts",
}


async def enter(state: XeroState, request: Request, endpoint: Endpoint) -> Response:
    """Answer one request of the API by its endpoint."""
    arrival = await arrive(state, request)
    return await lead(state, arrival, lambda: _admit(state, arrival, endpoint))


async def _admit(state: XeroState, arrival: Arrival, endpoint: Endpoint) -> Answer:
    request, now = arrival.request, state.clock.now()
    try:
        _check_form(request, arrival.body)
        arrival.entry["token"] = _generation(state, request)
        access, org = _access(state, request)
        client_id = access.consent.client_id
        arrival.entry.update({"tenant": org.id, "client_id": client_id})
        meter = state.meter(client_id, org.id)
        with admitted(org.limits, meter, now) as headers:
            arrival.entry["in_flight"] = meter.in_flight
            answer = await _counted(
                state, arrival, access, _call(arrival, access, org, now), endpoint
            )
            return replace(answer, headers={**answer.headers, **headers})
    except Answered as early:
        return early.answer


async def _counted(
    state: XeroState, arrival: Arrival, access: Access, call: Call, endpoint: Endpoint
) -> Answer:
    """Answer a call that counts: a refusal of its key tells what is left too (Xero: limits)."""
    try:
        return await _once(state, arrival, access, call, endpoint)
    except Answered as refused:
        return refused.answer


def _check_form(request: Request, body: bytes) -> None:
    """Refuse what is too large, and what does not ask for JSON: Xero would answer XML."""
    if len(body) > _MOST_BYTES:
        raise Answered(Answer(413, "The request must not be larger than 10 MB"))
    if "application/json" not in request.headers.get("accept", ""):
        raise Answered(Answer(406, "Send Accept: application/json; the default would be XML"))


def _generation(state: XeroState, request: Request) -> int | None:
    """Say which of the tokens ever issued a request carries, expired ones included."""
    issued = state.grants.access.get(_bearer(request) or "")
    return issued.generation if issued else None


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else None


def _access(state: XeroState, request: Request) -> tuple[Access, Organisation]:
    """Return what the token stands for and the organisation it asks about. Raises Answered.

    A custom connection may leave the tenant out (Xero: custom connections).
    """
    token = _bearer(request) or ""
    access = state.grants.admit(token)
    if access is None:
        expired = token in state.grants.access
        raise unauthorized("TokenExpired" if expired else "AuthenticationUnsuccessful")
    app = state.grants.apps[access.consent.client_id]
    tenant = request.headers.get("xero-tenant-id") or app.tenant_id or ""
    org = state.organisations.get(tenant.lower())
    if org is None or not state.grants.connection(app.client_id, org.id):
        raise forbidden()
    area = request.url.path.removeprefix(f"{API}/").partition("/")[0]
    scope = _SCOPES.get(area, "accounting.settings")
    enough = {scope, f"{scope}.read"} if request.method == "GET" else {scope}
    if not enough & access.consent.scopes:
        raise unauthorized("AuthorizationUnsuccessful", 'Bearer error="insufficient_scope"')
    if area in org.forbidden:
        raise forbidden()
    return access, org


def _call(arrival: Arrival, access: Access, org: Organisation, now: datetime) -> Call:
    request = arrival.request
    return Call(
        method=request.method,
        path=request.path_params,
        query={name.lower(): value for name, value in request.query_params.items()},
        body=arrival.body,
        organisation=org,
        client_id=access.consent.client_id,
        now=now,
        modified_since=_modified_since(request.headers.get("if-modified-since")),
    )


def _modified_since(text: str | None) -> datetime | None:
    if text is None:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text)
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    raise unreadable_query("If-Modified-Since must be a date")


async def _once(
    state: XeroState, arrival: Arrival, access: Access, call: Call, endpoint: Endpoint
) -> Answer:
    request = arrival.request
    key = request.headers.get("idempotency-key")

    async def work() -> Answer:
        return await act(state, arrival, lambda: _perform(state, arrival, call, endpoint))

    if not key or request.method not in _KEYED:
        return await work()
    scope = call.client_id if state.key_scope == "app" else f"{call.client_id}/{access.generation}"
    said = (request.method, str(request.url), call.organisation.id, arrival.entry["body_sha256"])
    answer, repeated = await state.keys.once((scope, key), said, call.now, work)
    arrival.entry["repeat"] = repeated
    return answer


def _perform(state: XeroState, arrival: Arrival, call: Call, endpoint: Endpoint) -> Answer:
    """Let the endpoint do its work, all of it or nothing, and log whether the books changed."""
    now = state.clock.now()  # later than the arrival, when the fault was a delay
    fault, journal = arrival.fault, call.organisation.books.journal
    with journal.trial():
        answer = endpoint(replace(call, now=now, most=fault.elements if fault else None))
    if journal.changes:
        applied = {"applied": True, "applied_at": now.isoformat(), "wall_applied_at": wall_time()}
        arrival.entry.update(applied)
        state.webhooks.tell(call.organisation, now)
    return answer
