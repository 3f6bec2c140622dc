"""Jobs that run by the clock can be asked for, and say how far they are."""

from deploy.migrations.statements import run_sql

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql(__file__)
