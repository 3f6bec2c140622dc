"""What a connection file holds: a pair of organisations, their accounts and taxes (C1–C12)."""

from datetime import date
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

DataCentre = Literal["us", "eu", "in", "au", "jp", "ca", "uk", "sa", "cn"]
Purpose = Literal[
    "sales",
    "purchases",
    "bank",
    "bank_charges",
    "write_offs",
    "discounts",
    "shipping",
    "adjustments",
    "purchase_discounts",
    "purchase_adjustments",
    "rounding",
    "asset",
    "asset_contra",
]

ZohoId = Annotated[str, StringConstraints(pattern=r"^\d{1,20}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Account = Annotated[str, StringConstraints(pattern=r"^\S(.{0,48}\S)?$")]
TaxType = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9_]{1,50}$")]

# The fields whose values never leave the vault, as they are called in it.
SECRETS: Final = (
    ("zoho", "webhook_secret"),
    ("zoho", "client_secret"),
    ("zoho", "refresh_token"),
    ("xero", "client_secret"),
)
QUOTED_DIGITS: Final = 'Copy the digits from Zoho, such as "4600000000000361"'
AN_ACCOUNT: Final = 'Write a Xero account code or id in quotes, such as "200"'
RESERVED: Final = "callback"
A_SWITCH: Final = "Write true or false"
FROM_OUTSIDE: Final = 'Write it, or "env:NAME" to take it from the environment'


class Part(BaseModel):
    """A section of the file; each field's description says how to mend it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class Zoho(Part):
    """The Zoho organisation; without its API credentials only the webhooks tell of it."""

    organization_id: ZohoId = Field(description=QUOTED_DIGITS)
    data_centre: DataCentre = Field(
        description="It is the ending of your Zoho address: zoho.com is us, zohocloud.ca is ca"
    )
    # Zoho's own rule for a webhook's secret (zoho: signatures).
    webhook_secret: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{12,50}$")] = Field(
        description="Choose 12 to 50 letters and digits, and give Zoho's webhooks the same"
    )
    client_id: Text | None = Field(None, description="Copy it from Zoho's API console")
    client_secret: Text | None = Field(None, description=FROM_OUTSIDE)
    refresh_token: Text | None = Field(None, description=FROM_OUTSIDE)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        # The refresh token may come later, from a consent in the browser.
        if (self.client_id is None) != (self.client_secret is None):
            raise ValueError("has one of client_id and client_secret, not both")
        if self.refresh_token is not None and self.client_id is None:
            raise ValueError("has a refresh_token without its client_id and client_secret")
        return self


class Xero(Part):
    """The Xero organisation, and how the bridge is let in (C1)."""

    grant: Literal["client_credentials", "authorization_code"] = Field(
        description="Write client_credentials for a custom connection, else authorization_code"
    )
    client_id: Text | None = Field(None, description="Copy it from your app at developer.xero.com")
    client_secret: Text | None = Field(None, description=FROM_OUTSIDE)
    tenant_id: (
        Annotated[str, StringConstraints(pattern=r"^[0-9A-Fa-f-]{36}$", to_lower=True)] | None
    ) = Field(None, description="Leave it out: a custom connection knows its one organisation")

    @model_validator(mode="after")
    def _has_credentials(self) -> Self:
        if self.grant == "client_credentials" and not (self.client_id and self.client_secret):
            raise ValueError("needs client_id and client_secret for the grant client_credentials")
        return self


Policy = Literal["never", "auto"]


class Import(Part):
    """What is taken over from Xero into Zoho (C3)."""

    chart_of_accounts: bool = Field(default=True, description=A_SWITCH)
    customers: bool = Field(default=False, description=A_SWITCH)
    vendors: bool = Field(default=False, description=A_SWITCH)


class Export(Part):
    """What is written to Xero (C4, C5)."""

    invoices_and_payments: bool = Field(default=True, description=A_SWITCH)
    credit_notes: bool = Field(default=True, description=A_SWITCH)
    bills_and_payments: bool = Field(default=True, description=A_SWITCH)
    debit_notes: bool = Field(default=True, description=A_SWITCH)


class Policies(Part):
    """Whether a credit that goes is first taken off what it is still applied to (A19, A23, G1)."""

    sales: Policy = Field("never", description="Write never or auto")
    purchases: Policy = Field("auto", description="Write never or auto")


class Sides(Part):
    """The Xero tax rate of a Zoho tax, for each side that uses it (C7)."""

    sales: TaxType | None = Field(None, description="Write a Xero TaxType, such as OUTPUT2")
    purchases: TaxType | None = Field(None, description="Write a Xero TaxType, such as INPUT2")


def _both(value: object) -> object:
    return {"sales": value, "purchases": value} if isinstance(value, str) else value


def _free(name: str) -> str:
    if name == RESERVED:
        raise ValueError(f"can't be {RESERVED}, where consents come back to")
    return name


class ConnectionFile(Part):
    """A whole connection file, its secrets resolved."""

    name: Annotated[
        str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$"), AfterValidator(_free)
    ] = Field(description="Choose a short name of a-z, 0-9, - and _")
    cutover: date | None = Field(None, description="Write a date without quotes: 2026-01-01")
    zoho: Zoho = Field(description="Add the section [zoho]")
    xero: Xero = Field(description="Add the section [xero]")
    import_: Import = Field(Import(), alias="import", description="Write a section [import]")
    export: Export = Field(Export(), description="Write a section [export]")
    accounts: dict[Purpose, Account] = Field({}, description=AN_ACCOUNT)
    take_off_credits: Policies = Field(
        Policies(), description='Write { sales = "never", purchases = "auto" }'
    )
    account_map: dict[ZohoId, Account] = Field(
        {}, description='Write "Zoho account id" = "Xero account code or id"'
    )
    tax_map: dict[ZohoId, Annotated[Sides, BeforeValidator(_both)]] = Field(
        {}, description='Write "Zoho tax id" = "TaxType", or { sales = "…", purchases = "…" }'
    )

    def to_config(self) -> dict[str, Any]:
        """Give the file as JSON without its secrets."""
        hidden: dict[str, set[str]] = {}
        for section, field in SECRETS:
            hidden.setdefault(section, set()).add(field)
        whole: dict[str, Any] = self.model_dump(mode="json", by_alias=True, exclude=hidden)
        return whole

    def secrets(self) -> dict[str, str]:
        """Give the secrets by their names in the vault, such as `zoho.webhook_secret`."""
        found = {f"{part}.{name}": getattr(getattr(self, part), name) for part, name in SECRETS}
        return {name: value for name, value in found.items() if value is not None}
