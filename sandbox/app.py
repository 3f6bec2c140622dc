"""Both stand-ins as one application on one port; their paths do not collide."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from sandbox.clock import Clock
from sandbox.xero.app import routes
from sandbox.xero.state import XeroState
from sandbox.zoho.app import routes as routes_of_zoho
from sandbox.zoho.state import ZohoState


def build_app(xero: XeroState | None = None, zoho_routes: Sequence[BaseRoute] = ()) -> Starlette:
    """Return the application with the routes of Xero, of Zoho, and of their control.

    Without arguments: a fresh Xero and a fresh Zoho on one clock.
    """
    if xero is None:
        clock = Clock()
        xero, zoho_routes = XeroState(clock), routes_of_zoho(ZohoState(clock))
    return Starlette(routes=[*routes(xero), *zoho_routes])
