"""`python -m tests.servers.tools` has at hand what tests ask for beside servers, before they begin.

Or the first test that asks would wait for an installation, and count it as its own time.
"""

from tests.servers import debian
from tests.servers.chromium import chromium
from tests.servers.search import Unavailable, say

TOOLS = {"promtool": "prometheus", "nginx": "nginx-light"}


def main() -> None:
    """Bring each; what can't be had is told here, and by the tests that need it."""
    for command, package in TOOLS.items():
        try:
            debian.bring(command, package)
        except Unavailable as reason:
            say(f"{command}: {reason}")
    try:
        chromium()
    except Unavailable as reason:
        say(f"chromium: {reason}")


if __name__ == "__main__":
    main()
