"""Reading an event's body as a version of its document; what doesn't read is named by field."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from schemas.documents import MODELS, Document
from schemas.payloads import ID_FIELDS, parse

MOST_PROBLEMS = 5  # fields named in one reason


class UnreadableError(Exception):
    """The body lacks or mistypes what a decision needs; the text names the fields."""


def read_version(entity: str, zoho_id: str, content_type: str, body: bytes) -> Document:
    """Read the document that an event carries; UnreadableError when it does not read.

    A body without the id takes the one that the event was journaled under.
    """
    try:
        fields = parse(content_type, body, entity).fields
        fields.setdefault(ID_FIELDS[entity], zoho_id)
        return MODELS[entity].model_validate(fields)
    except ValidationError as error:
        raise UnreadableError(_say(error.errors(include_url=False, include_input=False))) from error
    except ValueError as error:
        raise UnreadableError(f"the body does not read: {error}") from error


def read_snapshot(entity: str, snapshot: dict[str, Any] | None) -> Document | None:
    """Read a version back from the database."""
    return MODELS[entity].model_validate(snapshot) if snapshot else None


def _say(problems: Sequence[Any]) -> str:
    named = [f"{_path(problem['loc'])}: {_what(problem)}" for problem in problems]
    more = len(named) - MOST_PROBLEMS
    return "; ".join(named[:MOST_PROBLEMS]) + (f"; and {more} more" if more > 0 else "")


def _what(problem: Any) -> str:
    """Say what is wrong with a field, without the library's own words around it."""
    what = str(problem["msg"]).removeprefix("Value error, ")
    return "is missing" if problem["type"] == "missing" else what[0].lower() + what[1:]


def _path(places: Sequence[int | str]) -> str:
    """Write `line_items[0].rate`."""
    written = "".join(f"[{place}]" if isinstance(place, int) else f".{place}" for place in places)
    return written.removeprefix(".")
