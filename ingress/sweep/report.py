"""What a sweep found and did, for people and for scripts."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from schemas.words import Ref


@dataclass
class Module:
    """One list.

    `missed` are changes that no webhook had told, `older` documents from before the connecting that
    were taken along, `left` those that are too many for that and wait for a backfill.
    """

    entity: str
    listed: int = 0
    missed: int = 0
    older: int = 0
    deleted: int = 0
    left: int = 0
    complete: bool = False
    problem: str | None = None
    newest: datetime | None = None  # Zoho's newest stamp in the list

    def see(self, stamp: datetime | None) -> None:
        """Keep the newest stamp."""
        if stamp is not None and (self.newest is None or stamp > self.newest):
            self.newest = stamp

    def as_json(self) -> dict[str, Any]:
        """Give it for scripts."""
        names = ("listed", "missed", "older", "deleted", "left", "complete", "problem")
        return {name: getattr(self, name) for name in names}


@dataclass
class Report:
    """One sweep of one connection.

    `reread` are documents that decisions had been waiting for, `unread` those that could not be
    read, for Zoho failed on them.
    """

    connection: str
    full: bool
    modules: dict[str, Module] = field(default_factory=dict)
    reread: int = 0
    unread: set[Ref] = field(default_factory=set)
    calls: int = 0

    def module(self, entity: str) -> Module:
        """The part about one entity."""
        return self.modules.setdefault(entity, Module(entity))

    @property
    def missed(self) -> int:
        """Changes and deletions that no webhook had told."""
        return sum(each.missed + each.deleted for each in self.modules.values())

    def as_json(self) -> dict[str, Any]:
        """Give it for scripts."""
        return {
            "connection": self.connection,
            "full": self.full,
            "calls": self.calls,
            "missed": self.missed,
            "reread": self.reread,
            "unread": sorted(map(str, self.unread)),
            "modules": {name: each.as_json() for name, each in self.modules.items()},
        }
