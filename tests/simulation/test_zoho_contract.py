"""The small Zoho of the schedules answers as the sandbox does over HTTP, whatever it is asked."""

import asyncio
import random
from collections import Counter
from typing import Any, Final

import httpx
import pytest

from sandbox.app import build_app
from sandbox.clock import Clock
from sandbox.server import running
from sandbox.xero.state import XeroState
from sandbox.zoho.app import routes
from sandbox.zoho.state import CLIENT_ID, CLIENT_SECRET, ORGANISATION, REFRESH_TOKEN, ZohoState
from tests.simulation import contact_desk
from tests.simulation.contact_desk import ROOT, Desk, Fields
from tests.simulation.register import UNAUTHORISED
from tests.simulation.store.engine import EPOCH

NAMES: Final = ("Acme", "ACME", "acme", "Zoë & Søn", "Maple", "Cedar")
TYPES: Final = ("customer", "vendor")
SHOWN: Final = ("contact_name", "contact_type", "status")
STEPS: Final = 60
MEANT: Final = {"POST 201", "POST 400", "PUT 200", "PUT 400", "PUT 404", "GET 200", "GET 404"}


class Visitor:
    """Asks both the same, right and wrong, and pairs the ids that they give."""

    def __init__(self, seed: int, zoho: httpx.AsyncClient) -> None:
        self.chance = random.Random(f"{seed}/visitor")
        self.small = Desk(1, twins=False, tell=lambda *_: None)
        self.zoho = zoho
        self.there: dict[str, str] = {}
        self.met: Counter[str] = Counter()

    async def log_in(self) -> None:
        form = {
            "grant_type": "refresh_token",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "refresh_token": REFRESH_TOKEN,
        }
        given = (await self.zoho.post("/oauth/v2/token", data=form)).json()
        self.zoho.headers["Authorization"] = f"Zoho-oauthtoken {given['access_token']}"

    def wish(self) -> tuple[str, str, Fields | None, Fields]:
        """One request: method, path, body and query."""
        name, kind = self.chance.choice(NAMES), self.chance.choice(TYPES)
        own = self.chance.choice([*self.small.contacts, "90000000"])
        body = {"contact_name": name, "contact_type": kind}
        match self.chance.randrange(5):
            case 0:
                return "POST", "/contacts", {**body, "contact_persons": []}, {}
            case 1:
                return "PUT", f"/contacts/{own}", {"contact_name": name}, {}
            case 2:
                return "GET", f"/contacts/{own}", None, {}
            case 3:
                return "GET", "/contacts", None, {**body, "page": 1, "per_page": 200}
        return "GET", "/contacts", None, {"contact_type": kind, "page": 1, "per_page": 200}

    async def ask(self) -> list[str]:
        method, path, body, asked = self.wish()
        request = httpx.Request(method, f"http://zoho{ROOT}{path}", params=asked, json=body)
        status, here = self.small.serve(request)
        for ours, theirs in self.there.items():
            path = path.replace(ours, theirs)
        where = {**asked, "organization_id": ORGANISATION}
        answer = await self.zoho.request(method, f"{ROOT}{path}", params=where, json=body)
        there = answer.json()
        if method == "POST" and status == 201 == answer.status_code:
            self.there[here["contact"]["contact_id"]] = there["contact"]["contact_id"]
        self.met[f"{method} {status}"] += 1
        said = (status, *self.said(here, self.there))
        there_said = (answer.status_code, *self.said(there))
        if said == there_said:
            return []
        return [f"{method} {path} {body} {asked}: {said} here, {there_said} there"]

    def said(self, content: Fields, ids: dict[str, str] | None = None) -> tuple[Any, ...]:
        """What of an answer the bridge reads, in the sandbox's ids."""
        rows = [content["contact"]] if "contact" in content else content.get("contacts", [])
        shown = [
            ((ids or {}).get(row["contact_id"], row["contact_id"]), *(row[name] for name in SHOWN))
            for row in rows
        ]
        more = content.get("page_context", {}).get("has_more_page")
        return content["code"], sorted(shown), more


async def differences(seed: int) -> tuple[list[str], Counter[str]]:
    clock = Clock(EPOCH, speed=0)
    app = build_app(XeroState(clock=clock), routes(ZohoState(clock)))
    async with running(app) as base, httpx.AsyncClient(base_url=base, timeout=60) as zoho:
        visitor = Visitor(seed, zoho)
        await visitor.log_in()
        found = [each for _ in range(STEPS) for each in await visitor.ask()]
        return found, visitor.met


def test_the_sandbox_answers_a_visitor_as_the_small_zoho_did() -> None:
    met: Counter[str] = Counter()
    for seed in range(3):
        found, of_seed = asyncio.run(differences(seed))
        met += of_seed

        assert found == []
    assert MEANT - met.keys() == set()


def test_both_say_the_same_of_a_token_that_they_do_not_know() -> None:
    async def ask() -> httpx.Response:
        clock = Clock(EPOCH, speed=0)
        app = build_app(XeroState(clock=clock), routes(ZohoState(clock)))
        async with running(app) as base, httpx.AsyncClient(base_url=base, timeout=60) as zoho:
            return await zoho.get(
                f"{ROOT}/contacts", headers={"Authorization": "Zoho-oauthtoken x"}
            )

    answer = asyncio.run(ask())

    assert (answer.status_code, answer.json()["code"]) == (UNAUTHORISED[0], UNAUTHORISED[1]["code"])


LIES: Final[dict[str, tuple[str, Any]]] = {
    "a name may come twice": ("_taken", lambda *_: None),
    "a list shows nothing": ("_list", lambda *_: contact_desk.listed([])),
    "what is there is missing": ("_change", lambda *_: contact_desk.MISSING),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_small_zoho_that_behaves_otherwise_is_found_out(
    lie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Desk, *LIES[lie])

    assert any(asyncio.run(differences(seed))[0] for seed in range(3))
