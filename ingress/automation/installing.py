"""Setting up a connection's webhooks in Zoho: what there is, what lacks, and making it so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from clients.zoho.automation import Automation
from clients.zoho.errors import Refused
from ingress.automation.judging import Installed, Verdict, judge
from ingress.automation.wanted import Hook

WHOLE: Final = "${JSONString}"  # Zoho's placeholder for the whole document
NO_MODULE: Final = "Zoho does not take a webhook for {module} {trigger}: {words}. {instead}"
INSTEAD: Final = {
    "vendor_payment": "Bills tell of payments made, all but their bank charges; the sweep finds the"
    " rest where Zoho Books is there",
}
THE_SWEEP: Final = "The sweep finds such changes, later"


@dataclass(slots=True)
class Outcome:
    """What an installation came to: what was put right, and what Zoho did not take, in words."""

    done: list[Verdict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


async def look(automation: Automation, wanted: Sequence[Hook]) -> list[Verdict]:
    """Say how each hook stands in Zoho. Raises ZohoError."""
    installed = Installed(await automation.webhooks(), await automation.rules())
    return list(judge(wanted, installed))


async def install(
    automation: Automation,
    plan: Sequence[Verdict],
    secret: str,
    tell: Callable[[Verdict], None] = lambda _verdict: None,
) -> Outcome:
    """Make it so, one hook after the other; `tell` hears of each that is done.

    What Zoho refuses of one hook does not keep the others. Raises ZohoError for all else; doing it
    again goes on from there.
    """
    outcome = Outcome()
    for verdict in plan:
        try:
            await _put_right(automation, verdict, secret)
        except Refused as error:
            outcome.notes.append(_say(verdict.hook, error))
        else:
            outcome.done.append(verdict)
            tell(verdict)
    return outcome


async def _put_right(automation: Automation, verdict: Verdict, secret: str) -> None:
    hook, webhook_id = verdict.hook, verdict.webhook_id
    if verdict.state in {"missing", "other_address", "no_secret", "ok"}:
        webhook_id = await automation.put_webhook(_webhook(hook, secret), webhook_id)
    if not verdict.rule_id or verdict.state == "rule_disabled":
        await automation.put_rule(_rule(hook, webhook_id), verdict.rule_id)


def _webhook(hook: Hook, secret: str) -> dict[str, object]:
    return {
        "webhook_name": hook.name,
        "description": "Tells the Zoho-Xero bridge. Made by it.",
        "entity": hook.module,
        "method": "POST",
        "url": hook.url,
        "body_type": "application/json",
        "raw_data": WHOLE,
        "secret": secret,
    }


def _rule(hook: Hook, webhook_id: str) -> dict[str, object]:
    return {
        "workflow_name": hook.name,
        "entity": hook.module,
        "rule_type": hook.rule_type,
        "apply_rule_always": True,
        "is_active": True,
        "instant_actions": [{"action_type": "webhook", "action_id": webhook_id}],
    }


def _say(hook: Hook, error: Refused) -> str:
    instead = INSTEAD.get(hook.module, THE_SWEEP)
    return NO_MODULE.format(module=hook.module, trigger=hook.trigger, words=error, instead=instead)
