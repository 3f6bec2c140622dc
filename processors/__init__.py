"""The judgement: events of Zoho's documents become decisions, and decisions become commands."""
