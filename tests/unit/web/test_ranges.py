"""One range of bytes: what clients may write, and what they get."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.web.ranges import Span, UnsatisfiableRangeError, wanted_span


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-0", Span(0, 1)),
        ("bytes=0-99", Span(0, 100)),
        ("bytes=0-", Span(0, 100)),
        ("bytes=99-", Span(99, 1)),
        ("bytes=10-19", Span(10, 10)),
        ("bytes=90-1000", Span(90, 10)),
        ("bytes=-1", Span(99, 1)),
        ("bytes=-1000", Span(0, 100)),
        ("Bytes = 1-2", Span(1, 2)),
        ("bytes=0-" + "9" * 10_000, Span(0, 100)),
        ("bytes=" + "0" * 10_000 + "5-5", Span(5, 1)),
        ("bytes=-" + "9" * 10_000, Span(0, 100)),
    ],
)
def test_one_range(header: str, span: Span) -> None:
    assert wanted_span(header, 100) == span


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=5-4",
        "bytes=a-b",
        "bytes=1-2,4-5",
        "bytes=" + ",".join(["0-"] * 10_000),
        "bytes=+1-2",
        "bytes=1 - 2",
        "bytes=٣-٤",
        "bytes=1-2\n",
        "lines=0-1",
        "bytes=0x1-2",
    ],
)
def test_all_is_sent_instead(header: str | None) -> None:
    assert wanted_span(header, 100) is None


@pytest.mark.parametrize(
    "header", ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=" + "9" * 50 + "-"]
)
def test_no_such_byte(header: str) -> None:
    with pytest.raises(UnsatisfiableRangeError):
        wanted_span(header, 100)


def test_an_empty_file() -> None:
    assert wanted_span("bytes=-5", 0) is None
    with pytest.raises(UnsatisfiableRangeError):
        wanted_span("bytes=0-", 0)


_LIKELY = st.from_regex(r"bytes=[0-9]{0,25}-[0-9]{0,25}", fullmatch=True)


@given(
    st.one_of(st.binary(max_size=60).map(lambda one: one.decode("latin-1")), _LIKELY),
    st.integers(0, 2**63),
)
def test_never_more_than_there_is(header: str, size_bytes: int) -> None:
    try:
        span = wanted_span(header, size_bytes)
    except UnsatisfiableRangeError:
        return
    if span is not None:
        assert span.offset >= 0
        assert span.size_bytes >= 1
        assert span.offset + span.size_bytes <= size_bytes


@given(st.integers(0, 200), st.integers(0, 200), st.integers(1, 150))
def test_as_slices_do(first: int, last: int, size_bytes: int) -> None:
    data = bytes(range(size_bytes))
    try:
        span = wanted_span(f"bytes={first}-{last}", size_bytes)
    except UnsatisfiableRangeError:
        assert first >= size_bytes
        return
    if span is None:
        assert last < first
    else:
        assert data[span.offset :][: span.size_bytes] == data[first : last + 1]
