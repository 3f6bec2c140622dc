"""The house as its own tests read it: our rooms, their files, and what a file imports."""

import ast
from pathlib import Path

HOUSE = Path(__file__).parent.parent
ROOMS = (
    "bridge",
    "clients",
    "deploy",
    "ingress",
    "outbox",
    "processors",
    "sandbox",
    "schemas",
)


def sources(*folders: str) -> list[Path]:
    """Return the Python files of the folders, as paths from the house's door, in order."""
    return sorted(
        path.relative_to(HOUSE) for folder in folders for path in (HOUSE / folder).rglob("*.py")
    )


def tree(path: Path) -> ast.Module:
    """Parse one of our files."""
    return ast.parse((HOUSE / path).read_text(encoding="utf-8"), str(path))


def imports(module: ast.Module) -> set[str]:
    """Return the full names that a module imports, anywhere in it: `from a import b` is `a.b`."""
    nodes = list(ast.walk(module))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    parts = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    return plain | {f"{node.module}.{alias.name}" for node in parts for alias in node.names}


def root(name: str) -> str:
    """Return the package that a module belongs to."""
    return name.partition(".")[0]
