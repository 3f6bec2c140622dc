"""One request to the API: who asks, and what it takes to answer."""

from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bridge.postgres import Connection
from bridge.queries import load
from ingress.auth.actor import Actor
from ingress.connections.office import Office

QUERIES = load(__file__, "api.sql")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, who asks, the database connection that it may use, and the office."""

    request: Request
    actor: Actor
    database: Connection
    office: Office

    @property
    def name(self) -> str:
        """The connection that the path names."""
        return str(self.request.path_params["name"])

    async def connection(self) -> Any:
        """The row of the connection that the path names; HTTPException 404."""
        row = await QUERIES.connection(self.database, name=self.name)
        if row is None:
            raise HTTPException(404, f"there is no connection {self.name!r}")
        return row
