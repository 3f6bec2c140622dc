"""What an organisation is like: its currency, zone, accounts and tax rates (C2, C7, C8)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final, Protocol

import httpx

from clients.xero.answers import Answer, messages, read
from clients.xero.errors import Disconnected, Unavailable, XeroError
from clients.xero.identity import Credentials, Endpoints, fetch_token
from clients.xero.tenants import find_tenant
from schemas.xero_times import read_day

TIMEOUT: Final = 20.0  # seconds
LOCKS: Final = ("PeriodLockDate", "EndOfYearLockDate")


@dataclass(frozen=True, slots=True)
class Account:
    """A row of the chart of accounts; banks may have no code (Xero: accounts)."""

    code: str
    id: str
    name: str
    type: str
    status: str
    payments_enabled: bool
    system: str


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A tax rate; `rate` in percent (Xero: tax rates)."""

    type: str
    name: str
    rate: Decimal
    status: str


@dataclass(frozen=True, slots=True)
class XeroFacts:
    """One organisation. `timezone` is Xero's own, Windows-style name.

    `denied` are actions that the connecting user may not do; `locked_until` is the later one of
    the two lock dates (Xero: organisation).
    """

    tenant_id: str
    name: str
    base_currency: str
    timezone: str
    country: str
    accounts: tuple[Account, ...]
    tax_rates: tuple[TaxRate, ...]
    denied: frozenset[str] = frozenset()
    locked_until: date | None = None

    @property
    def rates(self) -> dict[str, str]:
        """What each tax type comes to, in per cent, as it is stored."""
        return {each.type: f"{each.rate:f}" for each in self.tax_rates}

    def account(self, code_or_id: str) -> Account | None:
        """The account of that code or id, or None."""
        wanted = code_or_id.lower()
        return next((a for a in self.accounts if wanted in (a.code.lower(), a.id.lower())), None)


class Asker(Protocol):
    """Who reads from Xero: a reader of a connection, or a trial of credentials not stored yet."""

    async def rows(self, name: str, path: str) -> list[dict[str, Any]]:
        """Read a list that comes whole; raises Disconnected or Unavailable."""


async def read_facts(asker: Asker, tenant: str) -> XeroFacts:
    """Read an organisation: four calls of the day's limit.

    Raises Disconnected when Xero refuses the grant, Unavailable when it can't be asked.
    """
    found = await asker.rows("Organisations", "/Organisation")
    if not found:
        raise Unavailable("Xero names no organisation")
    organisation = found[0]
    return XeroFacts(
        tenant_id=tenant,
        name=str(organisation.get("Name", "")),
        base_currency=str(organisation.get("BaseCurrency", "")),
        timezone=str(organisation.get("Timezone", "")),
        country=str(organisation.get("CountryCode", "")),
        accounts=tuple(_account(row) for row in await asker.rows("Accounts", "/Accounts")),
        tax_rates=tuple(_tax_rate(row) for row in await asker.rows("TaxRates", "/TaxRates")),
        denied=frozenset(await _denied(asker)),
        locked_until=_latest(organisation),
    )


async def _denied(asker: Asker) -> list[str]:
    """Name what the connecting user may not do; nothing where Xero does not say."""
    try:
        rows = await asker.rows("Actions", "/Organisation/Actions")
    except XeroError:
        return []
    return [str(row.get("Name")) for row in rows if row.get("Status") == "NOT-ALLOWED"]


def _latest(organisation: dict[str, Any]) -> date | None:
    days = (read_day(organisation.get(name)) for name in LOCKS)
    return max((day for day in days if day), default=None)


async def fetch(endpoints: Endpoints, credentials: Credentials) -> XeroFacts:
    """Read an organisation by a custom connection's credentials.

    Raises Disconnected when Xero refuses the grant, Unavailable when it can't be asked.
    """
    access = (await fetch_token(endpoints, credentials)).access
    tenant = credentials.tenant_id or await find_tenant(endpoints, access)
    headers = {"Authorization": f"Bearer {access}", "Accept": "application/json"}
    if tenant:
        headers["xero-tenant-id"] = tenant
    async with httpx.AsyncClient(
        base_url=f"{endpoints.api_url}/api.xro/2.0",
        headers=headers,
        timeout=TIMEOUT,
        trust_env=False,
    ) as client:
        return await read_facts(Trial(client), tenant)


class Trial:
    """Reads with credentials that are not stored yet."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def rows(self, name: str, path: str) -> list[dict[str, Any]]:
        """Read a list that comes whole; raises Disconnected or Unavailable."""
        try:
            response = await self._client.get(path)
        except httpx.TransportError as error:
            raise Unavailable(f"Xero does not answer: {type(error).__name__}") from error
        answer = read(response.status_code, response.headers, response.content)
        rows = answer.body.get(name) if isinstance(answer.body, dict) else None
        if answer.status != HTTPStatus.OK or not isinstance(rows, list):
            raise _refusal(answer)
        return rows


def _refusal(answer: Answer) -> Exception:
    said = "; ".join(messages(answer.body)) or answer.text[:100]
    if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return Disconnected(f"Xero refuses the grant ({answer.status}): {said}")
    return Unavailable(f"Xero answers {answer.status}: {said}")


def _account(row: dict[str, Any]) -> Account:
    return Account(
        code=str(row.get("Code") or ""),
        id=str(row.get("AccountID") or ""),
        name=str(row.get("Name") or ""),
        type=str(row.get("Type") or ""),
        status=str(row.get("Status") or "ACTIVE"),
        payments_enabled=bool(row.get("EnablePaymentsToAccount")),
        system=str(row.get("SystemAccount") or ""),
    )


def _tax_rate(row: dict[str, Any]) -> TaxRate:
    rate = row.get("EffectiveRate", row.get("DisplayTaxRate"))
    return TaxRate(
        type=str(row.get("TaxType") or ""),
        name=str(row.get("Name") or ""),
        rate=Decimal(str(rate or 0)),
        status=str(row.get("Status") or "ACTIVE"),
    )
