"""The fixed vocabulary: the same words in code, messages, metrics, API and console."""

from typing import Final, Literal, NamedTuple, get_args

Entity = Literal[
    "contact",
    "invoice",
    "customer_payment",
    "bill",
    "vendor_payment",
    "credit_note",
    "vendor_credit",
]
Trigger = Literal["created", "edited", "deleted"]
# What has a history though no webhook of Zoho's is about it.
Subject = Literal[Entity, "asset_value", "xero_contact"]
# `read`: Zoho was asked, because a decision needed more than the webhook told.
Source = Literal["webhook", "read", "sweep", "backfill", "replay", "schedule", "xero"]
EventState = Literal["undecided", "decided", "superseded", "held", "parked"]
Outcome = Literal["applied", "withheld", "superseded"]
CommandState = Literal["pending", "sending", "ambiguous", "done", "parked", "superseded", "skipped"]
DocumentState = Literal["waiting", "synced", "withheld", "parked", "held", "ignored"]
Role = Literal["viewer", "operator", "admin"]

ENTITIES: Final[tuple[Entity, ...]] = get_args(Entity)
SUBJECTS: Final[tuple[Subject, ...]] = get_args(Subject)
TRIGGERS: Final[tuple[Trigger, ...]] = get_args(Trigger)
ROLES: Final[tuple[Role, ...]] = get_args(Role)  # each may what those before it may
GIVEN_UP: Final = "given_up"  # the code of a person's decision that something need not go to Xero
UNFINISHED: Final[tuple[CommandState, ...]] = ("pending", "sending", "ambiguous", "parked")


class Ref(NamedTuple):
    """One Zoho document: its entity and Zoho's id. Written `invoice:460…`."""

    entity: str
    zoho_id: str

    def __str__(self) -> str:
        return f"{self.entity}:{self.zoho_id}"

    @classmethod
    def parse(cls, text: str) -> "Ref":
        """Read `invoice:460…`; ValueError when there is no colon."""
        entity, _, zoho_id = text.partition(":")
        if not zoho_id:
            raise ValueError(f"{text!r} is not <entity>:<id>")
        return cls(entity, zoho_id)
