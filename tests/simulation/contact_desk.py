"""A small Zoho's contacts: made, changed, listed and read through its API.

It keeps what the bridge counts on: names that one type of contact has once (or, as a company may
choose, more often), ids of its own, webhooks of what the API did. What it does not play ends the
process that asks for it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

import httpx

from tests.simulation.xero.books import NotPlayedError

Fields = dict[str, Any]
Answer = tuple[int, Fields]
ROOT: Final = "/inventory/v1"
WRITTEN: Final = 201
MISSING: Final = (404, {"code": 1002, "message": "Contact does not exist."})


@dataclass(eq=False)
class Desk:
    """One organisation's contacts. `twins`: a name may come twice. `tell` hears of each write."""

    number: int
    twins: bool
    tell: Callable[[str, Fields], None]
    contacts: dict[str, Fields] = field(default_factory=dict)
    effects: list[Fields] = field(default_factory=list)  # of the request at hand

    def serve(self, request: httpx.Request) -> Answer:
        """Answer a request that was let in."""
        path = request.url.path.removeprefix(ROOT).strip("/").split("/")
        asked = dict(parse_qsl(request.url.query.decode()))
        if path[0] == "organizations":
            return 200, {"code": 0, "message": "success", "organizations": []}
        if path[0] != "contacts" or len(path) > 2:
            raise NotPlayedError(f"{request.method} {path}")
        given = json.loads(request.content) if request.content else {}
        match request.method, path[1:]:
            case "GET", []:
                return self._list(asked)
            case "POST", []:
                return self._make(given)
            case "GET", [own] if own in self.contacts:
                return _shown("success", self.contacts[own])
            case "PUT", [own] if own in self.contacts:
                return self._change(self.contacts[own], given)
            case (("GET" | "PUT"), [_]):
                return MISSING
        raise NotPlayedError(f"{request.method} {path}")

    def _list(self, asked: dict[str, str]) -> Answer:
        if asked["page"] != "1":
            raise NotPlayedError("a second page")
        rows = [
            {name: row[name] for name in ("contact_id", "contact_name", "contact_type", "status")}
            for row in self.contacts.values()
            if row["contact_type"] == asked.get("contact_type", row["contact_type"])
            and row["contact_name"] == asked.get("contact_name", row["contact_name"])
        ]
        return listed(rows)

    def _make(self, given: Fields) -> Answer:
        if (taken := self._taken(given, "")) is not None:
            return taken
        own = f"9{self.number}{len(self.contacts) + 1:05d}"
        self.contacts[own] = {
            "contact_id": own,
            "status": "active",
            "currency_code": "CAD",
            "contact_persons": [],
            **given,
        }
        self._note("create", own, "created")
        return _shown("The contact has been added.", self.contacts[own], WRITTEN)

    def _change(self, row: Fields, given: Fields) -> Answer:
        if (taken := self._taken({**row, **given}, row["contact_id"])) is not None:
            return taken
        row |= given
        self._note("update", row["contact_id"], "edited")
        return _shown("Contact information has been saved.", row)

    def _taken(self, given: Fields, own: str) -> Answer | None:
        name = given["contact_name"]
        for row in self.contacts.values():
            alike = row["contact_name"].casefold() == name.casefold()
            if alike and row["contact_type"] == given["contact_type"] and row["contact_id"] != own:
                if self.twins:
                    return None
                words = f'The contact "{name}" already exists. Specify another name.'
                return 400, {"code": 3062, "message": words}
        return None

    def _note(self, op: str, own: str, trigger: str) -> None:
        row = self.contacts[own]
        said = {"op": op, "plural": "ZohoContacts", "id": own, "marker": row["contact_name"]}
        self.effects.append({**said, "total": row["contact_name"]})
        self.tell(trigger, row)


def listed(rows: list[Fields]) -> Answer:
    """A list of contacts on one page."""
    context = {"page": 1, "has_more_page": False}
    return 200, {"code": 0, "message": "success", "contacts": rows, "page_context": context}


def _shown(message: str, row: Fields, status: int = 200) -> Answer:
    return status, {"code": 0, "message": message, "contact": dict(row)}
