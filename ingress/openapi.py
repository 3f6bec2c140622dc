"""The API's description of itself, made from its operations and models (OpenAPI 3.1)."""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Generic, NamedTuple, TypeVar

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from schemas.api import Problem
from schemas.words import SUBJECTS

SCHEMA: Final = "#/components/schemas/{model}"
REASONS: Final = {
    "401": "The token is missing or wrong.",
    "404": "There is no such thing.",
    "422": "The query is not understood.",
}
T = TypeVar("T")


class Operation(NamedTuple, Generic[T]):
    """One question: its path, the function that answers, the models of answer and query."""

    path: str
    ask: Callable[[T], Awaitable[BaseModel]]
    answer: type[BaseModel]
    query: type[BaseModel] | None = None


def describe(root: str, operations: Sequence[Operation[T]]) -> dict[str, Any]:
    """Describe all operations, whose paths lie under `root`."""
    models: list[type[BaseModel]] = [*(each.answer for each in operations), Problem]
    _, found = models_json_schema([(each, "serialization") for each in models], ref_template=SCHEMA)
    bearer = {"type": "http", "scheme": "bearer"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Zoho–Xero bridge", "version": "1"},
        "paths": {root + each.path: {"get": _describe(each)} for each in operations},
        "components": {"schemas": found["$defs"], "securitySchemes": {"bearer": bearer}},
        "security": [{"bearer": []}],
    }


def _describe(operation: Operation[T]) -> dict[str, Any]:
    places, query = re.findall(r"{(\w+)}", operation.path), _query(operation.query)
    codes = ["401", *(["404"] if places else []), *(["422"] if query else [])]
    return {
        "operationId": operation.ask.__name__,
        "summary": operation.ask.__doc__,
        "parameters": [*map(_place, places), *query],
        "responses": {
            "200": _answer("What was asked for.", operation.answer),
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


def _answer(text: str, model: type[BaseModel]) -> dict[str, Any]:
    schema = {"$ref": SCHEMA.format(model=model.__name__)}
    return {"description": text, "content": {"application/json": {"schema": schema}}}
