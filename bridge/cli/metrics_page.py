"""docs/metrics.md, written from the code: `python -m bridge.cli.metrics_page` prints it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import typer
from prometheus_client.metrics import MetricWrapperBase

import deploy
from bridge import metrics

DEPLOY: Final = Path(deploy.__path__[0])
NAME: Final = re.compile(r"\bbridge_[a-z0-9_]+")
# A histogram shows itself as three series, a counter under its name with _total.
SERIES: Final = re.compile(r"_(bucket|sum|count)$")
HEAD: Final = """\
# Metrics

Written by `make metrics` from `bridge/metrics.py`, `deploy/prometheus/` and `deploy/grafana/`;
don't edit it by hand.

Every process serves what it counts at `/metrics`: ingress on `BRIDGE_PORT`, and every role on
`BRIDGE_METRICS_PORT` when that is set. Labels are bounded: connections by name, entities, actions,
outcomes, reasons; never a document. A gauge that several sweepers or outbox processes show is the
same fact: take the `max`, never the sum.

| metric | type | labels | meaning | watched by |
|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One metric, as people look it up."""

    name: str
    type: str
    labels: tuple[str, ...]
    meaning: str


def declared() -> list[Row]:
    """Give every metric of `bridge/metrics.py`, in its order."""
    collectors = [each for each in vars(metrics).values() if isinstance(each, MetricWrapperBase)]
    return [_row(collector) for collector in collectors]


def _row(collector: MetricWrapperBase) -> Row:
    (described,) = collector.describe()
    name = f"{described.name}_total" if described.type == "counter" else described.name
    labels = tuple(collector._labelnames)  # noqa: SLF001  the library has no other way to ask
    return Row(name, described.type, labels, described.documentation)


def named_in(text: str) -> set[str]:
    """Find the metrics that a rule or a dashboard names."""
    return {SERIES.sub("", name) for name in NAME.findall(text)}


def watchers() -> Iterator[tuple[str, set[str]]]:
    """Yield every alert, dashboard and scaler, with the metrics that it looks at."""
    rules = (DEPLOY / "prometheus" / "alerts.yaml").read_text(encoding="utf-8")
    for rule in re.split(r"^ *- (?=alert:|record:)", rules, flags=re.MULTILINE)[1:]:
        title = rule.splitlines()[0].partition(": ")[2]
        yield f"alert {title}" if rule.startswith("alert:") else f"`{title}`", named_in(rule)
    for file in sorted((DEPLOY / "grafana").glob("*.json")):
        board = json.loads(file.read_text(encoding="utf-8"))
        yield f"dashboard {board['title']}", named_in(json.dumps(board))
    scaling = DEPLOY / "helm" / "templates" / "scaling.yaml"
    yield "scaling", named_in(scaling.read_text(encoding="utf-8"))


def page() -> str:
    """Write the page."""
    seen = list(watchers())
    return HEAD + "".join(
        _line(row, [who for who, names in seen if row.name in names]) for row in declared()
    )


def _line(row: Row, watched_by: list[str]) -> str:
    labels = ", ".join(f"`{label}`" for label in row.labels) or "–"
    watched = ", ".join(watched_by) or "–"
    return f"| `{row.name}` | {row.type} | {labels} | {row.meaning} | {watched} |\n"


if __name__ == "__main__":
    typer.echo(page(), nl=False)
