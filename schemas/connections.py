"""Reads the connection file, telling all that is wrong with it at once, by line and field."""

import difflib
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError

from schemas.books import Books, Side
from schemas.connection_file import ConnectionFile, Policies, Purpose
from schemas.toml_places import Path, line_of, places

ENV: Final = "env:"
OUT_OF_REACH: Final = (
    "takes its value from the environment, which a file that comes over HTTP can't",
    "Send the value itself: it is stored encrypted, and never shown",
)
SEE: Final = "docs/connection.md shows what a connection file holds"
WHAT: Final = {
    "missing": "is missing",
    "extra_forbidden": "is not a key of a connection file",
    "string_type": "is not text, which needs quotes",
    "bool_type": "is neither true nor false",
    "date_type": "is not a date",
    "string_pattern_mismatch": "does not have the right form",
    "model_type": "is not a section",
    "dict_type": "is not a section",
}


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One thing that is wrong with a connection file; never holds a secret.

    `line` is counted from 1, and 0 where there is no text.
    """

    line: int
    field: str
    what: str
    remedy: str

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.field} {self.what}. {self.remedy}"


class ConnectionFileError(Exception):
    """The file is refused whole; `problems` are all of them, in the file's order."""

    def __init__(self, problems: list[FileProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def read_file(text: str, environ: Mapping[str, str] | None) -> ConnectionFile:
    """Read a connection file (TOML), its secrets `env:NAME` taken from `environ`.

    With None, a file that came over HTTP, the environment stays out of reach. Raises
    ConnectionFileError with every problem.
    """
    text = text.removeprefix("\ufeff")  # some editors put this mark before what they save
    tree = _parse(text)
    return _read(ConnectionFile.model_validate, tree, environ, places(text))


def read_tree(tree: Any) -> ConnectionFile:
    """Read a connection file that came as JSON. Raises ConnectionFileError with every problem."""
    if not isinstance(tree, dict):
        raise ConnectionFileError([FileProblem(0, "the body", "is no object", SEE)])
    as_json = ConnectionFile.model_validate_json  # its dates are text
    return _read(lambda given: as_json(json.dumps(given)), tree, None, None)


def _read(
    validate: Callable[[Any], ConnectionFile],
    tree: dict[str, Any],
    environ: Mapping[str, str] | None,
    found: Mapping[Path, int] | None,
) -> ConnectionFile:
    problems = {path: _place(path, *problem, found) for path, problem in _resolve(tree, environ)}
    try:
        file = validate(tree)
    except ValidationError as error:
        for item in error.errors():
            path = tuple(str(part) for part in item["loc"] if part != "[key]")
            problems.setdefault(path, _place(path, *_explain(path, item), found))
    if problems:
        raise ConnectionFileError(sorted(problems.values(), key=lambda each: each.line))
    return file


def place(field: str, what: str, remedy: str, text: str) -> FileProblem:
    """Say where in the file's text a problem stands that was found after reading it.

    Without a text, the file came as JSON, and there is no line.
    """
    return _place(tuple(field.split(".")), what, remedy, places(text) if text else None)


def _place(path: Path, what: str, remedy: str, found: Mapping[Path, int] | None) -> FileProblem:
    return FileProblem(0 if found is None else line_of(path, found), ".".join(path), what, remedy)


def _parse(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what, _, where = str(error).rpartition(" (at ")
        digits = re.search(r"line (\d+)", where)
        line = int(digits[1]) if digits else len(text.splitlines())
        remedy = "See toml.io for how the format is written"
        raise ConnectionFileError(
            [FileProblem(line, "the file", f"is not TOML: {what[0].lower()}{what[1:]}", remedy)]
        ) from None


def _resolve(
    tree: dict[str, Any], environ: Mapping[str, str] | None
) -> list[tuple[Path, tuple[str, str]]]:
    """Put the environment's values in the place of `env:NAME`; names those that are not there."""
    missing: list[tuple[Path, tuple[str, str]]] = []
    for section in ("zoho", "xero"):
        fields = tree.get(section)
        if not isinstance(fields, dict):
            continue
        for key, value in fields.items():
            if not (isinstance(value, str) and value.startswith(ENV)):
                continue
            if environ is None:
                missing.append(((section, key), OUT_OF_REACH))
                continue
            name = value.removeprefix(ENV)
            fields[key] = environ.get(name) or value
            if not environ.get(name):
                problem = f"takes {name} from the environment, which is not set there"
                missing.append(((section, key), (problem, f"Set {name} and apply again")))
    return missing


def _explain(path: Path, item: Any) -> tuple[str, str]:
    """Put pydantic's finding into our words: what is wrong, and what to do."""
    kind = item["type"]
    model, description = _look_up(path)
    if kind == "extra_forbidden" or (item["loc"][-1] == "[key]" and path[0] == "accounts"):
        return WHAT["extra_forbidden"], _suggest(path, model)
    if kind == "value_error":
        return str(item["ctx"]["error"]), f"Complete the section [{'.'.join(path)}]"
    if kind == "literal_error":
        return f"is none of {item['ctx']['expected']}", description
    return WHAT.get(kind, str(item["msg"])), description


def _look_up(path: Path) -> tuple[type[BaseModel], str]:
    """Find the innermost section on the way to a key, and how the key's description mends it."""
    model: type[BaseModel] = ConnectionFile
    description = ""
    for part in path:
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        if part not in fields:
            break
        description = fields[part].description or ""
        inner = fields[part].annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return model, description


def _suggest(path: Path, model: type[BaseModel]) -> str:
    known = [field.alias or name for name, field in model.model_fields.items()]
    if path[0] == "accounts":
        known = list(get_args(Purpose))
    close = difflib.get_close_matches(path[-1], known, n=1)
    return f"Did you mean {close[0]}?" if close else f"Known here are {', '.join(known)}"


def books_of(
    config: Mapping[str, Any],
    cutover: date,
    timezone: str,
    base_currency: str | None,
    imported_accounts: Mapping[str, str] | None = None,
    tax_rates: Mapping[str, str] | None = None,
) -> Books:
    """Give what a decision needs of a stored connection; `config` as `to_config` made it.

    `imported_accounts` map themselves, Zoho account id -> Xero account; explicit ones win (C8).
    `tax_rates` are Xero's, TaxType -> per cent.
    """
    return Books(
        cutover=cutover,
        timezone=timezone,
        base_currency=base_currency or "",
        exports=frozenset(name for name, on in config["export"].items() if on),
        take_off_credits=_sides_taken_off(config),
        accounts=dict(config["accounts"]),
        account_map={**(imported_accounts or {}), **config["account_map"]},
        tax_map={
            zoho_id: {side: value for side, value in sides.items() if value}
            for zoho_id, sides in config["tax_map"].items()
        },
        tax_rates={name: Decimal(rate) for name, rate in (tax_rates or {}).items()},
    )


def read_books(row: Mapping[str, Any]) -> Books:
    """A connection's books, as they stand in a row that shows them."""
    return books_of(
        row["config"],
        row["cutover"],
        row["timezone"],
        row["base_currency"],
        row["imported_accounts"],
        row["tax_rates"],
    )


def _sides_taken_off(config: Mapping[str, Any]) -> frozenset[Side]:
    # A connection that was stored before there was a choice has the default.
    chosen = Policies.model_validate(config.get("take_off_credits", {}))
    sides: tuple[Side, ...] = ("sales", "purchases")
    return frozenset(side for side in sides if getattr(chosen, side) == "auto")


def accounts_used(config: Mapping[str, Any]) -> dict[str, str]:
    """Give every Xero account that a configuration names, by the field that names it."""
    chosen = {f"accounts.{purpose}": value for purpose, value in config["accounts"].items()}
    mapped = {f"account_map.{zoho_id}": value for zoho_id, value in config["account_map"].items()}
    return chosen | mapped


def tax_types_used(config: Mapping[str, Any]) -> dict[str, str]:
    """Give every Xero TaxType that a configuration names, by the field that names it."""
    return {
        f"tax_map.{zoho_id}.{side}": value
        for zoho_id, sides in config["tax_map"].items()
        for side, value in sides.items()
        if value
    }
