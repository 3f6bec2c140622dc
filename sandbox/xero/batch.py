"""Elements of one request: each judged alone, or all together (`summarizeErrors`)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from sandbox.xero.answer import Answer, Record
from sandbox.xero.call import Call
from sandbox.xero.encoding import decode
from sandbox.xero.refusals import Refused, invalid, malformed, nothing_processed
from sandbox.xero.shapes import Shape, read

ZERO = str(UUID(int=0))
Write = Callable[[Call, Record], Record]
View = Callable[[Call, Record], Record]


@dataclass(frozen=True)
class Endpoint:
    """A kind of element: its plural on the wire, its id, its shape, and how it is answered."""

    plural: str
    id: str
    shape: type[Shape]
    view: View


@dataclass(frozen=True)
class Outcome:
    """What became of one element: the saved record, or the sentences of its refusal."""

    sent: Record
    saved: Record | None
    warnings: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def parsed(body: bytes) -> object:
    """Return the body's JSON. Raises Answered (400) when there is none, or it is broken."""
    if not body.strip():
        raise nothing_processed()
    try:
        return decode(body)
    except ValueError as broken:
        raise malformed(f"The body is not valid JSON: {broken}") from None


def elements(endpoint: Endpoint, body: bytes) -> list[Record]:
    """Return the elements of a body: `{"Invoices": […]}`, one object in it, or a bare object.

    Raises Answered (400): PostDataInvalid (14) for no JSON, NoDataProcessed (17) for nothing known.
    """
    data = parsed(body)
    if not isinstance(data, dict):
        raise malformed("The body must be an object")
    known = {field.alias for field in endpoint.shape.model_fields.values()}
    found = data.get(endpoint.plural, [data] if known & data.keys() else [])
    found = found if isinstance(found, list) else [found]
    if not found:
        raise nothing_processed()
    if not all(isinstance(element, dict) for element in found):
        raise malformed(f"{endpoint.plural} must hold objects")
    return found


def run(call: Call, endpoint: Endpoint, write: Write, *, alone: bool = False) -> Answer:
    """Write every element of the body and answer for each.

    With `summarizeErrors=false` the answer is 200 and each element says how it went; else one
    refusal undoes the request and answers 400 (Xero: batches). `alone`: a single record's address,
    which takes one element and has no such switch. Raises Answered (400).
    """
    found = elements(endpoint, call.body)
    if alone and len(found) > 1:
        raise malformed("Only one element can be sent to this address")
    readable = [(sent, read(endpoint.shape, sent)) for sent in found[: call.most]]
    apart = not alone and call.query.get("summarizeerrors", "true").lower() == "false"
    with call.organisation.books.journal.trial():
        outcomes = [_outcome(call, write, sent, known) for sent, known in readable]
        if not apart and any(outcome.problems for outcome in outcomes):
            raise invalid([_failure(endpoint, each) for each in outcomes if each.problems])
    answers = [_element(call, endpoint, outcome, apart=apart) for outcome in outcomes]
    if call.organisation.reverse_batches:
        answers.reverse()
    return enveloped(call, {endpoint.plural: answers})


def run_one(
    call: Call, endpoint: Endpoint, record: Record, write: Write, *, missing: str
) -> Answer:
    """Write the element of a request to the address of `record`; another's id is `missing` there.

    Raises Answered (400).
    """
    own = record[endpoint.id]

    def addressed(call: Call, sent: Record) -> Record:
        if sent.get(endpoint.id, own) != own:
            raise Refused(missing)
        return write(call, {**sent, endpoint.id: own})

    return run(call, endpoint, addressed, alone=True)


def _outcome(call: Call, write: Write, sent: Record, known: Record) -> Outcome:
    mine = replace(call, warnings=[])
    try:
        with call.organisation.books.journal.trial():
            saved = write(mine, known)
    except Refused as refusal:
        return Outcome(sent, None, tuple(mine.warnings), refusal.messages)
    return Outcome(sent, saved, tuple(mine.warnings))


def _element(call: Call, endpoint: Endpoint, outcome: Outcome, *, apart: bool) -> Record:
    if outcome.saved is None:
        return _failure(endpoint, outcome)
    answer = endpoint.view(call, outcome.saved)
    if outcome.warnings:
        answer |= {"StatusAttributeString": "WARNING", "Warnings": _messages(outcome.warnings)}
    elif apart:
        answer |= {"StatusAttributeString": "OK"}
    return answer


def _failure(endpoint: Endpoint, outcome: Outcome) -> Record:
    """Echo what was sent, under a zero GUID when it had no id, with the sentences."""
    warnings = {"Warnings": _messages(outcome.warnings)} if outcome.warnings else {}
    return {
        endpoint.id: ZERO,
        **outcome.sent,
        **warnings,
        "HasErrors": True,
        "HasValidationErrors": True,
        "StatusAttributeString": "ERROR",
        "ValidationErrors": _messages(outcome.problems),
    }


def _messages(sentences: tuple[str, ...]) -> list[Record]:
    return [{"Message": sentence} for sentence in sentences]


def enveloped(call: Call, content: Record) -> Answer:
    """Wrap content in what every answer of Xero's carries."""
    frame = {
        "Id": str(uuid4()),
        "Status": "OK",
        "ProviderName": call.client_id,
        "DateTimeUTC": call.now,
    }
    return Answer(200, {**frame, **content})
