"""What is known of Xero's limits outlives the process that heard it."""

from deploy.migrations.statements import run_sql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql(__file__)
