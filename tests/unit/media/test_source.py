from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from media_server.media.source import BytesSource, DescriptorSource, Source, Window

if TYPE_CHECKING:
    from pathlib import Path

_CONTENT = bytes(range(256)) * 10


@pytest.fixture(params=["bytes", "descriptor"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> object:
    if request.param == "bytes":
        yield BytesSource(_CONTENT)
        return
    path = tmp_path / "file"
    path.write_bytes(_CONTENT)
    descriptor = os.open(path, os.O_RDONLY)
    yield DescriptorSource(descriptor)
    os.close(descriptor)  # fails if the source had closed it


def test_reads_anywhere_and_stops_at_the_end(source: Source) -> None:
    assert source.size_bytes == len(_CONTENT)
    assert source.read_at(5, 3) == _CONTENT[5:8]
    assert source.read_at(len(_CONTENT) - 2, 100) == _CONTENT[-2:]
    assert source.read_at(len(_CONTENT), 1) == b""
    assert source.read_at(2**64, 1) == b""


def test_every_file_object_begins_at_the_start(source: Source) -> None:
    for _ in range(2):
        with source.open() as file:
            assert file.read(7) == _CONTENT[:7]


class _Counting(BytesSource):
    calls = 0

    def read_at(self, offset: int, length: int) -> bytes:
        type(self).calls += 1
        return super().read_at(offset, length)


def test_a_window_gives_the_same_bytes_with_few_reads() -> None:
    counting = _Counting(_CONTENT)
    window = Window(counting, 100, 500)
    for offset in range(0, len(_CONTENT), 10):
        assert window.take(offset, 10) == _CONTENT[offset : offset + 10]
    assert window.take(3, 2_000) == _CONTENT[3:2_003]
    assert window.take(len(_CONTENT), 4) == b""
    assert counting.calls < 10
