"""What a decision means to people: the sentence of its rule, and what its reason adds to that."""

from typing import NamedTuple

from schemas.api import DecisionView
from schemas.rules import RulePage


class Meaning(NamedTuple):
    """A rule's id and sentence, where there are; and what else is to be said."""

    rule: str
    sentence: str
    remark: str


def meaning_of(decision: DecisionView, table: RulePage) -> Meaning:
    """Find the row of the table that was followed: several share an id, the reason repeats one."""
    reason = decision.reason or ""
    rows = [row for row in table.rows if row.id == decision.action]
    said = [row for row in rows if f"{row.xero}." in reason]
    if not rows:
        return Meaning("", "", reason)
    if not said and len(rows) > 1:
        return Meaning(decision.action, "", reason)
    row = (said or rows)[0]
    remark = " ".join(reason.replace(f"{row.xero}.", "").split())
    return Meaning(row.id, f"{row.zoho} → {row.xero}.", remark)
