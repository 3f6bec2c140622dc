"""How we speak to Xero and Zoho: requests, grants, limits, errors. No accounting here."""
