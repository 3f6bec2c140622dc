"""Webhooks: signed, read, journaled, answered, within milliseconds and with PostgreSQL alone."""
