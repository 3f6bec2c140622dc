"""Imports from Xero into Zoho, and the accounts that they found."""

from deploy.migrations.statements import run_sql

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql(__file__)
