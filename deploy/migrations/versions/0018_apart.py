"""What hangs on a row belongs to the same connection as the row."""

from deploy.migrations.statements import run_sql

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql(__file__)
