"""The database schema, as forward-only steps of plain SQL."""
