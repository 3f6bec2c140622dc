"""What an answer means for each command of a request: yes, no, not sent, or nobody knows. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final, Literal

from clients.xero.answers import Answer, messages
from outbox.xero.batches import Batch, Member
from outbox.xero.refusals import explain
from outbox.xero.routes import Route

Outcome = Literal["applied", "refused", "not_sent", "ambiguous"]
ZERO: Final = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One command's outcome. `cause` and `message` say why it is not a plain yes."""

    command_id: int
    outcome: Outcome
    xero_id: str | None = None
    number: str | None = None
    cause: str | None = None
    message: str | None = None


# The whole classification by status; 200 is judged element by element (E3, Xero: errors).
# Limits and the grant are checked before anything is written, so those are certain not to be.
BY_STATUS: Final[Mapping[int, Outcome]] = {
    400: "refused",
    401: "not_sent",
    403: "not_sent",
    404: "refused",
    405: "refused",
    406: "refused",
    412: "refused",
    413: "refused",
    415: "refused",
    422: "refused",
    429: "not_sent",
    501: "refused",
}
OK: Final = (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT)
# An idempotency key met other bytes: never ours to see; found out by a look-up, not guessed.
KEY_CONFLICT: Final = "is used with a different request"
NO_ID: Final = "no id in Xero's answer"


def classify(answer: Answer) -> Outcome:
    """Say what an answer means for the whole request; `applied` still has elements to judge."""
    if answer.status is None:
        return "ambiguous" if answer.failure == "lost" else "not_sent"
    if answer.status in OK:
        sensible = isinstance(answer.body, dict) or answer.status == HTTPStatus.NO_CONTENT
        return "applied" if sensible else "ambiguous"
    if KEY_CONFLICT in answer.text:
        return "ambiguous"
    return BY_STATUS.get(answer.status, "ambiguous")


def judge(batch: Batch, answer: Answer) -> list[Verdict]:
    """Judge each command of a request by its answer."""
    outcome = classify(answer)
    if outcome == "applied":
        return _judge_rows(batch, rows_of(batch.route, answer.body))
    if outcome == "refused":
        return _refusals(batch, answer)
    said = "; ".join(messages(answer.body)) or answer.text
    label = str(answer.status or "no answer")
    return [
        Verdict(m.command_id, outcome, cause=f"http:{label}", message=f"{label}: {said}"[:500])
        for m in batch.members
    ]


def _refusals(batch: Batch, answer: Answer) -> list[Verdict]:
    if len(batch.members) > 1:
        # Refused whole, nothing is written: each goes again alone, to its own answer.
        return [
            Verdict(m.command_id, "not_sent", cause="split", message=answer.text)
            for m in batch.members
        ]
    said = "; ".join(messages(answer.body)) or f"{answer.status} {answer.text}"
    cause, reason = explain(said)
    if answer.status == HTTPStatus.NOT_FOUND:
        cause, reason = "xero:gone", f"Xero no longer has it (404). It was changed outside. {said}"
    return [Verdict(batch.members[0].command_id, "refused", cause=cause, message=reason)]


def rows_of(route: Route, body: Any) -> list[dict[str, Any]]:
    """The elements of an answer; one that is addressed by its id may come without its plural."""
    if not isinstance(body, dict):
        return [{}] if route.ends else []
    rows = body.get(route.plural)
    if not isinstance(rows, list):
        rows = [body] if route.alone else []
    return [row for row in rows if isinstance(row, dict)]


def _judge_rows(batch: Batch, rows: list[dict[str, Any]]) -> list[Verdict]:
    matched = _match(batch.route, batch.members, rows)
    return [_judge_row(batch.route, m, matched.get(m.command_id)) for m in batch.members]


def _judge_row(route: Route, member: Member, row: dict[str, Any] | None) -> Verdict:
    if row is None:
        return Verdict(
            member.command_id, "ambiguous", cause="missing", message="not in Xero's answer"
        )
    if problems := _problems(route, row):
        cause, reason = explain("; ".join(problems))
        return Verdict(member.command_id, "refused", cause=cause, message=reason)
    xero_id = member.xero_id or str(row.get(route.id_field) or "")
    if not xero_id:
        return Verdict(member.command_id, "ambiguous", cause="missing", message=NO_ID)
    number = str(row.get("InvoiceNumber") or row.get("CreditNoteNumber") or "") or None
    differs = difference(member.expected, row)
    return Verdict(
        member.command_id,
        "applied",
        xero_id,
        number,
        cause="total_differs" if differs else None,
        message=differs,
    )


def _problems(route: Route, row: dict[str, Any]) -> list[str]:
    elsewhere = route.ends not in (None, "GONE", row.get("Status", route.ends))
    failed = (
        elsewhere
        or row.get("StatusAttributeString") == "ERROR"
        or row.get("HasErrors") is True
        or row.get("HasValidationErrors") is True
        or bool(row.get("ValidationErrors"))
        or row.get(route.id_field) == ZERO
    )
    return (messages(row) or ["refused without a reason"]) if failed else []


def difference(expected: Mapping[str, str], row: Mapping[str, Any]) -> str | None:
    """Say how Xero's total or its currency differs from Zoho's, or None when equal or not shown."""
    if "total" not in expected or row.get("Total") is None:
        return None
    ours, theirs = Decimal(expected["total"]), Decimal(str(row["Total"]))
    # What is spent from a bank account is in the account's currency, whatever was meant.
    currency = expected.get("currency") or ""
    other = str(row.get("CurrencyCode") or currency) if currency else ""
    if ours == theirs and currency == other:
        return None
    here, there = f"{ours} {currency}".strip(), f"{theirs} {other}".strip()
    return f"Xero's total is {there}, Zoho's is {here}: compare the two documents."


def _match(
    route: Route, members: Sequence[Member], rows: list[dict[str, Any]]
) -> dict[int, dict[str, Any]]:
    """Find each member's row by content; by place only rows without marks, if all fit."""
    if route.alone:
        return {members[0].command_id: rows[0]} if len(rows) == 1 else {}
    left, found = list(rows), {}
    for member in members:
        marks = _marks(route, member.element)
        row = next((each for each in left if _marks(route, each) == marks), None)
        if row is not None:
            left.remove(row)
            found[member.command_id] = row
    rest = [m for m in members if m.command_id not in found]
    if len(left) == len(rest):
        pairs = zip(rest, left, strict=True)
        found |= {m.command_id: row for m, row in pairs if _may_be(route, m, row)}
    return found


def _may_be(route: Route, member: Member, row: Mapping[str, Any]) -> bool:
    """Whether nothing that a row shows speaks against its being the member's."""
    pairs = zip(_marks(route, row), _marks(route, member.element), strict=True)
    return all(theirs in ("", ours) for theirs, ours in pairs)


def _marks(route: Route, row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(_at(row, path) for path in route.marks)


def _at(row: Any, path: str) -> str:
    for name in path.split("."):
        row = row.get(name) if isinstance(row, dict) else None
    # What failed may show zeros in the place of its id, also where it was changed under its own.
    return "" if row in (None, ZERO) else str(row).lower()
