"""What lists of documents are found by, kept beside each document by the database itself."""

from deploy.migrations.statements import run_sql

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Run the statements beside this file."""
    run_sql(__file__)
