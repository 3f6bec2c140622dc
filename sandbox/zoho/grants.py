"""Who may call: clients, refresh tokens and access tokens of Zoho's accounts server."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.zoho.times import Clock

ACCESS_LIFE = timedelta(hours=1)
CODE_LIFE = timedelta(minutes=2)
REFRESH_TOKENS = 20  # a user's 21st pushes out the oldest (Zoho: OAuth)
TOKENS, IN = 10, timedelta(minutes=10)  # access tokens for one refresh token
ALL_SCOPES = ("ZohoInventory.FullAccess.all", "ZohoBooks.fullaccess.all")


@dataclass(frozen=True)
class Client:
    """A registered client."""

    client_id: str
    secret: str


@dataclass
class Grant:
    """What a user allowed a client: scopes, in all organisations or in some."""

    client_id: str
    scopes: tuple[str, ...] = ALL_SCOPES
    organisations: frozenset[str] | None = None
    issued: list[datetime] = field(default_factory=list)  # access tokens, for the throttle
    revoked: bool = False

    def covers(self, organisation_id: str) -> bool:
        """Say whether the user belongs to the organisation."""
        return self.organisations is None or organisation_id in self.organisations

    def allows(self, product: str, needed: str) -> bool:
        """Say whether a scope like `invoices.READ` is granted for `inventory` or `books`."""
        area, _, _ = needed.partition(".")
        family = f"Zoho{product}".casefold()
        wanted = {
            f"{family}.{each}".casefold() for each in (needed, f"{area}.all", "fullaccess.all")
        }
        return bool(wanted & {scope.casefold() for scope in self.scopes})


@dataclass(frozen=True)
class Code:
    """A grant code, good for one exchange within two minutes."""

    grant: Grant
    redirect_uri: str
    offline: bool
    until: datetime


@dataclass
class Grants:
    """Everything granted so far."""

    clock: Clock
    clients: dict[str, Client] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    refresh: dict[str, Grant] = field(default_factory=dict)
    access: dict[str, tuple[Grant, datetime]] = field(default_factory=dict)

    def add_refresh(self, grant: Grant, token: str = "") -> str:
        """Keep a refresh token, a new one when not given; the user's oldest may fall out."""
        token = token or f"1000.{secrets.token_hex(16)}.{secrets.token_hex(16)}"
        self.refresh[token] = grant
        while len(self.refresh) > REFRESH_TOKENS:
            self.revoke(next(iter(self.refresh)))
        return token

    def throttled(self, grant: Grant) -> bool:
        """Say whether ten access tokens were issued for the grant in the last ten minutes."""
        now = self.clock.now()
        grant.issued = [at for at in grant.issued if now - at < IN]
        return len(grant.issued) >= TOKENS

    def access_token(self, grant: Grant) -> str:
        """Issue an access token of one hour."""
        now = self.clock.now()
        token = f"1000.{secrets.token_hex(16)}.{secrets.token_hex(16)}"
        grant.issued.append(now)
        self.access[token] = (grant, now + ACCESS_LIFE)
        return token

    def admit(self, token: str) -> Grant | None:
        """Return what a live access token stands for, or None."""
        grant, until = self.access.get(token, (None, self.clock.now()))
        return grant if grant and not grant.revoked and self.clock.now() < until else None

    def revoke(self, token: str) -> None:
        """Forget the refresh token and end its access tokens."""
        grant = self.refresh.pop(token, None)
        if grant:
            grant.revoked = True
