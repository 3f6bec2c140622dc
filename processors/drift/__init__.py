"""What differs between Zoho and Xero, document by document, and why (G3)."""
