"""The commands beside the roles: migrate, doctor, rules, sandbox, demo."""

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bridge.cli.arguments import AsJson
from bridge.cli.parts import opened
from bridge.cli.saying import WRONG, environment, fail, note, run, say, say_json, settings_or_end

if TYPE_CHECKING:
    from bridge.cli.doctor.finding import Finding


def migrate() -> None:
    """Bring the database to this release's schema; forward only, safe while the bridge runs."""
    settings = settings_or_end()

    async def upgrade() -> None:
        async with opened(settings, migrate=True):
            pass

    run(upgrade())
    say("The database is up to date.")


def doctor(
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with settings, database, broker and connections, and what to do."""
    from bridge.cli.doctor.examining import examine

    findings = run(examine(environment()))
    wrong = [finding for finding in findings if not finding.ok]
    if as_json:
        say_json({"ok": not wrong, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            say(_line(finding))
    if wrong:
        raise typer.Exit(WRONG)


def rules() -> None:
    """Print the rules of synchronisation, as docs/sync-rules.md has them."""
    from processors.sync_rules import page

    typer.echo(page(), nl=False)


def sandbox(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free one.")] = 8090,
    host: Annotated[str, typer.Option(help="The interface to listen on.")] = "127.0.0.1",
) -> None:
    """Serve stand-ins for Xero and Zoho, to try the bridge without an account."""
    from sandbox.__main__ import told
    from sandbox.app import build_app
    from sandbox.server import serve

    try:
        asyncio.run(serve(build_app(), host, port, lambda url: note(told(url))))
    except OSError as error:
        fail(f"{host}:{port} can't be served: {error.strerror}")


def demo(
    story: Annotated[
        Literal["short", "full"],
        typer.Option(help="short: the main job; full: every action, both sides."),
    ] = "short",
    keep: Annotated[
        bool, typer.Option("--keep", help="Stay up afterwards, and say what to open.")
    ] = False,
) -> None:
    """Show the main job end to end, with stand-ins for Zoho and Xero on this machine.

    Exits 0 when both ledgers are equal to the cent at the end, else 1.
    """
    from bridge.cli.demo.command import demo as play

    play(story, keep=keep)


def _line(finding: "Finding") -> str:
    said = ". ".join(filter(None, (finding.what, finding.remedy)))
    return f"{'ok    ' if finding.ok else 'WRONG '} {finding.about}: {said}"
