"""The rule table as people read it: what the console shows, and what a decision's action means."""

from typing import NamedTuple


class RuleRow(NamedTuple):
    """One action: its row of the requirements, what happens in Zoho and in Xero, what withholds it.

    `action` is the program's own name of it, such as `invoice.create`.
    """

    id: str
    action: str
    zoho: str
    xero: str
    withheld_when: tuple[str, ...] = ()


class RulePage(NamedTuple):
    """The whole table, what withholds every action but those of contacts, and what else holds."""

    rows: tuple[RuleRow, ...]
    always: tuple[str, ...]
    also: tuple[str, ...]
