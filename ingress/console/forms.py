"""What a person typed into a form, read within bounds."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request

from ingress.auth.admission import SAFE
from ingress.body import read_body

MOST_FIELDS: Final = 2000


async def read_form(request: Request) -> Mapping[str, Sequence[str]]:
    """Read a form's fields; nothing where the request carries none.

    Raises TooLargeError, CutOffError.
    """
    if request.method in SAFE:
        return {}
    declared = request.headers.get("content-length", "").encode() or None
    body = await read_body(request.receive, declared)
    try:
        return parse_qs(
            body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"
        )
    except ValueError:
        return {}
