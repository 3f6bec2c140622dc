"""The organisations that a grant covers: Xero's list of connections (Xero: OAuth)."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import httpx

from clients.xero.errors import Disconnected, Unavailable
from clients.xero.identity import TIMEOUT, Endpoints

ORGANISATION: Final = "ORGANISATION"  # practices have tenants too, without books


@dataclass(frozen=True, slots=True)
class Tenant:
    """An organisation that a consent covers; `link` is the id of Xero's own connection to it."""

    tenant_id: str
    name: str
    link: str


async def tenants(endpoints: Endpoints, access: str) -> list[Tenant]:
    """Name the organisations that the consent behind an access token covers.

    Raises Disconnected or Unavailable.
    """
    event = _claim(access, "authentication_event_id")
    found = await _connections(endpoints, access, {"authEventId": event} if event else {})
    return found or await _connections(endpoints, access, {})


async def find_tenant(endpoints: Endpoints, access: str) -> str:
    """Name the organisation that a custom connection is for; "" when Xero lists none or several."""
    try:
        found = await _connections(endpoints, access, {})
    except (Disconnected, Unavailable):
        return ""
    return found[0].tenant_id if len(found) == 1 else ""


async def disconnect(endpoints: Endpoints, access: str, tenant_id: str) -> None:
    """End the app's connection to one organisation; none there is as good.

    Raises Disconnected or Unavailable.
    """
    for tenant in await _connections(endpoints, access, {}):
        if tenant.tenant_id == tenant_id:
            await _call("DELETE", endpoints, f"/connections/{tenant.link}", access)


def user_of(access: str) -> str:
    """Name the user who consented, "" where the access token does not say."""
    return _claim(access, "xero_userid")


async def _connections(endpoints: Endpoints, access: str, query: dict[str, str]) -> list[Tenant]:
    answer = await _call("GET", endpoints, "/connections", access, query)
    try:
        rows: Sequence[Any] = answer.json()
        return [
            Tenant(
                str(row["tenantId"]).lower(),
                str(row.get("tenantName") or ""),
                str(row.get("id") or ""),
            )
            for row in rows
            if row.get("tenantType", ORGANISATION) == ORGANISATION
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unavailable("Xero's list of connections does not read") from error


async def _call(
    method: str,
    endpoints: Endpoints,
    path: str,
    access: str,
    query: dict[str, str] | None = None,
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {access}", "Accept": "application/json"}
    async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False) as client:
        try:
            url = endpoints.api_url + path
            answer = await client.request(method, url, headers=headers, params=query)
        except httpx.HTTPError as error:
            raise Unavailable(f"Xero does not answer: {type(error).__name__}") from error
    if answer.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise Disconnected(f"Xero refuses the grant ({answer.status_code})")
    if answer.is_error and answer.status_code != HTTPStatus.NOT_FOUND:
        raise Unavailable(f"Xero answers {answer.status_code}")
    return answer


def _claim(access: str, name: str) -> str:
    # The token came from Xero itself, over TLS: nothing here rests on its signature.
    try:
        body = access.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return str(claims.get(name) or "")
    except (IndexError, ValueError, AttributeError):
        return ""
