"""What is kept how long, where a trace goes on, and looking first after a restore."""

from deploy.migrations.statements import run_sql

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql(__file__)
