"""Contacts that were made or changed in Xero: what Zoho must be told of them (A1's other way)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from processors.decisions import OLDER_VERSION, UNCHANGED, Decision
from processors.plans.contacts import card_of, put_command, thing_of, with_changes, written
from processors.remarks import SENTENCES
from processors.things import Thing
from schemas.commands import Body, Command
from schemas.documents import Contact
from schemas.rules import RuleRow
from schemas.words import Ref
from schemas.xero_contacts import ACTIVE, FIELDS, OURS, PERSON, Card, XeroContact, shared

Role = Literal["customer", "vendor"]

ACTION: Final = "A1"
SWITCHES: Final[Mapping[Role, str]] = {"customer": "customers", "vendor": "vendors"}
NEWER_IN_ZOHO: Final = "newer_in_zoho"
# Why nothing of a contact goes to Zoho, as people read it.
REASONS: Final = {
    "import_is_off": "Importing {roles} from Xero is switched off.",
    "merged": "It was merged into another contact in Xero; Zoho's stays as it is.",
    "archived": "It is archived in Xero; Zoho's stays as it is.",
    "no_role": "In Xero it is neither a customer nor a supplier yet: it waits until it is one.",
    "link_unknown": "It carries a number of ours, and the Zoho contact of that number is not linked"
    " to it yet.",
    "deleted_in_zoho": "It was deleted in Zoho, and is not made there again.",
    "gone": "Xero does not show it any more; Zoho's stays as it is.",
}
# The way back, for the page of rules.
ROWS: Final = (
    RuleRow(
        "A1",
        "xero_contact.create",
        zoho="A customer, a vendor or both are made of it, or the ones of its name are linked",
        xero="A contact is, or becomes, a customer or a supplier",
        withheld_when=tuple(text.format(roles="such contacts") for text in REASONS.values()),
    ),
    RuleRow(
        "A1",
        "xero_contact.update",
        zoho="What was changed is changed in Zoho, and nothing else",
        xero="A contact that Zoho has too is changed",
        withheld_when=(
            REASONS["import_is_off"].format(roles="such contacts"),
            "A field was changed on both sides, in Zoho later: that field stays as Zoho has it.",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Twin:
    """A Zoho contact that is linked to the one in Xero.

    `contact` is what is known of it, with what is on its way to it, `told` what Xero was last asked
    to hold because of it, None while no exported document uses it. `at` is when it was last changed
    in Zoho.
    """

    ref: Ref
    contact: Contact
    told: Thing | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class XeroCase:
    """A contact as Xero shows it, and what was known before.

    `seen` is the card that was decided last, `seen_at` its stamp; `former` are parts as they were
    before they changed, lately. `imports` are the switches of C3
    that are on: `customers`, `vendors`. `deleted` are the roles of what people deleted in Zoho.
    """

    contact: XeroContact
    seen: Card | None
    seen_at: datetime | None
    twins: tuple[Twin, ...]
    imports: frozenset[str]
    base_currency: str
    deleted: frozenset[str] = frozenset()
    former: tuple[Card, ...] = ()

    @property
    def ref(self) -> Ref:
        """The contact's own history."""
        return Ref("xero_contact", self.contact.id)

    @property
    def roles(self) -> tuple[Role, ...]:
        """What it is or should be in Zoho: as Xero flags it, and as Zoho has it already."""
        twins = {twin.contact.contact_type for twin in self.twins}
        flags = {"customer": self.contact.is_customer, "vendor": self.contact.is_supplier}
        return tuple(role for role in SWITCHES if flags[role] or role in twins)

    def twin(self, role: Role) -> Twin | None:
        """Zoho's contact of that role."""
        found = (twin for twin in self.twins if twin.contact.contact_type == role)
        return next(found, None)


def decide(case: XeroCase) -> list[Decision]:
    """Decide for each role; at least one decision."""
    if _is_older(case):
        sentence = SENTENCES[OLDER_VERSION]
        return [Decision(case.ref, "-", "superseded", code=OLDER_VERSION, reason=sentence)]
    if (why := _withheld(case)) is not None:
        return [withhold(case.ref, why)]
    return [
        decision
        for role in case.roles
        for decision in (
            [withhold(case.ref, "import_is_off", f"{role}s")]
            if SWITCHES[role] not in case.imports
            else _decide(case, role)
        )
    ]


def withhold(ref: Ref, code: str, roles: str = "contacts") -> Decision:
    """Say why nothing goes to Zoho."""
    return Decision(ref, ACTION, "withheld", code=code, reason=REASONS[code].format(roles=roles))


