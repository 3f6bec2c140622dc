"""Who sits at the command line, for the audit trail."""

import getpass


def actor() -> str:
    """Name the account that runs the command, as `cli:<account>`."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):  # a container's account need not have a name
        return "cli"
