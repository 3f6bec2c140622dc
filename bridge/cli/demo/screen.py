"""What the demo shows: each scene with what the bridge did, then the ledgers."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from bridge.cli.demo.ledgers import Page

OPENING: Final = (
    "[bold]The Zoho–Xero bridge[/bold], shown end to end on this machine.\n"
    "A small company works in Zoho (a stand-in). Every change is a signed webhook over HTTP; "
    "the bridge decides, and delivers to Xero (a stand-in too), in order, each effect once.\n"
)
COLOURS: Final = {
    "synced": "green",
    "withheld": "yellow",
    "waiting": "cyan",
    "parked": "red",
    "held": "yellow",
    "ignored": "dim",
}
EQUAL: Final = "\n[bold green]Both ledgers are equal, to the cent.[/bold green]"
SUMMARY: Final = """
Zoho delivered {deliveries} webhooks, {events} events were kept (a repeat is no event);
Xero was written to {writes} times and asked {reads} times.
"""
RECONCILED: Final = "bridge reconcile says: {documents} documents compared, {said}."
DIFFERENT: Final = "\n[bold red]The ledgers differ.[/bold red]"


def opening(console: Console) -> None:
    """Say what is going to be seen."""
    console.print(OPENING)


def scene(console: Console, number: int, title: str) -> None:
    """Open a scene."""
    console.print(f"[bold]{number:2}. {title}[/bold]")


def outcome(console: Console, histories: Sequence[dict[str, Any]], since: int) -> None:
    """Tell of each document what became of it, by commands after the one of the id `since`."""
    table = Table.grid(padding=(0, 2))
    for history in histories:
        state = history["state"]
        name = f"{history['document'].entity.replace('_', ' ')} {history['number'] or ''}"
        colour = COLOURS.get(state, "white")
        table.add_row("   ", name, f"[{colour}]{state}[/{colour}]", _why(history, since))
    console.print(table)


def _why(history: dict[str, Any], since: int) -> str:
    """The reason where there is one, else what Xero was told."""
    parked = [command for command in history["commands"] if command["state"] == "parked"]
    if parked:
        return str(parked[-1]["reason"])
    withheld = [each for each in history["decisions"] if each["outcome"] == "withheld"]
    if history["state"] in ("withheld", "ignored") and withheld:
        return str(withheld[-1]["reason"])
    done = [each for each in history["commands"] if each["state"] == "done" and each["id"] > since]
    kinds = groupby(command["kind"] for command in done)
    return f"[dim]{', '.join(_times(kind, len(list(same))) for kind, same in kinds)}[/dim]"


def _times(kind: str, count: int) -> str:
    return kind if count == 1 else f"{count} × {kind}"


def ledgers(console: Console, pages: Sequence[Page]) -> None:
    """Set the two ledgers side by side, and say whether they are equal."""
    for page in pages:
        console.print(_table(page))
    console.print(EQUAL if all(page.equal for page in pages) else DIFFERENT)


def reconciled(console: Console, documents: int, said: str) -> None:
    """Say what the bridge's own comparison found."""
    console.print(RECONCILED.format(documents=documents, said=said))


def _table(page: Page) -> Table:
    table = Table(title=f"\n{page.title}", title_justify="left", title_style="bold", box=SIMPLE)
    for _ in ("name", "note", "currency"):
        table.add_column("", no_wrap=True)
    for system in ("Zoho", "Xero"):
        for column in page.columns:
            table.add_column(f"{system}\n{column}", justify="right", no_wrap=True)
    table.add_column("")
    for row in page.rows:
        mark = "✓" if row.equal else "✗"
        table.add_row(row.name, row.note, row.currency, *row.zoho, *row.xero, mark)
    return table


def summary(console: Console, figures: dict[str, int]) -> None:
    """Say what it took."""
    console.print(SUMMARY.format(**figures))
