"""People and tokens: who may come in, and what they may do; and one's own password."""

from typing import Any, Final, get_args

from starlette.responses import Response

from ingress.auth import sessions, tokens, users
from ingress.auth.passwords import WeakPasswordError
from ingress.auth.throttle import TooManyTriesError
from ingress.auth.tokens import TokenError
from ingress.auth.users import UserError
from ingress.console.visitor import Visitor
from schemas.words import ROLES, Role

WHAT: Final = {
    "viewer": "sees everything, changes nothing",
    "operator": "also tries again, gives up, and switches connections on and off",
    "admin": "also connects, maps and deletes, and lets people in",
}
REFUSED: Final = (UserError, TokenError, WeakPasswordError)


async def show(visitor: Visitor) -> Response:
    """Show everybody who may come in."""
    return await _show(visitor)


async def _show(visitor: Visitor, status: int = 200, **words: Any) -> Response:
    pool = visitor.console.office.pool
    return visitor.page(
        "people.html",
        status,
        title="People",
        users=await users.list_all(pool),
        tokens=await tokens.list_all(pool),
        what=WHAT,
        **words,
    )


async def add(visitor: Visitor) -> Response:
    """Let somebody in."""
    name = visitor.typed("name").lower()
    try:
        hashed = await users.hashed_for(
            visitor.console.passwords, name, _secret(visitor, "password")
        )
        await users.add(
            visitor.console.office.pool, name, _role(visitor), hashed=hashed, actor=visitor.name
        )
    except REFUSED as error:
        return visitor.onward("/people", f"{error}.", wrong=True)
    return visitor.onward("/people", f"{name} may sign in now.")


async def change(visitor: Visitor) -> Response:
    """Give somebody another role, end their sessions, or remove them."""
    name, pool, actor = visitor.typed("name"), visitor.console.office.pool, visitor.name
    try:
        match visitor.typed("what"):
            case "role":
                await users.set_role(pool, name, _role(visitor), actor=actor)
                said = f"{name} is {_role(visitor)} now."
            case "remove":
                await users.remove(pool, name, actor=actor)
                said = f"{name} may not sign in any more."
            case _:
                await sessions.end_all(pool, name, actor=actor)
                said = f"{name} is signed out everywhere."
    except REFUSED as error:
        return visitor.onward("/people", f"{error}.", wrong=True)
    return visitor.onward("/people", said)


async def make_token(visitor: Visitor) -> Response:
    """Make a token, and show it this once."""
    try:
        token = await tokens.create(
            visitor.console.office.pool, visitor.typed("name"), _role(visitor), actor=visitor.name
        )
    except REFUSED as error:
        return visitor.onward("/people", f"{error}.", wrong=True)
    return await _show(visitor, made=token, made_name=visitor.typed("name"))


async def revoke_token(visitor: Visitor) -> Response:
    """End a token."""
    try:
        await tokens.revoke(visitor.console.office.pool, visitor.typed("name"), actor=visitor.name)
    except REFUSED as error:
        return visitor.onward("/people", f"{error}.", wrong=True)
    return visitor.onward("/people", f"The token {visitor.typed('name')} opens nothing any more.")


async def me(visitor: Visitor) -> Response:
    """Show one's own account."""
    return visitor.page("me.html", title="Your account", what=WHAT)


async def change_password(visitor: Visitor) -> Response:
    """Give oneself another password; every session ends."""
    name, console = visitor.name.partition(":")[2], visitor.console
    client = visitor.request.client
    try:
        await sessions.prove(
            console.office.pool,
            console.passwords,
            name=name,
            password=_secret(visitor, "now"),
            address=client.host if client else "",
        )
        hashed = await users.hashed_for(console.passwords, name, _secret(visitor, "password"))
    except (*REFUSED, sessions.WrongPasswordError, TooManyTriesError) as error:
        return visitor.onward("/me", f"{error}.", wrong=True)
    await users.set_password(console.office.pool, name, hashed=hashed, actor=visitor.name)
    return visitor.onward("/sign-in", "Your password is changed. Sign in with the new one.")


def _role(visitor: Visitor) -> Role:
    typed = visitor.typed("role")
    for role in ROLES:
        if role == typed:
            return role
    raise UserError(f"Choose a role: {', '.join(get_args(Role))}")


def _secret(visitor: Visitor, name: str) -> str:
    values = visitor.fields.get(name, ())
    return values[-1] if values else ""
