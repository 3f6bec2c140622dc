"""The house style, where a linter cannot hold it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from bridge.cli.metrics_page import declared, page, watchers
from tests.house import HOUSE, ROOMS, imports, sources, tree

LONGEST_FILE = 250
LONGEST_FUNCTION = 40
USUAL_FUNCTION = 10
LOCKS = ("requirements.lock", "requirements-dev.lock")
# Metrics that no alert and no dashboard shows, each with why that is right.
ONLY_DOCUMENTED: dict[str, str] = {}
# The linter or the types told to be silent, with nothing behind that says why.
SILENT_IGNORE = re.compile(r"# (noqa(: [A-Z0-9, ]+)?|type: ignore(\[[\w, -]+\])?)\s*$")
# A query is its name, one line of why, and the statement.
NAMED_QUERY = re.compile(r"-- name: \w+.*\n-- \S.*\n(-- .*\n)*[^-\s]")
QUERIES = [
    path.relative_to(HOUSE)
    for room in ROOMS
    if room != "deploy"
    for path in sorted((HOUSE / room).rglob("*.sql"))
]


def functions() -> Iterator[tuple[str, int]]:
    """Yield each function of ours, as file:line, with its lines of code (docstring aside)."""
    for path in sources(*ROOMS):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path}:{node.lineno}", lines_of(node)


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines from `def` to its end, its docstring aside."""
    documented = ast.get_docstring(node) is not None
    told = node.body[0].end_lineno or 0 if documented else 0
    above = told - node.body[0].lineno + 1 if documented else 0
    return (node.end_lineno or 0) - node.lineno + 1 - above


def test_no_file_is_longer_than_a_noun_needs() -> None:
    lengths = {
        str(path): len((HOUSE / path).read_text(encoding="utf-8").splitlines())
        for path in sources(*ROOMS, "tests", "bench")
    }

    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_thought() -> None:
    assert [(name, lines) for name, lines in functions() if lines > LONGEST_FUNCTION] == []


def test_half_of_the_functions_are_short() -> None:
    assert median([lines for _, lines in functions()] or [0]) < USUAL_FUNCTION


def test_every_ignore_has_its_reason() -> None:
    silent = [
        f"{path}:{number}"
        for path in sources(*ROOMS, "tests", "bench")
        for number, line in enumerate((HOUSE / path).read_text(encoding="utf-8").splitlines(), 1)
        if SILENT_IGNORE.search(line)
    ]

    assert silent == []


def test_nothing_is_mocked() -> None:
    used = {name for path in sources("tests", "bench") for name in imports(tree(path))}

    assert [name for name in used if name.startswith("unittest.mock")] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_hashes_and_no_place_to_fetch_from(lock: str) -> None:
    text = (HOUSE / lock).read_text(encoding="utf-8")
    pinned = re.findall(r"^[\w.-]+==", text, re.MULTILINE)
    hashed = re.findall(r"^[\w.-]+==.*\\\n +--hash=sha256:", text, re.MULTILINE)

    assert "://" not in text
    assert len(pinned) == len(hashed) > 0


@pytest.mark.parametrize("path", QUERIES, ids=str)
def test_every_query_has_a_name_and_a_reason(path: Path) -> None:
    text = (HOUSE / path).read_text(encoding="utf-8")
    before, *queries = re.split(r"^(?=-- name:)", text, flags=re.MULTILINE)

    assert [line for line in before.splitlines() if line and not line.startswith("--")] == []
    assert [query for query in queries if not NAMED_QUERY.match(query)] == []


def test_every_metric_is_documented_as_it_is_declared() -> None:
    written = (HOUSE / "docs" / "metrics.md").read_text(encoding="utf-8")

    assert written == page(), "docs/metrics.md is not current: run `make metrics` and commit it"


def test_every_metric_is_watched_or_said_not_to_be() -> None:
    watched = {name for _, names in watchers() for name in names}
    missing = {row.name for row in declared()} - watched - set(ONLY_DOCUMENTED)

    assert missing == set(), (
        "show it in a panel of deploy/grafana/*.json or an alert in deploy/prometheus/alerts.yaml,"
        " or write why not in ONLY_DOCUMENTED (tests/test_house.py); then run `make metrics`"
    )


def test_every_metric_that_is_watched_is_declared() -> None:
    names = {row.name for row in declared()}
    unknown = {who: watched - names for who, watched in watchers() if watched - names}

    assert unknown == {}, "an alert or a dashboard names a metric that bridge/metrics.py has not"
    assert set(ONLY_DOCUMENTED) <= names
