"""Takes a connection file in: holds it against both organisations, then stores it."""

from collections.abc import Iterator
from typing import Final

from clients.xero.errors import Disconnected, Unavailable
from clients.xero.facts import XeroFacts
from clients.zoho.errors import Disconnected as ZohoDisconnected
from clients.zoho.errors import NotConnected, WrongOrganisation, ZohoError
from clients.zoho.facts import ZohoFacts
from ingress.connections.checks import Mismatch, mismatches, unequal_taxes
from ingress.connections.examining import Facts, judge, keep, sharing, xero_of_file, zoho_of_file
from ingress.connections.finding import ends_at, find
from ingress.connections.keeping import HOOK, HOOK_BEFORE
from ingress.connections.office import Office
from ingress.connections.prerequisites import Finding, currencies
from ingress.connections.storing import Applied, Given, OtherOrganisationError, store
from schemas.connection_file import ConnectionFile
from schemas.connections import ConnectionFileError, place

OTHER: Final = "is another organisation than the one that this connection has worked with"
OTHER_REMEDY: Final = "Give the other organisation a connection of its own"
XERO_CREDENTIALS: Final = ("xero.client_id", "xero.client_secret")
XERO_REMEDY: Final = (
    "Copy client_id and client_secret from your custom connection at developer.xero.com"
)
ZOHO_CREDENTIALS: Final = ("zoho.client_id", "zoho.client_secret", "zoho.refresh_token")
ZOHO_REMEDY: Final = "Copy all three from Zoho's API console, of the same client and data centre"
OVERLAP: Final = (
    "webhooks signed with the secret before are accepted until {until:%Y-%m-%d %H:%M} UTC:"
    " give Zoho the new one in time, with `bridge zoho install {name} --renew-secret --yes` or"
    " by hand"
)
LATER: Final = "accounts and taxes are checked once Xero is connected: open {url} in a browser"


async def take(
    office: Office, file: ConnectionFile, actor: str, *, text: str = ""
) -> tuple[Applied, list[str]]:
    """Check a file that read well, and store it; gives what became of it, and warnings.

    `text` is the file's own, to say where a problem stands; without it no line is named. Raises
    ConnectionFileError with all that Xero and Zoho do not bear out; what can't be asked is a
    warning.
    """
    config = file.to_config()
    zoho, silence = await _ask_zoho(office, file, text)
    xero, warnings = await _ask_xero(office, file, text)
    found: list[Finding] = []
    if xero:
        wrong = [*mismatches(config, xero), *_against(config, xero, zoho)]
        if wrong:
            raise ConnectionFileError(
                [place(each.field, each.what, each.remedy, text) for each in wrong]
            )
        found = judge(config, Facts(xero, zoho, silence), "UTC")
        found += await sharing(office, file.name, xero, file.zoho.organization_id)
        warnings = [*warnings, *map(str, found)]
    applied = await _store(office, Given(file, xero, actor), text)
    row = await find(office.pool, file.name)
    if HOOK in applied.changes and (until := await ends_at(office.pool, row["id"], HOOK_BEFORE)):
        warnings = [*warnings, OVERLAP.format(until=until, name=file.name)]
    if xero:
        await keep(office, row["id"], xero, found)
    return applied, warnings


async def _store(office: Office, given: Given, text: str) -> Applied:
    try:
        return await store(office, given)
    except OtherOrganisationError as error:
        problem = place(error.field, OTHER, OTHER_REMEDY, text)
        raise ConnectionFileError([problem]) from error


def _against(
    config: dict[str, object], xero: XeroFacts, zoho: ZohoFacts | None
) -> Iterator[Mismatch]:
    """Name what both organisations do not agree on (C2, C7)."""
    if zoho is None:
        return
    for each in currencies(xero, zoho):
        yield Mismatch("zoho.organization_id", f"does not fit: {each.what}", each.remedy)
    yield from unequal_taxes(config, xero, zoho)


async def _ask_xero(
    office: Office, file: ConnectionFile, text: str
) -> tuple[XeroFacts | None, list[str]]:
    """Read the file's Xero organisation; raises ConnectionFileError where it lets nobody in."""
    try:
        facts = await xero_of_file(office, file)
    except Disconnected as error:
        if file.xero.grant != "client_credentials":
            return None, [f"accounts and taxes were not checked: {error}"]
        what = f"does not let us in: {error}"
        raise ConnectionFileError(
            [place(field, what, XERO_REMEDY, text) for field in XERO_CREDENTIALS]
        ) from error
    except Unavailable as error:
        return None, [f"accounts and taxes were not checked: {error}"]
    if facts is None:
        url = f"{office.settings.public_url}/connect/xero/{file.name}"
        return None, [LATER.format(url=url)]
    return facts, []


async def _ask_zoho(
    office: Office, file: ConnectionFile, text: str
) -> tuple[ZohoFacts | None, str]:
    """Read the file's Zoho organisation; raises ConnectionFileError where it lets nobody in."""
    try:
        return await zoho_of_file(office, file), ""
    except NotConnected:
        return None, ""
    except ZohoDisconnected as error:
        raise ConnectionFileError(
            [
                place(field, f"does not let us in: {error}", ZOHO_REMEDY, text)
                for field in ZOHO_CREDENTIALS
            ]
        ) from error
    except WrongOrganisation as error:
        remedy = "Copy the organisation's id from Zoho, or connect as one of its users"
        problem = place("zoho.organization_id", f"is not reached: {error}", remedy, text)
        raise ConnectionFileError([problem]) from error
    except ZohoError as error:
        return None, f"Zoho was not asked: {error}"
