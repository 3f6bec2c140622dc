"""Reads beside the outbox, and what a comparison of both sides found."""

from deploy.migrations.statements import run_sql

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql(__file__)
