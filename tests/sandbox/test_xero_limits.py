"""Xero's limits: what is left is said on every answer, and what is too much is 429."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from sandbox.xero.limits import Limits, Meter, Window, admitted
from sandbox.xero.refusals import Answered
from tests.sandbox.xero_desk import Desk

START = datetime(2026, 6, 15, tzinfo=UTC)


def spend(limits: Limits, meter: Meter, calls: int, now: datetime = START) -> list[str | None]:
    """Make calls one after the other; gives the problem of each, or None."""
    problems: list[str | None] = []
    for _ in range(calls):
        try:
            with admitted(limits, meter, now):
                problems.append(None)
        except Answered as refused:
            problems.append(refused.answer.headers["X-Rate-Limit-Problem"])
    return problems


def a_meter() -> Meter:
    return Meter("acme", Window(60))


@pytest.mark.parametrize(
    ("limits", "problem"),
    [
        (Limits(3, None, None, None), "minute"),
        (Limits(None, 3, None, None), "day"),
        (Limits(None, None, None, 3), "appminute"),
    ],
)
def test_the_call_after_the_last_is_refused(limits: Limits, problem: str) -> None:
    assert spend(limits, a_meter(), 5) == [None, None, None, problem, problem]


def test_a_window_is_fixed_and_starts_anew() -> None:
    meter = a_meter()
    limits = Limits(2, None, None, None)
    spend(limits, meter, 2)
    wait = meter.minute.ends_in(START)

    assert spend(limits, meter, 1, START + timedelta(seconds=wait - 1)) == ["minute"]
    assert spend(limits, meter, 1, START + timedelta(seconds=wait)) == [None]


def test_windows_of_two_organisations_end_at_other_times() -> None:
    ends = {Meter(name, Window(60)).minute.ends_in(START) for name in ("a", "b", "c", "d")}

    assert len(ends) > 1


def test_limits_can_be_off() -> None:
    assert set(spend(Limits(None, None, None, None), a_meter(), 10_000)) == {None}


async def test_every_answer_says_what_is_left(xero: Desk) -> None:
    await xero.control("settings", {"limits": {"minute": 60, "day": 5000, "app_minute": 10000}})

    headers = (await xero.get("/Organisation")).headers

    assert headers["x-minlimit-remaining"] == "59"
    assert headers["x-daylimit-remaining"] == "4999"
    assert headers["x-appminlimit-remaining"] == "9999"


async def test_the_minute_names_itself_and_says_when_it_ends(xero: Desk) -> None:
    await xero.control("settings", {"limits": {"minute": 1}})
    await xero.get("/Organisation")

    refused = await xero.get("/Organisation")

    assert refused.status_code == 429
    assert refused.headers["x-rate-limit-problem"] == "minute"
    await xero.control("clock", {"seconds": int(refused.headers["retry-after"])})
    assert (await xero.get("/Organisation")).status_code == 200


async def test_the_sixth_at_once_is_refused_without_a_time_to_wait(xero: Desk) -> None:
    await xero.control("settings", {"limits": {"concurrent": 5}})
    slow = {"match": {"path": "/Organisation"}, "effect": "slow", "delay": 60, "times": 5}
    await xero.control("faults", [slow])
    async with asyncio.TaskGroup() as group:
        first = [group.create_task(xero.get("/Organisation")) for _ in range(5)]
        await xero.at_work(5)
        sixth = await xero.get("/Organisation")
        await xero.control("clock", {"seconds": 60})

    assert sixth.status_code == 429
    assert sixth.headers["x-rate-limit-problem"] == "concurrent"
    assert "retry-after" not in sixth.headers
    assert [task.result().status_code for task in first] == [200] * 5
    assert max(entry.get("in_flight", 0) for entry in xero.state.log) == 5


async def test_a_repeat_under_a_key_costs_a_call_too(xero: Desk) -> None:
    await xero.control("settings", {"limits": {"minute": 2}})
    body = {"Contacts": [{"Name": "Acme"}]}

    answers: list[httpx.Response] = [await xero.put("/Contacts", body, key="k-1") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]


async def test_a_refusal_of_its_key_says_what_is_left_too(xero: Desk) -> None:
    await xero.control("settings", {"limits": {"minute": 60}})
    await xero.put("/Contacts", {"Contacts": [{"Name": "Acme"}]}, key="k-1")

    refused = await xero.put("/Contacts", {"Contacts": [{"Name": "Other"}]}, key="k-1")

    assert (refused.status_code, refused.headers["x-minlimit-remaining"]) == (400, "58")
