"""What runs by the clock, and what a person must mend about a connection as a whole."""

from deploy.migrations.statements import run_sql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql(__file__)
