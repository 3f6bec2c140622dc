"""The index that says what an undecided event touches is kept exact."""

from deploy.migrations.statements import run_sql

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql(__file__)
