"""The stand-in's routes: both APIs, the accounts server, and the control."""

from collections import defaultdict
from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox.zoho import (
    automation,
    chart,
    contacts,
    control,
    crediting,
    oauth,
    payments,
    persons,
    refunds,
    settings,
    statuses,
    trades,
)
from sandbox.zoho.call import BASES, Endpoint
from sandbox.zoho.door import Door, refusal
from sandbox.zoho.refusals import no_such_url
from sandbox.zoho.state import ZohoState

METHODS = ["GET", "POST", "PUT", "DELETE"]
# In this order: a path of fixed words comes before one that would take the words for an id.
ENDPOINTS: tuple[Endpoint, ...] = (
    *persons.ENDPOINTS,
    *contacts.ENDPOINTS,
    *refunds.ENDPOINTS,
    *trades.ENDPOINTS,
    *statuses.ENDPOINTS,
    *payments.ENDPOINTS,
    *crediting.ENDPOINTS,
    *settings.ENDPOINTS,
    *chart.ENDPOINTS,
    *automation.ENDPOINTS,
)


def routes(state: ZohoState) -> list[BaseRoute]:
    """Return all routes of the stand-in, to be put into an application."""
    return [
        *oauth.routes(lambda: state.grants),
        *control.routes(state),
        *_api(state),
        *(Route(f"{base}/{{rest:path}}", _nowhere, methods=METHODS) for base in BASES.values()),
    ]


def _api(state: ZohoState) -> Iterator[Route]:
    doors: defaultdict[str, dict[str, Endpoint]] = defaultdict(dict)
    for endpoint in ENDPOINTS:
        doors[f"{BASES[endpoint.product]}{endpoint.path}"][endpoint.method] = endpoint
    for path, endpoints in doors.items():
        yield Route(path, Door(state, endpoints).answer, methods=METHODS)


async def _nowhere(_request: Request) -> Response:
    return refusal(no_such_url())
