"""Where the keys of a TOML file stand, which the standard library's reader does not tell."""

import re
from collections.abc import Mapping
from typing import Final

Path = tuple[str, ...]
PART: Final = r"""(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)"""
DOTTED: Final = rf"{PART}(?:\s*\.\s*{PART})*"
HEADER: Final = re.compile(rf"\s*\[\s*({DOTTED})\s*\]")
KEY: Final = re.compile(rf"\s*({DOTTED})\s*=")


def places(text: str) -> dict[Path, int]:
    """Map each header's and each key's path to its line, counted from 1.

    Keys inside of inline tables have the line of the table's own key: see `line_of`.
    """
    found: dict[Path, int] = {}
    section: Path = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := HEADER.match(line):
            section = _path(header[1])
            found.setdefault(section, number)
        elif key := KEY.match(line):
            found.setdefault(section + _path(key[1]), number)
    return found


def line_of(path: Path, found: Mapping[Path, int]) -> int:
    """Give the line of a path, else of what holds it, else 1."""
    for length in range(len(path), 0, -1):
        if number := found.get(path[:length]):
            return number
    return 1


def _path(dotted: str) -> Path:
    return tuple(part.strip("\"'") for part in re.findall(PART, dotted))
