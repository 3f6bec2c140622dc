"""Commands and requests to Zoho beside those to Xero."""

from deploy.migrations.statements import run_sql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql(__file__)
