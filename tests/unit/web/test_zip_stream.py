"""Archives written from front to back."""

from __future__ import annotations

import io
import subprocess
import zipfile
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from media_server.web import zip_stream
from media_server.web.zip_stream import Length, Member, archive

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest

Content = tuple[bytes, bytes, int]
THEN_S = 1_600_000_001


def written(contents: Sequence[Content]) -> bytes:
    members = [
        (Member(name, len(data), at_s), [data[:3], data[3:]]) for name, data, at_s in contents
    ]
    return b"".join(archive(members, io.BytesIO()))


def length(contents: Sequence[Content]) -> int:
    counted = Length()
    for name, data, at_s in contents:
        counted.add(Member(name, len(data), at_s))
    return counted.total_bytes()


CONTENTS: list[Content] = [
    (b"a/one.jpg", b"some bytes", THEN_S),
    ("b/Zoë \ufffd.jpg".encode(), b"", -5),
    (b"c", b"x" * 70_000, 2**40),
]


def test_python_reads_it() -> None:
    data = written(CONTENTS)
    assert len(data) == length(CONTENTS)
    with zipfile.ZipFile(io.BytesIO(data)) as read:
        assert read.testzip() is None
        assert [(one.filename.encode(), read.read(one)) for one in read.infolist()] == [
            (name, content) for name, content, _ in CONTENTS
        ]


def unzipped(tmp_path: Path, data: bytes) -> subprocess.CompletedProcess[str]:
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    return subprocess.run(["unzip", "-t", path], capture_output=True, text=True)


def test_unzip_reads_it(tmp_path: Path) -> None:
    told = unzipped(tmp_path, written(CONTENTS))
    assert told.returncode == 0, told.stdout
    assert "No errors detected" in told.stdout


def test_the_clock_is_the_worlds(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(written(CONTENTS[:1]))
    subprocess.run(["unzip", "-q", path, "-d", tmp_path / "out"], check=True)
    assert (tmp_path / "out/a/one.jpg").stat().st_mtime == THEN_S


def test_sizes_and_places_beyond_32_bits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With lower limits, as no test writes 4 GB: members are large here from 50 bytes on."""
    contents = [(b"%d" % number, b"y" * 10 * number, THEN_S) for number in range(12)]
    monkeypatch.setattr(zip_stream, "_is_large", lambda member: member.size_bytes >= 50)
    data = written(contents)
    assert len(data) == length(contents)
    with zipfile.ZipFile(io.BytesIO(data)) as read:
        assert read.testzip() is None
        assert [one.file_size for one in read.infolist()] == [10 * one for one in range(12)]
    assert unzipped(tmp_path, data).returncode == 0


def test_more_members_than_16_bits_count(tmp_path: Path) -> None:
    contents: list[Content] = [(b"%d" % number, b"", THEN_S) for number in range(65_537)]
    data = written(contents)
    assert len(data) == length(contents)
    with zipfile.ZipFile(io.BytesIO(data)) as read:
        assert len(read.infolist()) == 65_537
    assert "No errors" in unzipped(tmp_path, data).stdout


def test_a_place_beyond_4_gb_is_counted_as_it_is_written() -> None:
    """The front of such an archive is not made: only what the directory says of it."""
    big, behind = Member(b"big", 5 << 30, 0), Member(b"behind", 1, 0)
    counted = Length()
    counted.add(big)
    counted.add(behind)
    front = zip_stream._front_bytes(big)
    directory = zip_stream._central(big, 0, 0) + zip_stream._central(behind, front, 0)
    end = zip_stream._end(2, front + zip_stream._front_bytes(behind), len(directory))
    assert end.startswith(b"PK\6\6")
    assert counted.total_bytes() == front + zip_stream._front_bytes(behind) + len(directory) + len(
        end
    )
    assert zip_stream._central(behind, front, 0).endswith(
        b"\1\0\x08\0" + front.to_bytes(8, "little")
    )


@given(
    st.lists(
        st.tuples(
            st.text(min_size=1, max_size=9), st.binary(max_size=50), st.integers(-(2**40), 2**40)
        ),
        max_size=5,
        unique_by=lambda one: one[0],
    )
)
def test_the_length_is_known_beforehand(given_contents: list[tuple[str, bytes, int]]) -> None:
    contents = [(name.encode(), data, at_s) for name, data, at_s in given_contents]
    assert len(written(contents)) == length(contents)
