"""All webhooks and rules that the bridge asks for, made at once as a person would make them."""

from sandbox.zoho.automation import ENTITIES, add_webhook, add_workflow
from sandbox.zoho.encoding import Record
from sandbox.zoho.kinds import CONTACT, KINDS
from sandbox.zoho.organisation import Organisation

RULES = {"created": "add", "edited": "edit", "deleted": "delete"}


def install(org: Organisation, base_url: str, secret: str) -> list[Record]:
    """Make a webhook and a rule for each module and trigger, in place of those made before.

    They post to `{base_url}/{module}/{trigger}`, deletes with `?id=`. Raises Refused for an
    address or a secret that Zoho would not take.
    """
    org.webhooks.clear()
    org.workflows.clear()
    return [
        _rule(org, entity, trigger, base_url.rstrip("/"), secret)
        for entity in sorted(ENTITIES)
        for trigger in RULES
    ]


def _rule(org: Organisation, entity: str, trigger: str, base_url: str, secret: str) -> Record:
    kind = KINDS.get(entity, CONTACT)
    url = f"{base_url}/{kind.entity}/{trigger}"
    if trigger == "deleted":
        url += f"?id=${{{kind.root.upper()}.{kind.key.upper()}}}"
    name = f"Bridge: {entity} {trigger}"
    made = add_webhook(org, {"webhook_name": name, "entity": entity, "url": url, "secret": secret})
    action = {"action_type": "webhook", "action_id": made["webhook_id"]}
    rule = {
        "workflow_name": name,
        "entity": entity,
        "rule_type": RULES[trigger],
        "instant_actions": [action],
    }
    return add_workflow(org, rule) | {"url": url}
