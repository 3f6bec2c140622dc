"""What Xero tells of its contacts and accounts, on its way to Zoho: the other direction."""
