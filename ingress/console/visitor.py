"""One request of a person: who asks, what they typed, and the page or the way on that they get."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bridge.postgres import Connection
from ingress.auth.actor import Actor
from ingress.auth.admission import Admission
from ingress.auth.passwords import Passwords
from ingress.auth.sessions import form_token
from ingress.connections import finding
from ingress.connections.office import Office, UnknownConnectionError
from ingress.console.known import Known
from schemas.rules import RulePage

# Everything comes from here: no code inside of a page, no other host, no frame around it.
PAGE_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}
SAID: Final = "bridge-said"  # the cookie that carries one message to the next page
SAID_SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class Console:
    """What all pages work with."""

    office: Office
    admission: Admission
    passwords: Passwords
    pages: Environment
    rules: RulePage
    known: Known = field(default_factory=Known)


@dataclass(slots=True)
class Visitor:
    """One request. `fields` are those of a form, `database` is lent for as long as it takes."""

    console: Console
    request: Request
    database: Connection
    actor: Actor | None = None
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    row: finding.Row | None = None

    @property
    def name(self) -> str:
        """Who asks, as the audit has it."""
        return self.actor.name if self.actor else "nobody"

    def typed(self, name: str) -> str:
        """Give what was typed into a field, without the blanks around it."""
        values = self.fields.get(name, ())
        return values[-1].strip() if values else ""

    def asked(self, name: str) -> str:
        """Give a parameter of the address."""
        return self.request.query_params.get(name, "").strip()

    async def connection(self) -> finding.Row:
        """Read the connection that the address names; HTTPException 404."""
        if self.row is None:
            name = self.request.path_params["name"]
            try:
                self.row = await finding.find(self.database, name)
            except UnknownConnectionError:
                raise HTTPException(404, f"There is no connection {name}.") from None
        return self.row

    def page(self, template: str, status: int = 200, **words: Any) -> Response:
        """Show a page; `words` are what its template asks for."""
        said = _read_said(self.request)
        given = {
            "visitor": self,
            "actor": self.actor,
            "may": self.actor.may if self.actor else lambda _least: False,
            "hidden": self._proof(),
            "connection": self.row,
            "path": self.request.url.path,
            "message": said,
        }
        text = self.console.pages.get_template(template).render(given | words)
        response = HTMLResponse(text, status, headers=PAGE_HEADERS)
        if said:
            response.delete_cookie(SAID, path="/")
        return response

    def _proof(self) -> Markup:
        """Give the field that proves a form to be of this session (CSRF)."""
        session = self.actor.session if self.actor else None
        field = '<input type="hidden" name="csrf" value="{}">'
        return Markup(field).format(form_token(session) if session else "")  # noqa: S704  a constant

    def onward(self, path: str, said: str = "", *, wrong: bool = False) -> Response:
        """Send the browser to another page, with a message to be shown there once."""
        response = RedirectResponse(path, 303)
        if said:
            text = json.dumps({"text": said[:1000], "wrong": wrong}).encode()
            response.set_cookie(
                SAID,
                base64.urlsafe_b64encode(text).decode(),
                max_age=SAID_SECONDS,
                path="/",
                httponly=True,
                samesite="lax",
            )
        return response


def at(name: str, *rest: str) -> str:
    """Give the address of a connection's page."""
    return "/".join(("/connections", *(quote(part, safe="") for part in (name, *rest))))


def _read_said(request: Request) -> Mapping[str, Any] | None:
    given = request.cookies.get(SAID)
    if not given:
        return None
    try:
        said = json.loads(base64.urlsafe_b64decode(given))
        return {"text": str(said["text"]), "wrong": bool(said["wrong"])}
    except (binascii.Error, ValueError, KeyError, TypeError):
        return None
