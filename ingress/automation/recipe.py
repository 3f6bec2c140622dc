"""How a person sets the webhooks up in Zoho by hand, step by step. Pure."""

from collections.abc import Sequence
from typing import Final

from ingress.automation.wanted import TITLES, Hook

STEPS: Final = """\
For each of the {count} rows below, in Zoho Inventory:

1. Settings > Automation > Workflow Actions > Webhooks > New Webhook.
   Name: as below. Module: as below. Method: POST. URL: as below, whole.
   Body: the default payload, application/json.
   Secret token: {secret}
   Save.
2. Settings > Automation > Workflow Rules > New Workflow Rule.
   Name: the same. Module: the same. Workflow type: event based.
   When: the action below, with no criteria; for "Edited" when any field is updated, every time.
   Immediate action: the webhook of step 1.
   Save, and see that the rule is active.

Then check: `bridge zoho check` where the bridge has a grant of Zoho's, else change a document of
each kind and look for it under its connection.
"""
NOTES: Final = """\
Where Zoho Inventory offers no module "Payments Made", leave its rows out: bills tell of payments
made, all but their bank charges. Refunds, applied credits and write-offs have no rules of their
own; those of their documents and the sweep tell of them.
"""


def recipe(wanted: Sequence[Hook], secret: str) -> str:
    """Write the steps for webhooks, with the secret in clear: for the person who enters them."""
    rows = "\n".join(_row(hook) for hook in wanted)
    return f"{STEPS.format(count=len(wanted), secret=secret)}\n{rows}\n{NOTES}"


def _row(hook: Hook) -> str:
    title = TITLES[hook.module]
    return f"{hook.name}\n   {title}, {hook.trigger.capitalize()}\n   {hook.url}\n"
