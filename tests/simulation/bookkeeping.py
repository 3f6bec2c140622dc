"""What people do seldom in Zoho: write-offs, bank charges, refunds, deletions; and purchases."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tests.simulation.papers import Fields
from tests.simulation.zoho import Act, Zoho

CHARGES: Final = ("0", "1.50", "2.00", "3.00")


@dataclass
class Bookkeeping(Zoho):
    """One organisation whose people do all that there is, on one side.

    `mute`: no webhook tells of payments, as where Zoho Inventory has no module for those of
    vendors; then their documents do, and nobody hears of bank charges.
    """

    mute: bool = False

    def __post_init__(self) -> None:
        self.mute = self.side.lists and self.chance.random() < 0.3

    def acts(self) -> list[tuple[Act, int]]:
        """What somebody may do, and how often: less that begins, more that goes on."""
        sales = not self.side.lists
        return [
            (self._new_document, 1 if self.documents else 8),
            (self._change_document, 2),
            (self._pay, 4),
            (self._change_payment, 2),
            (self._delete_payment, 2),
            (self._charge, 0 if self.mute else 3),
            (self._write_off, 5 * sales),
            (self._cancel_write_off, 4 * sales),
            (self._void_document, 1),
            (self._delete_document, 1),
            (self._new_credit, 1 if self.credits else 2),
            (self._apply_credit, 7),
            (self._take_off, 5),
            (self._refund, 3),
            (self._change_refund, 3),
            (self._delete_refund, 2),
            (self._void_credit, 1),
            (self._delete_credit, 1),
            (self._rename, 1),
        ]

    def _tell(self, entity: str, zoho_id: str, trigger: str, fields: Fields) -> None:
        if not (self.mute and entity == self.side.payment):
            super()._tell(entity, zoho_id, trigger, fields)

    def _balance_shown(self, number: str, *, always: bool = False) -> None:
        super()._balance_shown(number, always=always or self.mute)

    def _part(self, room: int) -> int:
        return room if self.chance.random() < 0.4 else super()._part(room)

    def _write(self, document: Fields, trigger: str, account_id: str = "388") -> None:
        document["_edited"] = trigger != "created"
        super()._write(document, trigger, account_id)

    # -- bank charges -------------------------------------------------------------------------

    def _tell_payment(self, number: str, trigger: str) -> None:
        if trigger == "created" and not self.mute and self.chance.random() < 0.4:
            self.payments[number]["bank_charges"] = self.chance.choice(CHARGES)
        super()._tell_payment(number, trigger)

    def _charge(self) -> bool:
        if not self.payments:
            return False
        number = self.chance.choice(sorted(self.payments))
        payment = self.payments[number]
        others = [each for each in CHARGES if each != str(payment["bank_charges"])]
        payment["bank_charges"] = self.chance.choice(others)
        self._tell_payment(number, "edited")
        return True

    # -- write-offs ---------------------------------------------------------------------------

    def _write_off(self) -> bool:
        """Write the whole balance off; what was written off before stays so."""
        owed = [n for n, row in self.documents.items() if row["status"] == self.side.open]
        if not owed:
            return False
        number = self.chance.choice(owed)
        document = self.documents[number]
        before = Decimal(document["write_off_amount"])
        left = Decimal(document["total"]) - self._on(number)
        document["write_off_amount"] = str(before + left)
        self._balance_shown(number, always=True)
        return True

    def _cancel_write_off(self) -> bool:
        written = [n for n, row in self.documents.items() if Decimal(row["write_off_amount"])]
        if not written:
            return False
        number = self.chance.choice(written)
        self.documents[number]["write_off_amount"] = "0"
        self._balance_shown(number, always=True)
        return True

    # -- refunds ------------------------------------------------------------------------------

    def _refunded(self) -> list[tuple[str, Fields]]:
        return [
            (number, refund)
            for number, credit in self.credits.items()
            for refund in credit[self.side.refunds]
        ]

    def _refund(self) -> bool:
        rich = [n for n, c in self.credits.items() if c["status"] == "open" and c["_left"] >= 5]
        if not rich:
            return False
        number = self.chance.choice(rich)
        self.credits[number]["_left"] -= 5
        self.credits[number][self.side.refunds].append(self.side.refund(self._number(), "5.00"))
        self._tell_credit(number, "edited")
        return True

    def _change_refund(self) -> bool:
        refunds = [each for each in self._refunded() if Decimal(each[1]["amount"]) > 1]
        if not refunds:
            return False
        number, refund = self.chance.choice(refunds)
        self.credits[number]["_left"] += 1
        refund["amount"] = str(Decimal(refund["amount"]) - 1)
        self._tell_credit(number, "edited")
        return True

    def _delete_refund(self) -> bool:
        refunds = self._refunded()
        if not refunds:
            return False
        number, refund = self.chance.choice(refunds)
        self.credits[number]["_left"] += Decimal(refund["amount"])
        self.credits[number][self.side.refunds].remove(refund)
        self._tell_credit(number, "edited")
        return True

    # -- deletions ----------------------------------------------------------------------------

    def _delete_document(self) -> bool:
        """Delete what has neither payments nor credits; a write-off goes with its document.

        Known, and kept out: what was edited, written off and deleted is left to a person, also
        where the edit's webhook comes last and the write-off did not fit without it.
        """
        bare = [
            number
            for number, row in self.documents.items()
            if not self._paid(number) and not self._credited(number)
            if not (row.get("_edited") and Decimal(row.get("write_off_amount", 0)))
        ]
        if not bare:
            return False
        number = self.chance.choice(bare)
        document = self.documents.pop(number)
        document["last_modified_time"] = self._stamp()
        self.sick.discard(number)
        self._tell(self.side.document, number, "deleted", document)
        return True

    def _delete_credit(self) -> bool:
        """Delete a credit that is not refunded, also one that is applied."""
        whole = [n for n, credit in self.credits.items() if not credit[self.side.refunds]]
        if not whole:
            return False
        number = self.chance.choice(whole)
        credit = self.credits.pop(number)
        credit["last_modified_time"] = self._stamp()
        self._tell(self.side.credit, number, "deleted", credit)
        for use in credit[self.side.uses]:
            self._balance_shown(use[self.side.target], always=True)
        return True
