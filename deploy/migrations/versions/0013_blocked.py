"""Connections whose prerequisites fail send nothing."""

from deploy.migrations.statements import run_sql

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql(__file__)
