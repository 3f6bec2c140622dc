"""Commands that can't go yet are not looked at until what stood before them has moved."""

from deploy.migrations.statements import run_sql

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql(__file__)
