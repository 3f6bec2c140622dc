"""A port that is given out stays its taker's until the taker listens on it."""

import socket

from bridge.ports import free_port

MANY = 300  # of some 14,000: picked at random, they would hardly all be different


def test_no_port_is_given_twice() -> None:
    assert len({free_port() for _ in range(MANY)}) == MANY


def test_the_system_gives_it_to_nobody_else() -> None:
    given = {free_port() for _ in range(MANY)}
    picked = [socket.create_server(("127.0.0.1", 0)) for _ in range(MANY)]

    assert not given & {listener.getsockname()[1] for listener in picked}
    for listener in picked:
        listener.close()


def test_whoever_names_it_can_listen_on_it() -> None:
    port = free_port()

    with (
        socket.create_server(("127.0.0.1", port)),
        socket.create_connection(("127.0.0.1", port)),
    ):
        pass
