"""Where a person mends what is wrong with a connection as a whole: a button for each problem."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ingress.console.visitor import at
from schemas.words import Role


class Remedy(NamedTuple):
    """A button: its words, where it leads, and who may go there."""

    words: str
    path: str
    least: Role = "admin"


SECTIONS: Final = {
    "accounts": ("Choose the accounts", "export"),
    "asset_account": ("Choose the asset account", "asset"),
    "asset_push": ("Choose the asset account", "asset"),
    "taxes": ("Map the taxes", "taxes"),
}
CONSENT: Final = "authorization_code"


def remedy_of(code: str, row: Mapping[str, Any]) -> Remedy | None:
    """Give the button of a problem; None where it is mended elsewhere."""
    name, config = row["name"], row["config"]
    if code in SECTIONS:
        words, section = SECTIONS[code]
        return Remedy(words, at(name, "settings", section))
    if code == "xero_grant" and config["xero"]["grant"] == CONSENT:
        return Remedy("Connect to Xero again", f"/connect/xero/{name}")
    if code in ("zoho_grant", "zoho_write") and config["zoho"].get("client_id"):
        return Remedy("Connect Zoho again", f"/connect/zoho/{name}")
    if code == "drift":
        return Remedy("See what differs", at(name, "problems") + "#drift", "viewer")
    return Remedy("To the settings", at(name, "settings"), "viewer")
