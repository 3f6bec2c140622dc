"""`/connect/zoho/…`: the way to Zoho's consent and back."""

from typing import Any, Final

import structlog
from starlette.requests import Request
from starlette.responses import Response

from bridge.postgres import Connection, borrowed
from clients.zoho import tokens
from clients.zoho.centres import centre_of, data_centre_at
from clients.zoho.errors import Unavailable, WrongOrganisation, ZohoError
from clients.zoho.facts import read_facts, trial
from ingress.auth.actor import Actor
from ingress.connections.finding import Row, find_live
from ingress.connections.granting import keep_zoho
from ingress.connections.keeping import read_secrets
from ingress.connections.office import Office, RefusedError
from ingress.consent.consents import PATIENCE, Arrival, Consents, given

LOG = structlog.get_logger()
NO_CLIENT: Final = (
    "{name} has no client to connect with: give zoho.client_id and zoho.client_secret in its file,"
    " of a server-based client in Zoho's API console with the redirect address {redirect}"
)


class ToZoho:
    """Sends people to Zoho's consent, and takes in what they bring back."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._consents = Consents(office, "zoho")

    async def start(self, request: Request, actor: Actor) -> Response:
        """Send a browser to Zoho. Raises UnknownConnectionError, RefusedError."""
        async with borrowed(self._office.pool, PATIENCE) as database:
            row = await find_live(database, request.path_params["connection"])
            client = await self._client(database, row)
            departure = await self._consents.depart(request, database, row["id"], actor.name)
        centre = centre_of(self._office.settings, row["config"]["zoho"]["data_centre"])
        redirect = self._consents.redirect
        url = tokens.consent_url(centre, client.client_id, redirect, departure.state)
        return self._consents.send(departure, url)

    async def callback(self, request: Request) -> Response:
        """Take in what Zoho sent along.

        Zoho's `location` is looked up in our own list, and its `accounts-server` is never called:
        anybody could write a host there, and would be given the client's secret.
        """
        location = given(request, "location")
        return await self._consents.callback(
            request, lambda arrival, code: self._take(arrival, code, location)
        )

    async def _take(self, arrival: Arrival, code: str, location: str) -> str:
        office = self._office
        async with borrowed(office.pool, PATIENCE) as database:
            row = await find_live(database, arrival.name)
            client = await self._client(database, row)
        data_centre = data_centre_at(location) if location else None
        if location and data_centre is None:
            return "refused"
        named: str = data_centre or row["config"]["zoho"]["data_centre"]
        centre = centre_of(office.settings, named)
        try:
            granted = await tokens.exchange(centre, client, code, self._consents.redirect)
            token = granted.refresh or ""
            async with trial(centre, client, token, row["organization_id"]) as asker:
                await read_facts(asker, row["organization_id"])
        except WrongOrganisation:
            return "other"
        except Unavailable:
            return "unavailable"
        except ZohoError as error:
            LOG.warning("zoho.consent_refused", connection=arrival.name, problem=str(error))
            return "refused"
        await keep_zoho(office, arrival.name, token, data_centre, arrival.actor)
        return "done"

    async def _client(self, database: Connection, row: Row) -> tokens.Client:
        secrets: dict[str, Any] = await read_secrets(database, self._office, row["id"])
        client_id, secret = (
            row["config"]["zoho"].get("client_id"),
            secrets.get("zoho.client_secret"),
        )
        if not client_id or not secret:
            reason = NO_CLIENT.format(name=row["name"], redirect=self._consents.redirect)
            raise RefusedError(reason)
        return tokens.Client(client_id, secret)
