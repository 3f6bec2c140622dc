"""A secret that was replaced is kept for a while, until whoever uses it has the new one."""

from deploy.migrations.statements import run_sql

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql(__file__)
