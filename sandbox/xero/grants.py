"""Apps, consents, tokens and connections: who may speak to which organisation, and until when."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import OctKey

from sandbox.clock import Clock

CODE_LIFE = timedelta(minutes=5)
ACCESS_LIFE = timedelta(minutes=30)
REFRESH_LIFE = timedelta(days=60)
REFRESH_GRACE = timedelta(minutes=30)
USER = "3f6a0d2e-7b41-4c58-9e1d-a2c4f8b6d035"  # the one person who sits before the consent page

# Xero: scopes, the granular set. The broad `accounting.transactions` and `accounting.reports.read`
# are not for apps made since March 2026.
_OPEN = {"openid", "profile", "email", "offline_access"}
_TWINS = {
    f"accounting.{area}"
    for area in (
        "invoices payments banktransactions manualjournals contacts settings attachments".split()
    )
}
_READS = {
    "accounting.budgets.read",
    "accounting.reports.trialbalance.read",
    "accounting.reports.balancesheet.read",
    "accounting.reports.profitandloss.read",
}
SCOPES = frozenset(_OPEN | _TWINS | _READS | {f"{scope}.read" for scope in _TWINS})


@dataclass(frozen=True)
class App:
    """A registered app. One with a `tenant_id` is a custom connection to that organisation."""

    client_id: str
    secret: str
    tenant_id: str | None = None
    redirect_uris: tuple[str, ...] = ()  # empty: any that Xero would register


@dataclass(frozen=True)
class Consent:
    """What a user allowed an app: the scopes, under one authentication event."""

    id: str
    client_id: str
    scopes: frozenset[str]


@dataclass(frozen=True)
class Code:
    """An authorisation code, good for one exchange within five minutes."""

    consent: Consent
    redirect_uri: str
    challenge: str | None
    until: datetime


@dataclass(frozen=True)
class Access:
    """What an access token stands for; `generation` counts the tokens issued."""

    consent: Consent
    until: datetime
    generation: int


@dataclass
class Refresh:
    """A refresh token's fate: it dies unused after 60 days, and 30 minutes after its first use."""

    consent: Consent
    until: datetime


@dataclass(frozen=True)
class Connection:
    """An app's connection to an organisation (Xero: connections)."""

    id: str
    client_id: str
    tenant_id: str
    auth_event_id: str
    created: datetime
    updated: datetime


@dataclass
class Grants:
    """Everything granted so far."""

    clock: Clock
    apps: dict[str, App] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    access: dict[str, Access] = field(default_factory=dict)
    refresh: dict[str, Refresh] = field(default_factory=dict)
    connections: dict[str, Connection] = field(default_factory=dict)
    _issued: int = 0
    _signing: OctKey = field(default_factory=lambda: OctKey.generate_key(256))

    def add_app(self, app: App) -> App:
        """Register an app; a custom connection is connected at once."""
        self.apps[app.client_id] = app
        if app.tenant_id:
            self.connect(Consent(str(uuid4()), app.client_id, SCOPES), app.tenant_id)
        return app

    def connect(self, consent: Consent, tenant_id: str) -> Connection:
        """Connect the app to the organisation, or renew the connection there is."""
        now = self.clock.now()
        old = self.connection(consent.client_id, tenant_id)
        made = Connection(
            old.id if old else str(uuid4()),
            consent.client_id,
            tenant_id,
            consent.id,
            old.created if old else now,
            now,
        )
        self.connections[made.id] = made
        return made

    def connection(self, client_id: str, tenant_id: str) -> Connection | None:
        """Return the app's connection to the organisation, or None."""
        return next((c for c in self.connections_of(client_id) if c.tenant_id == tenant_id), None)

    def connections_of(self, client_id: str) -> list[Connection]:
        """Return all connections of the app: a consent's token serves them all."""
        return [c for c in self.connections.values() if c.client_id == client_id]

    def code(self, consent: Consent, redirect_uri: str, challenge: str | None) -> str:
        """Issue an authorisation code."""
        value = secrets.token_urlsafe(32)
        until = self.clock.now() + CODE_LIFE
        self.codes[value] = Code(consent, redirect_uri, challenge, until)
        return value

    def access_token(self, consent: Consent) -> str:
        """Issue an access token of 30 minutes: a signed JWT, as Xero's are."""
        now = self.clock.now()
        self._issued += 1
        claims = {
            "exp": int((now + ACCESS_LIFE).timestamp()),
            "iat": int(now.timestamp()),
            "jti": uuid4().hex,
            "client_id": consent.client_id,
            "authentication_event_id": consent.id,
            "xero_userid": USER,
            "scope": sorted(consent.scopes),
        }
        value = jwt.encode({"alg": "HS256"}, claims, self._signing)
        self.access[value] = Access(consent, now + ACCESS_LIFE, self._issued)
        return value

    def refresh_token(self, consent: Consent) -> str:
        """Issue a refresh token."""
        value = secrets.token_urlsafe(32)
        self.refresh[value] = Refresh(consent, self.clock.now() + REFRESH_LIFE)
        return value

    def rotate(self, value: str, client_id: str) -> Consent | None:
        """Use a refresh token: return its consent, or None when it is dead or another app's.

        A used token stays good for 30 minutes from its first use, then never again.
        """
        token = self.refresh.get(value)
        now = self.clock.now()
        if not token or now >= token.until or token.consent.client_id != client_id:
            return None
        token.until = min(token.until, now + REFRESH_GRACE)
        return token.consent

    def admit(self, value: str) -> Access | None:
        """Return what a live access token stands for, or None."""
        access = self.access.get(value)
        return access if access and self.clock.now() < access.until else None

    def revoke(self, client_id: str) -> None:
        """Forget the app's tokens and connections: the user took the consent back."""
        self.refresh = {v: t for v, t in self.refresh.items() if t.consent.client_id != client_id}
        for connection in self.connections_of(client_id):
            del self.connections[connection.id]
