"""Connections: set up, shown, checked, switched and deleted; for API, console and command line."""
