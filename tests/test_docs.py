"""Pages lead where they say: their links have files, and their commands are the bridge's."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from bridge.cli import app
from tests.house import HOUSE, ROOMS

LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)")
ANCHOR = re.compile(r"\]\((?!https?:)([^)#\s]*)#([^)]+)\)")
CODE = re.compile(
    r"`((?:tests|deploy|docs|bench|bridge|ingress|outbox|processors|clients|sandbox|schemas)/[\w./-]+)`"
)
# A command of ours between backticks, or on a line of its own in an example.
COMMAND = re.compile(r"`(?:\.venv/bin/)?bridge ([a-z][^`]*)`")
EXAMPLE = re.compile(
    r"^ {4}(?:\.venv/bin/|docker compose .* )?bridge ([a-z].*?)(?:  +.*|[<|#].*)?$", re.MULTILINE
)
TABLE = re.compile(r"^CREATE TABLE (\w+)", re.MULTILINE)
PAGES = sorted([*HOUSE.glob("*.md"), *(HOUSE / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOUSE)))
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    linked = [page.parent / target for target in LINK.findall(text)]
    named = [HOUSE / target for target in CODE.findall(text)]

    assert [str(target) for target in (*linked, *named) if not target.exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOUSE)))
def test_a_link_into_a_page_meets_a_heading(page: Path) -> None:
    found = ANCHOR.findall(page.read_text(encoding="utf-8"))
    headings = {target: anchors(page.parent / target if target else page) for target, _ in found}

    assert [each for target, each in found if each not in headings[target]] == []


def anchors(page: Path) -> set[str]:
    """Name a page's headings as links to them do: small letters, hyphens for spaces."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_the_plan_of_the_house_shows_every_room() -> None:
    plan = (HOUSE / "docs" / "architecture.md").read_text(encoding="utf-8")
    markers = (path for room in ROOMS for path in (HOUSE / room).glob("*/__init__.py"))
    rooms = {f"`{path.parent.relative_to(HOUSE)}/`" for path in markers}

    assert {room for room in rooms if room not in plan} == {"`deploy/migrations/`"}


def test_the_plan_of_the_house_names_every_table() -> None:
    plan = (HOUSE / "docs" / "architecture.md").read_text(encoding="utf-8")
    migrations = (HOUSE / "deploy" / "migrations" / "versions").glob("*.sql")
    created = {table for path in migrations for table in TABLE.findall(path.read_text("utf-8"))}

    assert {table for table in created if f"`{table}`" not in plan} == set()
    assert "events" in created


def commands(page: Path) -> Iterator[list[str]]:
    """Yield the words of every command that a page tells people to run."""
    text = page.read_text(encoding="utf-8")
    for told in COMMAND.findall(re.sub(r"\s*\n\s*", " ", text)) + EXAMPLE.findall(text):
        yield re.sub(r"[\[\]|]", " ", told.replace("'", "")).split()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOUSE)))
def test_a_command_that_a_page_tells_of_exists_with_its_options(page: Path) -> None:
    unknown = [" ".join(words) for words in commands(page) if not is_known(words)]

    assert unknown == []


def is_known(words: list[str]) -> bool:
    command: Any = get_command(app)
    rest = list(words)
    while rest and isinstance(command, TyperGroup):
        name = rest.pop(0)
        if name not in command.commands:
            return False
        command = command.commands[name]
    options = {each for part in command.params for each in (*part.opts, *part.secondary_opts)}
    return {each.partition("=")[0] for each in rest if each.startswith("--")} <= options | {
        "--help"
    }
