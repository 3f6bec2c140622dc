"""The small Xero of the schedules answers as the sandbox does over HTTP, whatever it is asked."""

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.simulation.chance import PROFILES
from tests.simulation.checker import check
from tests.simulation.contract import comparing
from tests.simulation.contract.mirror import FAULTS, compared
from tests.simulation.contract.recording import Asked, Recording, played
from tests.simulation.contract.visits import asked, crowded, hurried, renewing
from tests.simulation.contract.wishes import NOBODY
from tests.simulation.schedule import play
from tests.simulation.shape import largest
from tests.simulation.xero import books, desk, limits, money, rules, server, tokens

SCHEDULES = (*range(len(PROFILES)), 13, 14, 17)  # one of each profile, two companies, purchases
VISITS = range(20)


@pytest.mark.parametrize("seed", SCHEDULES)
def test_the_sandbox_answers_what_a_schedule_asks_as_the_small_xero_did(seed: int) -> None:
    assert compared(played(seed)) == []


def test_the_sandbox_answers_a_visitor_as_the_small_xero_did() -> None:
    met: Counter[str] = Counter()
    for seed in VISITS:
        recording = asked(seed)
        met.update(_met(recording))

        assert compared(recording) == []
    assert MEANT - met.keys() == set()
    assert set() == LEFT_OUT - comparing.OF_USE


@pytest.mark.parametrize(
    ("ask", "problems"),
    [(hurried, {"minute", "day"}), (crowded, {"concurrent"})],
)
def test_both_refuse_what_is_too_much(ask: Callable[[int], Recording], problems: set[str]) -> None:
    recording = ask(0)

    assert compared(recording) == []
    assert {each.headers["X-Rate-Limit-Problem"] for each in _refused(recording)} == problems


def test_both_rotate_refresh_tokens_alike() -> None:
    recording = renewing(0)

    assert compared(recording) == []
    assert {each.status for each in recording.asked} == {200, 400}


def _refused(recording: Recording) -> Iterator[Any]:
    return (each for each in recording.asked if each.status == 429)


def test_what_the_small_xero_does_not_play_ends_a_schedule_loudly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refund(*_: object) -> None:
        raise books.NotPlayedError("a refund")

    monkeypatch.setattr(money, "pay", refund)

    assert [
        each
        for each in check(play(0, shape=largest(0)).history)
        if "NotPlayedError: a refund" in each
    ] != []


# -- what the visits must have met, to mean something ----------------------------------------------

LISTS = (comparing.NOT_SHOWN, comparing.SHOWN_OTHERWISE)
LEFT_OUT = {path for reasons in LISTS for paths in reasons.values() for path in paths}
SENTENCES = (
    rules.NO_CONTACT,
    rules.NUMBER_HELD,
    rules.APPLIED,
    rules.TOO_MUCH,
    rules.NOT_APPROVED,
    rules.TOO_MUCH_CREDIT,
    "Invoice # must be unique.",
    "Credit Note # must be unique.",
    "Invoice not of valid status for modification",
    "Account could not be found",
    "This payment has already been deleted.",
)
KEYS = (
    "a key again: the same request",
    "a key again: another request",
    "a key again: past its life",
    "a key again: another token",
    "a key again: after a 500",
    "a key again: while the first is at work",
)
STATUSES = ("200", "400", "401", "403", "404", "429", "500", "503")
ENDS = ("PAID", "VOIDED", "DELETED", "DELETE 200", "DELETE 404")
MEANT = {*SENTENCES, *KEYS, *STATUSES, *ENDS, *FAULTS, "late_effect", "late_arrival"}


def _met(recording: Recording) -> Iterator[str]:
    before: dict[str, Asked] = {}
    ends = {asked: at for at, step, asked in recording.steps if step == "ended"}
    for each in recording.asked:
        yield from (f"{each.method} {each.status}", str(each.status), each.fate)
        yield from _said(each.content)
        if each.key is None:
            continue
        if each.key in before:
            yield from _key_met_again(recording, before[each.key], each)
            if before[each.key].came <= each.came < ends[before[each.key]]:
                yield KEYS[5]
        before[each.key] = each


def _said(content: Any) -> Iterator[str]:
    lists = content.values() if isinstance(content, dict) else ()
    for row in (row for rows in lists if isinstance(rows, list) for row in rows):
        yield str(row.get("Status"))
        yield from (problem["Message"] for problem in row.get("ValidationErrors", ()))


def _key_met_again(recording: Recording, before: Asked, again: Asked) -> Iterator[str]:
    if (before.body, before.query) != (again.body, again.query):
        yield KEYS[1]
    elif again.came - before.came > recording.key_life:
        yield KEYS[2]
    elif before.token != again.token:
        yield KEYS[3]
    else:
        yield KEYS[0]
        if before.status == 500:
            yield KEYS[4]


# -- a small Xero that behaves otherwise is found out ----------------------------------------------


def _overwriting(write: Any) -> Any:
    return lambda books, _method, *rest: write(books, "POST", *rest)


LIES: dict[str, tuple[Any, str, Any]] = {
    "a contact that is put overwrites": (desk, "write_contact", _overwriting(rules.write_contact)),
    "an invoice that is put overwrites": (desk, "document", _overwriting(rules.write_document)),
    "what has ended ends again": (rules, "_move", lambda *_: ()),
    "more is paid than is due": (money, "_payment_problems", lambda *_: ()),
    "a refusal has other words": (money, "TOO_MUCH", "Too much"),
    "a deleted payment counts": (books, "_on", lambda paid, own: paid["_target"] == own),
    "totals are rounded to tenths": (rules, "CENT", Decimal("0.1")),
    "a removal is answered with nothing": (desk, "_taken_off", lambda _: None),
    "a refused element has an id": (desk, "ZERO", NOBODY),
    "a key is forgotten at once": (server.Xero, "_once", lambda xero, *asked: xero._do(*asked)),
    "a minute has 61 calls": (limits, "MOST_A_MINUTE", 61),
    "an old refresh token serves for ever": (tokens, "GRACE", float("inf")),
}
TRIES = ((renewing, 0), (hurried, 0), *((asked, seed) for seed in range(12)))


@pytest.mark.parametrize("lie", LIES)
def test_a_small_xero_that_behaves_otherwise_is_found_out(
    lie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(*LIES[lie])

    assert any(compared(ask(seed)) for ask, seed in TRIES)
