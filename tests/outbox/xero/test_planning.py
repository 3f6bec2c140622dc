"""Few calls when they are short, no waiting when they are not (rule 6)."""

from dataclasses import replace

from outbox.xero.batches import Ready
from outbox.xero.planning import choose


def ready(number: int, kind: str = "invoice.put", *, linked: bool = False, lane: int = 0) -> Ready:
    return Ready(
        id=number,
        kind=kind,
        key=f"{kind}:{number}",
        body={"ContactNumber": f"ZI-{number}"},
        expected={},
        xero_id=f"x-{number}" if linked else None,
        looked=False,
        lane=lane,
    )


def chosen(commands: list[Ready], *, tight: bool) -> tuple[str, int]:
    route, group = choose(commands, tight=tight)
    return f"{route.method} {route.path}", len(group)


PAYMENTS = [ready(number, "payment.create") for number in range(3)]
INVOICES = [ready(10 + number) for number in range(60)]


def test_the_oldest_goes_at_once_with_its_like_while_calls_are_plenty() -> None:
    assert chosen([*PAYMENTS, *INVOICES], tight=False) == ("PUT /Payments", 3)


def test_a_full_batch_goes_first_when_calls_are_short() -> None:
    assert chosen([*PAYMENTS, *INVOICES], tight=True) == ("PUT /Invoices", 40)


def test_nothing_waits_for_a_batch_that_is_not_there() -> None:
    assert chosen([*PAYMENTS, *INVOICES[:39]], tight=True) == ("PUT /Payments", 3)


def test_what_xero_takes_singly_is_full_by_itself() -> None:
    void = ready(5, "invoice.void", linked=True)

    assert chosen([*PAYMENTS, void, *INVOICES], tight=True) == ("POST /Invoices/{id}", 1)


def test_live_work_never_waits_for_a_full_batch_of_a_backfill() -> None:
    backfill = [ready(10 + number, lane=2) for number in range(60)]

    assert chosen([*PAYMENTS, *backfill], tight=True) == ("PUT /Payments", 3)


def test_a_batch_of_live_work_takes_later_lanes_along_where_there_is_room() -> None:
    backfill = [ready(10 + number, "payment.create", lane=2) for number in range(60)]

    assert chosen([*PAYMENTS, *backfill], tight=False) == ("PUT /Payments", 40)


def test_new_things_and_changes_travel_apart() -> None:
    changes = [ready(10 + number, linked=True) for number in range(3)]

    assert chosen([INVOICES[0], *changes], tight=False) == ("PUT /Invoices", 1)


def test_two_changes_of_one_thing_never_share_a_request() -> None:
    twice = [
        ready(1, "payment.create"),
        replace(ready(2, "payment.create"), key=ready(1, "payment.create").key),
    ]

    assert chosen(twice, tight=False) == ("PUT /Payments", 1)


def test_two_bills_of_one_number_never_share_a_request() -> None:
    bills = [replace(ready(number, "bill.put"), expected={"number": "V-7"}) for number in range(2)]
    others = [
        replace(ready(9 + number, "bill.put"), expected={"number": f"V-{number}"})
        for number in range(3)
    ]

    _, group = choose([*bills, *others])

    assert [command.id for command in group] == [0, 9, 10, 11]


def test_a_customer_and_a_vendor_that_are_one_contact_are_changed_one_after_the_other() -> None:
    twins = [
        replace(ready(number, "contact.put", linked=True), xero_id="x", looked=True)
        for number in range(2)
    ]

    assert chosen(twins, tight=False) == ("POST /Contacts", 1)
