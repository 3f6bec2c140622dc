"""What is set up in Zoho, set against what should be. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from ingress.automation.wanted import WATCHES, Hook

Row = Mapping[str, Any]
# What is wrong with a hook, or ok.
State = Literal["ok", "missing", "other_address", "no_secret", "no_rule", "rule_disabled"]
SAID: Final[Mapping[State, str]] = {
    "ok": "is set up",
    "missing": "there is no webhook for it",
    "other_address": "its webhook posts to another address",
    "no_secret": "its webhook has no secret, so what it sends is refused",
    "no_rule": "no rule calls its webhook",
    "rule_disabled": "the rule that calls its webhook is switched off",
}


@dataclass(frozen=True, slots=True)
class Installed:
    """What Zoho has: webhooks and rules."""

    webhooks: Sequence[Row]
    rules: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one hook stands, and the ids in Zoho of what is there of it."""

    hook: Hook
    state: State
    webhook_id: str = ""
    rule_id: str = ""

    def as_row(self) -> dict[str, str]:
        """The verdict as JSON."""
        hook = self.hook
        return {
            "module": hook.module,
            "trigger": hook.trigger,
            "name": hook.name,
            "url": hook.url,
            "state": self.state,
            "says": SAID[self.state],
        }


def judge(wanted: Iterable[Hook], installed: Installed) -> Iterator[Verdict]:
    """Say of each hook how it stands. Whether a secret is the right one, Zoho shows nobody."""
    for hook in wanted:
        yield _judge(hook, installed)


def _judge(hook: Hook, installed: Installed) -> Verdict:
    of_module = [row for row in installed.webhooks if row.get("entity") == hook.module]
    here = [row for row in of_module if row.get("url") == hook.url and _method(row) == "POST"]
    if not here:
        alike = next((row for row in of_module if _is_ours(row, hook)), None)
        if alike is None:
            return Verdict(hook, "missing")
        return Verdict(hook, "other_address", _id(alike), _rule_id(alike, hook, installed))
    best = min(here, key=lambda row: _rank(_state(row, hook, installed)))
    state = _state(best, hook, installed)
    return Verdict(hook, state, _id(best), _rule_id(best, hook, installed))


def _state(webhook: Row, hook: Hook, installed: Installed) -> State:
    rules = _rules(webhook, hook, installed)
    if not webhook.get("secret"):
        return "no_secret"
    if not rules:
        return "no_rule"
    return "ok" if any(rule.get("is_active", True) for rule in rules) else "rule_disabled"


def _rank(state: State) -> int:
    return ("ok", "rule_disabled", "no_rule", "no_secret").index(state)


def _rules(webhook: Row, hook: Hook, installed: Installed) -> list[Row]:
    """The rules that call a webhook for what a hook is about, those that are switched on first."""
    called = [
        rule
        for rule in installed.rules
        if hook.trigger in WATCHES.get(str(rule.get("rule_type")), ())
        and any(
            str(action.get("action_id")) == _id(webhook)
            for action in rule.get("instant_actions") or ()
        )
    ]
    return sorted(called, key=lambda rule: not rule.get("is_active", True))


def _rule_id(webhook: Row, hook: Hook, installed: Installed) -> str:
    rules = _rules(webhook, hook, installed)
    return str(rules[0].get("workflow_id", "")) if rules else ""


def _is_ours(row: Row, hook: Hook) -> bool:
    """Whether a webhook was meant to be this one: by its name, or by the path that it posts to."""
    path = urlsplit(str(row.get("url") or "")).path
    return row.get("webhook_name") == hook.name or path.endswith(urlsplit(hook.url).path)


def _id(webhook: Row) -> str:
    return str(webhook.get("webhook_id", ""))


def _method(webhook: Row) -> str:
    return str(webhook.get("method") or "POST").upper()
