"""What all processes share when they ask Zoho: its limits, and who asks for tokens when."""

from deploy.migrations.statements import run_sql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql(__file__)
