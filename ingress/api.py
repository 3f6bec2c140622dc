"""`/api`: what scripts, and later the console, may ask. JSON, with a bearer token."""

from typing import Any, Final

from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from bridge.postgres import Pool
from bridge.queries import load
from bridge.settings import Settings
from ingress.guard import Guard
from ingress.history import history_of, list_documents
from ingress.openapi import Operation, describe
from schemas.api import (
    ConnectionList,
    ConnectionRow,
    ConnectionView,
    DocumentHistory,
    DocumentList,
    DocumentQuery,
    WebhookAddress,
)
from schemas.words import ENTITIES, TRIGGERS, Ref

QUERIES = load(__file__, "api.sql")
NO_ID: Final = "-"


class Asked:
    """One request: what it names, and where the answer lies."""

    def __init__(self, request: Request, pool: Pool, public_url: str) -> None:
        self.path = request.path_params
        self.query = dict(request.query_params)
        self.pool = pool
        self.public_url = public_url

    async def connection(self) -> Any:
        """The row of the connection that the path names; HTTPException 404."""
        row = await QUERIES.connection(self.pool, name=self.path["name"])
        if row is None:
            raise HTTPException(404, f"there is no connection {self.path['name']!r}")
        return row


async def connections(asked: Asked) -> ConnectionList:
    """All connections."""
    rows = await QUERIES.connections(asked.pool)
    return ConnectionList(connections=[ConnectionRow.model_validate(dict(row)) for row in rows])


async def connection(asked: Asked) -> ConnectionView:
    """One connection, its webhook addresses, and how much is open in it."""
    row = await asked.connection()
    events = await QUERIES.open_events(asked.pool, connection_id=row["id"])
    commands = await QUERIES.open_commands(asked.pool, connection_id=row["id"])
    return ConnectionView(
        **dict(row),
        webhooks=_addresses(f"{asked.public_url}/webhooks/zoho/{row['endpoint']}"),
        events={each["state"]: each["count"] for each in events},
        commands={each["state"]: each["count"] for each in commands},
    )


async def documents(asked: Asked) -> DocumentList:
    """The documents of a connection, by entity, state or number."""
    row = await asked.connection()
    try:
        query = DocumentQuery.model_validate(asked.query)
    except ValidationError as error:
        raise HTTPException(422, _say(error)) from None
    return DocumentList(documents=await list_documents(asked.pool, row["id"], query))


async def document(asked: Asked) -> DocumentHistory:
    """A document's whole history; the id `-` stands for deliveries that name no document."""
    entity, zoho_id = asked.path["entity"], asked.path["zoho_id"]
    if entity not in ENTITIES:
        raise HTTPException(404, f"there is no entity {entity!r}; use {', '.join(ENTITIES)}")
    row = await asked.connection()
    ref = Ref(entity, "" if zoho_id == NO_ID else zoho_id)
    history = await history_of(asked.pool, row["id"], ref)
    if history is None:
        raise HTTPException(
            404,
            f"nothing is known of {entity} {zoho_id}: check Zoho's id;"
            " a document is known once a webhook told of it",
        )
    return history


OPERATIONS: Final = (
    Operation("/connections", connections, ConnectionList),
    Operation("/connections/{name}", connection, ConnectionView),
    Operation("/connections/{name}/documents", documents, DocumentList, DocumentQuery),
    Operation("/connections/{name}/documents/{entity}/{zoho_id}", document, DocumentHistory),
)


def mount(pool: Pool, settings: Settings) -> Mount:
    """The API's routes, all of them behind the token."""
    token = settings.api_token.get_secret_value() if settings.api_token else None
    description = describe("/api", OPERATIONS)

    async def openapi(_request: Request) -> Response:
        return JSONResponse(description)

    def route(operation: Operation[Asked]) -> Route:
        async def answer(request: Request) -> Response:
            found: BaseModel = await operation.ask(Asked(request, pool, settings.public_url))
            return Response(found.model_dump_json(), media_type="application/json")

        return Route(operation.path, answer)

    routes = [Route("/openapi.json", openapi), *map(route, OPERATIONS)]
    return Mount("/api", routes=routes, middleware=[Middleware(Guard, token=token)])


def _addresses(root: str) -> list[WebhookAddress]:
    return [
        WebhookAddress(module=module, trigger=trigger, url=f"{root}/{module}/{trigger}")
        for module in ENTITIES
        for trigger in TRIGGERS
    ]


def _say(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_input=False)
    return "; ".join(f"{problem['loc'][0]}: {problem['msg']}" for problem in problems)
