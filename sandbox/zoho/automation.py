"""The settings routes for webhooks and the rules that call them (Zoho: webhook settings)."""

from urllib.parse import urlsplit

from sandbox.zoho.call import Answer, Call, Endpoint, both
from sandbox.zoho.encoding import Record
from sandbox.zoho.hooks import WHOLE
from sandbox.zoho.kinds import KINDS
from sandbox.zoho.organisation import Organisation
from sandbox.zoho.reading import flag, needed, rows, text
from sandbox.zoho.refusals import Refused, invalid, missing

# Customers and vendors are two modules with one root key.
ENTITIES = frozenset({"customer", "vendor", *KINDS} - {"contact"})
METHODS = frozenset({"POST", "PUT", "DELETE"})
RULE_TYPES = frozenset({"add", "edit", "add_edit", "delete"})
LONGEST = {"webhook_name": 50, "description": 100, "url": 5000, "raw_data": 100_000}
SECRET = range(12, 51)


def add_webhook(org: Organisation, given: Record, old: Record | None = None) -> Record:
    """Keep a webhook, or the changes to an old one. Raises Refused."""
    webhook: Record = {
        "webhook_id": old["webhook_id"] if old else next(org.ids),
        "webhook_name": needed(given, "webhook_name"),
        "description": text(given, "description"),
        "entity": _entity(given),
        "method": text(given, "method", "POST").upper(),
        "url": needed(given, "url"),
        "headers": rows(given, "headers"),
        "query_parameters": rows(given, "query_parameters"),
        "body_type": text(given, "body_type", "application/json"),
        "raw_data": text(given, "raw_data", WHOLE),
        "secret": text(given, "secret"),
    }
    _check_webhook(org, webhook)
    org.webhooks[webhook["webhook_id"]] = webhook
    return webhook


def _entity(given: Record) -> str:
    entity = needed(given, "entity")
    if entity not in ENTITIES:
        raise invalid("entity")
    return entity


def _check_webhook(org: Organisation, webhook: Record) -> None:
    for name, most in LONGEST.items():
        if len(webhook[name]) > most:
            raise invalid(name)
    secret = webhook["secret"]
    if secret and not (len(secret) in SECRET and secret.isascii() and secret.isalnum()):
        raise invalid("secret")
    if webhook["method"] not in METHODS:
        raise invalid("method")
    if urlsplit(webhook["url"]).scheme not in {"http", "https"}:
        raise invalid("url")
    for other in org.webhooks.values():
        same = other["webhook_name"] == webhook["webhook_name"]
        if same and other["webhook_id"] != webhook["webhook_id"]:
            raise Refused(107051, "A webhook with this name already exists.")


def add_workflow(org: Organisation, given: Record, old: Record | None = None) -> Record:
    """Keep a rule, or the changes to an old one. Raises Refused."""
    workflow: Record = {
        "workflow_id": old["workflow_id"] if old else next(org.ids),
        "workflow_name": needed(given, "workflow_name"),
        "entity": _entity(given),
        "rule_type": needed(given, "rule_type"),
        "apply_rule_always": flag(given, "apply_rule_always", default=True),
        "instant_actions": rows(given, "instant_actions"),
        "is_active": flag(given, "is_active", default=True),
    }
    if workflow["rule_type"] not in RULE_TYPES:
        raise invalid("rule_type")
    for action in workflow["instant_actions"]:
        webhook = org.webhooks.get(text(action, "action_id"))
        if webhook is None or webhook["entity"] != workflow["entity"]:
            raise invalid("action_id")
    org.workflows[workflow["workflow_id"]] = workflow
    return workflow


def _webhook(call: Call) -> Record:
    found = call.org.webhooks.get(call.path["id"])
    if found is None:
        raise missing("Webhook")
    return found


def _shown(webhook: Record) -> Record:
    return webhook | {"secret": "*" * len(webhook["secret"])}


def _webhooks(call: Call) -> Answer:
    return call.answer("success", webhooks=[_shown(each) for each in call.org.webhooks.values()])


def _create_webhook(call: Call) -> Answer:
    made = add_webhook(call.org, call.body)
    return call.answer("The webhook has been created.", 201, webhook=_shown(made))


def _read_webhook(call: Call) -> Answer:
    return call.answer("success", webhook=_shown(_webhook(call)))


def _edit_webhook(call: Call) -> Answer:
    old = _webhook(call)
    edited = add_webhook(call.org, old | call.body, old)
    return call.answer("The webhook has been updated.", webhook=_shown(edited))


def _delete_webhook(call: Call) -> Answer:
    del call.org.webhooks[_webhook(call)["webhook_id"]]
    return call.answer("The webhook has been deleted.")


def _workflow(call: Call) -> Record:
    found = call.org.workflows.get(call.path["id"])
    if found is None:
        raise missing("Workflow")
    return found


def _workflows(call: Call) -> Answer:
    return call.answer("success", workflows=list(call.org.workflows.values()))


def _create_workflow(call: Call) -> Answer:
    made = add_workflow(call.org, call.body)
    return call.answer("The workflow has been created.", 201, workflow=made)


def _read_workflow(call: Call) -> Answer:
    return call.answer("success", workflow=_workflow(call))


def _edit_workflow(call: Call) -> Answer:
    old = _workflow(call)
    edited = add_workflow(call.org, old | call.body, old)
    return call.answer("The workflow has been updated.", workflow=edited)


def _delete_workflow(call: Call) -> Answer:
    del call.org.workflows[_workflow(call)["workflow_id"]]
    return call.answer("The workflow has been deleted.")


ENDPOINTS: tuple[Endpoint, ...] = (
    *both("GET", "/settings/webhooks", "settings.READ", _webhooks),
    *both("POST", "/settings/webhooks", "settings.CREATE", _create_webhook),
    *both("GET", "/settings/webhooks/{id}", "settings.READ", _read_webhook),
    *both("PUT", "/settings/webhooks/{id}", "settings.UPDATE", _edit_webhook),
    *both("DELETE", "/settings/webhooks/{id}", "settings.DELETE", _delete_webhook),
    *both("GET", "/settings/workflows", "settings.READ", _workflows),
    *both("POST", "/settings/workflows", "settings.CREATE", _create_workflow),
    *both("GET", "/settings/workflows/{id}", "settings.READ", _read_workflow),
    *both("PUT", "/settings/workflows/{id}", "settings.UPDATE", _edit_workflow),
    *both("DELETE", "/settings/workflows/{id}", "settings.DELETE", _delete_workflow),
)
