"""The exit, the only writer to Xero: order through every retry, each effect exactly once."""
