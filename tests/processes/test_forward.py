"""What is sent arrives at the other end, both ways, and a host that is not there is an end, not a hang."""

from __future__ import annotations

import asyncio

from netlab.processes.forward import serve


def test_bytes_pass_both_ways_and_the_end_too() -> None:
    async def story() -> bytes:
        async def shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write((await reader.read()).upper())
            writer.close()
            await writer.wait_closed()

        async with await asyncio.start_server(shout, "127.0.0.1", 0) as far:
            far_port = far.sockets[0].getsockname()[1]
            async with await serve(0, "127.0.0.1", far_port, address="127.0.0.1") as near:
                reader, writer = await asyncio.open_connection(*near.sockets[0].getsockname()[:2])
                writer.write(b"abc" * 100_000)
                writer.write_eof()
                answer = await asyncio.wait_for(reader.read(), 20)
                writer.close()
                await writer.wait_closed()
                return answer

    assert asyncio.run(story()) == b"ABC" * 100_000


def test_nobody_at_the_other_end_is_an_end() -> None:
    async def story() -> bytes:
        async with await serve(0, "127.0.0.1", 9, address="127.0.0.1") as near:
            reader, writer = await asyncio.open_connection(*near.sockets[0].getsockname()[:2])
            answer = await asyncio.wait_for(reader.read(), 20)
            writer.close()
            await writer.wait_closed()
            return answer

    assert asyncio.run(story()) == b""
