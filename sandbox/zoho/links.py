"""What settles what: shares of payments, and applied credits."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass
class Link:
    """A part of a payment or credit (`source`) set against an invoice or bill (`target`)."""

    id: str
    source: str
    target: str
    amount: Decimal
    date: date


class Links:
    """Links by id, by source and by target, each in the order they were made."""

    def __init__(self) -> None:
        self._by_id: dict[str, Link] = {}
        self._from: defaultdict[str, dict[str, Link]] = defaultdict(dict)
        self._to: defaultdict[str, dict[str, Link]] = defaultdict(dict)

    def __iter__(self) -> Iterator[Link]:
        return iter(list(self._by_id.values()))

    def get(self, link_id: str) -> Link | None:
        """Return the link, or None."""
        return self._by_id.get(link_id)

    def of_source(self, source: str) -> list[Link]:
        """Return what the payment or credit settles."""
        return list(self._from[source].values()) if source in self._from else []

    def of_target(self, target: str) -> list[Link]:
        """Return what settles the invoice or bill."""
        return list(self._to[target].values()) if target in self._to else []

    def add(self, link: Link) -> None:
        """Keep the link."""
        self._by_id[link.id] = link
        self._from[link.source][link.id] = link
        self._to[link.target][link.id] = link

    def drop(self, link: Link) -> None:
        """Forget the link."""
        del self._by_id[link.id]
        del self._from[link.source][link.id]
        del self._to[link.target][link.id]
