from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.media.video_sniff import VIDEO_SNIFF_BYTES, demuxer_for, sniff_video
from support.clips import make_clip


def ftyp(major: bytes, *others: bytes) -> bytes:
    body = major + bytes(4) + b"".join(others)
    return (8 + len(body)).to_bytes(4, "big") + b"ftyp" + body


@pytest.mark.parametrize(
    ("head", "mime"),
    [
        (ftyp(b"isom", b"isom", b"avc1"), "video/mp4"),
        (ftyp(b"mp42"), "video/mp4"),
        (ftyp(b"qt  "), "video/quicktime"),
        (ftyp(b"M4V "), "video/x-m4v"),
        (ftyp(b"3gp4"), "video/3gpp"),
        (ftyp(b"3g2a"), "video/3gpp2"),
        (ftyp(b"heic", b"mif1"), None),
        (ftyp(b"avif", b"mif1"), None),
        (ftyp(b"msf1", b"hevc"), None),
        (ftyp(b"crx ", b"isom"), None),
        (ftyp(b"XXXX", b"mif1", b"heic"), None),
        (ftyp(b"M4A ", b"isom"), None),
        (b"\0\0\0\x08wide\0\0\x10\0mdat", "video/quicktime"),
        (b"\0\0\x10\0moov\0\0\0\x6cmvhd", "video/quicktime"),
        (b"\0\0\0\x03moov", None),
        (b"RIFF\0\0\1\0AVI LIST", "video/x-msvideo"),
        (b"RIFF\0\0\1\0WAVEfmt ", None),
        (b"OggS\0\2" + bytes(22) + b"\x01vorbis", None),
        (b"OggS\0\2" + bytes(22) + b"\x80theora", "video/ogg"),
        (b"\0\0\x01\xba\x44", "video/mpeg"),
        (b"\0\0\x01\xb3\x14", "video/mpeg"),
        (b"FLV\x01\x05", "video/x-flv"),
        (b"G" * 189 + bytes(300), None),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n", None),
        (b"ffconcat version 1.0\nfile secret\n", None),
        (b"", None),
    ],
)
def test_heads(head: bytes, mime: str | None) -> None:
    assert sniff_video(head) == mime


@pytest.mark.parametrize(
    ("form", "codec", "mime", "demuxer"),
    [
        ("mp4", "mpeg4", "video/mp4", "mov"),
        ("mov", "mpeg4", "video/quicktime", "mov"),
        ("3gp", "mpeg4", "video/3gpp", "mov"),
        ("ipod", "libx264", "video/x-m4v", "mov"),
        ("avi", "mpeg4", "video/x-msvideo", "avi"),
        ("matroska", "mpeg4", "video/x-matroska", "matroska"),
        ("webm", "libvpx", "video/webm", "matroska"),
        ("mpegts", "mpeg2video", "video/mp2t", "mpegts"),
        ("mpeg", "mpeg1video", "video/mpeg", "mpeg"),
        ("mpeg2video", "mpeg2video", "video/mpeg", "mpegvideo"),
        ("asf", "wmv2", "video/x-ms-asf", "asf"),
        ("flv", "flv", "video/x-flv", "flv"),
        ("ogv", "libvpx", "video/ogg", "ogg"),
    ],
)
def test_what_encoders_write(form: str, codec: str, mime: str, demuxer: str) -> None:
    head = make_clip(form, codec, frames=3)[:VIDEO_SNIFF_BYTES]
    found = sniff_video(head)
    assert found == mime
    assert found is not None
    assert demuxer_for(found, head) == demuxer


def test_transport_stream_of_a_camcorder() -> None:
    plain = make_clip("mpegts", "mpeg2video")
    timed = b"".join(bytes(4) + plain[at : at + 188] for at in range(0, len(plain), 188))
    assert sniff_video(timed[:VIDEO_SNIFF_BYTES]) == "video/mp2t"


@given(
    st.binary(max_size=VIDEO_SNIFF_BYTES),
    st.sampled_from([b"", b"\x1a\x45\xdf\xa3", b"\0\0\0\x20ftyp"]),
)
def test_any_bytes(tail: bytes, head: bytes) -> None:
    sniff_video(head + tail)
