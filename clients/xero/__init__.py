"""Xero's Accounting API as a client sees it."""
