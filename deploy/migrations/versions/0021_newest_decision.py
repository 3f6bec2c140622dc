"""A document stands where its last decision put it, not that of the event numbered highest."""

from deploy.migrations.statements import run_sql

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql(__file__)
