"""Refunds of credit notes (A24 to A26) and of vendor credits (A27 to A29)."""

from typing import NamedTuple

import pytest

from tests.journeys import clerk
from tests.journeys.house import House
from tests.journeys.reading import decided, paid

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Side(NamedTuple):
    """How the two sides differ."""

    entity: str
    path: str
    key: str
    refund_key: str
    actions: tuple[str, str, str, str]


SALES = Side(
    "credit_note",
    "/creditnotes",
    "creditnote_id",
    "creditnote_refund_id",
    ("A16", "A24", "A25", "A26"),
)
PURCHASES = Side(
    "vendor_credit",
    "/vendorcredits",
    "vendor_credit_id",
    "vendor_credit_refund_id",
    ("A20", "A27", "A28", "A29"),
)
sides = pytest.mark.parametrize("side", [SALES, PURCHASES], ids=["a24 to a26", "a27 to a29"])


@sides
async def test_a_refund_is_made_changed_and_deleted(
    office: House, customer: str, vendor: str, side: Side
) -> None:
    credit = await _credit(office, side, customer, vendor)
    number = credit[side.key]
    await office.settled()
    refund = await clerk.refund(office, credit, 30)
    await office.settled()
    assert await paid(office, side.entity, number) == [("30.00", "090")]

    path = f"{side.path}/{number}/refunds/{refund[side.refund_key]}"
    await office.zoho("PUT", path, amount=25, date="2026-01-05")
    await office.settled()
    assert await paid(office, side.entity, number) == [("25.00", "090")]

    await office.zoho("DELETE", path)
    await office.settled()
    assert await paid(office, side.entity, number) == []
    expected = [f"{action} applied" for action in side.actions]
    assert await decided(office, side.entity, number) == expected


@sides
async def test_two_refunds_of_one_credit_are_two_in_xero(
    office: House, customer: str, vendor: str, side: Side
) -> None:
    credit = await _credit(office, side, customer, vendor)
    for amount in (30, 16):
        await clerk.refund(office, credit, amount)
    await office.settled()

    held = await paid(office, side.entity, credit[side.key])
    assert held == [("16.00", "090"), ("30.00", "090")]


async def _credit(office: House, side: Side, customer: str, vendor: str) -> clerk.Document:
    if side is SALES:
        return await clerk.credit_note(office, customer, 40)
    return await clerk.vendor_credit(office, vendor, 40)
