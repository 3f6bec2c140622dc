"""What was decided, for those who watch: metrics, and one line of the log a decision."""

from collections.abc import Sequence

import structlog

from bridge import metrics
from processors.decisions import Decision
from processors.shell.scenes import Scene

LOG = structlog.get_logger()


def report(scene: Scene, decisions: Sequence[Decision], seconds: float) -> None:
    """Count and log what was decided about an event, and how long it took."""
    metrics.DECIDE_SECONDS.observe(seconds)
    event = scene.event
    for decision in decisions:
        metrics.DECISIONS.labels(
            event["connection_name"],
            decision.document.entity,
            decision.action,
            decision.outcome,
            decision.code or "",
        ).inc()
        LOG.info(
            "event.decided",
            connection=event["connection_name"],
            event_id=event["id"],
            request_id=event["request_id"],
            document=str(decision.document),
            trigger=event["trigger"],
            action=decision.action,
            key=decision.key,
            outcome=decision.outcome,
            code=decision.code,
            commands=[command.kind for command in decision.commands],
            parked=[command.cause for command in decision.commands if command.cause],
            ms=round(seconds * 1000, 1),
        )
