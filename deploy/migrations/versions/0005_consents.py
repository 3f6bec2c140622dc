"""Consents given in a browser."""

from deploy.migrations.statements import run_sql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql(__file__)
