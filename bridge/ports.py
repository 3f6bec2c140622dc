"""TCP ports of this machine, for processes that must be told where to listen before they start."""

import socket


def free_port() -> int:
    """Return a port of 127.0.0.1 that this system gives to nobody else for a minute.

    A connection that was just closed on it keeps it (TCP: TIME-WAIT): it is bound by whoever names
    it, and never picked as one that is free. Without it two who look may find the same one.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            accepted, _ = listener.accept()
            accepted.close()  # first: the end that closes first is the one that waits
    return port
