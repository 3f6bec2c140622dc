"""The API's description, made from its operations and models (OpenAPI 3.1)."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.requests import Request

from bridge.postgres import Pool
from schemas.api import Problem

SCHEMA: Final = "#/components/schemas/{model}"


@dataclass(frozen=True, slots=True)
class Operation:
    """One question: its path, the function that answers, the model of the answer, its options."""

    path: str
    ask: Callable[[Pool, Request], Awaitable[BaseModel]]
    model: type[BaseModel]
    query: tuple[str, ...] = ()


def describe(operations: Sequence[Operation]) -> dict[str, Any]:
    """Write the description of all operations."""
    models: list[type[BaseModel]] = [*(each.model for each in operations), Problem]
    _, found = models_json_schema(
        [(model, "serialization") for model in models], ref_template=SCHEMA
    )
    bearer = {"type": "http", "scheme": "bearer"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Zoho–Xero bridge", "version": "1"},
        "paths": {operation.path: {"get": _describe(operation)} for operation in operations},
        "components": {"schemas": found["$defs"], "securitySchemes": {"bearer": bearer}},
        "security": [{"bearer": []}],
    }


def _describe(operation: Operation) -> dict[str, Any]:
    parameters = [
        *(_parameter(name, "path") for name in re.findall(r"{(\w+)}", operation.path)),
        *(_parameter(name, "query") for name in operation.query),
    ]
    return {
        "summary": operation.ask.__doc__,
        "operationId": operation.ask.__name__,
        "parameters": parameters,
        "responses": {
            "200": _answer("What was asked for.", operation.model),
            "401": _answer("The token is missing or wrong.", Problem),
            "404": _answer("There is no such thing.", Problem),
        },
    }


def _parameter(name: str, place: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": place,
        "required": place == "path",
        "schema": {"type": "string"},
    }


def _answer(text: str, model: type[BaseModel]) -> dict[str, Any]:
    schema = {"$ref": SCHEMA.format(model=model.__name__)}
    return {"description": text, "content": {"application/json": {"schema": schema}}}
