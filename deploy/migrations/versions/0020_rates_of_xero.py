"""What Xero's tax types come to is kept, so that totals are foreseen by them."""

from deploy.migrations.statements import run_sql

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql(__file__)
