"""Requests as this Xero answers them: elements one by one, reads by number, id or `where`."""

import json
import re
import unicodedata
from decimal import Decimal
from typing import Any, Final
from urllib.parse import parse_qsl

from tests.simulation.xero import money
from tests.simulation.xero.books import IDS, ZERO, Books, NotPlayedError, Row
from tests.simulation.xero.rules import Refused, change_document, missing, write_contact
from tests.simulation.xero.rules import write_document as document

Answer = tuple[int, Any]
CLAUSE: Final = re.compile(r'(\w+)=="((?:[^"]|"")*)"')
CLAUSES: Final = re.compile(rf"{CLAUSE.pattern}( OR {CLAUSE.pattern})*")
SEARCHED: Final = ("ContactNumber", "Name", "CreditNoteNumber", "Reference")
GONE: Final = (404, "The resource you're looking for cannot be found")


def serve(
    books: Books, method: str, path: str, query: str, body: bytes, most: int = 10**6
) -> Answer:
    """Answer one request; of a write only the first `most` elements are done."""
    parts = path.strip("/").split("/")
    asked = {name.lower(): value for name, value in parse_qsl(query)}
    if method == "GET":
        return read(books, parts, asked)
    if method == "DELETE":
        row = money.take_off(books, parts[1], parts[3])
        return GONE if row is None else (200, _taken_off(row))
    given = json.loads(body, parse_float=Decimal)
    if len(parts) == 2:
        return write_one(books, parts, given)
    return write(books, method, parts, asked, given, most)


# -- writing ---------------------------------------------------------------------------------------


def write_one(books: Books, parts: list[str], element: Row) -> Answer:
    """Change the thing that the address names: 400 when it can't be."""
    plural, own = parts
    row = books.tables[plural].get(own)
    if row is None:
        return GONE
    try:
        if plural == "Payments":
            changed = money.take_back(books, row, element)
        elif plural == "BankTransactions":
            changed = money.unspend(books, row, element)
        else:
            changed = _addressed(books, plural, row, element)
    except Refused as refused:
        return 400, _invalid([_failure(plural, element, refused)])
    return _wrapped({plural: [shown(books.view(plural, changed))]})


def _addressed(books: Books, plural: str, row: Row, element: Row) -> Row:
    if element.get(IDS[plural], row[IDS[plural]]) != row[IDS[plural]]:
        raise Refused(missing(plural))
    return change_document(books, plural, row, element)


def write(
    books: Books, method: str, parts: list[str], asked: dict[str, str], given: Row, most: int
) -> Answer:
    """Do what a body asks for, each element for itself."""
    plural = parts[-1]
    if asked.get("summarizeerrors") != "false":
        raise NotPlayedError("errors that are summarized")
    if len(parts) > 2 and parts[1] not in books.tables["CreditNotes"]:
        return GONE
    rows = []
    for element in given[plural][:most]:
        try:
            row = books.view(plural, _act(books, method, parts, element))
            rows.append({**shown(row), "StatusAttributeString": "OK"})
        except Refused as refused:
            rows.append(_failure(plural, element, refused))
    return _wrapped({plural: rows})


def _act(books: Books, method: str, parts: list[str], element: Row) -> Row:
    if len(parts) > 2:
        return money.allocate(books, books.tables["CreditNotes"][parts[1]], element)
    if parts[0] == "Contacts":
        return write_contact(books, method, element)
    if parts[0] == "Payments":
        return money.pay(books, element)
    if parts[0] == "BankTransactions":
        return money.spend(books, element)
    return document(books, method, parts[0], element)


def _failure(plural: str, element: Row, refused: Refused) -> Row:
    return {
        IDS[plural]: ZERO,
        **element,
        "HasErrors": True,
        "HasValidationErrors": True,
        "StatusAttributeString": "ERROR",
        "ValidationErrors": [{"Message": sentence} for sentence in refused.sentences],
    }


def _invalid(elements: list[Row]) -> Row:
    message = "A validation exception occurred"
    return {
        "ErrorNumber": 10,
        "Type": "ValidationException",
        "Message": message,
        "Elements": elements,
    }


def _taken_off(row: Row) -> Row:
    return {
        "AllocationId": row["AllocationID"],
        "Date": row["Date"],
        "Invoice": {"InvoiceID": row["_invoice"]},
        "IsDeleted": True,
    }


# -- reading ---------------------------------------------------------------------------------------


def read(books: Books, parts: list[str], asked: dict[str, str]) -> Answer:
    """Answer a read: one thing by its id, or a page of those that fit."""
    plural = parts[0]
    if len(parts) > 1:
        row = books.tables[plural].get(parts[1])
        return _wrapped({plural: [shown(books.view(plural, row))]}) if row else GONE
    if "page" not in asked:
        raise NotPlayedError("a list without pages")
    fits = _filter(plural, asked)
    rows = [shown(row) for row in books.rows(plural) if fits(row)]
    page, size = int(asked["page"]), int(asked["pagesize"])
    if len(rows) > size:
        raise NotPlayedError("an order of rows, which decides what a page holds")
    counts = {
        "page": page,
        "pageSize": size,
        "pageCount": min(len(rows), 1),
        "itemCount": len(rows),
    }
    return _wrapped({"pagination": counts, plural: rows if page == 1 else []})


def _filter(plural: str, asked: dict[str, str]) -> Any:
    if "invoicenumbers" in asked:
        numbers = {number.casefold() for number in asked["invoicenumbers"].split(",")}
        return lambda row: str(row.get("InvoiceNumber", "")).casefold() in numbers
    if "ids" in asked:
        ids = set(asked["ids"].split(","))
        return lambda row: row[IDS[plural]] in ids
    if "where" not in asked:
        return lambda row: True
    if not CLAUSES.fullmatch(asked["where"]):
        raise NotPlayedError(f"the filter {asked['where']}")
    clauses = [(n, fold(v.replace('""', '"'))) for n, v in CLAUSE.findall(asked["where"])]
    if not all(name in SEARCHED for name, _ in clauses):
        raise NotPlayedError(f"a search by {clauses}")
    return lambda row: any(fold(str(row.get(n) or "")) == value for n, value in clauses)


def fold(text: str) -> str:
    """A text without letter case and accents, as searches compare it."""
    if text.isascii():
        return text.casefold()
    parts = unicodedata.normalize("NFKD", text)
    return "".join(each for each in parts if not unicodedata.combining(each)).casefold()


def shown(row: Row) -> Row:
    """A row without what only we note of it."""
    hidden = {name: value for name, value in row.items() if not name.startswith("_")}
    if "Allocations" in hidden:
        hidden["Allocations"] = [shown(each) for each in hidden["Allocations"]]
    if "_note" in row:
        del hidden["Status"]
        hidden["IsDeleted"] = False
    return hidden


def _wrapped(content: Row) -> Answer:
    return 200, {"Status": "OK", **content}


def encode(content: Any) -> bytes:
    """JSON with amounts as numbers."""
    return json.dumps(content, default=float).encode()
