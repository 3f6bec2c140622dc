"""What should be set up in Zoho: a webhook and a rule for each module and trigger. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from clients.zoho.kinds import KINDS
from schemas.words import TRIGGERS, Trigger

# Zoho: workflow rules. What a rule of each type watches.
RULE_TYPES: Final = {"created": "add", "edited": "edit", "deleted": "delete"}
WATCHES: Final = {
    "add": ("created",),
    "edit": ("edited",),
    "add_edit": ("created", "edited"),
    "delete": ("deleted",),
}
# Customers and vendors are two of Zoho's modules and one of our entities.
MODULES: Final = {
    "customer": "contact",
    "vendor": "contact",
    "invoice": "invoice",
    "customer_payment": "customer_payment",
    "bill": "bill",
    "vendor_payment": "vendor_payment",
    "credit_note": "credit_note",
    "vendor_credit": "vendor_credit",
}
# As Zoho's screens call them.
TITLES: Final = {
    "customer": "Customers",
    "vendor": "Vendors",
    "invoice": "Invoices",
    "customer_payment": "Payments Received",
    "bill": "Bills",
    "vendor_payment": "Payments Made",
    "credit_note": "Credit Notes",
    "vendor_credit": "Vendor Credits",
}


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook with the rule that calls it.

    `module` and `trigger` are Zoho's module and our word for what happens there; `name` is that of
    both the webhook and the rule, at most 50 characters.
    """

    module: str
    trigger: Trigger
    name: str
    url: str

    @property
    def entity(self) -> str:
        """Our entity, as in the address."""
        return MODULES[self.module]

    @property
    def rule_type(self) -> str:
        """Zoho's word for the trigger."""
        return RULE_TYPES[self.trigger]


def hooks(public_url: str, endpoint: str) -> Iterator[Hook]:
    """Give every webhook that a connection of this endpoint needs."""
    for module, entity in MODULES.items():
        for trigger in TRIGGERS:
            url = f"{public_url}/webhooks/zoho/{endpoint}/{entity}/{trigger}"
            name = f"Bridge {module} {trigger} {endpoint[:6]}"
            yield Hook(module, trigger, name, url + _id_of(entity, trigger))


def _id_of(entity: str, trigger: Trigger) -> str:
    """A deletion may come with an empty body, so its address carries the id (Zoho: delete)."""
    if trigger != "deleted":
        return ""
    kind = KINDS[entity]
    return f"?id=${{{kind.root.upper()}.{kind.id_field.upper()}}}"
