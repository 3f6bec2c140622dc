"""`/api`: what scripts and pages may ask. JSON, with a bearer token or a session."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from bridge.postgres import borrowed
from bridge.queries import load
from ingress.api import imports, managing
from ingress.api.asked import Asked
from ingress.api.drift import compare as ask_to_compare
from ingress.api.drift import drift_of
from ingress.api.guard import Guard, refuse_role
from ingress.api.history import history_of
from ingress.api.listing import list_documents
from ingress.api.openapi import Operation, describe
from ingress.api.refusing import REFUSALS, refuse
from ingress.auth.actor import Actor
from ingress.auth.admission import Admission
from ingress.connections.finding import find, list_all, webhooks
from ingress.connections.office import Office
from outbox.blocked import blocked
from outbox.xero.outlook import outlook
from schemas.api import (
    ConnectionList,
    ConnectionRow,
    ConnectionView,
    DocumentHistory,
    DocumentList,
    DocumentQuery,
)
from schemas.blocked import Blocked
from schemas.budget import BudgetView
from schemas.drift import DriftView
from schemas.words import SUBJECTS, Ref

QUERIES = load(__file__, "api.sql")
DOCUMENTS: Final = "/connections/{name}/documents"
NO_ID: Final = "-"


async def connections(asked: Asked) -> ConnectionList:
    """All connections."""
    rows = await list_all(asked.database)
    return ConnectionList(connections=[ConnectionRow.model_validate(dict(row)) for row in rows])


async def connection(asked: Asked) -> ConnectionView:
    """One connection, its webhook addresses, and how much is open in it."""
    row = await find(asked.database, asked.name)
    events = await QUERIES.open_events(asked.database, connection_id=row["id"])
    commands = await QUERIES.open_commands(asked.database, connection_id=row["id"])
    sweeps = await QUERIES.sweeps(asked.database, connection_id=row["id"])
    return ConnectionView(
        **dict(row),
        webhooks=webhooks(asked.office.settings.public_url, row["endpoint"]),
        events={each["state"]: each["count"] for each in events},
        commands={each["state"]: each["count"] for each in commands},
        swept_at=max((each["swept_at"] for each in sweeps), default=None),
        missed_webhooks={each["module"]: each["missed"] for each in sweeps if each["missed"]},
    )


async def documents(asked: Asked) -> DocumentList:
    """The documents of a connection, by entity, state or number."""
    row = await find(asked.database, asked.name)
    return await list_documents(asked.database, row["id"], asked.query(DocumentQuery))


async def document(asked: Asked) -> DocumentHistory:
    """A document's whole history; the id `-` stands for deliveries that name no document."""
    path = asked.request.path_params
    entity, zoho_id = path["entity"], path["zoho_id"]
    if entity not in SUBJECTS:
        raise HTTPException(404, f"there is no entity {entity!r}; use {', '.join(SUBJECTS)}")
    row = await find(asked.database, asked.name)
    ref = Ref(entity, "" if zoho_id == NO_ID else zoho_id)
    history = await history_of(asked.database, row["id"], ref)
    if history is None:
        raise HTTPException(
            404,
            f"nothing is known of {entity} {zoho_id}: check Zoho's id;"
            " a document is known once a webhook told of it",
        )
    return history


async def budget(asked: Asked) -> BudgetView:
    """How many calls Xero still allows, and when what waits will be through."""
    row = await find(asked.database, asked.name)
    return await outlook(asked.database, row["id"])


async def held_back(asked: Asked) -> Blocked:
    """What is held back on its way to Xero: each cause once, with all that waits behind it."""
    row = await find(asked.database, asked.name)
    return await blocked(asked.database, row["id"])


async def drift(asked: Asked) -> DriftView:
    """What differed between Zoho and Xero when they were last compared, document by document."""
    row = await find(asked.database, asked.name)
    return await drift_of(asked.database, row["id"])


async def compare(asked: Asked) -> DriftView:
    """Compare Zoho with Xero now; it begins within seconds, and `progress` tells how far it is."""
    row = await find(asked.database, asked.name)
    await ask_to_compare(asked.database, row, asked.actor.name)
    return await drift_of(asked.database, row["id"])


OPERATIONS: Final = (
    Operation("GET", "/connections", "viewer", connections, ConnectionList),
    Operation("GET", "/connections/{name}", "viewer", connection, ConnectionView),
    Operation("GET", "/connections/{name}/budget", "viewer", budget, BudgetView),
    Operation("GET", "/connections/{name}/blocked", "viewer", held_back, Blocked),
    Operation("GET", "/connections/{name}/drift", "viewer", drift, DriftView),
    Operation("POST", "/connections/{name}/drift", "operator", compare, DriftView),
    Operation("GET", DOCUMENTS, "viewer", documents, DocumentList, DocumentQuery),
    Operation("GET", DOCUMENTS + "/{entity}/{zoho_id}", "viewer", document, DocumentHistory),
    *managing.OPERATIONS,
    *imports.OPERATIONS,
)


def mount(office: Office, admission: Admission) -> Mount:
    """The API's routes, all of them behind the guard, each with its least role."""
    description = describe("/api", OPERATIONS)

    async def openapi(_request: Request) -> Response:
        return JSONResponse(description)

    def route(operation: Operation[Asked]) -> Route:
        async def answer(request: Request) -> Response:
            actor: Actor = request.scope["actor"]
            if refusal := refuse_role(actor, operation.least):
                return refusal
            try:
                async with borrowed(office.pool, operation.patience) as database:
                    found = await operation.ask(Asked(request, actor, database, office))
            except tuple(REFUSALS) as error:
                return refuse(error)
            if isinstance(found, Response):
                return found
            return Response(found.model_dump_json(), media_type="application/json")

        return Route(operation.path, answer, methods=[operation.method])

    routes = [Route("/openapi.json", openapi), *map(route, OPERATIONS)]
    guard = Middleware(Guard, pool=office.pool, admission=admission)
    return Mount("/api", routes=routes, middleware=[guard])
