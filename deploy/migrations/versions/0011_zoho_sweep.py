"""What is to be read from Zoho, and how far its lists are swept."""

from deploy.migrations.statements import run_sql

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql(__file__)
