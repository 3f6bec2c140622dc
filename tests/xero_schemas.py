"""Xero's published schemas, where they are at hand: for what we send, and for the stand-in."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator
from referencing import Registry
from referencing.jsonschema import DRAFT4

from processors.plans.building import as_json
from tests.house import HOUSE

PLACE = Path(os.environ.get("XERO_SCHEMAS", HOUSE.parent / "shared/data/xero_write_schemas.json"))
# For tests that are about the schemas alone; others go on without them.
with_schemas = pytest.mark.skipif(
    not PLACE.exists(), reason=f"Xero's schemas are not at {PLACE}: set XERO_SCHEMAS"
)
XERO_ID = "00000000-0000-4000-8000-000000000001"


def fits(schema: str, body: Any) -> list[str]:
    """Say where a body, its links filled, breaks Xero's schema; without any, nothing is said."""
    return _broken(OAS30WriteValidator, schema, _filled(as_json(body)))


def shows(schema: str, element: Any) -> list[str]:
    """Say where an answer's element breaks Xero's schema; without any, nothing is said."""
    return _broken(OAS30ReadValidator, schema, element)


def _broken(validator: Any, schema: str, element: Any) -> list[str]:
    if not PLACE.exists():
        return []
    place = {"$ref": f"urn:xero#/components/schemas/{schema}"}
    return [each.message for each in validator(place, registry=_registry()).iter_errors(element)]


@cache
def _registry() -> Registry[Any]:
    schemas = json.loads(PLACE.read_text(encoding="utf-8"))
    document = DRAFT4.create_resource({"components": {"schemas": schemas}})
    registry: Registry[Any] = Registry().with_resource("urn:xero", document)
    return registry


def _filled(body: Any) -> Any:
    if isinstance(body, dict):
        if set(body) == {"$link"}:
            return XERO_ID
        return {name: _filled(value) for name, value in body.items()}
    return [_filled(value) for value in body] if isinstance(body, list) else body
