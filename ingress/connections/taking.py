"""Takes a connection file in: holds it against its Xero organisation, then stores it."""

from typing import Final

from clients.xero.errors import Disconnected, Unavailable
from clients.xero.facts import XeroFacts
from ingress.connections.checks import doubts, mismatches, read_facts
from ingress.connections.office import Office
from ingress.connections.storing import Applied, Given, OtherOrganisationError, store
from ingress.connections.zones import iana
from schemas.connection_file import ConnectionFile
from schemas.connections import ConnectionFileError, FileProblem, place

OTHER: Final = "is another organisation than the one that this connection has worked with"
OTHER_REMEDY: Final = "Give the other organisation a connection of its own"
CREDENTIALS_REMEDY: Final = (
    "Copy client_id and client_secret from your custom connection at developer.xero.com"
)


async def take(
    office: Office, file: ConnectionFile, actor: str, *, text: str = ""
) -> tuple[Applied, list[str]]:
    """Check a file that read well, and store it; gives what became of it, and warnings.

    `text` is the file's own, to say where a problem stands; without it no line is named. Raises
    ConnectionFileError with all that Xero does not bear out; when Xero can't be asked, that is a
    warning.
    """
    facts, warnings = await _ask_xero(office, file, text)
    try:
        applied = await store(office, Given(file, facts, actor))
    except OtherOrganisationError as error:
        problem = place(error.field, OTHER, OTHER_REMEDY, text)
        raise ConnectionFileError([problem]) from error
    return applied, warnings


async def _ask_xero(
    office: Office, file: ConnectionFile, text: str
) -> tuple[XeroFacts | None, list[str]]:
    """Check the file against its Xero organisation; raises ConnectionFileError with all."""
    config = file.to_config()
    if file.xero.grant != "client_credentials" or not file.xero.client_secret:
        return None, ["accounts and taxes are checked once Xero is connected"]
    try:
        facts = await read_facts(office.settings, config, file.xero.client_secret)
    except Disconnected as error:
        fields = ("xero.client_id", "xero.client_secret")
        what = f"does not let us in: {error}"
        raise ConnectionFileError(
            [place(field, what, CREDENTIALS_REMEDY, text) for field in fields]
        ) from error
    except Unavailable as error:
        return None, [f"accounts and taxes were not checked: {error}"]
    problems: list[FileProblem] = [
        place(wrong.field, wrong.what, wrong.remedy, text) for wrong in mismatches(config, facts)
    ]
    if problems:
        raise ConnectionFileError(problems)
    return facts, [*doubts(config, facts), *_zone_doubt(facts)]


def _zone_doubt(facts: XeroFacts) -> list[str]:
    if iana(facts.timezone):
        return []
    return [f"Xero's time zone {facts.timezone or '(none)'} is not known here: dates are in UTC"]
