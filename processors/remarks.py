"""What is said of an event though nothing in Xero changes: also silence has its reason."""

from collections.abc import Iterable, Iterator
from typing import Final

from processors.cases import Case
from processors.decisions import (
    AFTER_DELETION,
    NEVER_EXPORTED,
    NO_ACTION,
    NOT_SHOWN,
    OLDER_VERSION,
    UNCHANGED,
    UNUSED_AMOUNT,
    Decision,
)
from processors.lacks import hidden
from processors.plans.entities import MAIN_KINDS, WANTED
from processors.rules import RULES
from processors.things import Content, Thing
from schemas.documents import Payment
from schemas.words import Ref

SENTENCES: Final = {
    OLDER_VERSION: "A newer version of the document was decided before.",
    AFTER_DELETION: "The document was deleted in Zoho before.",
    UNCHANGED: "Nothing that Xero holds is different.",
}
HIDDEN: Final = (
    "The webhook does not show {lists}, and Zoho could not be asked: connect Zoho's API, and the"
    " sweep will tell."
)
UNUSED: Final = (
    "{amount} of the payment is not used yet: it is exported when it is applied to a document."
)


def overtaken(case: Case) -> str | None:
    """Why a version doesn't count, or None: older than what was decided, or deleted since."""
    own = case.own
    if own.deleted and not any(case.is_root(thing) for thing in case.told.values()):
        return AFTER_DELETION
    if case.trigger == "deleted" or own.document is None:
        return None
    if case.at is None or own.at is None:
        return OLDER_VERSION if case.trigger == "created" else None
    # A document is created once: of two versions of one second the creation is the older.
    late = case.at < own.at or (case.trigger == "created" and case.at == own.at)
    return OLDER_VERSION if late else None


def proves_permitted(case: Case) -> bool:
    """Whether an older version is newer than what Xero holds, so that it counts if it may.

    Zoho lets nobody wait: an invoice is edited, then paid, and the paid version comes first. It is
    withheld for the payment; that an edit came before it, only the late version tells.
    """
    told, newest = case.told.get(str(case.ref)), case.own.document
    if case.is_gone or told is None or newest is None or told.at is None or case.at is None:
        return False
    outstanding = any(
        thing.key == told.key and thing.content != told.content
        for thing in WANTED[case.ref.entity](newest)
    )
    return outstanding and case.at > told.at


def too_late(ref: Ref, code: str) -> Decision:
    """What is decided about a version that doesn't count."""
    return Decision(ref, NO_ACTION, "superseded", code=code, reason=SENTENCES[code])


def unchanged(case: Case) -> Decision:
    """What is decided when Xero holds all that this version wants held."""
    if (reason := _settled_before(case)) is not None:
        return Decision(case.ref, NO_ACTION, "applied", code=UNCHANGED, reason=reason)
    reason = SENTENCES[UNCHANGED]
    return Decision(case.ref, NO_ACTION, "superseded", code=UNCHANGED, reason=reason)


def _settled_before(case: Case) -> str | None:
    """Why a version stands in Xero though it asks for nothing, if that is news about it."""
    if _was_outstanding(case):
        return "The document is again as Xero holds it."
    owns = any(thing.owner == case.ref for thing in case.told.values())
    if owns and case.own.document is None:
        return "Xero was asked for it before, because of a document that it belongs to."
    if case.is_gone and not case.own.is_gone and case.own.exported and not owns:
        return "It was taken out of Xero before, because of a document that it belonged to."
    return None


def remarks(case: Case) -> Iterator[Decision]:
    """What should be shown beside the changes, or without any."""
    owns = any(thing.owner == case.ref for thing in case.told.values())
    if case.is_gone:
        if not owns and not case.own.exported:
            reason = "It was never exported, so there is nothing to take out of Xero."
            yield _withheld(case, "remove", NEVER_EXPORTED, reason)
        return
    if lists := " and ".join(hidden(case.version, case.told)):
        yield _withheld(case, "update", NOT_SHOWN, HIDDEN.format(lists=lists))
    payment = case.version
    if isinstance(payment, Payment) and payment.unused_amount > 0:
        amount = f"{payment.unused_amount:f} {payment.currency_code}"
        yield _withheld(case, "create", UNUSED_AMOUNT, UNUSED.format(amount=amount))


def _withheld(case: Case, verb: str, code: str, reason: str) -> Decision:
    rule = RULES[f"{MAIN_KINDS[case.ref.entity]}.{verb}"]
    return Decision(case.ref, rule.id, "withheld", code=code, reason=reason)


def _was_outstanding(case: Case) -> bool:
    """Whether the version before differed from what Xero holds: something of it was withheld."""
    before = case.own.document
    if before is None or case.is_gone:
        return False
    return _own(case, case.told.values()) != _own(case, WANTED[case.ref.entity](before))


def _own(case: Case, things: Iterable[Thing]) -> dict[str, Content]:
    """Contents by key, without what another document has told of since."""
    before = case.own.at
    since = {t.key for t in case.told.values() if t.at and before and t.at > before}
    return {t.key: t.content for t in things if t.owner == case.ref and t.key not in since}
