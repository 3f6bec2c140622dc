"""A thing: one object that Xero must hold because of a Zoho document."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from schemas.words import Ref

Content = dict[str, Any]

# What Xero needs first stands first; things are taken away the other way round.
KINDS: Final = (
    "contact",
    "invoice",
    "bill",
    "credit_note",
    "vendor_credit",
    "write_off",
    "payment",
    "bill_payment",
    "allocation",
    "vendor_allocation",
    "refund",
    "vendor_refund",
    "bank_charge",
)
# Lists show a refund without its account, which has to be read elsewhere (Zoho: triggers).
REFUNDS: Final = frozenset({"refund", "vendor_refund"})
# Written whole, so that a newer version takes an unsent one's place.
WRITTEN_WHOLE: Final = frozenset({"contact", "invoice", "bill", "credit_note", "vendor_credit"})


@dataclass(frozen=True, slots=True)
class Thing:
    """What Xero must hold.

    `key` is its link key, `<kind>:<id>`. `content` is JSON: what matters to Xero, in Zoho's terms
    and amounts normalised, so that a changed mapping is no change of the document. `homes` are the
    documents that it hangs on, its owner first. `at` is the stamp of the version that told it.
    """

    key: str
    content: Content
    homes: tuple[Ref, ...]
    at: datetime | None = None

    @property
    def kind(self) -> str:
        """`invoice`, `payment` …: the first half of its actions' names."""
        return self.key.partition(":")[0]

    @property
    def place(self) -> str:
        """The link key of what sets it against a document: its own, but for a write-off's note."""
        return place_of(self.key)

    @property
    def rank(self) -> int:
        """Its kind's place in the order of making."""
        return KINDS.index(self.kind)

    @property
    def owner(self) -> Ref:
        """The document that it comes from."""
        return self.homes[0]

    @property
    def is_partial(self) -> bool:
        """Whether a version may show the thing in part: then what it leaves out is no change.

        A thing of several documents is shown by each as far as it goes.
        """
        return len(self.homes) > 1 or self.kind in REFUNDS

    def differs(self, told: "Thing") -> bool:
        """Whether this is another content than the told one."""
        if not self.is_partial:
            return self.content != told.content
        return any(told.content.get(name, value) != value for name, value in self.content.items())

    def completed_by(self, told: "Thing") -> "Thing":
        """The same with what only the told one knows."""
        return replace(self, content={**told.content, **self.content})


Told = Mapping[str, Thing]


def place_of(key: str) -> str:
    """The link key of what sets a thing against a document, by the thing's own."""
    kind, _, number = key.partition(":")
    return f"allocation:{kind}-{number}" if kind == "write_off" else key


def write_told(told: Told) -> dict[str, Any]:
    """Write told things as JSON, by link key."""
    return {
        thing.key: {
            "content": thing.content,
            "homes": [str(home) for home in thing.homes],
            "at": thing.at.isoformat() if thing.at else None,
        }
        for thing in told.values()
    }


def read_told(stored: Mapping[str, Any]) -> dict[str, Thing]:
    """Read told things back, in the order of making."""
    things = [
        Thing(
            key=key,
            content=kept["content"],
            homes=tuple(Ref.parse(home) for home in kept["homes"]),
            at=datetime.fromisoformat(kept["at"]) if kept["at"] else None,
        )
        for key, kept in stored.items()
    ]
    return {thing.key: thing for thing in sorted(things, key=lambda thing: (thing.rank, thing.key))}
