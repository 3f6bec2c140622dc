"""From a request to a call and back: token, organisation, scope, limits, errors."""

import asyncio
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext

from starlette.requests import Request
from starlette.responses import Response

from sandbox.zoho.call import Answer, Call, Endpoint
from sandbox.zoho.encoding import Record, decode, encode
from sandbox.zoho.grants import Grant
from sandbox.zoho.limits import admitted
from sandbox.zoho.organisation import Organisation
from sandbox.zoho.refusals import Refused, no_such_url, not_a_member, unauthorised
from sandbox.zoho.state import PERSON_TOKEN, ZohoState

SCHEME = "zoho-oauthtoken"
Headers = Mapping[str, str]


class Door:
    """All methods of one path of one product."""

    def __init__(self, state: ZohoState, endpoints: Mapping[str, Endpoint]) -> None:
        self._state, self._endpoints = state, endpoints

    async def answer(self, request: Request) -> Response:
        """Answer a request; a refusal is an answer like any other."""
        try:
            return await self._answered(request)
        except Refused as refused:
            return refusal(refused)

    async def _answered(self, request: Request) -> Response:
        grant = self._grant(request)
        endpoint = self._endpoints.get(request.method)
        if endpoint is None:
            raise no_such_url(405)
        org = self._organisation(request, grant) if endpoint.needs_org else None
        _check(endpoint, grant, org)
        counted = org if grant else None  # people have no limits
        with _admitted(counted, self._state) as headers:
            if counted and counted.settings.latency:
                await asyncio.sleep(counted.settings.latency)
            body = decode(request.headers.get("content-type", ""), await request.body())
            call = self._call(request, endpoint, body, grant, org)
            fault = self._state.faults.draw(request.method, request.url.path) if grant else None
            if fault is None:
                return _response(endpoint.handler(call), headers)
            if fault.applied:
                endpoint.handler(call)
            said = {"code": 1000, "message": "An internal error occurred."}
            return _response(Answer(fault.status, said), headers)

    def _call(
        self,
        request: Request,
        endpoint: Endpoint,
        body: Record,
        grant: Grant | None,
        org: Organisation | None,
    ) -> Call:
        every = self._state.organisations.values()
        return Call(
            product=endpoint.product,
            path=request.path_params,
            query=dict(request.query_params),
            body=body,
            now=self._state.clock.now(),
            courier=self._state.webhooks,
            visible=[each for each in every if grant is None or grant.covers(each.id)],
            named=org,
        )

    def _grant(self, request: Request) -> Grant | None:
        """Return what the token stands for, None for a person. Raises Refused (57)."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != SCHEME:
            raise unauthorised()
        if token == PERSON_TOKEN:
            return None
        grant = self._state.grants.admit(token)
        if grant is None:
            raise unauthorised()
        return grant

    def _organisation(self, request: Request, grant: Grant | None) -> Organisation:
        named = request.query_params.get("organization_id", "")
        org = self._state.organisations.get(named)
        if org is None or (grant and not grant.covers(named)):
            raise not_a_member()
        return org


def _check(endpoint: Endpoint, grant: Grant | None, org: Organisation | None) -> None:
    if org and endpoint.product == "books" and not org.settings.books:
        raise unauthorised()
    if grant and not grant.allows(endpoint.product, endpoint.scope):
        raise unauthorised()


def _admitted(org: Organisation | None, state: ZohoState) -> AbstractContextManager[dict[str, str]]:
    if org is None:
        return nullcontext({})
    return admitted(org.settings.limits, org.meter, state.clock.now(), org.zone)


def _response(answer: Answer, headers: Headers) -> Response:
    return Response(encode(answer.body), answer.status, dict(headers), "application/json")


def refusal(refused: Refused) -> Response:
    """Return a refusal as Zoho writes it: a code and a message."""
    return _response(
        Answer(refused.status, {"code": refused.code, "message": refused.message}), refused.headers
    )
