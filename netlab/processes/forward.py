"""Pass connections on to another host and port: ``python -m netlab.processes.forward 6006 tensorboard 6006``.

In docker-compose the program that is asked sits in a network without a way out, so that it can be reached from the
machine through this and can itself reach nothing.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

CHUNK = 1 << 16
IDLE = 600.0
"""Seconds without a byte from one side after which that side counts as gone."""


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what comes until it ends, and the end too.

    Parameters
    ----------
    reader : asyncio.StreamReader
        One side.
    writer : asyncio.StreamWriter
        The other; its sending half is closed at the end.

    Raises
    ------
    OSError
        If a side has gone.
    TimeoutError
        If nothing comes for ``IDLE`` seconds.
    """
    while chunk := await asyncio.wait_for(reader.read(CHUNK), IDLE):
        writer.write(chunk)
        await writer.drain()
    writer.write_eof()


async def serve(port: int, host: str, host_port: int, *, address: str = "0.0.0.0") -> asyncio.Server:
    """Listen at a port; each connection gets one of its own to the host.

    Parameters
    ----------
    port : int
        Where to listen; 0 for any free port.
    host : str
        Where to connect to.
    host_port : int
        The port there.
    address : str, optional
        The address to listen at; by default all of this machine's.

    Returns
    -------
    asyncio.Server
        It listens already; close it to end it.

    Raises
    ------
    OSError
        If the port cannot be had.
    """

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, TimeoutError):  # one side has gone; the other is told by the end
            async with _closing(writer):
                far_reader, far_writer = await asyncio.open_connection(host, host_port)
                async with _closing(far_writer):
                    await asyncio.gather(pass_on(reader, far_writer), pass_on(far_reader, writer))

    return await asyncio.start_server(connected, address, port)


@asynccontextmanager
async def _closing(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
    try:
        yield
    finally:
        writer.close()
        await writer.wait_closed()


async def main(port: int, host: str, host_port: int) -> None:
    """Serve for ever.

    Parameters
    ----------
    port : int
        Where to listen.
    host : str
        Where to connect to.
    host_port : int
        The port there.

    Raises
    ------
    OSError
        If the port cannot be had.
    """
    async with await serve(port, host, host_port) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
