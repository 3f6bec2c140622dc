"""Zoho's APIs as a client sees them: Inventory v1, and Books v3 where it alone has the data."""
