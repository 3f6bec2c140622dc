"""`python -m tests.mutants`: breaks each row of the rule table in turn; some test must see it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from io import StringIO

import pytest

from processors.conditions import Condition
from processors.rules import RULES, Rule
from tests.house import HOUSE

# What is decided, not how the table reads: the tests that hold the table itself would see anything.
DESK = "from tests.processors.desk import"
BEHAVIOUR = [
    str(path)
    for path in sorted((HOUSE / "tests/processors").rglob("test_*.py"))
    if DESK in path.read_text(encoding="utf-8") and path.name != "test_rules.py"
]
QUIETLY = ["-x", "-q", "--no-header", "-p", "no:cacheprovider"]
ALWAYS = Condition("always", "It is never done.", lambda _case, _thing: True)


def mutants() -> Iterator[tuple[str, str, Rule]]:
    """Yield every broken row: what was done to it, its action, and the row."""
    for action, rule in RULES.items():
        yield f"{action}: another id", action, replace(rule, id="A0")
        yield f"{action}: always withheld", action, replace(rule, withheld_if=(ALWAYS,))
        for condition in rule.withheld_if:
            rest = tuple(each for each in rule.withheld_if if each is not condition)
            yield f"{action}: without {condition.code}", action, replace(rule, withheld_if=rest)


@contextmanager
def broken(action: str, rule: Rule) -> Iterator[None]:
    """Put a broken row into the table for a while."""
    whole = RULES[action]
    RULES[action] = rule
    try:
        yield
    finally:
        RULES[action] = whole


def passes() -> bool:
    """Whether the tests find nothing wrong with the table as it is."""
    with redirect_stdout(StringIO()):
        return pytest.main([*QUIETLY, *BEHAVIOUR]) == pytest.ExitCode.OK


def survives(action: str, rule: Rule) -> bool:
    """Whether no test sees that a row is broken."""
    with broken(action, rule):
        return passes()


def main() -> int:
    """Break every row, name the breaks that no test saw; exits 1 when there is one."""
    if not passes():
        sys.exit("the tests fail before anything is broken")
    found = list(mutants())
    unseen = [what for what, action, rule in found if survives(action, rule)]
    print(f"{len(found)} mutants of {len(RULES)} rows, {len(unseen)} survived")  # noqa: T201  # figures are printed
    for what in unseen:
        print(f"  {what}")  # noqa: T201  # figures are printed
    return 1 if unseen else 0


if __name__ == "__main__":
    sys.exit(main())
