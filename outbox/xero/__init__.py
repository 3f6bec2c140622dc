"""The exit towards Xero: what is ready goes in batches, each effect exactly once."""