def _is_older(case: XeroCase) -> bool:
    at, seen_at = case.contact.updated_at, case.seen_at
    return at is not None and seen_at is not None and at < seen_at


def _withheld(case: XeroCase) -> str | None:
    if not case.imports:
        return "import_is_off"
    if case.contact.merged_to:
        return "merged"
    if case.contact.status != ACTIVE:
        return "archived"
    if not case.twins and case.contact.number.startswith(OURS):
        return "link_unknown"
    return None if case.roles else "no_role"


def _decide(case: XeroCase, role: Role) -> Iterator[Decision]:
    twin = case.twin(role)
    if twin is None:
        gone = role in case.deleted
        yield withhold(case.ref, "deleted_in_zoho") if gone else _create(case, role)
        return
    changes = _changes(case, twin)
    if not changes:
        sentence = SENTENCES[UNCHANGED]
        yield Decision(case.ref, "-", "superseded", code=UNCHANGED, reason=sentence)
        return
    if lost := _lost(case, twin, changes):
        yield _keep_zohos(case, twin, lost)
    if kept := {name: changes[name] for name in changes if name not in lost}:
        yield _update(case, role, twin, kept)


def _changes(case: XeroCase, twin: Twin) -> Card:
    """What is different in Xero since it was last seen, and in Zoho still as it was."""
    card, ours = case.contact.card, card_of(twin.contact)
    written = [card_of(each.contact) for each in case.twins if each.told is not None]
    seen = case.seen or ours
    return {n: card[n] for n in FIELDS if card[n] not in (seen[n], ours[n], *shared(written, n))}


def _lost(case: XeroCase, twin: Twin, changes: Card) -> Sequence[str]:
    """Fields that were changed on both sides, where Zoho's change is the newer one."""
    at = case.contact.updated_at
    if at is None or twin.at is None or at > twin.at:
        return ()
    if case.seen is None:
        return tuple(changes)
    ours = card_of(twin.contact)
    return tuple(name for name in changes if ours[name] != case.seen[name])


def _keep_zohos(case: XeroCase, twin: Twin, lost: Sequence[str]) -> Decision:
    # Zoho's change may have been written before Xero's, and lost by it: Xero is told once more.
    again = (put_command(twin.told),) if twin.told is not None else ()
    return Decision(
        case.ref,
        ACTION,
        "withheld",
        key=str(twin.ref),
        code=NEWER_IN_ZOHO,
        reason=f"Changed on both sides; Zoho's change is the newer one and stays: {_named(lost)}.",
        commands=again,
    )


def _update(case: XeroCase, role: Role, twin: Twin, changes: Card) -> Decision:
    contact = with_changes(twin.contact, changes)
    body: Body = {"contact_id": twin.ref.zoho_id, "contact_type": role}
    body |= written(contact, changes)
    told, commands = None, [_put(case, role, body)]
    if twin.told is not None:
        told = replace(thing_of(contact), at=case.contact.updated_at)
        if len(case.twins) > 1 or card_of(contact) != case.contact.card:
            # Zoho has changes of its own that Xero lacks, or a twin's next write must know of it.
            commands.append(put_command(told))
    return Decision(
        case.ref,
        ACTION,
        "applied",
        key=str(twin.ref),
        reason=f"Changed in Xero, and now in Zoho: {_named(changes)}.",
        commands=tuple(commands),
        tells=told,
    )


def _create(case: XeroCase, role: Role) -> Decision:
    card, currency = case.contact.card, case.contact.currency_code
    new = Contact(id="-", name=case.contact.name or case.contact.id, contact_type=role)
    body: Body = {"contact_type": role, **written(with_changes(new, card), card)}
    # A person of whom nothing is known is none.
    body["contact_persons"] = [p for p in body["contact_persons"] if any(map(p.get, PERSON))]
    if currency and currency != case.base_currency:
        body["currency_code"] = currency
    return Decision(
        case.ref,
        ACTION,
        "applied",
        key=f"zoho_contact:{case.contact.id}:{role}",
        reason=f"It becomes a {role} in Zoho, or is linked to the one of its name.",
        commands=(_put(case, role, body),),
    )


def _put(case: XeroCase, role: Role, body: Body) -> Command:
    return Command(
        "zoho_contact.put",
        f"zoho_contact:{case.contact.id}:{role}",
        (case.ref,),
        body,
        expected={"xero_id": case.contact.id, "contact_type": role},
    )


def _named(fields: Iterable[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in fields)
