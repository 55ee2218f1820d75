from __future__ import annotations

import contextlib
import json
import shutil
import struct
import subprocess
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.media.errors import (
    CorruptError,
    EmptyError,
    MediaError,
    TruncatedError,
    UnrecognisedError,
)
from media_server.media.film.video import VideoFacts, read_video
from media_server.media.source import BytesSource
from media_server.model.geometry import Size
from support.clips import QUIET, box, full_box, make_clip, make_sound

SAMPLES = Path(__file__).parents[5] / "shared" / "samples"
TYPE = box(b"ftyp", b"qt  ", bytes(4))


def read(data: bytes) -> VideoFacts:
    return read_video(BytesSource(data))


def header(created_s: int = 0, scale: int = 600, length: int = 1_200) -> bytes:
    matrix = struct.pack(">9i", 65_536, 0, 0, 0, 65_536, 0, 0, 0, 1 << 30)
    fields = struct.pack(">4I", created_s, 0, scale, length) + bytes(16)
    return full_box(b"mvhd", fields, matrix, bytes(28))


def track(matrix: tuple[int, ...], entry: bytes = b"", size: tuple[int, int] = (64, 48)) -> bytes:
    a, b, c, d = (65_536 * number for number in matrix)
    turning = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    coded = bytes(24) + struct.pack(">2H", *size) + bytes(50) + entry
    return box(
        b"trak",
        full_box(b"tkhd", bytes(36), turning, bytes(8)),
        box(
            b"mdia",
            full_box(b"mdhd", struct.pack(">4I", 0, 0, 600, 1_200), bytes(4)),
            full_box(b"hdlr", bytes(4), b"vide", bytes(13)),
            box(
                b"minf",
                box(
                    b"stbl",
                    full_box(b"stsd", b"\0\0\0\1", box(b"avc1", coded)),
                    full_box(b"stsz", bytes(4), b"\0\0\0\x3c"),
                ),
            ),
        ),
    )


def movie(*parts: bytes) -> bytes:
    return TYPE + box(b"moov", *parts)


@pytest.mark.parametrize(
    ("matrix", "orientation", "rotation_deg"),
    [
        ((1, 0, 0, 1), 1, 0),
        ((-1, 0, 0, 1), 2, 0),
        ((-1, 0, 0, -1), 3, 180),
        ((0, 1, -1, 0), 6, 90),
        ((0, -1, 1, 0), 8, 270),
        ((0, 0, 0, 0), 1, 0),
    ],
)
def test_turning(matrix: tuple[int, ...], orientation: int, rotation_deg: int) -> None:
    facts = read(movie(header(), track(matrix)))
    assert (facts.orientation, facts.rotation_deg) == (orientation, rotation_deg)
    assert facts.upright == Size(64, 48).upright(orientation)
    assert facts.stored == Size(64, 48)


def test_duration_and_frame_rate() -> None:
    facts = read(movie(header(scale=600, length=1_200), track((1, 0, 0, 1))))
    assert (facts.duration_s, facts.frame_rate) == (2.0, 30.0)


@pytest.mark.parametrize("length", [0, 2**32 - 1])
def test_a_movie_without_a_length_has_its_tracks(length: int) -> None:
    assert read(movie(header(length=length), track((1, 0, 0, 1)))).duration_s == 2.0


@pytest.mark.parametrize("scale", [1, 0])
def test_absurd_durations_and_rates(scale: int) -> None:
    facts = read(movie(header(scale=scale, length=2_000_000_000), track((1, 0, 0, 1))))
    assert facts.duration_s == 2.0  # the track's


def test_pixels_that_are_not_square() -> None:
    shape = box(b"pasp", struct.pack(">2I", 4, 3))
    facts = read(movie(header(), track((0, 1, -1, 0), shape)))
    assert facts.upright == Size(48, 85)
    absurd = box(b"pasp", struct.pack(">2I", 1, 900))
    assert read(movie(header(), track((1, 0, 0, 1), absurd))).upright == Size(64, 48)


@pytest.mark.parametrize(
    ("extension", "hdr"),
    [
        (box(b"colr", b"nclx", struct.pack(">3HB", 9, 16, 9, 0)), True),
        (box(b"colr", b"nclx", struct.pack(">3HB", 9, 18, 9, 0)), True),
        (box(b"colr", b"nclc", struct.pack(">3H", 1, 1, 1)), False),
        (box(b"dvvC", bytes(24)), True),
        (b"", False),
    ],
)
def test_hdr(extension: bytes, hdr: bool) -> None:
    facts = read(movie(header(), track((1, 0, 0, 1), extension)))
    assert facts.hdr is hdr
    assert ("hdr", int(hdr)) in {(fact.name, fact.value) for fact in facts.facts}


