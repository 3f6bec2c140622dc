"""`/connect/xero/…`: the way to Xero's consent and back (C1)."""

import asyncio
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import Response

from bridge.postgres import Connection, borrowed
from clients.xero.errors import Disconnected, Unavailable, XeroError
from clients.xero.grants import credentials_of
from clients.xero.identity import Credentials, Endpoints, consent_url, exchange
from clients.xero.tenants import tenants
from ingress.auth.actor import Actor
from ingress.connections.examining import examine
from ingress.connections.finding import Row, find_live
from ingress.connections.granting import keep
from ingress.connections.office import Office, RefusedError
from ingress.consent.consents import PATIENCE, Arrival, Consents

LOG = structlog.get_logger()
CHECK_SECONDS: Final = 30.0  # a person waits
CUSTOM: Final = (
    "{name} is a custom connection, which needs no consent in the browser: its client id and secret"
    ' let it in. Write grant = "authorization_code" in its file to connect it here'
)


class ToXero:
    """Sends people to Xero's consent, and takes in what they bring back."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._endpoints = Endpoints.of(office.settings)
        self._consents = Consents(office, "xero")

    async def start(self, request: Request, actor: Actor) -> Response:
        """Send a browser to Xero. Raises UnknownConnectionError, RefusedError."""
        async with borrowed(self._office.pool, PATIENCE) as database:
            row = await find_live(database, request.path_params["connection"])
            app = await self._app(database, row)
            departure = await self._consents.depart(request, database, row["id"], actor.name)
        url = consent_url(
            self._endpoints,
            app,
            self._consents.redirect,
            state=departure.state,
            verifier=departure.verifier,
        )
        return self._consents.send(departure, url)

    async def callback(self, request: Request) -> Response:
        """Take in what Xero sent along."""
        return await self._consents.callback(request, self._take)

    async def _app(self, database: Connection, row: Row) -> Credentials:
        if row["config"]["xero"]["grant"] != "authorization_code":
            raise RefusedError(CUSTOM.format(name=row["name"]))
        try:
            app, _ = await credentials_of(database, self._office.vault, self._endpoints, row["id"])
        except Disconnected as error:
            raise RefusedError(str(error)) from error
        return app

    async def _take(self, arrival: Arrival, code: str) -> str:
        office = self._office
        try:
            async with borrowed(office.pool, PATIENCE) as database:
                app, _ = await credentials_of(
                    database, office.vault, self._endpoints, arrival.connection_id
                )
            pair = await exchange(
                self._endpoints, app, self._consents.redirect, code=code, verifier=arrival.verifier
            )
            granted = await tenants(self._endpoints, pair.access)
        except Unavailable:
            return "unavailable"
        except XeroError as error:
            LOG.warning("xero.consent_refused", connection=arrival.name, problem=str(error))
            return "refused"
        if not pair.refresh:
            return "refused"
        word = await keep(office, arrival.name, pair, granted, arrival.actor)
        if word == "done":
            await self._check(arrival.name)
        return word

    async def _check(self, name: str) -> None:
        """Check prerequisites at once; what can't be checked now is checked at night."""
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                await examine(self._office, name)
        except (XeroError, TimeoutError) as error:
            LOG.warning("xero.unchecked", connection=name, problem=str(error))
