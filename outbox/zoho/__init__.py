"""The exit towards Zoho, for the two-way rows: the same tables, order, attempts and look-ups."""