@pytest.mark.parametrize("big_endian_packet", [b"<x:xmpmeta/>"])
def test_xmp_in_both_places(big_endian_packet: bytes) -> None:
    uuid = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
    plain = movie(header(), track((1, 0, 0, 1)))
    assert read(plain + box(b"uuid", uuid, big_endian_packet)).xmp == big_endian_packet
    assert read(plain + box(b"uuid", bytes(16), big_endian_packet)).xmp is None
    inside = movie(header(), track((1, 0, 0, 1)), box(b"udta", box(b"XMP_", big_endian_packet)))
    assert read(inside).xmp == big_endian_packet


def test_xmp_is_not_read_without_end() -> None:
    uuid = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
    facts = read(movie(header()) + box(b"uuid", uuid, bytes(3_000_000)))
    assert facts.xmp is not None
    assert len(facts.xmp) == 1_000_000


def test_a_million_boxes_are_not_all_looked_at() -> None:
    class Counting(BytesSource):
        calls = 0

        def read_at(self, offset: int, length: int) -> bytes:
            Counting.calls += 1
            return super().read_at(offset, length)

    many = box(b"free") * 1_000_000
    read_video(Counting(movie(header()) + many))
    read_video(Counting(movie(header(), many)))
    assert Counting.calls < 12_000


def test_deep_nesting_is_no_recursion() -> None:
    data = b""
    for _ in range(2_000):
        data = box(b"trak", data)
    assert read(movie(header(), data)).streams == 1


def test_many_tracks() -> None:
    facts = read(movie(header(), *[track((1, 0, 0, 1))] * 300))
    assert facts.streams == 100


def test_a_giant_box_costs_no_memory() -> None:
    body = header() + box(b"udta", box(b"\xa9nam", b"\xff" * 4 + b"x" * 20_000_000))
    source = BytesSource(movie(body))
    tracemalloc.start()
    read_video(source)
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


def test_sound_only() -> None:
    facts = read(make_sound("mp4", "aac"))
    assert (facts.stored, facts.upright, facts.video_codec) == (None, None, None)
    assert (facts.audio_codec, facts.browser_plays) == ("aac", False)


@pytest.mark.parametrize(
    ("form", "codec", "choices", "plays"),
    [
        ("mp4", "libx264", {"sound": "aac"}, True),
        ("mov", "libx264", {}, True),
        ("mp4", "libx264", {"pix": "yuv420p10le"}, False),
        ("mp4", "libx264", {"pix": "yuv422p"}, False),
        ("mov", "libx265", {"options": QUIET}, False),
        ("mp4", "libvpx-vp9", {}, True),
        ("mov", "prores_ks", {"pix": "yuv422p10le"}, False),
        ("mov", "libx264", {"sound": "pcm_s16le"}, False),
        ("webm", "libvpx-vp9", {"sound": "libopus"}, True),
        ("matroska", "libx264", {}, False),
        ("avi", "mpeg4", {}, False),
    ],
)
def test_what_browsers_play(form: str, codec: str, choices: dict[str, Any], plays: bool) -> None:
    facts = read(make_clip(form, codec, frames=5, **choices))
    assert facts.browser_plays is plays
    assert ("browser_plays", int(plays)) in {(fact.name, fact.value) for fact in facts.facts}


@pytest.mark.parametrize(
    ("codec", "pix", "name"),
    [
        ("libx264", "yuv420p", "h264"),
        ("libx264", "yuv422p10le", "h264"),
        ("libx264", "yuv444p", "h264"),
        ("libx265", "yuv420p10le", "hevc"),
        ("libvpx-vp9", "yuv420p", "vp9"),
        ("libvpx-vp9", "yuv444p", "vp9"),
    ],
)
def test_pixel_formats_are_what_was_asked_for(codec: str, pix: str, name: str) -> None:
    options = QUIET if codec == "libx265" else {}
    facts = read(make_clip("mp4", codec, frames=3, pix=pix, options=options))
    assert (facts.video_codec, facts.pixel_format) == (name, pix)


