"""A3: an edit counts by when it was made in Zoho, whichever version of the document comes first."""

from collections.abc import Sequence
from itertools import permutations

import pytest

from schemas.words import Ref
from tests.processors.desk import Desk
from tests.processors.zoho import Fields, at, invoice, line

INVOICE = Ref("invoice", "1")
OPEN, PAID = False, True
# What an invoice was in Zoho, minute by minute: its price, and whether something of it was paid;
# and the price that Xero ends with: the last that it had while nothing was paid.
Story = list[tuple[int, bool]]
STORIES: dict[str, tuple[Story, int]] = {
    "edited, then paid": ([(100, OPEN), (80, OPEN), (80, PAID)], 80),
    "paid, then edited": ([(100, OPEN), (100, PAID), (80, PAID)], 100),
    "edited and paid at once": ([(100, OPEN), (80, PAID)], 100),
    "edited, paid, edited": ([(100, OPEN), (80, OPEN), (80, PAID), (60, PAID)], 80),
    "edited, paid and edited at once": ([(100, OPEN), (80, OPEN), (60, PAID)], 80),
    "edited twice, paid, edited": (
        [(100, OPEN), (80, OPEN), (90, OPEN), (90, PAID), (60, PAID)],
        90,
    ),
    "edited, put back, paid, edited": (
        [(100, OPEN), (80, OPEN), (100, OPEN), (100, PAID), (60, PAID)],
        100,
    ),
    "paid, unpaid, edited, paid, edited": (
        [(100, OPEN), (100, PAID), (80, OPEN), (80, PAID), (60, PAID)],
        80,
    ),
    "paid, edited, unpaid": ([(100, OPEN), (100, PAID), (80, PAID), (80, OPEN)], 80),
}


def version(minute: int, price: int, *, paid: bool) -> Fields:
    return invoice(
        line_items=[line(price)],
        total=price,
        payment_made=40 if paid else 0,
        last_modified_time=at(minute),
    )


def versions(story: Story) -> list[Fields]:
    return [version(minute, price, paid=paid) for minute, (price, paid) in enumerate(story)]


def price_in_xero(delivered: Sequence[Fields]) -> int:
    """Deliver versions in this order, the first being in Xero before the second comes."""
    desk = Desk()
    desk.exports("invoice", delivered[0])
    for each in delivered[1:]:
        desk.happens("invoice", each)
        desk.xero_obeys()
    return int(desk.known[INVOICE].told[str(INVOICE)].content["total"])


@pytest.mark.parametrize(("story", "price"), STORIES.values(), ids=STORIES)
def test_a3_in_whatever_order_versions_come_xero_ends_as_if_it_were_theirs(
    story: Story, price: int
) -> None:
    first, *others = versions(story)

    assert {price_in_xero([first, *order]) for order in permutations(others)} == {price}


@pytest.mark.parametrize(("story", "price"), STORIES.values(), ids=STORIES)
def test_a3_a_version_that_comes_again_changes_nothing(story: Story, price: int) -> None:
    told = versions(story)

    assert {price_in_xero([*told, again]) for again in told} == {price}
