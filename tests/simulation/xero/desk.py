"""Requests as this Xero answers them: elements one by one, reads by number or `where`."""

import json
import re
from decimal import Decimal
from typing import Any, Final
from urllib.parse import parse_qs, unquote

from tests.simulation.xero.books import IDS, ZERO, Books, Refused, Row

Answer = tuple[int, Any]
CLAUSE: Final = re.compile(r'(\w+)=="((?:[^"]|"")*)"')
GONE: Final = (404, "The resource you're looking for cannot be found")


def serve(
    books: Books, method: str, path: str, query: str, body: bytes, most: int = 10**6
) -> Answer:
    """Answer one request; of a write only the first `most` elements are done."""
    parts = path.strip("/").split("/")
    if method == "GET":
        return read(books, parts, query)
    if method == "DELETE":
        return (204, None) if books.take_off(parts[-1]) else GONE
    return write(books, method, parts, body, most)


def write(books: Books, method: str, parts: list[str], body: bytes, most: int) -> Answer:
    """Do what a body asks for."""
    plural = parts[2] if len(parts) > 2 else parts[0]
    given = json.loads(body, parse_float=Decimal)
    alone = plural not in given
    if len(parts) == 2 and parts[1] not in books.tables[plural]:
        return GONE
    rows = []
    for place, element in enumerate([given] if alone else given[plural]):
        if place >= most:
            break
        try:
            row = books.view(plural, books.act(method, parts, element))
            rows.append({**shown(row), "StatusAttributeString": "OK"})
        except Refused as refused:
            if alone:
                return 400, _invalid([_failure(plural, element, str(refused))])
            rows.append(_failure(plural, element, str(refused)))
    return 200, {"Status": "OK", plural: rows}


def _failure(plural: str, element: Row, text: str) -> Row:
    return {
        IDS[plural]: ZERO,
        **element,
        "HasErrors": True,
        "StatusAttributeString": "ERROR",
        "ValidationErrors": [{"Message": text}],
    }


def _invalid(elements: list[Row]) -> Row:
    message = "A validation exception occurred"
    return {
        "ErrorNumber": 10,
        "Type": "ValidationException",
        "Message": message,
        "Elements": elements,
    }


def read(books: Books, parts: list[str], query: str) -> Answer:
    """Answer a read."""
    plural = parts[0]
    if len(parts) > 1:
        row = books.tables[plural].get(parts[1])
        return (200, {plural: [shown(books.view(plural, row))]}) if row else GONE
    asked = {name.lower(): value[0] for name, value in parse_qs(query).items()}
    rows = [row for row in books.rows(plural) if _fits(plural, row, asked)]
    return 200, {plural: [shown(row) for row in rows]}


def _fits(plural: str, row: Row, asked: dict[str, str]) -> bool:
    if "invoicenumbers" in asked:
        return row.get("InvoiceNumber") in [unquote(n) for n in asked["invoicenumbers"].split(",")]
    if "ids" in asked:
        return row[IDS[plural]] in asked["ids"].split(",")
    if "where" in asked:
        clauses = CLAUSE.findall(asked["where"])
        return any(
            str(row.get(name, "")).casefold() == value.replace('""', '"').casefold()
            for name, value in clauses
        )
    return True


def shown(row: Row) -> Row:
    """A row without what only we note of it."""
    hidden = {name: value for name, value in row.items() if not name.startswith("_")}
    if "Allocations" in hidden:
        hidden["Allocations"] = [shown(each) for each in hidden["Allocations"]]
    if "_note" in row:
        return {**hidden, "Invoice": {"InvoiceID": row["_invoice"]}}
    return hidden


def encode(content: Any) -> bytes:
    """JSON with amounts as numbers."""
    return json.dumps(content, default=float).encode()
