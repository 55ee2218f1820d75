"""Values hold their promises for any input."""

from __future__ import annotations

import os
import string
from datetime import datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from media_server.model.capture_time import CaptureTime
from media_server.model.digest import Digest
from media_server.model.geometry import Size
from media_server.model.media_type import BY_EXTENSION, media_type
from media_server.model.settings import TABLE, Settings, collect
from media_server.model.text import shown

HEX = set(string.hexdigits)


@given(raw=st.binary(min_size=32, max_size=32), upper=st.booleans())
def test_digest_reads_what_it_writes(raw: bytes, *, upper: bool) -> None:
    text = str(Digest(raw))
    assert len(text) == 64
    assert text == text.lower()
    assert Digest.parse(text.upper() if upper else text) == raw


@given(
    st.one_of(
        st.text(max_size=70),
        st.text(alphabet=string.hexdigits + "\n xX_+-", min_size=62, max_size=66),
        st.from_regex(r"[0-9a-f]{63}[^0-9a-fA-F]", fullmatch=True),
        st.text(alphabet="0123456789٠١٢٣０１２", min_size=64, max_size=64),
    )
)
@example("0x" + "a" * 62)
@example("a" * 64 + "\n")
@example("a" * 63 + " ")
@example("_".join(["a" * 31, "a" * 32]))
def test_digest_refuses_all_else(text: str) -> None:
    if len(text) == 64 and set(text) <= HEX:
        assert str(Digest.parse(text)) == text.lower()
    else:
        with pytest.raises(ValueError, match="64 hexadecimal digits"):
            Digest.parse(text)


@given(st.binary(max_size=70).filter(lambda raw: len(raw) != 32))
def test_digest_has_32_bytes(raw: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Digest(raw)


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31)), st.integers(-900, 900))
def test_instant_with_an_offset_is_exact(local: datetime, offset_min: int) -> None:
    instant_ns = CaptureTime(local, offset_min, "EXIF:DateTime").instant_ns()
    assert instant_ns % 1_000 == 0
    back = datetime(1970, 1, 1) + timedelta(microseconds=instant_ns // 1_000)
    assert back + timedelta(minutes=offset_min) == local


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)))
def test_instant_without_an_offset_is_this_computers_time(local: datetime) -> None:
    instant_ns = CaptureTime(local, None, "EXIF:DateTime").instant_ns()
    offset = local.astimezone().utcoffset()
    assert offset is not None
    exact = (
        CaptureTime(local, 0, "").instant_ns() - round(offset / timedelta(microseconds=1)) * 1000
    )
    assert instant_ns == exact


@given(st.datetimes(), st.one_of(st.none(), st.integers(-900, 900)))
def test_instant_fails_in_one_way_only(local: datetime, offset_min: int | None) -> None:
    try:
        CaptureTime(local, offset_min, "").instant_ns()
    except (OverflowError, ValueError):
        assert local.year in (1, 9999)


@given(st.binary(max_size=40), st.sampled_from(sorted(BY_EXTENSION)), st.integers(0, 255))
def test_media_type_goes_by_the_last_extension_in_any_case(
    stem: bytes, extension: bytes, cases: int
) -> None:
    mixed = bytes(
        one ^ 0x20 if cases >> at & 1 and 97 <= one <= 122 else one
        for at, one in enumerate(extension)
    )
    assert media_type(stem + b"." + mixed) == (BY_EXTENSION[extension] if stem else None)
    assert media_type(stem + b"." + mixed + b".gz") is None
    assert media_type(stem + b"." + mixed + b"~") is None


@given(st.binary(max_size=60))
def test_media_type_knows_the_table_only(name: bytes) -> None:
    found = media_type(name)
    stem, _, extension = name.rpartition(b".")
    assert found == (BY_EXTENSION.get(extension.lower()) if stem else None)


edges = st.integers(1, 2**32)


@given(edges, edges, edges)
def test_fitted_size_keeps_shape_and_never_grows(width: int, height: int, edge: int) -> None:
    size = Size(width, height)
    fitted = size.fit_within(edge)
    longest = max(fitted.width_px, fitted.height_px)
    assert 1 <= fitted.width_px <= width
    assert 1 <= fitted.height_px <= height
    assert longest == min(edge, max(width, height))
    if longest < max(width, height):
        scale = edge / max(width, height)
        assert abs(fitted.width_px - width * scale) <= 1
        assert abs(fitted.height_px - height * scale) <= 1


@given(edges, edges, st.integers(max_value=0))
def test_no_size_fits_nothing(width: int, height: int, edge: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Size(width, height).fit_within(edge)


@given(st.binary(max_size=40))
def test_shown_text_can_be_written_as_utf8(name: bytes) -> None:
    text = shown(name)
    if text is None:
        assert name.decode().encode() == name
    else:
        assert "\ufffd" in text
        text.encode()


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
flags = st.dictionaries(
    st.sampled_from([one.name for one in TABLE]), st.lists(words, max_size=3), max_size=4
)
variables = st.dictionaries(
    st.sampled_from([one.variable for one in TABLE]),
    st.one_of(words, st.sampled_from(["1", "0", "true", "info", "json", "99999", "-1", "٣"])),
    max_size=4,
)


@given(flags, variables)
def test_settings_are_good_or_refused_with_a_name(
    given_flags: dict[str, list[str]], environment: dict[str, str]
) -> None:
    try:
        found = collect(given_flags, environment)
    except ValueError as error:
        names = [f"--{one.name}" for one in TABLE] + [one.variable for one in TABLE]
        assert any(str(error).startswith(name) for name in names)
        return
    assert found.storage_dir
    assert all(found.storage_dir)
    assert 0 <= found.port <= 65535
    assert found.rescan_interval >= 0
    assert found.host


@given(st.integers(), st.integers(0, 65535), st.integers(0, 65535))
def test_flag_comes_before_variable_before_default(value: int, flag: int, variable: int) -> None:
    base = {"storage_dir": ["/photos"]}
    name = "MEDIA_SERVER_PORT"
    assert collect(base, {}) == Settings(("/photos",))
    assert collect(base, {name: ""}).port == 8000
    assert collect(base, {name: str(variable)}).port == variable
    assert collect({**base, "port": ["1", str(flag)]}, {name: str(variable)}).port == flag
    assert collect({**base, "rescan_interval": [str(value % 10**9)]}, {}).rescan_interval == (
        value % 10**9
    )


def test_variable_may_name_several_folders() -> None:
    value = os.pathsep.join(["/a", "/b"])
    assert collect({}, {"MEDIA_SERVER_STORAGE_DIR": value}).storage_dir == ("/a", "/b")
