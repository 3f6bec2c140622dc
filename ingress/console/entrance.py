"""Coming in and going out: sign-in, the first account, sign-out."""

from http import HTTPStatus
from typing import Final

from starlette.responses import Response

from ingress.auth import first_account, sessions
from ingress.auth.first_account import SetupError
from ingress.auth.passwords import WeakPasswordError
from ingress.auth.sessions import WrongPasswordError
from ingress.auth.throttle import TooManyTriesError
from ingress.auth.users import UserError
from ingress.console.visitor import Visitor

UNUSABLE: Final = 422


async def ask(visitor: Visitor) -> Response:
    """Ask who it is; where nobody has an account yet, lead to the first."""
    if visitor.actor:
        return visitor.onward(_after(visitor.asked("next")))
    if await first_account.is_wanted(visitor.console.office.pool):
        return visitor.onward("/setup")
    return visitor.page("sign-in.html", next=visitor.asked("next"))


async def sign_in(visitor: Visitor) -> Response:
    """Open a session for the right password."""
    name, pool = visitor.typed("name"), visitor.console.office.pool
    client = visitor.request.client
    words = {"next": visitor.typed("next"), "name": name}
    try:
        session = await sessions.sign_in(
            pool,
            visitor.console.passwords,
            name=name,
            password=_password(visitor),
            address=client.host if client else "",
        )
    except WrongPasswordError as error:
        return visitor.page("sign-in.html", HTTPStatus.UNAUTHORIZED, wrong=str(error), **words)
    except TooManyTriesError as error:
        page = visitor.page("sign-in.html", HTTPStatus.TOO_MANY_REQUESTS, wrong=str(error), **words)
        page.headers["Retry-After"] = str(error.seconds)
        return page
    return _enter(visitor, session, _after(visitor.typed("next")))


async def ask_first(visitor: Visitor) -> Response:
    """Ask for the first account, once."""
    if not await first_account.is_wanted(visitor.console.office.pool):
        return visitor.onward("/")
    return visitor.page("setup.html")


async def make_first(visitor: Visitor) -> Response:
    """Make the first account, and sign it in."""
    name = visitor.typed("name")
    try:
        if _password(visitor) != _password(visitor, "again"):
            raise UserError("The two passwords are not the same")  # noqa: TRY301  one way to tell
        session = await first_account.make(
            visitor.console.office.pool,
            visitor.console.passwords,
            token=visitor.typed("token"),
            name=name,
            password=_password(visitor),
        )
    except (SetupError, UserError, WeakPasswordError) as error:
        words = {"name": name, "token": visitor.typed("token")}
        return visitor.page("setup.html", UNUSABLE, wrong=str(error), **words)
    return _enter(visitor, session, "/")


async def sign_out(visitor: Visitor) -> Response:
    """End the session."""
    response = visitor.onward("/sign-in", "You are signed out.")
    if visitor.actor and visitor.actor.session:
        await sessions.sign_out(visitor.database, visitor.actor.session)
    visitor.console.admission.cookie.clear(response)
    return response


def _enter(visitor: Visitor, session: str, path: str) -> Response:
    response = visitor.onward(path)
    visitor.console.admission.cookie.write(response, session)
    return response


def _after(path: str) -> str:
    """Give where to go on to: a page of ours, whatever the address says."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if ours else "/"


def _password(visitor: Visitor, name: str = "password") -> str:
    values = visitor.fields.get(name, ())
    return values[-1] if values else ""
