"""What waits in vain is said once, for who shows it and for who gives it up."""

from deploy.migrations.statements import run_sql

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql(__file__)
