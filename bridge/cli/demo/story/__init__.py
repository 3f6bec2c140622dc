"""The story: what a small company does in Zoho, chapter by chapter, scene by scene."""

from collections.abc import Mapping
from typing import Final, Literal

from bridge.cli.demo.story import credit_notes, endings, payments, purchases, sales, vendor_credits
from bridge.cli.demo.story.cast import Scene

Story = Literal["short", "full"]
STORIES: Final[Mapping[Story, tuple[Scene, ...]]] = {
    "short": sales.SCENES,
    "full": (
        *sales.SCENES,
        *payments.SCENES,
        *endings.SCENES,
        *credit_notes.SCENES,
        *purchases.SCENES,
        *vendor_credits.SCENES,
    ),
}
