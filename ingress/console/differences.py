"""What is different between two versions of a document, as Zoho told them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs

from ingress.journal.content import decode
from schemas.payloads import FORM

JSON_FIELD: Final = "JSONString"
LONGEST: Final = 300  # characters of one value
MOST: Final = 60  # differences that are named
# These change with every version, or are shown a second time in another form.
NOISE: Final = ("_formatted", "_url", "last_modified_time", "updated_time", "page_context")


class Difference(NamedTuple):
    """One field: what it was, and what it is; None where it was not there."""

    field: str
    before: str | None
    after: str | None


def read_version(content_type: str, body: bytes) -> Mapping[str, str] | None:
    """Read a delivery into fields with a path each; None for a body that says nothing."""
    try:
        if content_type.partition(";")[0].strip().lower() == FORM:
            body = parse_qs(body.decode())[JSON_FIELD][0].encode()
        content = decode(body)
    except (ValueError, KeyError):
        return None
    while isinstance(content, dict) and len(content) == 1:
        [content] = content.values()
    return dict(_fields(content)) or None


def compare(before: Mapping[str, str], after: Mapping[str, str]) -> Sequence[Difference]:
    """Name what differs, in the order of the newer version."""
    names = [*after, *(name for name in before if name not in after)]
    found = (Difference(name, before.get(name), after.get(name)) for name in names)
    return [each for each in found if each.before != each.after][:MOST]


def _fields(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if not str(name).endswith(NOISE):
                yield from _fields(inner, f"{path}: {name}" if path else str(name))
    elif isinstance(value, list):
        for place, inner in enumerate(value, 1):
            yield from _fields(inner, f"{path} {place}")
    elif value not in (None, ""):
        yield path, str(value)[:LONGEST]
