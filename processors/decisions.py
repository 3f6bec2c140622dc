"""A decision: what one event means for one thing, with the reason that people read."""

from dataclasses import dataclass
from typing import Final

from processors.things import Thing
from schemas.commands import Command
from schemas.words import Outcome, Ref

OLDER_VERSION: Final = "older_version"
AFTER_DELETION: Final = "after_deletion"
UNCHANGED: Final = "unchanged"
NEVER_EXPORTED: Final = "never_exported"
UNUSED_AMOUNT: Final = "unused_amount"
NOT_SHOWN: Final = "not_shown"
NO_ACTION: Final = "-"


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of a document's history.

    `action` is the row of the rule table, `key` the thing's link key. When the outcome is
    `applied`, `commands` are asked of Xero in order, `tells` is held from now on, `untells` is not.
    """

    document: Ref
    action: str
    outcome: Outcome
    key: str | None = None
    code: str | None = None
    reason: str | None = None
    commands: tuple[Command, ...] = ()
    tells: Thing | None = None
    untells: Thing | None = None

    @property
    def overtaken(self) -> bool:
        """The event came too late to count."""
        return self.code in (OLDER_VERSION, AFTER_DELETION)
