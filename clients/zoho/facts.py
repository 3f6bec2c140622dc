"""What a Zoho organisation is like: its currency and its taxes (C2, C7)."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Protocol

import httpx

from clients.zoho import tokens
from clients.zoho.answers import error_of, read
from clients.zoho.centres import Centre
from clients.zoho.errors import Unavailable, WrongOrganisation
from clients.zoho.session import ROOTS, open_client

GROUP: Final = "tax_group"
MOST: Final = 200  # taxes; no organisation has as many


@dataclass(frozen=True, slots=True)
class ZohoTax:
    """A tax, or a group of taxes; `rate` in percent, None where Zoho does not say."""

    id: str
    name: str
    rate: Decimal | None
    is_group: bool


@dataclass(frozen=True, slots=True)
class ZohoFacts:
    """One organisation. `country` as Zoho writes it."""

    name: str
    base_currency: str
    country: str
    taxes: tuple[ZohoTax, ...]

    def tax(self, zoho_id: str) -> ZohoTax | None:
        """The tax or tax group of that id, or None."""
        return next((tax for tax in self.taxes if tax.id == zoho_id), None)


class Asker(Protocol):
    """Who asks Zoho: a session, or a trial of credentials that are not stored yet."""

    async def get(self, path: str, params: Mapping[str, str | int] | None = None) -> dict[str, Any]:
        """Read; raises ZohoError."""


async def read_facts(asker: Asker, organization_id: str) -> ZohoFacts:
    """Read an organisation: two calls, and one for each group of taxes that does not say its rate.

    Raises ZohoError.
    """
    listed = (await asker.get("/organizations")).get("organizations") or []
    for row in listed:
        if str(row.get("organization_id")) == organization_id:
            return ZohoFacts(
                name=str(row.get("name") or ""),
                base_currency=str(row.get("currency_code") or ""),
                country=str(row.get("country") or ""),
                taxes=tuple(await _taxes(asker)),
            )
    raise WrongOrganisation(f"Zoho's user does not belong to the organisation {organization_id}")


async def _taxes(asker: Asker) -> list[ZohoTax]:
    rows = (await asker.get("/settings/taxes", {"per_page": MOST})).get("taxes") or []
    return [await _tax(asker, row) for row in rows]


async def _tax(asker: Asker, row: Mapping[str, Any]) -> ZohoTax:
    zoho_id = str(row.get("tax_id") or row.get("tax_group_id") or "")
    is_group = row.get("tax_type") == GROUP or "tax_group_id" in row
    given = row.get("tax_percentage", row.get("tax_group_percentage"))
    if given is None and is_group:
        shown = (await asker.get(f"/settings/taxgroups/{zoho_id}")).get("tax_group") or {}
        given = shown.get("tax_group_percentage")
    name = str(row.get("tax_name") or row.get("tax_group_name") or "")
    return ZohoTax(zoho_id, name, _rate(given), is_group)


def _rate(given: Any) -> Decimal | None:
    try:
        return None if given is None else Decimal(str(given))
    except InvalidOperation:
        return None


class Trial:
    """Asks Zoho with credentials that are not stored yet."""

    def __init__(self, client: httpx.AsyncClient, access: str, organization_id: str) -> None:
        self._client = client
        self._access = access
        self._organization_id = organization_id

    async def get(self, path: str, params: Mapping[str, str | int] | None = None) -> dict[str, Any]:
        """Read; raises ZohoError."""
        try:
            response = await self._client.get(
                ROOTS["inventory"] + path,
                params={**(params or {}), "organization_id": self._organization_id},
                headers={"Authorization": f"Zoho-oauthtoken {self._access}"},
            )
        except httpx.HTTPError as error:
            raise Unavailable(f"Zoho does not answer: {type(error).__name__}") from error
        answer = read(response)
        if not answer.is_yes:
            raise error_of(answer)
        return answer.body


@asynccontextmanager
async def trial(
    centre: Centre, client: tokens.Client, refresh_token: str, organization_id: str
) -> AsyncIterator[Trial]:
    """Try credentials out; raises Disconnected, Throttled or Unavailable."""
    access = (await tokens.refresh(centre, client, refresh_token)).access
    async with open_client(centre.api_url) as http:
        yield Trial(http, access, organization_id)
