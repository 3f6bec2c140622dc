"""Pages lead where they say: every link of the documentation to a file of ours has that file."""

import re
from pathlib import Path

import pytest

from tests.house import HOUSE, ROOMS

LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)")
CODE = re.compile(
    r"`((?:tests|deploy|docs|bench|bridge|ingress|outbox|processors|clients|sandbox|schemas)/[\w./-]+)`"
)
PAGES = sorted([*HOUSE.glob("*.md"), *(HOUSE / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOUSE)))
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    linked = [page.parent / target for target in LINK.findall(text)]
    named = [HOUSE / target for target in CODE.findall(text)]

    assert [str(target) for target in (*linked, *named) if not target.exists()] == []


def test_the_plan_of_the_house_shows_every_room() -> None:
    plan = (HOUSE / "docs" / "architecture.md").read_text(encoding="utf-8")
    markers = (path for room in ROOMS for path in (HOUSE / room).glob("*/__init__.py"))
    rooms = {f"`{path.parent.relative_to(HOUSE)}/`" for path in markers}

    assert {room for room in rooms if room not in plan} == {"`deploy/migrations/`"}
