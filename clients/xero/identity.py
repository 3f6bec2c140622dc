"""Xero's identity server: consent, tokens, and their end."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from bridge.settings import Settings
from clients.oauth import AsyncOAuth2Client, OAuthError
from clients.xero.errors import Disconnected, Revoked, Unavailable

# Xero: scopes, the granular set.
SCOPES: Final = (
    "accounting.contacts accounting.invoices accounting.payments accounting.banktransactions"
    " accounting.manualjournals accounting.settings.read"
)
REFRESHABLE: Final = f"offline_access {SCOPES}"
LIFETIME: Final = 1800  # seconds, where the token's answer does not say
TIMEOUT: Final = 20.0  # seconds
LARGEST: Final = 4096  # characters of an error that is told on


@dataclass(frozen=True, slots=True)
class Credentials:
    """An app's, or a custom connection's. A public app has no secret; PKCE stands for it.

    `tenant_id` "" lets Xero name the organisation of a custom connection.
    """

    client_id: str
    client_secret: str = field(default="", repr=False)
    tenant_id: str = ""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The host roots of Xero's servers, and the app for connections made in the browser."""

    api_url: str
    identity_url: str
    login_url: str = ""
    app: Credentials | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Endpoints":
        """Take them from the settings."""
        secret = settings.xero_client_secret
        given = secret.get_secret_value() if secret else ""
        app = Credentials(settings.xero_client_id, given) if settings.xero_client_id else None
        return cls(settings.xero_api_url, settings.xero_identity_url, settings.xero_login_url, app)


@dataclass(frozen=True, slots=True)
class Pair:
    """What a token request gives: an access token, its life in seconds, a refresh token or ""."""

    access: str = field(repr=False)
    lifetime: int
    refresh: str = field(default="", repr=False)


def consent_url(
    endpoints: Endpoints, app: Credentials, redirect: str, *, state: str, verifier: str
) -> str:
    """Where a person allows the app to work with an organisation (PKCE S256)."""
    client = AsyncOAuth2Client(
        app.client_id,
        scope=REFRESHABLE,
        redirect_uri=redirect,
        code_challenge_method="S256",
        trust_env=False,
    )
    url, _ = client.create_authorization_url(
        f"{endpoints.login_url}/identity/connect/authorize", state=state, code_verifier=verifier
    )
    return str(url)


async def fetch_token(endpoints: Endpoints, credentials: Credentials) -> Pair:
    """Ask for an access token by client credentials (C1).

    Raises Disconnected when Xero refuses the credentials, Unavailable when it can't be asked.
    """
    return await _ask(
        credentials,
        lambda client: client.fetch_token(
            _token_url(endpoints), grant_type="client_credentials", scope=SCOPES
        ),
    )


async def exchange(
    endpoints: Endpoints, app: Credentials, redirect: str, *, code: str, verifier: str
) -> Pair:
    """Turn the code that a consent gave into tokens; raises Revoked, Disconnected, Unavailable."""
    return await _ask(
        app,
        lambda client: client.fetch_token(
            _token_url(endpoints),
            grant_type="authorization_code",
            code=code,
            redirect_uri=redirect,
            code_verifier=verifier,
        ),
    )


async def refresh(endpoints: Endpoints, app: Credentials, token: str) -> Pair:
    """Use a refresh token: the pair that comes back replaces it.

    The one used stays good for 30 minutes, then it is dead (Xero: OAuth). Raises Revoked when it
    is dead, Disconnected when the app is refused, Unavailable when nobody knows.
    """
    return await _ask(
        app, lambda client: client.refresh_token(_token_url(endpoints), refresh_token=token)
    )


async def revoke(endpoints: Endpoints, app: Credentials, token: str) -> None:
    """Take a token back: it ends all connections of the user who consented (Xero: OAuth).

    Raises Disconnected or Unavailable.
    """
    async with _client(app) as client:
        try:
            answer = await client.revoke_token(
                f"{endpoints.identity_url}/connect/revocation", token=token
            )
        except httpx.HTTPError as error:
            raise _away(error) from error
    if answer.is_server_error:
        raise Unavailable(f"Xero's identity server answers {answer.status_code}")
    if answer.is_error:
        raise Disconnected(f"Xero does not take the token back ({answer.status_code})")


def _token_url(endpoints: Endpoints) -> str:
    return f"{endpoints.identity_url}/connect/token"


def _client(app: Credentials) -> AsyncOAuth2Client:
    method = "client_secret_basic" if app.client_secret else "none"
    return AsyncOAuth2Client(
        app.client_id,
        app.client_secret or None,
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
        timeout=TIMEOUT,
        trust_env=False,
    )


async def _ask(app: Credentials, request: Callable[[AsyncOAuth2Client], Awaitable[Any]]) -> Pair:
    async with _client(app) as client:
        try:
            token = await request(client)
            return Pair(
                str(token["access_token"]),
                int(token.get("expires_in") or LIFETIME),
                str(token.get("refresh_token") or ""),
            )
        except OAuthError as error:
            if error.error == "invalid_grant":
                raise Revoked("Xero takes the grant no more (invalid_grant)") from error
            raise Disconnected(
                f"Xero refuses the client id and secret: {str(error.error)[:LARGEST]}"
            ) from error
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise _away(error) from error


def _away(error: Exception) -> Unavailable:
    return Unavailable(f"Xero's identity server does not answer: {type(error).__name__}")
