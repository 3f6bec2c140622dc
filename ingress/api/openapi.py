"""The API's description of itself, made from its operations and models (OpenAPI 3.1)."""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Generic, NamedTuple, TypeVar

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.responses import Response

from schemas.api import Problem
from schemas.words import SUBJECTS, Role

SCHEMA: Final = "#/components/schemas/{model}"
REASONS: Final = {
    "401": "The token or the session is missing, wrong or over.",
    "403": "The role is too low, or another site sent this.",
    "404": "There is no such thing.",
    "409": "As things stand it can't be done.",
    "422": "What was sent is not understood; `fields` says what of a connection file.",
    "502": "Xero or Zoho does not answer.",
}
USUAL: Final = 10.0  # seconds for an answer
T = TypeVar("T")


class Operation(NamedTuple, Generic[T]):
    """One thing to ask or to do: where, the least role, the function, the models that go and come.

    Nothing is open by default: an operation always names its role. `patience` is the seconds that
    it may take, longer for what asks Xero or Zoho; `also` is another media type of the body, or of
    the answer where there is no body.
    """

    method: str
    path: str
    least: Role
    ask: Callable[[T], Awaitable[BaseModel | Response]]
    answer: type[BaseModel]
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    patience: float = USUAL
    also: str | None = None


def describe(root: str, operations: Sequence[Operation[T]]) -> dict[str, Any]:
    """Describe all operations, whose paths lie under `root`."""
    answers: list[type[BaseModel]] = [*(each.answer for each in operations), Problem]
    bodies = [each.body for each in operations if each.body]
    _, found = models_json_schema(
        [(each, "serialization") for each in answers] + [(each, "validation") for each in bodies],
        ref_template=SCHEMA,
    )
    paths: dict[str, dict[str, Any]] = {}
    for each in operations:
        paths.setdefault(root + each.path, {})[each.method.lower()] = _describe(each)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Zoho–Xero bridge", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": found["$defs"],
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"bearer": []}],
    }


def _describe(operation: Operation[T]) -> dict[str, Any]:
    places, query = re.findall(r"{(\w+)}", operation.path), _query(operation.query)
    understood = bool(query or operation.body)
    codes = ["401", "403", *(["404"] if places else []), *(["422"] if understood or places else [])]
    asks_others = operation.patience > USUAL
    codes += ["409"] if asks_others or operation.method != "GET" else []
    codes += ["502"] if asks_others else []
    return {
        "operationId": operation.ask.__name__,
        "summary": operation.ask.__doc__,
        "description": f"The least role is {operation.least}.",
        "parameters": [*map(_place, places), *query],
        **_body(operation),
        "responses": {
            "200": _found(operation),
            **{code: _answer(REASONS[code], Problem) for code in codes},
        },
    }


def _place(name: str) -> dict[str, Any]:
    schema = {"enum": list(SUBJECTS)} if name == "entity" else {"type": "string"}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _query(model: type[BaseModel] | None) -> list[dict[str, Any]]:
    if model is None:
        return []
    return [
        {"name": name, "in": "query", "schema": schema}
        for name, schema in model.model_json_schema()["properties"].items()
    ]


def _body(operation: Operation[T]) -> dict[str, Any]:
    if operation.body is None:
        return {}
    schema = {"$ref": SCHEMA.format(model=operation.body.__name__)}
    content = {"application/json": {"schema": schema}, **_text(operation.also)}
    return {"requestBody": {"required": True, "content": content}}


def _found(operation: Operation[T]) -> dict[str, Any]:
    answer = _answer("What was asked for.", operation.answer)
    if operation.body is None:
        answer["content"] |= _text(operation.also)
    return answer


def _text(media: str | None) -> dict[str, Any]:
    return {media: {"schema": {"type": "string"}}} if media else {}


def _answer(text: str, model: type[BaseModel]) -> dict[str, Any]:
    schema = {"$ref": SCHEMA.format(model=model.__name__)}
    return {"description": text, "content": {"application/json": {"schema": schema}}}
