"""Imports go down the floors only, and the pure rooms do nothing but think."""

import ast
import sys
from collections import defaultdict
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.house import HOUSE, ROOMS, imports, root, sources, tree

# What a room may import of ours. The command line composes the parts, so it alone sees all.
MAY_IMPORT = {
    "ingress": {"outbox", "clients", "bridge", "schemas"},
    "processors": {"outbox", "clients", "bridge", "schemas"},
    "outbox": {"clients", "bridge", "schemas"},
    "clients": {"bridge", "schemas"},
    "bridge": {"deploy"},  # the migrations that it applies
    "bridge/cli": set(ROOMS),
    "deploy": set(),
    "schemas": set(),
    "sandbox": set(),
}
# The two rooms that are pure, and what in them is not: the processors' shells.
PURE = ("schemas", "processors")
SHELLS = (
    "processors/asset/push.py",
    "processors/drift/comparing.py",
    "processors/drift/xero_lists.py",
    "processors/drift/zoho_lists.py",
    "processors/shell/",
    "processors/xero/journal.py",
    "processors/xero/scenes.py",
)
IMPURE = {
    *("asyncio", "logging", "socket", "subprocess", "threading"),
    *("aio_pika", "asyncpg", "httpx", "prometheus_client", "psycopg", "structlog"),
    *("bridge", "clients", "outbox"),
}


def floor(path: Path) -> str:
    """Return the floor that a file stands on."""
    return "bridge/cli" if path.is_relative_to("bridge/cli") else path.parts[0]


def trespasses(path: Path, module: ast.Module) -> set[str]:
    """Return the rooms that a file imports and may not."""
    found = {root(name) for name in imports(module)} & {*ROOMS, "tests", "bench"}
    return found - MAY_IMPORT[floor(path)] - {path.parts[0]}


def impurities(path: Path, module: ast.Module) -> set[str]:
    """Return what a file of a pure room imports that acts on the world."""
    if path.parts[0] not in PURE or str(path).startswith(SHELLS):
        return set()
    return {root(name) for name in imports(module)} & IMPURE


def test_every_import_goes_down_the_floors() -> None:
    found = {str(path): trespasses(path, tree(path)) for path in sources(*ROOMS)}

    assert {path: rooms for path, rooms in found.items() if rooms} == {}


def test_no_files_import_each_other_in_a_circle() -> None:
    TopologicalSorter(leanings()).prepare()  # raises CycleError, which names the files


def test_no_rooms_lean_on_each_other_in_a_circle() -> None:
    rooms: dict[str, set[str]] = defaultdict(set)
    for file, others in leanings().items():
        rooms[room(file)] |= {room(other) for other in others}
    # The files at a room's front put its inner rooms together: they may see all of them.
    inner = {
        name: {other for other in others - {name} if "." in other}
        for name, others in rooms.items()
        if "." in name
    }

    TopologicalSorter(inner).prepare()


def leanings() -> dict[str, set[str]]:
    """Name the files of ours that each one imports, all by their module's name."""
    files = {".".join(path.with_suffix("").parts): path for path in sources(*ROOMS)}
    modules = {file.removesuffix(".__init__"): path for file, path in files.items()}
    # A name is a module's own, or that of something in it: `a.b` is the module, or a thing of `a`.
    return {
        module: {
            name if name in modules else name.rpartition(".")[0] for name in imports(tree(path))
        }
        & modules.keys()
        for module, path in modules.items()
    }


def room(module: str) -> str:
    """Name the room of a module, `ingress.journal`, or `ingress` for one at its front."""
    parts = module.split(".")
    return ".".join(parts[: min(2, len(parts) - 1)])


def test_the_pure_rooms_do_nothing_but_think() -> None:
    found = {str(path): impurities(path, tree(path)) for path in sources(*PURE)}

    assert {path: modules for path, modules in found.items() if modules} == {}


def test_every_shell_is_there() -> None:
    assert [shell for shell in SHELLS if not (HOUSE / shell).exists()] == []


def test_schemas_need_the_standard_library_and_pydantic_only() -> None:
    found = {root(name) for path in sources("schemas") for name in imports(tree(path))}

    assert set() == found - sys.stdlib_module_names - {"schemas", "pydantic"}


def test_every_folder_of_ours_has_its_floor() -> None:
    folders = {path.parent.name for path in HOUSE.glob("*/__init__.py")}

    assert folders - {"tests", "bench"} <= set(ROOMS)


@pytest.mark.parametrize(
    ("path", "statement"),
    [
        ("ingress/app.py", "from processors.decide import decide"),
        ("processors/decide.py", "import ingress"),
        ("outbox/xero/relay.py", "def later(): from processors import rules"),
        ("clients/xero.py", "import outbox.table as table"),
        ("bridge/postgres.py", "from schemas.words import Ref"),
        ("bridge/cli_names.py", "import ingress"),
        ("schemas/words.py", "import bridge"),
        ("sandbox/app.py", "from schemas import words"),
        ("ingress/app.py", "import sandbox"),
    ],
)
def test_an_import_that_climbs_is_seen(path: str, statement: str) -> None:
    assert trespasses(Path(path), ast.parse(statement))


@pytest.mark.parametrize("module", ["asyncio", "bridge.postgres", "httpx"])
@pytest.mark.parametrize("path", ["schemas/words.py", "processors/decide.py"])
def test_a_pure_room_that_acts_is_seen(path: str, module: str) -> None:
    assert impurities(Path(path), ast.parse(f"import {module}"))
