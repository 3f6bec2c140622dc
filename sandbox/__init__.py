"""Stand-ins for Xero and Zoho, so that the bridge can be tried and tested with no account."""
