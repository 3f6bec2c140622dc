"""One request to the API: who asks, and what it takes to answer."""

from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request

from bridge.postgres import Connection
from ingress.auth.actor import Actor
from ingress.body import LARGEST, CutOffError, TooLargeError, read_body
from ingress.connections.office import Office

Model = TypeVar("Model", bound=BaseModel)


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

    async def body(self) -> bytes:
        """The request's body, of reasonable size; HTTPException 413 or 422."""
        declared = self.request.headers.get("content-length", "").encode()
        try:
            return await read_body(self.request.receive, declared)
        except TooLargeError:
            raise HTTPException(413, f"the body is longer than {LARGEST} bytes") from None
        except CutOffError as error:
            raise HTTPException(422, str(error)) from None

    def query(self, model: type[Model]) -> Model:
        """The request's query; HTTPException 422."""
        try:
            return model.model_validate(dict(self.request.query_params))
        except ValidationError as error:
            raise HTTPException(422, self.said(error)) from None

    @staticmethod
    def said(error: ValidationError) -> str:
        """Say what is wrong, field by field, without the values."""
        problems = error.errors(include_url=False, include_input=False)
        return "; ".join(f"{_field(problem['loc'])}: {problem['msg']}" for problem in problems)


def _field(place: tuple[int | str, ...]) -> str:
    return ".".join(map(str, place)) or "the body"
