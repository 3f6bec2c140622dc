"""People who make and rename contacts in Xero, and who reads what they did: Zoho must follow."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from tests.simulation.store.engine import moment
from tests.simulation.xero.books import Books

Fields = dict[str, Any]
ROLES: Final = (("customer",), ("customer",), ("vendor",), ("customer", "vendor"))
FLAGS: Final = {"customer": "IsCustomer", "vendor": "IsSupplier"}


@dataclass
class Partners:
    """One organisation's contacts that were made in Xero. `news` are those to be read."""

    chance: random.Random
    books: Books
    now: Callable[[], float]
    count: Callable[[str], None]
    rows: dict[str, Fields] = field(default_factory=dict)
    roles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    news: dict[str, int] = field(default_factory=dict)  # contact and how often it was changed
    _made: int = 0

    def act(self) -> None:
        """Make a contact, or rename one: no two names are alike."""
        if len(self.rows) < 2 and (not self.rows or self.chance.random() < 0.4):
            own = self._make()
        else:
            own = self.chance.choice(sorted(self.rows))
        self.news[own] = self.news.get(own, 0) + 1
        self._made += 1
        self.rows[own] |= {"Name": f"Partner {own[:8]} v{self._made}", "UpdatedDateUTC": self._at()}
        self.count("xero.partner")

    def _make(self) -> str:
        number = len(self.rows) + 1
        own = f"{number:08x}-{self.books.number:04x}-4000-9000-{number:012x}"
        roles = self.chance.choice(ROLES)
        row = {"ContactID": own, "ContactNumber": "", "ContactStatus": "ACTIVE", "_marker": None}
        self.books.tables["Contacts"][own] = self.rows[own] = {
            **row,
            **{FLAGS[role]: True for role in roles},
        }
        self.roles[own] = roles
        return own

    def _at(self) -> str:
        since = moment(self.now()) - moment(0)
        milliseconds = moment(0).timestamp() * 1000 + since / timedelta(milliseconds=1)
        return f"/Date({milliseconds:.0f}+0000)/"

    def shown(self, own: str) -> Fields:
        """A contact as Xero answers it."""
        return {name: value for name, value in self.rows[own].items() if name[0] != "_"}