def test_fragments() -> None:
    """Their header has no duration; FFmpeg adds them up."""
    facts = read(make_clip("mp4", "libx264", muxing={"movflags": "frag_keyframe+empty_moov"}))
    assert (facts.duration_s, facts.frame_rate) == (1.0, 25.0)


def test_colours_that_only_the_stream_knows() -> None:
    """HEVC in 10 bits, its box of colours taken away."""
    options = {"x265-params": "log-level=none:colorprim=9:transfer=16:colormatrix=9"}
    clip = make_clip(
        "mp4", "libx265", frames=3, pix="yuv420p10le", options=options, colours=(16, 9, 9)
    )
    assert read(clip).hdr
    assert b"colr" in clip
    assert read(clip.replace(b"colr", b"free")).hdr


def test_empty_and_other() -> None:
    with pytest.raises(EmptyError):
        read(b"")
    with pytest.raises(UnrecognisedError):
        read(b"\x89PNG\r\n\x1a\n" + bytes(100))
    with pytest.raises(CorruptError):
        read(TYPE + box(b"free", bytes(20)))


def test_what_the_walk_over_boxes_gives_up_on_is_left_to_ffmpeg() -> None:
    clip = make_clip("mp4", "libx264")
    at = clip.index(b"moov") - 4
    crowded = clip[:at] + box(b"moov", box(b"free") * 5_000, clip[at + 8 :])
    for data in (movie(track((1, 0, 0, 1))), crowded):  # without a header; with it far behind
        assert read(data).stored == Size(64, 48)


@pytest.mark.parametrize("form", ["mp4", "mov", "avi", "webm", "mpegts", "asf", "flv"])
def test_cut_anywhere(form: str) -> None:
    codecs = {"webm": "libvpx", "flv": "flv", "asf": "wmv2"}
    clip = (
        make_clip(form, codecs.get(form, "mpeg4"), sound="libopus" if form == "webm" else "mp2")
        if form != "flv"
        else make_clip(form, "flv")
    )
    for length in range(1, len(clip), max(1, len(clip) // 40)):
        with contextlib.suppress(MediaError):
            read(clip[:length])


def test_a_movie_box_that_is_cut_off() -> None:
    clip = make_clip("mp4", "mpeg4")
    with pytest.raises(TruncatedError):
        read(clip[: len(clip) - 10])


@given(st.binary(max_size=400), st.sampled_from([TYPE, TYPE + b"\0\0\1\0moov", header()]))
def test_any_movie(tail: bytes, head: bytes) -> None:
    with contextlib.suppress(MediaError):
        read(head + tail)


_CLIP = make_clip("mp4", "mpeg4", frames=2, tags={"title": "a", "location": "+1.0+2.0/"})
_MOVIE_AT = _CLIP.index(b"moov") - 4


@given(st.integers(_MOVIE_AT, len(_CLIP) - 5), st.binary(min_size=1, max_size=4))
def test_any_change(at: int, change: bytes) -> None:
    with contextlib.suppress(MediaError):
        for fact in read(_CLIP[:at] + change + _CLIP[at + len(change) :]).facts:
            assert fact.value != ""


def films() -> list[Path]:
    return sorted(path for path in SAMPLES.rglob("*") if path.suffix.lower() in (".mp4", ".mov"))


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not here")
@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not here")
def test_samples_agree_with_exiftool() -> None:
    assert films()
    for path in films():
        said = subprocess.run(
            ["exiftool", "-j", "-n", "-api", "QuickTimeUTC=1", path],
            capture_output=True,
            check=True,
        )
        truth = json.loads(said.stdout)[0]
        facts = read(path.read_bytes())
        assert facts.stored == Size(truth["ImageWidth"], truth["ImageHeight"]), path
        assert facts.rotation_deg == truth.get("Rotation", 0), path
        assert facts.duration_s == pytest.approx(truth["Duration"], abs=0.01), path
        assert facts.frame_rate == pytest.approx(truth["VideoFrameRate"], rel=1e-3), path
        values: dict[str, object] = {
            fact.name: fact.value for fact in facts.facts if fact.name != "captured_utc"
        }
        for tag, name in (
            ("Make", "make"),
            ("Model", "model"),
            ("ContentIdentifier", "content_id"),
        ):
            assert values.get(name) == truth.get(tag), path
        for tag, name in (("GPSLatitude", "latitude"), ("GPSLongitude", "longitude")):
            assert values.get(name) == (pytest.approx(truth[tag]) if tag in truth else None), path
