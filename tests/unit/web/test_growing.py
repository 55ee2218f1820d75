"""Reading what is still being written."""

from __future__ import annotations

import asyncio
import errno
import os
from typing import TYPE_CHECKING

import pytest
from anyio import to_thread

from media_server.web.growing import Growing
from support.limits import files_up_to

if TYPE_CHECKING:
    from pathlib import Path


async def all_of(body: Growing) -> bytes:
    body.join()
    found = b""
    try:
        while piece := await body.read(len(found)):
            found += piece
    finally:
        body.leave()
    return found


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_a_reader_gets_what_is_there_before_it_is_whole(tmp_path: Path) -> None:
    async def read() -> None:
        body = Growing(str(tmp_path / "body"))
        body.join()
        await to_thread.run_sync(body.write, b"abc")
        assert await body.read(0) == b"abc"
        late = asyncio.ensure_future(body.read(3))
        await asyncio.sleep(0.01)
        assert not late.done()
        await to_thread.run_sync(body.write, b"de")
        assert await late == b"de"
        body.end()
        assert await body.read(5) == b""
        assert body.size_bytes == 5
        body.leave()

    asyncio.run(read())


def test_each_reader_gets_all_of_it_whenever_it_comes(tmp_path: Path) -> None:
    pieces = [bytes([number]) * 100_000 for number in range(30)]

    async def read() -> list[bytes]:
        body = Growing(str(tmp_path / "body"))
        readers = []
        for piece in pieces:
            readers.append(asyncio.ensure_future(all_of(body)))
            await to_thread.run_sync(body.write, piece)
        body.end()
        return await asyncio.gather(*readers)

    assert set(asyncio.run(read())) == {b"".join(pieces)}


def test_what_the_disk_does_not_take_is_read_all_the_same(tmp_path: Path) -> None:
    async def read() -> bytes:
        body = Growing(str(tmp_path / "body"))
        reader = asyncio.ensure_future(all_of(body))
        for number in range(5):
            await to_thread.run_sync(body.write, bytes([number]) * 30_000)
        body.end()
        assert body.refused is not None
        assert body.refused.errno == errno.EFBIG
        return await reader

    with files_up_to(100_000):
        found = asyncio.run(read())
    assert found == b"".join(bytes([number]) * 30_000 for number in range(5))


def test_a_folder_that_is_gone_is_a_full_disk(tmp_path: Path) -> None:
    async def read() -> bytes:
        body = Growing(str(tmp_path / "gone" / "body"))
        await to_thread.run_sync(body.write, b"abc")
        body.end()
        return await all_of(body)

    assert asyncio.run(read()) == b"abc"


def test_a_failure_reaches_who_reads(tmp_path: Path) -> None:
    async def read() -> None:
        body = Growing(str(tmp_path / "body"))
        reader = asyncio.ensure_future(all_of(body))
        await to_thread.run_sync(body.write, b"abc")
        body.end(ValueError("damaged"))
        with pytest.raises(ValueError, match="damaged"):
            await reader
        with pytest.raises(ValueError, match="damaged"):
            await body.ended()

    asyncio.run(read())


@pytest.mark.parametrize("end_first", [True, False])
def test_nothing_is_left_open(tmp_path: Path, end_first: bool) -> None:
    async def read() -> None:
        before = descriptors()
        body = Growing(str(tmp_path / "body"))
        body.join()
        assert descriptors() == before + 1
        for step in (body.end, body.leave) if end_first else (body.leave, body.end):
            step()
        assert descriptors() == before

    asyncio.run(read())
