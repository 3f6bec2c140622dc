"""What a process works with: its database, its vault, its settings."""

from dataclasses import dataclass

from bridge.crypto import Vault
from bridge.postgres import Pool
from bridge.settings import Settings


@dataclass(frozen=True, slots=True)
class Parts:
    """Opened once, and passed on whole to whatever reads or writes for a connection."""

    pool: Pool
    vault: Vault
    settings: Settings
