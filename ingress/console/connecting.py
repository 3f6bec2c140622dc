"""Connecting two organisations: the first step of the guided way, the others are the settings."""

import secrets
import string
from typing import Any, Final, get_args

from starlette.responses import Response

from clients.xero.errors import XeroError
from clients.zoho.errors import ZohoError
from ingress.connections.office import RefusedError
from ingress.connections.taking import take
from ingress.console.visitor import Visitor, at
from schemas.connection_file import DataCentre
from schemas.connections import ConnectionFileError, read_tree

REFUSED: Final = (ConnectionFileError, RefusedError, XeroError, ZohoError)
ALPHABET: Final = string.ascii_letters + string.digits
SECRET_LENGTH: Final = 32
UNUSABLE: Final = 422
CENTRES: Final = {
    "us": "zoho.com (United States)",
    "eu": "zoho.eu (Europe)",
    "in": "zoho.in (India)",
    "au": "zoho.com.au (Australia)",
    "jp": "zoho.jp (Japan)",
    "ca": "zohocloud.ca (Canada)",
    "uk": "zoho.uk (United Kingdom)",
    "sa": "zoho.sa (Saudi Arabia)",
    "cn": "zoho.com.cn (China)",
}


async def ask(visitor: Visitor) -> Response:
    """Ask for the two organisations."""
    return _form(visitor, {"webhook_secret": _new_secret(), "grant": "client_credentials"})


async def connect(visitor: Visitor) -> Response:
    """Make the connection, and lead on to its settings."""
    typed = {name: visitor.typed(name) for name in visitor.fields}
    try:
        file = read_tree(_tree(typed))
        applied, warnings = await take(visitor.console.office, file, visitor.name)
    except REFUSED as error:
        return _form(visitor, typed, told(error), UNUSABLE)
    said = f"{applied.name} is connected." + "".join(f" {each}." for each in warnings[:3])
    if file.xero.grant == "authorization_code":
        return visitor.onward(at(applied.name, "settings"), f"{applied.name} is made. {CONSENT}")
    return visitor.onward(at(applied.name, "settings", "import") + "?first=1", said)


# What is wrong with a section as a whole stands at its first field.
WHOLE: Final = {
    "zoho": ("zoho.client_id", "goes with a client secret. Copy both from Zoho’s API console"),
    "xero": ("xero.client_id", "and client secret lack: a custom connection needs both"),
}
# Fields as this form calls them.
LABELS: Final = {
    "name": "Name",
    "cutover": "Cut-over date",
    "zoho.organization_id": "Zoho’s organisation ID",
    "zoho.webhook_secret": "Secret token of the webhooks",
    "zoho.client_id": "Zoho’s client ID",
    "xero.client_id": "Xero’s client ID",
}
CONSENT: Final = "Now let Xero agree: press Connect to Xero."


def told(error: Exception) -> list[tuple[str, str]]:
    """Give what is wrong as (field, sentence), for the form that it came from."""
    if isinstance(error, ConnectionFileError):
        said = ((each.field, f"{each.what}. {each.remedy}") for each in error.problems)
        return [WHOLE.get(field, (field, words)) for field, words in said]
    return [("", str(error))]


def _form(
    visitor: Visitor,
    typed: dict[str, str],
    problems: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> Response:
    settings = visitor.console.office.settings
    return visitor.page(
        "connect.html",
        status,
        title="Connect",
        typed=typed,
        problems=problems or [],
        labels=LABELS,
        centres={word: CENTRES.get(word, word) for word in get_args(DataCentre)},
        has_app=bool(settings.xero_client_id and settings.xero_client_secret),
        callback=f"{settings.public_url}/connect/xero/callback",
    )


def _tree(typed: dict[str, str]) -> dict[str, Any]:
    """Give what was typed as a connection file has it; what was left empty is left out."""
    zoho_fields = ("organization_id", "data_centre", "webhook_secret", "client_id")
    zoho = {name: typed.get(f"zoho_{name}") or typed.get(name) for name in zoho_fields}
    zoho |= {name: typed.get(f"zoho_{name}") for name in ("client_secret", "refresh_token")}
    zoho["client_id"] = typed.get("zoho_client_id")
    xero = {name: typed.get(f"xero_{name}") for name in ("client_id", "client_secret")}
    tree: dict[str, Any] = {
        "name": typed.get("name"),
        "cutover": typed.get("cutover"),
        "zoho": _given(zoho),
        "xero": _given({"grant": typed.get("grant"), **xero}),
    }
    return _given(tree)


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


def _new_secret() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH))
