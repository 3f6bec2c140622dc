"""What people call documents: their kind and number, with a link, in the place of our own keys."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from markupsafe import Markup

from bridge.postgres import Connection
from bridge.queries import load
from ingress.console.wording import coded, document_path, entity
from schemas.words import SUBJECTS

QUERIES = load(__file__, "console.sql")
KEY: Final = re.compile(rf"\b({'|'.join(SUBJECTS)}):(\d{{1,20}})\b")
LINK: Final = Markup('<a href="{}">{} {}</a>')

Named = Callable[[str], Markup]


async def naming(database: Connection, row: Mapping[str, Any], texts: Iterable[str]) -> Named:
    """Read the numbers of all documents that texts name by key; gives what writes them out."""
    keys = sorted({key for text in texts for key in KEY.findall(text)})
    rows = await QUERIES.numbers(
        database,
        connection_id=row["id"],
        entities=[kind for kind, _ in keys],
        zoho_ids=[zoho_id for _, zoho_id in keys],
    )
    numbers = {each["document"]: each["number"] for each in rows}
    return lambda text: _named(text, row["name"], numbers)


def _named(text: str, connection: str, numbers: Mapping[str, str]) -> Markup:
    def link(found: re.Match[str]) -> str:
        path = document_path(connection, {"entity": found[1], "zoho_id": found[2]})
        return LINK.format(path, entity(found[1]), numbers.get(found[0], found[2]))

    return Markup(KEY.sub(link, coded(text)))  # noqa: S704  both parts are escaped
