"""`bridge demo`: plays a story of a small company, and holds the two ledgers against each other."""

import asyncio
import tempfile
from pathlib import Path
from typing import Final

import typer
from rich.console import Console

from bridge import logs
from bridge.cli.demo import screen
from bridge.cli.demo.ledgers import compare
from bridge.cli.demo.stage import Stage, staged
from bridge.cli.demo.story import STORIES, Story
from bridge.cli.jobs.drifting import sums
from bridge.cli.saying import WRONG, run
from ingress.auth.first_account import new_link

ADDRESSES: Final = """
Everything stays up. Open the console, where you make yourself an account:
  {console}

Or ask with curl:
  documents      {bridge}/api/connections/demo/documents
                 -H "Authorization: Bearer {token}"
  metrics        {bridge}/metrics
  Zoho's ledger  {sandbox}/_sandbox/zoho/ledger
  Xero's ledger  {sandbox}/_sandbox/xero/ledger
Stop with Ctrl+C.
"""


def demo(story: Story, *, keep: bool) -> None:
    """Play a story; with `keep` stay up. Ends with exit code 1 if the ledgers differ."""
    # What goes wrong is told in the story's own words; the log would talk across it.
    logs.configure("console", "error")
    console = Console(highlight=False)
    with tempfile.TemporaryDirectory(prefix="bridge-demo-") as folder:
        equal = run(_play(console, Path(folder), story, keep=keep))
    if not equal:
        raise typer.Exit(WRONG)


async def _play(console: Console, folder: Path, story: Story, *, keep: bool) -> bool:
    screen.opening(console)
    newest = 0
    async with staged(folder) as stage:
        for number, scene in enumerate(STORIES[story], 1):
            screen.scene(console, number, scene.title)
            documents = await scene.play(stage)
            with console.status("on its way to Xero …"):
                await stage.settled()
            histories = [await stage.history(ref) for ref in documents]
            screen.outcome(console, histories, newest)
            newest = max([newest, *(c["id"] for each in histories for c in each["commands"])])
        pages = await compare(stage)
        screen.ledgers(console, pages)
        found = await stage.reconciled()
        screen.reconciled(console, found.documents, sums(found))
        screen.summary(console, await stage.figures())
        if keep:
            await _stay(console, stage)
        return all(page.equal for page in pages) and not found.differences


async def _stay(console: Console, stage: Stage) -> None:
    console.print(
        ADDRESSES.format(
            console=await new_link(stage.parts.pool, stage.bridge_url),
            bridge=stage.bridge_url,
            sandbox=stage.sandbox_url,
            token=stage.token,
        )
    )
    await asyncio.Event().wait()
