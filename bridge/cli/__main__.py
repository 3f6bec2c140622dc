"""Lets `python -m bridge.cli` do the same as `bridge`."""

from bridge.cli import main

main()
