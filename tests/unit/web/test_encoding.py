import gzip

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from media_server.web.encoding import ENCODINGS, Encoding, choose, compressed


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        (None, "identity"),
        ("", "identity"),
        ("identity", "identity"),
        ("gzip", "gzip"),
        ("zstd", "zstd"),
        ("gzip, zstd", "zstd"),
        ("gzip;q=1.0, zstd;q=0.5", "gzip"),
        ("identity, gzip;q=0.5", "identity"),
        ("gzip;q=0.5, identity;q=0.1", "gzip"),
        ("GZip ; Q=0.5", "gzip"),
        ("*", "gzip"),
        ("gzip;q=0, *", "identity"),
        ("zstd;q=0, *", "gzip"),
        ("gzip;q=0", "identity"),
        ("gzip; q=0.000, zstd;q=0.0", "identity"),
        ("*;q=0", "identity"),
        ("identity;q=0", "identity"),
        ("identity;q=0, gzip", "gzip"),
        ("br, deflate", "identity"),
        ("gzip;q=high", "identity"),
        (";;=,=;q", "identity"),
    ],
)
def test_choose(accepted: str | None, chosen: Encoding) -> None:
    assert choose(accepted) == chosen


@given(st.text(alphabet="gziptdsqen;=,.*01 -"))
def test_choose_takes_anything(accepted: str) -> None:
    assert choose(accepted) in ENCODINGS


@given(st.lists(st.binary(max_size=3000)))
def test_what_is_compressed_comes_back(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    assert b"".join(compressed(pieces, "identity")) == whole
    assert gzip.decompress(b"".join(compressed(pieces, "gzip"))) == whole
    packed = b"".join(compressed(pieces, "zstd"))
    assert zstandard.ZstdDecompressor().decompressobj().decompress(packed) == whole
