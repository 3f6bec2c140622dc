"""The audit trail is chained and says from what to what; deleted connections may keep history."""

from deploy.migrations.statements import run_sql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql(__file__)
