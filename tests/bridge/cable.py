"""A network cable between us and a server, which a test can pull out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from yarl import URL


class Cable:
    """Carries bytes to `host` and `port` until it is pulled; then takes new connections again."""

    def __init__(self, host: str, port: int) -> None:
        self._far_end = host, port
        self._ends: set[asyncio.StreamWriter] = set()
        self._hushed = False

    def hush(self) -> None:
        """Let nothing more arrive from the far end."""
        self._hushed = True

    def pull(self) -> None:
        """Reset every connection, without a word to either side."""
        self._hushed = False
        for end in self._ends:
            end.transport.abort()

    async def plug(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection, both ways."""
        far_reader, far_writer = await asyncio.open_connection(*self._far_end)
        ends = {writer, far_writer}
        self._ends |= ends
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._carry(reader, far_writer, back=False))
                group.create_task(self._carry(far_reader, writer, back=True))
        finally:
            self._ends -= ends
            for end in ends:
                end.transport.abort()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, back: bool
    ) -> None:
        try:
            while chunk := await reader.read(65536):
                if not (back and self._hushed):
                    writer.write(chunk)
                await writer.drain()
        except OSError:
            pass
        writer.transport.abort()


@asynccontextmanager
async def cable_to(url: str) -> AsyncIterator[tuple[str, Cable]]:
    """Lay a cable to the server of `url`; yields the URL of its near end, and the cable."""
    far = URL(url)
    cable = Cable(far.host or "", far.port or 0)
    server = await asyncio.start_server(cable.plug, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield str(far.with_host("127.0.0.1").with_port(port)), cable
        cable.pull()
