"""Connecting in a browser: a person is sent to consent, comes back, and the grant is kept."""
