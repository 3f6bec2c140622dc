"""One connection's line to Xero: what every step of the exit needs, in one place."""

from dataclasses import dataclass

from bridge.postgres import Pool
from clients.xero.grants import Grant
from clients.xero.session import Session
from outbox.lease import Lease
from outbox.windows import Windows
from outbox.xero.forbidden import Forbidden


@dataclass(frozen=True, slots=True)
class Line:
    """The lease that gives the right to speak, and the means to do it."""

    pool: Pool
    lease: Lease
    session: Session
    grant: Grant
    windows: Windows
    forbidden: Forbidden
