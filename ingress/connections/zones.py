"""Xero's names of time zones, for the editions that the bridge serves."""

from typing import Final

UTC: Final = "UTC"
# Xero: organisation. IANA's name for each of Xero's.
ZONES: Final = {
    "ALASKANSTANDARDTIME": "America/Anchorage",
    "ATLANTICSTANDARDTIME": "America/Halifax",
    "AUSCENTRALSTANDARDTIME": "Australia/Darwin",
    "AUSCENTRALWSTANDARDTIME": "Australia/Eucla",
    "AUSEASTERNSTANDARDTIME": "Australia/Sydney",
    "CANADACENTRALSTANDARDTIME": "America/Regina",
    "CENAUSTRALIASTANDARDTIME": "Australia/Adelaide",
    "CENTRALSTANDARDTIME": "America/Chicago",
    "CHATHAMISLANDSSTANDARDTIME": "Pacific/Chatham",
    "EASTERNSTANDARDTIME": "America/New_York",
    "EAUSTRALIASTANDARDTIME": "Australia/Brisbane",
    "GMTSTANDARDTIME": "Europe/London",
    "HAWAIIANSTANDARDTIME": "Pacific/Honolulu",
    "LORDHOWESTANDARDTIME": "Australia/Lord_Howe",
    "MOUNTAINSTANDARDTIME": "America/Denver",
    "NEWFOUNDLANDSTANDARDTIME": "America/St_Johns",
    "NEWZEALANDSTANDARDTIME": "Pacific/Auckland",
    "PACIFICSTANDARDTIME": "America/Los_Angeles",
    "SOUTHAFRICASTANDARDTIME": "Africa/Johannesburg",
    "TASMANIASTANDARDTIME": "Australia/Hobart",
    "USEASTERNSTANDARDTIME": "America/Indiana/Indianapolis",
    "USMOUNTAINSTANDARDTIME": "America/Phoenix",
    "UTC": UTC,
    "WAUSTRALIASTANDARDTIME": "Australia/Perth",
    "YUKONSTANDARDTIME": "America/Whitehorse",
}


def iana(xero_name: str) -> str | None:
    """Give IANA's name of a zone of Xero's, None where it is not known here."""
    return ZONES.get(xero_name.upper())
