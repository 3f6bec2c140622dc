"""What the operators' own resources must look like, as far as the chart uses them (JSON Schema)."""

from typing import Any, Final

Schema = dict[str, Any]
TEXT: Final[Schema] = {"type": "string", "minLength": 1}
TEXTS: Final[Schema] = {"type": "object", "additionalProperties": {"type": "string"}}
COUNT: Final[Schema] = {"type": "integer", "minimum": 1}


def exactly(required: Schema, **optional: Schema) -> Schema:
    """An object with these fields and no others."""
    return {
        "type": "object",
        "properties": required | optional,
        "required": list(required),
        "additionalProperties": False,
    }


def each(item: Schema) -> Schema:
    """A list that is not empty."""
    return {"type": "array", "items": item, "minItems": 1}


TRIGGER: Final = exactly(
    {"type": {"enum": ["rabbitmq", "prometheus"]}, "metadata": TEXTS},
    authenticationRef=exactly({"name": TEXT}),
)
SCALED_OBJECT: Final = exactly(
    {
        "scaleTargetRef": exactly({"name": TEXT}),
        "minReplicaCount": COUNT,
        "maxReplicaCount": COUNT,
        "triggers": each(TRIGGER),
    },
    pollingInterval=COUNT,
    cooldownPeriod=COUNT,
    fallback=exactly({"failureThreshold": COUNT, "replicas": COUNT}),
    advanced=exactly(
        {"horizontalPodAutoscalerConfig": exactly({"behavior": {"type": "object"}})},
    ),
)
TRIGGER_AUTHENTICATION: Final = exactly(
    {"secretTargetRef": each(exactly({"parameter": TEXT, "name": TEXT, "key": TEXT}))}
)
SERVICE_MONITOR: Final = exactly(
    {
        "selector": exactly({"matchLabels": TEXTS}),
        "endpoints": each(
            exactly(
                {"port": TEXT, "path": TEXT, "interval": TEXT},
                relabelings=each(exactly({"targetLabel": TEXT, "replacement": TEXT})),
            )
        ),
    }
)
RULE: Final = {
    "type": "object",
    "properties": {"expr": TEXT, "for": TEXT, "labels": TEXTS, "annotations": TEXTS},
    "required": ["expr"],
}
PROMETHEUS_RULE: Final = exactly({"groups": each(exactly({"name": TEXT, "rules": each(RULE)}))})

# By apiVersion and kind; what is not here is Kubernetes's own.
SPECS: Final[dict[tuple[str, str], Schema]] = {
    ("keda.sh/v1alpha1", "ScaledObject"): SCALED_OBJECT,
    ("keda.sh/v1alpha1", "TriggerAuthentication"): TRIGGER_AUTHENTICATION,
    ("monitoring.coreos.com/v1", "ServiceMonitor"): SERVICE_MONITOR,
    ("monitoring.coreos.com/v1", "PrometheusRule"): PROMETHEUS_RULE,
}
