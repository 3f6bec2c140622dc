"""One answer of Xero's, or the lack of one, as plain data."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal

# `never_left`: no byte of the request can have reached Xero. `held`: we let none leave, for its
# time was over, or Xero had just asked us to wait. `lost`: one may have reached it.
Failure = Literal["never_left", "held", "lost"]
GUID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request.

    `status` is None when nothing did, and then `failure` says how. `body` is the parsed JSON with
    Decimals, None when it does not parse. `text` is a short excerpt for people.
    """

    status: int | None
    body: Any = None
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    failure: Failure | None = None

    def number(self, header: str) -> int | None:
        """A header that counts something, or None."""
        value = self.headers.get(header, "")
        return int(value) if value.isdigit() else None


def read(status: int, headers: Mapping[str, str], raw: bytes) -> Answer:
    """Make an answer of what HTTP delivered."""
    try:
        body = json.loads(raw, parse_float=Decimal, object_hook=_plain) if raw else None
    except ValueError:
        body = None
    return Answer(status, body, raw[:300].decode(errors="replace"), headers)


def _plain(element: dict[str, Any]) -> dict[str, Any]:
    # An id is the same in any letters; compared and kept, it is in small ones.
    for name, value in element.items():
        if name[-2:].lower() == "id" and isinstance(value, str) and GUID.fullmatch(value):
            element[name] = value.lower()
    return element


def messages(element: Any) -> list[str]:
    """Xero's own words about an element or a whole refusal, in its order, each once.

    Reads `ValidationErrors` (key `Message`, in one documented sample `Description`), the error's
    `Elements`, and the forms of 401, 403 and 5xx bodies.
    """
    if not isinstance(element, dict):
        return []
    found = [
        str(problem.get("Message") or problem.get("Description") or "")
        for problem in element.get("ValidationErrors") or ()
        if isinstance(problem, dict)
    ]
    for inner in element.get("Elements") or ():
        found += messages(inner)
    if not found:
        found = [str(element[name]) for name in ("Message", "Detail") if element.get(name)]
    return list(dict.fromkeys(text for text in found if text))
