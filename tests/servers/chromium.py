"""Chromium for the tests of pages: the one that is installed, or Debian's."""

import shutil

from tests.servers import debian
from tests.servers.search import Unavailable

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ADVICE = "Install chromium: pages are tested in a real browser."
# A browser that asks nobody for anything.
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)


def chromium() -> str:
    """Give the path of a Chromium; installs Debian's where we may. Raises Unavailable."""
    found = _installed()
    if found is None:
        try:
            debian.install("chromium")
        except Unavailable as reason:
            raise Unavailable(f"{reason}. {ADVICE}") from None
        found = _installed()
    if found is None:
        raise Unavailable(ADVICE)
    return found


def _installed() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)
