"""The shell's way to Zoho: what a decision lacks is read first, and journaled as an event."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, Protocol

import structlog

from bridge.postgres import Connection, Pool
from bridge.queries import load
from clients.zoho.errors import NotFound, Unavailable, ZohoError
from processors.lacks import hidden, leans_on, refunds_lack_accounts
from processors.plans.entities import MAIN_KINDS
from processors.shell.scenes import Scene
from processors.things import REFUNDS, read_told
from processors.versions import read_snapshot
from schemas.words import Ref

QUERIES = load(__file__, "asking.sql")
LOG = structlog.get_logger()
PATIENCE: Final = timedelta(minutes=15)  # that an event waits for a Zoho that is away
# Zoho itself has just told these, so that it is not asked for the same again.
TOLD_BY_ZOHO: Final = ("read", "sweep", "backfill")

Why = Literal["lacking", "same_second", "unknown"]


class Asker(Protocol):
    """Whoever can read a document from Zoho and journal it."""

    async def read(
        self, connection_id: int, ref: Ref, why: str, settled: Collection[str] = ()
    ) -> int:
        """Give the event's number; `settled` are refunds whose account is known.

        Raises clients.zoho.errors.ZohoError.
        """
        ...


@dataclass(frozen=True, slots=True)
class Wish:
    """A document that should be read before an event is decided, perhaps its own."""

    ref: Ref
    why: Why
    settled: tuple[str, ...] = ()


class PostponedError(Exception):
    """Zoho is away; the event waits for it a while, and with it what comes after."""


def wishes(scene: Scene) -> Iterator[Wish]:
    """Name what should be read before a scene is decided; its own document alone, or others."""
    event = scene.event
    if scene.ref.entity not in MAIN_KINDS or event["trigger"] == "deleted":
        return
    if scene.late or not event["enabled"]:
        return
    if event["source"] not in TOLD_BY_ZOHO and (own := _own(scene)) is not None:
        yield own
        return
    for ref in leans_on(scene.ref, scene.version, scene.books):
        row = scene.kept.get(ref)
        if row is None or (row["snapshot"] is None and not row["deleted"]):
            yield Wish(ref, "unknown")


def _own(scene: Scene) -> Wish | None:
    row = scene.kept.get(scene.ref)
    told = read_told(row["told"]) if row else {}
    settled = tuple(key.partition(":")[2] for key, each in told.items() if each.kind in REFUNDS)
    if (
        scene.problem is not None
        or any(hidden(scene.version, told))
        or refunds_lack_accounts(scene.version, settled)
    ):
        return Wish(scene.ref, "lacking", settled)
    return Wish(scene.ref, "same_second", settled) if _is_disputed(scene, row) else None


def _is_disputed(scene: Scene, row: Any) -> bool:
    """Whether Zoho's stamps don't say which of two different versions is the newer one."""
    event = scene.event
    if row is None or row["snapshot"] is None or event["trigger"] == "created":
        return False  # a document is created once: of two of one second it is the older
    at, known = event["modified_at"], row["modified_at"]
    undecided = at is None or known is None or at == known
    return undecided and scene.version != read_snapshot(scene.ref.entity, row["snapshot"])


async def first_event(pool: Pool, asker: Asker, scene: Scene, wish: Wish) -> int | None:
    """Give the event that must be decided before a scene's, because of a wish; None for none.

    What Zoho can't be asked for now is noted for the sweep. Raises PostponedError while there is
    hope that it can be soon.
    """
    connection_id = scene.event["connection_id"]
    if wish.ref != scene.ref:
        waiting: int | None = await QUERIES.undecided_of(
            pool, connection_id=connection_id, entity=wish.ref.entity, zoho_id=wish.ref.zoho_id
        )
        if waiting is not None:
            return waiting
    try:
        return await asker.read(connection_id, wish.ref, wish.why, wish.settled)
    except NotFound:
        return None  # gone in Zoho since: its deletion is told by its own event
    except ZohoError as error:
        if isinstance(error, Unavailable) and _is_young(scene):
            raise PostponedError(str(error)) from error
        await _note(pool, connection_id, wish)
        LOG.warning("zoho.not_asked", document=str(wish.ref), why=wish.why, problem=str(error))
        return None


async def _note(pool: Connection | Pool, connection_id: int, wish: Wish) -> None:
    await QUERIES.note_unread(
        pool,
        connection_id=connection_id,
        entity=wish.ref.entity,
        zoho_id=wish.ref.zoho_id,
        why=wish.why,
    )


def _is_young(scene: Scene) -> bool:
    age: timedelta = datetime.now(UTC) - scene.event["received_at"]
    return age < PATIENCE
