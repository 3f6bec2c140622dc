"""Outbox processes know of each other, so that each speaks for its share of the connections."""

from deploy.migrations.statements import run_sql

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql(__file__)
