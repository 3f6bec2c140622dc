"""The inventory asset's value: one journal a day brings Xero to what Zoho's stock is worth (C6)."""
