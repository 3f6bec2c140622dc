"""The sweep: Zoho's lists tell what no webhook told, through the same door (G2)."""
