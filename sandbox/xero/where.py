"""Xero's `where` and `order`: a small language over an element's fields.

    expression   either ("OR" either)*        either   term ("AND" term)*
    term         "(" expression ")" | field operator value | field.Contains("…") | .StartsWith("…")
    value        "text" | number | true | false | null | guid("…") | DateTime(2026,01,31)

Texts are compared without letter case and accents; only `""` stands for a quote in a text.
"""

import operator
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from sandbox.xero.answer import Record
from sandbox.xero.refusals import unreadable_query

Test = Callable[[Record], bool]

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<word>(?:AND|OR|true|false|null)\b | && | \|\| )
    | (?P<guid>guid\(\s*"(?P<guid_text>[^"]*)"\s*\))
    | (?P<date>DateTime\(\s*(?P<date_parts>\d+\s*(?:,\s*\d+\s*){2,5})\))
    | (?P<text>"(?P<text_body>(?:[^"\\]|"")*)")
    | (?P<number>-?\d+(?:\.\d+)?)
    | (?P<call>[A-Za-z][\w.]*\.(?:Contains|StartsWith|EndsWith)\()
    | (?P<field>[A-Za-z][\w.]*)
    | (?P<operator>==|!=|>=|<=|>|<|=)
    | (?P<bracket>[()])
    )""",
    re.VERBOSE | re.IGNORECASE,
)

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
_CALLS: dict[str, Callable[[str, str], bool]] = {
    "contains": operator.contains,
    "startswith": str.startswith,
    "endswith": str.endswith,
}
_JOINTS = {"AND": "AND", "&&": "AND", "OR": "OR", "||": "OR"}


def parse(text: str, fields: frozenset[str]) -> Test:
    """Return the test that `text` describes. Raises Answered (400, QueryParseException)."""
    reader = _Reader(_tokens(text), {name.casefold(): name for name in fields})
    test = reader.expression()
    if reader.tokens:
        raise unreadable_query(f"Unexpected '{reader.tokens[0][1]}'")
    return test


def order(text: str, fields: frozenset[str]) -> tuple[str, bool]:
    """Return the field to sort by and whether downwards. Raises Answered (400)."""
    name, _, direction = text.strip().partition(" ")
    known = {field.casefold(): field for field in fields | {"UpdatedDateUTC"}}
    if name.casefold() not in known or direction.strip().upper() not in ("", "ASC", "DESC"):
        raise unreadable_query(f"Can't order by '{text}'")
    return known[name.casefold()], direction.strip().upper() == "DESC"


def value_at(record: Record, path: str) -> object:
    """Return a field's value by its dotted path, comparable; None where there is none."""
    value: object = record
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return _comparable(value)


def fold(text: str) -> str:
    """Return the text without letter case and accents."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


def _comparable(value: object) -> object:
    if isinstance(value, str):
        return fold(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(), UTC)
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if not found:
            raise unreadable_query(f"Can't read the filter at '{text[at : at + 20].strip()}'")
        kind = found.lastgroup or ""
        kind = {"guid_text": "guid", "date_parts": "date", "text_body": "text"}.get(kind, kind)
        body = {"guid": "guid_text", "date": "date_parts", "text": "text_body"}.get(kind, kind)
        tokens.append((kind, found[body]))
        at = found.end()
    return tokens


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]], fields: dict[str, str]) -> None:
        self.tokens, self._fields = tokens, fields

    def expression(self) -> Test:
        return self._joined("OR", lambda: self._joined("AND", self._term, all), any)

    def _joined(
        self, joint: str, part: Callable[[], Test], combine: Callable[[list[bool]], bool]
    ) -> Test:
        parts = [part()]
        while self.tokens and _JOINTS.get(self.tokens[0][1].upper()) == joint:
            self.tokens.pop(0)
            parts.append(part())
        return lambda record: combine([test(record) for test in parts])

    def _term(self) -> Test:
        kind, text = self._next()
        if (kind, text) == ("bracket", "("):
            inside = self.expression()
            self._expect("bracket", ")")
            return inside
        if kind == "call":
            return self._asked(text)
        if kind != "field":
            raise unreadable_query(f"Expected a field, found '{text}'")
        field, compare = self._field(text), self._operator()
        value = self._value()
        return lambda record: _holds(compare, value_at(record, field), value)

    def _asked(self, text: str) -> Test:
        path, _, name = text.rstrip("(").rpartition(".")
        field, wanted = self._field(path), self._value()
        self._expect("bracket", ")")
        ask = _CALLS[name.casefold()]
        return lambda record: ask(str(value_at(record, field) or ""), str(wanted))

    def _field(self, text: str) -> str:
        if text.casefold() not in self._fields:
            raise unreadable_query(f"No property or field '{text}' exists")
        return self._fields[text.casefold()]

    def _operator(self) -> Callable[[object, object], bool]:
        kind, text = self._next()
        if kind != "operator":
            raise unreadable_query(f"Expected an operator, found '{text}'")
        return _OPERATORS[text]

    def _value(self) -> object:
        kind, text = self._next()
        if kind == "word" and text.casefold() in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[text.casefold()]
        if kind not in _LITERALS:
            raise unreadable_query(f"Expected a value, found '{text}'")
        try:
            return _LITERALS[kind](text)
        except ValueError as wrong:
            raise unreadable_query(str(wrong)) from None

    def _expect(self, kind: str, text: str) -> None:
        if self._next() != (kind, text):
            raise unreadable_query(f"Expected '{text}'")

    def _next(self) -> tuple[str, str]:
        if not self.tokens:
            raise unreadable_query("The filter ends too early")
        return self.tokens.pop(0)


_LITERALS: dict[str, Callable[[str], object]] = {
    "text": lambda text: fold(text.replace('""', '"')),
    "guid": fold,
    "number": Decimal,
    "date": lambda text: datetime(*(int(part) for part in text.split(",")), tzinfo=UTC),  # type: ignore[arg-type,misc]  # three to six numbers
}


def _holds(compare: Callable[[object, object], bool], left: object, right: object) -> bool:
    try:
        return compare(left, right)
    except TypeError:  # None, or a text against a number: no match
        return False
