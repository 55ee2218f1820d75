from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.media.errors import MediaError
from media_server.media.facts import Fact
from media_server.media.film.avchd import avchd_facts
from media_server.media.film.streams import tag_readings
from media_server.media.film.video import VideoFacts, read_video
from media_server.media.source import BytesSource
from media_server.model.geometry import Size
from support.clips import make_clip

MARK = bytes.fromhex("17ee8c60f84d11d98cd60800200c9a66") + b"MDPM"


def read(data: bytes) -> VideoFacts:
    return read_video(BytesSource(data))


@pytest.mark.parametrize(
    ("form", "codec", "sound", "names"),
    [
        ("avi", "mpeg4", "mp2", ("mpeg4", "mp2")),
        ("avi", "mjpeg", "pcm_s16le", ("mjpeg", "pcm_s16le")),
        ("matroska", "libx264", "aac", ("h264", "aac")),
        ("webm", "libvpx", "libopus", ("vp8", "opus")),
        ("mpegts", "mpeg2video", "ac3", ("mpeg2video", "ac3")),
        ("asf", "wmv2", "wmav2", ("wmv2", "wmav2")),
        ("flv", "libx264", "aac", ("h264", "aac")),
    ],
)
def test_what_encoders_write(form: str, codec: str, sound: str, names: tuple[str, str]) -> None:
    pix = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    facts = read(make_clip(form, codec, sound=sound, pix=pix))
    assert (facts.video_codec, facts.audio_codec) == names
    assert (facts.stored, facts.upright) == (Size(64, 48), Size(64, 48))
    assert facts.duration_s == pytest.approx(1.0, abs=0.1)
    assert facts.frame_rate == pytest.approx(25.0, abs=0.5)
    assert (facts.streams, facts.pixel_format) == (2, pix)


@pytest.mark.parametrize(("turned", "rotation_deg"), [(-90, 90), (90, 270), (180, 180), (0, 0)])
def test_matroska_turns(turned: int, rotation_deg: int) -> None:
    facts = read(make_clip("matroska", "libx264", turned=turned))
    assert facts.rotation_deg == rotation_deg
    assert facts.upright == (Size(64, 48) if rotation_deg % 180 == 0 else Size(48, 64))


def test_pixels_that_are_not_square() -> None:
    facts = read(make_clip("matroska", "libx264", shape=(4, 3)))
    assert facts.upright == Size(85, 48)


def test_date_in_matroska() -> None:
    clip = make_clip(
        "matroska", "libx264", tags={"creation_time": "2019-07-01T12:34:56.000000Z", "title": "t"}
    )
    assert read(clip).readings == (
        Fact("title", "t", "matroska:title"),
        Fact("captured_utc", "2019-07-01T12:34:56+00:00", "matroska:creation_time"),
    )


def test_tags_that_are_no_utf_8() -> None:
    clip = make_clip("avi", "mpeg4", tags={"title": "cafe"}).replace(b"cafe", b"caf\xe9")
    assert read(clip).readings == (Fact("title", "caf\ufffd", "msvideo:title"),)


def test_date_in_avi_is_wall_time() -> None:
    readings = list(tag_readings({"creation_time": "2010-11-24 13:43:34"}, "msvideo"))
    assert readings == [Fact("captured", "2010-11-24T13:43:34", "msvideo:creation_time")]


def test_a_thousand_tags() -> None:
    assert len(list(tag_readings({f"k{n}": "v" for n in range(9_000)} | {"title": "x"}, "f"))) == 0


def camcorder(zone: int = 0x04, date: str = "201907011234", make: int = 0x0108) -> bytes:
    digits = bytes.fromhex(date + "56")
    entries = [
        b"\x18" + bytes([zone]) + digits[:3],
        b"\x19" + digits[3:],
        b"\xe0" + make.to_bytes(2, "big") + b"\0\1",
    ]
    return b"\0\0\1\x06\x05" + MARK + bytes([len(entries)]) + b"".join(entries)


def test_camcorder() -> None:
    assert avchd_facts(camcorder()) == [
        Fact("captured", "2019-07-01T12:34:56+02:00", "H264:DateTimeOriginal"),
        Fact("make", "Sony", "H264:Make"),
    ]
    assert avchd_facts(camcorder(zone=0x23))[0].value == "2019-07-01T12:34:56-01:30"
    assert avchd_facts(camcorder(zone=0xFF))[0].value == "2019-07-01T12:34:56"
    assert avchd_facts(camcorder(date="201913011234"))[0].name == "make"
    assert avchd_facts(camcorder(date="2019aa011234", make=9)) == []


@given(st.binary(max_size=200), st.integers(0, 200))
def test_any_camcorder(tail: bytes, cut: int) -> None:
    avchd_facts(MARK + tail)
    avchd_facts(camcorder()[:cut])


HEADS = {
    "avi": make_clip("avi", "mpeg4", frames=2),
    "matroska": make_clip("matroska", "mpeg4", frames=2),
    "mpegts": make_clip("mpegts", "mpeg2video", frames=2),
    "asf": make_clip("asf", "wmv2", frames=2),
    "flv": make_clip("flv", "flv", frames=2),
    "ogv": make_clip("ogv", "libvpx", frames=2),
    "vob": make_clip("vob", "mpeg2video", frames=2),
}


@given(st.sampled_from(sorted(HEADS)), st.integers(0, 800), st.binary(min_size=1, max_size=40))
def test_any_change(form: str, at: int, change: bytes) -> None:
    clip = HEADS[form]
    with contextlib.suppress(MediaError):
        read(clip[:at] + change + clip[at + len(change) :])


@given(st.sampled_from(sorted(HEADS)), st.integers(16, 600), st.binary(max_size=600))
def test_any_tail(form: str, at: int, tail: bytes) -> None:
    with contextlib.suppress(MediaError):
        read(HEADS[form][:at] + tail)
