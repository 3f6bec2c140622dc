"""The rule table as a page for finance people: `docs/sync-rules.md` is this text."""

import textwrap
from collections.abc import Iterator
from typing import Final

from processors.asset.value import ROW as VALUE
from processors.conditions import NOUNS
from processors.rules import ALWAYS, RULES, Rule
from processors.xero.contacts import ROWS as WAY_BACK
from schemas.rules import RulePage, RuleRow

HEAD: Final = """\
# What is synced, and when not

Written by the program from its own rule table (`bridge rules`); change the table, not this page.

Whenever Zoho tells of a document, its new version is compared with what Xero was asked to hold
because of it before. What differs is one of the actions below. An action that a restriction
withholds is shown with its reason, and looked at again by itself when the document changes.
The last rows of A1 are the way back: what happens to a contact in Xero, and what Zoho then shows.

| id | in Zoho Inventory | in Xero | withheld when |
|---|---|---|---|
"""

FOOT: Final = """
Every action but those of contacts is also withheld when:

{always}

Also:

{also}
"""
ALSO: Final = """\
A version older than one that was decided, or one that comes after the deletion, changes nothing.

A document that is voided or deleted without ever having been exported has nothing to take out of
Xero; this is said, and nothing is done.

A void document that is opened again becomes a new one in Xero. Where Xero keeps the old number it
gets a suffix (INV-1-2).

Restrictions on changes hold for what Xero has. A version that still waits here, because a tax is
not mapped for instance, may be replaced by a newer one at any time.

Events can reach the bridge in another order than they happened in. Where Xero's rules ask for it,
a payment, credit or write-off that was recorded later is taken off, the earlier change is made, and
it is put back. So a change from before a payment is made whenever it comes, also where later
changes were withheld.

A document whose total in Xero would differ from Zoho's is never sent: differences of rounding (at
most one smallest unit for each line and tax component) become a line of their own, larger ones
park the document with both totals.

Xero keeps hundredths of every currency. A total, a payment or another amount that has thousandths
in Zoho (KWD, BHD, JOD, OMR, TND) is parked until it is whole hundredths there."""


def page() -> str:
    """The whole page as Markdown."""
    whole = table()
    return (
        HEAD
        + "\n".join(map(_row, whole.rows))
        + "\n"
        + FOOT.format(always=_listed(whole.always), also=_listed(whole.also))
    )


def table() -> RulePage:
    """The rule table as people read it."""
    rows = (
        RuleRow(rule.id, action, rule.zoho, rule.xero, tuple(_restrictions(action, rule)))
        for action, rule in RULES.items()
    )
    also = (" ".join(sentence.split()) for sentence in ALSO.split("\n\n"))
    return RulePage(
        (*rows, *WAY_BACK, VALUE), tuple(_sentence(each.sentence) for each in ALWAYS), tuple(also)
    )


def _row(row: RuleRow) -> str:
    withheld = " ".join(row.withheld_when) or "never"
    return f"| {row.id} | {row.zoho} | {row.xero} | {withheld} |"


def _listed(sentences: tuple[str, ...]) -> str:
    return "\n".join(
        textwrap.fill(each, 100, initial_indent="- ", subsequent_indent="  ") for each in sentences
    )


def _restrictions(action: str, rule: Rule) -> Iterator[str]:
    noun = NOUNS.get(action.partition(".")[0], "document")
    for condition in rule.withheld_if:
        yield condition.sentence.format(noun=noun, cutover="")


def _sentence(sentence: str) -> str:
    return sentence.format(noun="document", cutover="the date of the connection's settings")
