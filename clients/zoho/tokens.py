"""Zoho's accounts server: codes and refresh tokens become access tokens (Zoho: OAuth)."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

import httpx

from clients.oauth import AsyncOAuth2Client, OAuthError
from clients.zoho.centres import Centre
from clients.zoho.errors import Disconnected, Throttled, Unavailable

# What the bridge reads, and the contacts, accounts and webhooks that it may write.
SCOPES: Final = (
    "ZohoInventory.contacts.ALL",
    "ZohoInventory.invoices.READ",
    "ZohoInventory.customerpayments.READ",
    "ZohoInventory.creditnotes.READ",
    "ZohoInventory.bills.READ",
    "ZohoInventory.debitnotes.READ",
    "ZohoInventory.settings.ALL",
    "ZohoBooks.invoices.READ",
    "ZohoBooks.bills.READ",
    "ZohoBooks.vendorpayments.READ",
    "ZohoBooks.accountants.ALL",
)
LIFETIME: Final = 3600  # seconds, where the answer does not say
TIMEOUT: Final = 20.0  # seconds
TOO_MANY: Final = 600.0  # seconds; Zoho counts ten tokens in ten minutes
# Zoho's words for a no that stays one, under HTTP 200.
NO: Final = {
    "invalid_client": "does not know the client id; it may be of another data centre",
    "invalid_client_secret": "refuses the client secret",
    "invalid_code": "refuses the refresh token or code: it was revoked, used, or is too old",
    "invalid_grant": "refuses the refresh token or code",
    "invalid_redirect_uri": "refuses the address that it was to come back to",
    "unauthorized_client": "does not let this client in",
    "access_denied": "says that the person did not agree",
}


@dataclass(frozen=True, slots=True)
class Client:
    """What the bridge is registered as at Zoho."""

    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """What Zoho gave: `lifetime` in seconds; no refresh token where one was used, or none asked."""

    access: str
    lifetime: int
    refresh: str | None


def consent_url(centre: Centre, client_id: str, redirect_uri: str, state: str) -> str:
    """Give the address where a person agrees; Zoho then calls `redirect_uri` with code and state.

    `prompt=consent` makes Zoho give a refresh token each time.
    """
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": ",".join(SCOPES),
        "state": state,
        "access_type": "offline",
        "prompt": "consent",
    }
    return f"{centre.accounts_url}/oauth/v2/auth?{urlencode(asked)}"


async def exchange(centre: Centre, client: Client, code: str, redirect_uri: str) -> Tokens:
    """Turn a grant code, which lives for two minutes, into tokens.

    `redirect_uri` is the one that the person agreed under. Raises Disconnected when Zoho refuses,
    or gives no refresh token; Unavailable when it can't be asked.
    """
    tokens = await _ask(
        centre, client, grant_type="authorization_code", code=code, redirect_uri=redirect_uri
    )
    if tokens.refresh is None:
        raise Disconnected("Zoho gave no refresh token: connect again and agree once more")
    return tokens


async def refresh(centre: Centre, client: Client, refresh_token: str) -> Tokens:
    """Ask for an access token. Raises Disconnected, Throttled or Unavailable."""
    return await _ask(centre, client, grant_type="refresh_token", refresh_token=refresh_token)


async def revoke(centre: Centre, refresh_token: str) -> None:
    """Have Zoho forget a refresh token and what was made of it (C10). Raises Unavailable."""
    async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False) as client:
        try:
            answer = await client.post(
                f"{centre.accounts_url}/oauth/v2/token/revoke", data={"token": refresh_token}
            )
        except httpx.HTTPError as error:
            raise _away(error) from error
    # 400 is Zoho's answer for a token that it does not know any more, which is as good.
    if answer.status_code not in (HTTPStatus.OK, HTTPStatus.BAD_REQUEST):
        raise Unavailable(f"Zoho's accounts server answers {answer.status_code}")


async def _ask(centre: Centre, client: Client, **params: str) -> Tokens:
    oauth = AsyncOAuth2Client(
        client.client_id,
        client.client_secret,
        token_endpoint_auth_method="client_secret_post",  # noqa: S106  a method's name
        timeout=TIMEOUT,
        trust_env=False,
    )
    async with oauth:
        try:
            token = await oauth.fetch_token(f"{centre.accounts_url}/oauth/v2/token", **params)
        except OAuthError as error:
            raise _refusal(error) from error
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise _away(error) from error
    return _tokens(token)


def _tokens(token: Any) -> Tokens:
    try:
        return Tokens(
            access=str(token["access_token"]),
            lifetime=int(token.get("expires_in") or LIFETIME),
            refresh=token.get("refresh_token"),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unavailable("Zoho's accounts server answers something else than a token") from error


def _refusal(error: OAuthError) -> Exception:
    code, words = str(error.error or ""), str(error.description or "")
    # Zoho says this with HTTP 200 or 400 and "Access Denied", never 429.
    if "too many requests" in words.lower() or code.lower() == "access denied":
        return Throttled("Zoho gives no more tokens for some minutes", TOO_MANY)
    if code.lower() in NO:
        return Disconnected(f"Zoho {NO[code.lower()]} ({code})")
    return Unavailable(f"Zoho's accounts server answers {code!r} {words}".rstrip())


def _away(error: Exception) -> Unavailable:
    return Unavailable(f"Zoho's accounts server does not answer: {type(error).__name__}")
