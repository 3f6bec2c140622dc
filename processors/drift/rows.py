"""A difference as people and scripts see it: one row a document."""

from dataclasses import dataclass
from typing import Any, Literal

from schemas.drift import PARKED
from schemas.words import Ref

Kind = Literal["missing", "extra", "different"]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that differs: its name, and what each side shows, "" where it shows nothing."""

    field: str
    zoho: str
    xero: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A document that is missing in Xero, extra there, or different.

    `ref` has no id for what Zoho knows nothing of. `keys` are the things concerned, by link key,
    and `changed_at` is when Xero says that it last changed what is shown there. One that is not
    `certain` is a difference only if the document's own standing says so.
    """

    kind: Kind
    ref: Ref
    number: str
    fields: tuple[Field, ...] = ()
    xero_id: str = ""
    keys: tuple[str, ...] = ()
    changed_at: str = ""
    reason: str = ""
    certain: bool = True

    @property
    def parked(self) -> bool:
        """Whether it differs because something of it is parked, which is told elsewhere."""
        return self.reason.startswith(PARKED)

    def as_row(self) -> dict[str, Any]:
        """The row as JSON; the first field that differs stands for all."""
        first = self.fields[0] if self.fields else Field("", "", "")
        return {
            "entity": self.ref.entity,
            "zoho_id": self.ref.zoho_id,
            "number": self.number,
            "kind": self.kind,
            "field": first.field,
            "zoho": first.zoho,
            "xero": first.xero,
            "reason": self.reason,
            "xero_id": self.xero_id,
            "fields": [
                {"field": each.field, "zoho": each.zoho, "xero": each.xero} for each in self.fields
            ],
        }
