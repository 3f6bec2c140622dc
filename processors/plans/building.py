"""How commands' bodies are built: what is missing parks the command, and says what to do."""

import re
import unicodedata
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from uuid import UUID

from schemas.books import Books
from schemas.commands import Body, Command
from schemas.words import Ref

RATE_STEP: Final = Decimal("0.000001")  # Xero: currency, six decimals
CENT: Final = Decimal("0.01")


class UnbuildableError(Exception):
    """The books as they are can't build a body: a `cause` to group by, a text for people."""

    def __init__(self, cause: str, reason: str) -> None:
        super().__init__(reason)
        self.cause = cause


def ask(
    kind: str,
    key: str,
    tickets: tuple[Ref, ...],
    build: Callable[[], Body],
    *,
    needs: tuple[str, ...] = (),
    expected: dict[str, str] | None = None,
) -> Command:
    """Make a command; one whose body can't be built is born parked, with cause and reason."""
    try:
        body, cause, reason = build(), None, None
    except UnbuildableError as error:
        body, cause, reason = None, error.cause, str(error)
    return Command(kind, key, tickets, body, needs, expected or {}, cause, reason)


def account(books: Books, purpose: str, zoho_account_id: str = "") -> str:
    """The Xero account, code or id, for a purpose or a Zoho account that is mapped (C8).

    Raises UnbuildableError when neither is chosen.
    """
    chosen = books.account_for(zoho_account_id, purpose)
    if chosen is None:
        raise UnbuildableError(
            f"account:{purpose}",
            f"No Xero account is chosen for {purpose.replace('_', ' ')}: choose it in the settings"
            f" of the connection (Export, or `accounts.{purpose}` in its file).",
        )
    return chosen


def account_field(chosen: str, *, prefix: str = "") -> dict[str, str]:
    """Write an account as Xero takes it: by id where the choice is one, else by code."""
    try:
        UUID(chosen)
    except ValueError:
        return {f"{prefix}Code": chosen}
    return {"AccountID": chosen}


def currency_rate(rate: Decimal | None, currency: str, books: Books) -> Decimal:
    """Turn Zoho's rate over: Xero counts units of the document's currency for one of the base.

    Rounded to six places, as Xero keeps it. A missing rate is 1 in the base currency. Raises
    UnbuildableError when a foreign document has none, or one too large for Xero to hold.
    """
    if not rate or rate < 0:
        if books.base_currency and currency not in ("", books.base_currency):
            raise UnbuildableError(
                "exchange_rate",
                f"The document is in {currency} and shows no exchange rate: save it with one.",
            )
        return Decimal(1)
    turned = (1 / rate).quantize(RATE_STEP, ROUND_HALF_UP)
    if not turned:
        raise UnbuildableError(
            "exchange_rate", f"The exchange rate {rate} is larger than Xero can hold."
        )
    return turned.normalize() if turned != turned.to_integral() else turned.quantize(Decimal(1))


def whole_cents(amount: Decimal) -> Decimal:
    """An amount as Xero keeps it: UnbuildableError where thousandths would be lost (KWD, BHD)."""
    if amount != amount.quantize(CENT):
        raise UnbuildableError(
            "thousandths",
            f"The amount {amount:f} has thousandths, and Xero keeps hundredths only: change it in"
            " Zoho to whole hundredths.",
        )
    return amount


def tidy(text: str, length: int) -> str:
    """One line without doubled spaces, cut to what Xero's field holds."""
    return re.sub(r"\s+", " ", text).strip()[:length].rstrip()


def letters(text: str, length: int) -> str:
    """Letters and single spaces only, accents taken off (Xero: a country)."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return tidy(re.sub(r"[^A-Za-z ]", " ", plain), length)


def as_json(body: Any) -> Any:
    """Write amounts as JSON numbers; one that a number can't hold exactly stays text."""
    if isinstance(body, Decimal):
        number = int(body) if body == body.to_integral() else float(body)
        return number if Decimal(str(number)) == body else str(body)
    if isinstance(body, dict):
        return {name: as_json(value) for name, value in body.items()}
    if isinstance(body, list):
        return [as_json(value) for value in body]
    return body
