"""Runs the plain SQL file that lies beside a migration."""

from pathlib import Path

from alembic import op


def run_sql(migration: str) -> None:
    """Execute `<migration>.sql` in the migration's transaction.

    `migration` is the migration's own `__file__`. There is no downgrade: migrations go forward.
    """
    statements = Path(migration).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements)
