"""How Xero says no: to one element of a request, or to the request as a whole.

Refused          this element, with the sentences that Xero gives (ValidationErrors)
Answered         the whole request ends here, with this answer
"""

from collections.abc import Iterable

from sandbox.xero.answer import Answer, Record


class Refused(Exception):  # a refusal is an ordinary outcome here, not an error
    """One element does not pass; `messages` are Xero's sentences."""

    def __init__(self, *messages: str) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


class Answered(Exception):  # as above
    """The request ends with `answer`, whatever else it asked for."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer.status))
        self.answer = answer


def refuse_if(problems: Iterable[str]) -> None:
    """Raise Refused with all `problems`, if there are any."""
    found = tuple(problems)
    if found:
        raise Refused(*found)


def _bad_request(number: int, kind: str, message: str, **more: object) -> Answered:
    body: Record = {"ErrorNumber": number, "Type": kind, "Message": message, **more}
    return Answered(Answer(400, body))


def invalid(elements: list[Record]) -> Answered:
    """The 400 of business validation, with the elements that failed."""
    message = "A validation exception occurred"
    return _bad_request(10, "ValidationException", message, Elements=elements)


def malformed(message: str) -> Answered:
    """The 400 of a body that can't be read: bad JSON, a bad enum, a text for a number."""
    return _bad_request(14, "PostDataInvalidException", message)


def unreadable_query(message: str) -> Answered:
    """The 400 of a bad `where`, `order`, page or id list."""
    return _bad_request(16, "QueryParseException", message)


def nothing_processed() -> Answered:
    """The 400 of a body that holds nothing that this endpoint knows."""
    return _bad_request(
        17, "NoDataProcessedException", "No data has been processed for this endpoint."
    )


def not_found() -> Answered:
    """The 404, which is plain text and not JSON."""
    return Answered(Answer(404, "The resource you're looking for cannot be found"))


def not_served(what: str) -> Answered:
    """The 501 of what this stand-in does not play."""
    return Answered(Answer(501, f"{what} is not implemented"))


def unauthorized(detail: str, challenge: str | None = None) -> Answered:
    """The 401 of a missing, dead or too narrow token."""
    body = {"Type": None, "Title": "Unauthorized", "Status": 401, "Detail": detail}
    return Answered(Answer(401, body, {"WWW-Authenticate": challenge} if challenge else {}))


def forbidden() -> Answered:
    """The 403 of an organisation that isn't connected, or of a user without the right."""
    body = {"Title": "Forbidden", "Status": 403, "Detail": "AuthenticationUnsuccessful"}
    return Answered(Answer(403, body))
