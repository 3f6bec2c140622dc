"""One webhook on its way, and how it fared."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from sandbox.zoho.hooks import Parcel

Chance = Annotated[float, Field(ge=0, le=1)]


class Behaviour(BaseModel, extra="forbid"):
    """How deliveries go: probabilities, seconds before each further try, and whether all wait."""

    duplicate: Chance = 0.0
    drop: Chance = 0.0
    reorder: Chance = 0.0
    hold: bool = False
    retries: tuple[float, ...] = (0.5, 1, 2, 4, 8)
    timeout: float = 10.0


@dataclass(frozen=True)
class Attempt:
    """One try: the answer's status, or what went wrong before there was one."""

    at: datetime
    status: int | None
    error: str = ""


@dataclass
class Delivery:
    """One webhook on its way: waiting, held, aside, dropped, delivered or failed."""

    index: int
    organization_id: str
    entity: str
    trigger: str
    document_id: str
    parcel: Parcel
    fired: datetime
    state: str = "waiting"
    attempts: list[Attempt] = field(default_factory=list)
