"""How a webhook is written: the default JSON, and the other ways that were seen."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from random import Random
from typing import Literal
from urllib.parse import urlencode

from sandbox.zoho.encoding import Record, encode_exact
from sandbox.zoho.kinds import KINDS
from sandbox.zoho.signature import FORM

JSON = "application/json"
Body = tuple[str, bytes]  # content type, bytes
_KEYS = {kind.root: kind.key for kind in KINDS.values()}


def as_json(root: str, record: Record) -> Body:
    """Write the root key and the whole entity, numbers with their zeros."""
    return JSON, encode_exact({root: record})


def as_flat_json(_root: str, record: Record) -> Body:
    """Write the entity without a root."""
    return JSON, encode_exact(record)


def as_form(_root: str, record: Record) -> Body:
    """Write flat pairs without a root, with what is nested as JSON texts."""
    pairs = {name: _form_text(value) for name, value in record.items()}
    return FORM, urlencode(pairs).encode()


def _form_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    return encode_exact(value).decode()


def as_json_string(root: str, record: Record) -> Body:
    """Write one form field, `JSONString`, with the default JSON in it."""
    return FORM, urlencode({"JSONString": as_json(root, record)[1]}).encode()


def with_numeric_ids(root: str, record: Record) -> Body:
    """Write ids as numbers, too large for a float to hold."""
    return JSON, encode_exact({root: _numeric(record)})


def _numeric(value: object, name: str = "") -> object:
    if isinstance(value, dict):
        return {key: _numeric(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_numeric(each) for each in value]
    if name.endswith("_id") and isinstance(value, str) and value.isdecimal():
        return int(value)
    return value


def id_only(root: str, record: Record) -> Body:
    """Write the root with nothing but the id in it."""
    return as_json(root, {_KEYS[root]: record[_KEYS[root]]})


def empty(_root: str, _record: Record) -> Body:
    """Write nothing: the id is in the address alone."""
    return JSON, b""


def ping(_root: str, _record: Record) -> Body:
    """Write the test that Zoho sends from its settings page."""
    return JSON, encode_exact({"payload": ""})


Variant = Literal["json", "flat", "form", "jsonstring", "numeric", "id_only", "empty", "ping"]
VARIANTS: Mapping[Variant, Callable[[str, Record], Body]] = {
    "json": as_json,
    "flat": as_flat_json,
    "form": as_form,
    "jsonstring": as_json_string,
    "numeric": with_numeric_ids,
    "id_only": id_only,
    "empty": empty,
    "ping": ping,
}


def shuffled(value: Record, chance: Random) -> Record:
    """Return the record with its keys in a random order, as Zoho's are."""
    names = list(value)
    chance.shuffle(names)
    return {name: _shuffled(value[name], chance) for name in names}


def _shuffled(value: object, chance: Random) -> object:
    if isinstance(value, dict):
        return shuffled(value, chance)
    if isinstance(value, list):
        return [_shuffled(each, chance) for each in value]
    return value
