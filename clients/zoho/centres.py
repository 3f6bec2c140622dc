"""Zoho's data centres: where a company's data lives, and who gives the tokens for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bridge.settings import Settings


@dataclass(frozen=True, slots=True)
class Centre:
    """The host roots of one data centre."""

    api_url: str
    accounts_url: str


# Zoho: multi-dc lists eight; the hosts of the United Kingdom follow their pattern.
CENTRES: Final[Mapping[str, Centre]] = {
    "us": Centre("https://www.zohoapis.com", "https://accounts.zoho.com"),
    "eu": Centre("https://www.zohoapis.eu", "https://accounts.zoho.eu"),
    "in": Centre("https://www.zohoapis.in", "https://accounts.zoho.in"),
    "au": Centre("https://www.zohoapis.com.au", "https://accounts.zoho.com.au"),
    "jp": Centre("https://www.zohoapis.jp", "https://accounts.zoho.jp"),
    "ca": Centre("https://www.zohoapis.ca", "https://accounts.zohocloud.ca"),
    "uk": Centre("https://www.zohoapis.uk", "https://accounts.zoho.uk"),
    "sa": Centre("https://www.zohoapis.sa", "https://accounts.zoho.sa"),
    "cn": Centre("https://www.zohoapis.com.cn", "https://accounts.zoho.com.cn"),
}


def centre_of(settings: Settings, data_centre: str) -> Centre:
    """Give the hosts of a data centre; ZOHO_API_URL and ZOHO_ACCOUNTS_URL go before."""
    built_in = CENTRES[data_centre]
    return Centre(
        settings.zoho_api_url or built_in.api_url,
        settings.zoho_accounts_url or built_in.accounts_url,
    )


def data_centre_at(location: str) -> str | None:
    """Give the data centre that a consent's `location` names, None for one that we don't know.

    Zoho's answer also carries a host, which is never used: anybody could write one there.
    """
    name = location.strip().lower()
    return name if name in CENTRES else None
