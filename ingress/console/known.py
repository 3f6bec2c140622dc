"""What both organisations have to choose from, kept for a while: each look costs calls."""

import time
from typing import Final

from ingress.connections.examining import Facts, read_facts
from ingress.connections.finding import Row
from ingress.connections.office import Office

LIFE: Final = 600.0  # seconds


class Known:
    """Facts of connections as they were read last, each for ten minutes."""

    def __init__(self) -> None:
        self._facts: dict[int, tuple[float, Facts]] = {}

    async def facts(self, office: Office, row: Row, *, anew: bool = False) -> Facts:
        """Give both organisations of a connection. Raises clients.xero.errors.XeroError."""
        until, facts = self._facts.get(row["id"], (0.0, None))
        if facts is None or anew or time.monotonic() > until:
            facts = await read_facts(office, row)
            self._facts[row["id"]] = (time.monotonic() + LIFE, facts)
        return facts

    def forget(self, connection_id: int) -> None:
        """Read anew next time."""
        self._facts.pop(connection_id, None)
