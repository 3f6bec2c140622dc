"""Xero's identity endpoints: authorise, token, revocation, and the list of connections."""

import base64
import hashlib
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

from sandbox.xero.answer import Answer, Record
from sandbox.xero.grants import ACCESS_LIFE, SCOPES, Access, App, Consent, Grants
from sandbox.xero.organisation import Organisation
from sandbox.xero.refusals import Answered, not_found, unauthorized

TENANT_TIME = "%Y-%m-%dT%H:%M:%S.%f0"  # ISO without zone, seven fractional digits (Xero)


@dataclass
class Person:
    """Whoever sits before the consent page: which organisations they pick, or that they refuse."""

    tenants: list[str] = field(default_factory=list)
    denies: bool = False


def _failed(error: str, status: int = 400) -> Answered:
    return Answered(Answer(status, {"error": error}))


def _form(body: bytes) -> dict[str, str]:
    pairs = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[-1] for name, values in pairs.items()}


def _basic(header: str) -> tuple[str, str]:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (NotBase64, UnicodeDecodeError):
        return "", ""
    return client_id, secret


def _app(grants: Grants, form: dict[str, str], authorization: str) -> App:
    """Return the app that asks, by Basic auth or by the form. Raises Answered invalid_client."""
    client_id, secret = _basic(authorization)
    client_id, secret = (
        client_id or form.get("client_id", ""),
        secret or form.get("client_secret", ""),
    )
    app = grants.apps.get(client_id)
    if app is None or app.secret != secret:
        raise _failed("invalid_client")
    return app


def _scopes(text: str) -> frozenset[str]:
    scopes = frozenset(text.split())
    if not scopes <= SCOPES:
        raise _failed("invalid_scope")
    return scopes


# -- POST /connect/token ---------------------------------------------------------------------------


def token(grants: Grants, body: bytes, authorization: str) -> Answer:
    """Answer a token request. Raises Answered (400) with OAuth's error words."""
    form = _form(body)
    app = _app(grants, form, authorization)
    grant = form.get("grant_type", "")
    if grant not in _GRANT_TYPES:
        raise _failed("unsupported_grant_type")
    return _GRANT_TYPES[grant](grants, app, form)


def _client_credentials(grants: Grants, app: App, form: dict[str, str]) -> Answer:
    if not app.tenant_id:
        raise _failed("unauthorized_client")
    scopes = _scopes(form.get("scope", "")) or SCOPES - {"offline_access"}
    if "offline_access" in scopes:
        raise _failed("invalid_scope")
    return _tokens(grants, Consent(str(uuid4()), app.client_id, scopes), with_refresh=False)


def _authorization_code(grants: Grants, app: App, form: dict[str, str]) -> Answer:
    code = grants.codes.pop(form.get("code", ""), None)
    if (
        code is None
        or code.consent.client_id != app.client_id
        or grants.clock.now() >= code.until
        or code.redirect_uri != form.get("redirect_uri")
        or not _proves(form.get("code_verifier"), code.challenge)
    ):
        raise _failed("invalid_grant")
    return _tokens(grants, code.consent, with_refresh="offline_access" in code.consent.scopes)


def _refresh_token(grants: Grants, app: App, form: dict[str, str]) -> Answer:
    consent = grants.rotate(form.get("refresh_token", ""), app.client_id)
    if consent is None:
        raise _failed("invalid_grant")
    return _tokens(grants, consent, with_refresh=True)


_GRANT_TYPES = {
    "client_credentials": _client_credentials,
    "authorization_code": _authorization_code,
    "refresh_token": _refresh_token,
}


def _proves(verifier: str | None, challenge: str | None) -> bool:
    if challenge is None:
        return True
    digest = hashlib.sha256((verifier or "").encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == challenge


def _tokens(grants: Grants, consent: Consent, *, with_refresh: bool) -> Answer:
    body: Record = {
        "access_token": grants.access_token(consent),
        "expires_in": int(ACCESS_LIFE.total_seconds()),
        "token_type": "Bearer",
        "scope": " ".join(sorted(consent.scopes)),
    }
    if with_refresh:
        body["refresh_token"] = grants.refresh_token(consent)
    return Answer(200, body, {"Cache-Control": "no-store"})


def revocation(grants: Grants, body: bytes, authorization: str) -> Answer:
    """Answer a revocation: 200 and empty; it ends all of that user's connections (Xero)."""
    form = _form(body)
    app = _app(grants, form, authorization)
    known = grants.refresh.get(form.get("token", ""))
    if known and known.consent.client_id == app.client_id:
        grants.revoke(app.client_id)
    return Answer(200, "")


# -- GET /identity/connect/authorize ---------------------------------------------------------------


def authorize(grants: Grants, person: Person, query: dict[str, str]) -> str:
    """Return the address to send the browser back to, with a code, or with the person's refusal.

    Raises Answered (400) for what Xero shows as its own error page.
    """
    app = grants.apps.get(query.get("client_id", ""))
    target = query.get("redirect_uri", "")
    if app is None or app.tenant_id:
        raise _failed("unauthorized_client")
    if not _registrable(target) or (app.redirect_uris and target not in app.redirect_uris):
        raise Answered(Answer(400, "Invalid redirect_uri"))
    if query.get("response_type") != "code":
        raise _failed("unsupported_response_type")
    scopes = _scopes(query.get("scope", ""))
    state = {"state": query["state"]} if "state" in query else {}
    if person.denies:
        return _back(target, {"error": "access_denied", **state})
    consent = Consent(str(uuid4()), app.client_id, scopes)
    for tenant_id in person.tenants:
        grants.connect(consent, tenant_id)
    code = grants.code(consent, target, query.get("code_challenge"))
    return _back(target, {"code": code, "scope": " ".join(sorted(scopes)), **state})


def _registrable(uri: str) -> bool:
    """Https, or http on localhost by name: Xero takes no http://127.0.0.1."""
    parts = urlsplit(uri)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname == "localhost")


def _back(uri: str, answers: dict[str, str]) -> str:
    return f"{uri}{'&' if urlsplit(uri).query else '?'}{urlencode(answers)}"


# -- /connections ----------------------------------------------------------------------------------


def connections(
    grants: Grants,
    organisations: dict[str, Organisation],
    authorization: str,
    auth_event_id: str | None,
) -> Answer:
    """Answer the connections that the token's user has with this app, as a bare list (Xero)."""
    access = _bearer(grants, authorization)
    found = grants.connections_of(access.consent.client_id)
    return Answer(
        200,
        [
            {
                "id": connection.id,
                "authEventId": connection.auth_event_id,
                "tenantId": connection.tenant_id,
                "tenantType": "ORGANISATION",
                "tenantName": organisations[connection.tenant_id].name,
                "createdDateUtc": connection.created.strftime(TENANT_TIME),
                "updatedDateUtc": connection.updated.strftime(TENANT_TIME),
            }
            for connection in found
            if auth_event_id in (None, connection.auth_event_id)
        ],
    )


def disconnect(grants: Grants, authorization: str, connection_id: str) -> Answer:
    """Remove one connection by its own id (not the organisation's): 204."""
    access = _bearer(grants, authorization)
    connection = grants.connections.get(connection_id)
    if connection is None or connection.client_id != access.consent.client_id:
        raise not_found()
    del grants.connections[connection_id]
    return Answer(204, "")


def _bearer(grants: Grants, authorization: str) -> Access:
    scheme, _, token = authorization.partition(" ")
    access = grants.admit(token)
    if scheme.lower() != "bearer" or access is None:
        raise unauthorized("AuthenticationUnsuccessful")
    return access
