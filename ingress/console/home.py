"""The first page: every connection with how it is; with a single one, straight to it."""

from typing import Final

from starlette.responses import Response

from bridge.queries import load
from ingress.console.visitor import Visitor, at

QUERIES = load(__file__, "console.sql")
# What a consent came to: the word with which the browser was sent back.
CONSENTS: Final = {
    "done": "Connected.",
    "choose": "The consent covers several organisations: choose one under Settings.",
    "other": "That consent is for another organisation, and nothing was changed.",
    "denied": "The consent was not given, and nothing was changed.",
    "refused": "The consent was not taken; the log says why. Try again.",
    "expired": "That took too long, or came from another browser. Try again.",
}
GOOD: Final = ("done", "choose")


async def show(visitor: Visitor) -> Response:
    """Show all connections, or how to make the first."""
    if word := visitor.asked("connect"):
        return after_consent(visitor, word, "/?all=1")
    rows = await QUERIES.connections(visitor.database)
    if len(rows) == 1 and not visitor.asked("all"):
        return visitor.onward(at(rows[0]["name"]))
    return visitor.page("home.html", title="Connections", rows=rows)


def after_consent(visitor: Visitor, word: str, path: str) -> Response:
    """Lead on with what became of a consent."""
    said = CONSENTS.get(word, CONSENTS["refused"])
    return visitor.onward(path, said, wrong=word not in GOOD)
