"""Leases and kept limits know their Xero organisation, which several connections may share."""

from deploy.migrations.statements import run_sql

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql(__file__)
