from __future__ import annotations

import contextlib
import io
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from media_server.media.decode.video import poster
from media_server.media.errors import (
    CorruptError,
    EmptyError,
    MediaError,
    TooLargeError,
    TruncatedError,
    UnrecognisedError,
    UnsupportedError,
)
from media_server.media.film import ffmpeg
from media_server.media.render import poster as render_poster
from media_server.media.render import preview
from media_server.media.source import BytesSource
from support.clips import BLUE, GREEN, QUIET, RED, WHITE, box, make_clip, make_sound, quarters

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES = Path(__file__).parents[5] / "shared" / "samples"


def picture(clip: bytes, edge_px: int = 320) -> Image.Image:
    return poster(BytesSource(clip), edge_px)


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    width, height = image.size
    rgb = image.convert("RGB")
    spots = ((1, 1), (3, 1), (1, 3), (3, 3))
    return [rgb.getpixel((width * x // 4, height * y // 4)) for x, y in spots]  # type: ignore[misc]


def near(found: list[tuple[int, ...]], wanted: list[tuple[int, ...]], tolerance: int = 12) -> bool:
    pairs = zip(found, wanted, strict=True)
    return all(abs(a - b) <= tolerance for one, two in pairs for a, b in zip(one, two, strict=True))


UPRIGHT: list[tuple[int, ...]] = [RED, GREEN, BLUE, WHITE]
CLIPS: list[tuple[str, str, dict[str, Any]]] = [
    ("mp4", "libx264", {"sound": "aac"}),
    ("mp4", "libx264", {"pix": "yuv420p10le"}),
    ("mov", "libx265", {"options": QUIET}),
    ("mov", "prores_ks", {"pix": "yuv422p10le"}),
    ("avi", "mpeg4", {}),
    ("avi", "mjpeg", {"pix": "yuvj420p"}),
    ("webm", "libvpx-vp9", {}),
    ("mpegts", "mpeg2video", {}),
    ("mpegts", "libx264", {}),
    ("mpeg", "mpeg1video", {}),
    ("mpeg2video", "mpeg2video", {}),
    ("asf", "wmv2", {}),
    ("flv", "flv", {}),
    ("ogv", "libvpx", {}),
]


@pytest.mark.parametrize(("form", "codec", "choices"), CLIPS)
def test_every_format(form: str, codec: str, choices: dict[str, Any]) -> None:
    image = picture(make_clip(form, codec, **choices))
    assert image.mode == "RGB"
    assert image.size == (64, 48)
    assert near(corners(image), UPRIGHT)


def test_is_shrunk_and_never_enlarged() -> None:
    clip = make_clip("mp4", "libx264", size=(640, 360))
    assert picture(clip).size == (320, 180)
    assert picture(clip, 2_048).size == (640, 360)


@pytest.mark.parametrize(
    ("turned", "wanted"),
    [
        (-90, [BLUE, RED, WHITE, GREEN]),
        (90, [GREEN, WHITE, RED, BLUE]),
        (180, [WHITE, BLUE, GREEN, RED]),
    ],
)
def test_is_upright(turned: int, wanted: list[tuple[int, ...]]) -> None:
    image = picture(make_clip("mp4", "libx264", turned=turned))
    assert image.size == ((64, 48) if turned == 180 else (48, 64))
    assert near(corners(image), wanted)


def test_pixels_that_are_not_square() -> None:
    assert picture(make_clip("mp4", "libx264", shape=(4, 3))).size == (85, 48)
    assert picture(make_clip("mp4", "libx264", shape=(1, 2))).size == (64, 96)
    assert picture(make_clip("mp4", "libx264", shape=(1, 900))).size == (64, 48)


def black_until(first: int) -> Callable[[int, int, int], Image.Image]:
    def paint(number: int, width: int, height: int) -> Image.Image:
        if number < first:
            return Image.new("RGB", (width, height), (3, 3, 3))
        return quarters(number, width, height)

    return paint


@pytest.mark.parametrize("form", ["mp4", "matroska", "avi", "mpegts"])
def test_is_not_the_black_beginning(form: str) -> None:
    codec = "mpeg4" if form == "avi" else "libx264"
    image = picture(make_clip(form, codec, frames=60, gop=6, paint=black_until(30)))
    assert near(corners(image), UPRIGHT)


def test_is_near_the_beginning_when_that_tells_something() -> None:
    def paint(number: int, width: int, height: int) -> Image.Image:
        image = quarters(number, width, height)
        return image if number < 50 else image.convert("1", dither=Image.Dither.NONE).convert("RGB")

    clip = make_clip("mp4", "libx264", frames=100, gop=5, paint=paint)
    assert near(corners(picture(clip)), UPRIGHT)


def test_all_black_is_black() -> None:
    image = picture(make_clip("mp4", "libx264", paint=black_until(1_000)))
    assert max(max(spot) for spot in corners(image)) < 20


PQ_PARAMETERS = "log-level=none:colorprim=9:transfer=16:colormatrix=9:lossless=1"


def test_hdr_white_is_white_and_not_grey() -> None:
    """203 cd/m² are signal 0.58 in PQ: shown as stored they would be a grey of 148."""

    def paint(number: int, width: int, height: int) -> Image.Image:
        del number
        image = Image.new("RGB", (width, height), (0, 0, 0))
        image.paste((148, 148, 148), (0, 0, width // 2, height))
        return image

    clip = make_clip(
        "mp4",
        "libx265",
        paint=paint,
        pix="yuv420p10le",
        options={"x265-params": PQ_PARAMETERS},
        colours=(16, 9, 9),
    )
    white, black = corners(picture(clip))[:2]
    assert min(white) > 235
    assert max(black) < 10


def test_hd_without_a_word_on_colours_is_bt709() -> None:
    clip = make_clip("mp4", "libx264", size=(1280, 720), frames=2, paint=quarters)
    red = corners(picture(clip))[0]
    assert red[1] > 10  # it was encoded by the matrix of small pictures


def cover(form: str) -> bytes:
    file = io.BytesIO()
    quarters(0, 40, 40).save(file, form)
    return file.getvalue()


def with_cover(clip: bytes, form: str, kind: int) -> bytes:
    """Put a cover in front of what the movie box holds; it must be the last box of the file."""
    item = box(b"covr", box(b"data", bytes(3) + bytes([kind]) + bytes(4), cover(form)))
    handler = box(b"hdlr", bytes(8), b"mdirappl", bytes(9))
    tags = box(b"udta", box(b"meta", bytes(4), handler, box(b"ilst", item)))
    at = clip.index(b"moov") - 4
    return clip[:at] + box(b"moov", tags, clip[at + 8 :])


@pytest.mark.parametrize(("form", "kind"), [("JPEG", 13), ("PNG", 14)])
def test_a_cover_stands_in(form: str, kind: int) -> None:
    sound = make_sound("mp4", "aac").replace(b"ftypM4A ", b"ftypisom")
    image = picture(with_cover(sound, form, kind))
    assert image.size == (40, 40)
    assert near(corners(image), UPRIGHT)


def test_a_film_comes_before_its_cover() -> None:
    assert picture(with_cover(make_clip("mp4", "libx264"), "JPEG", 13)).size == (64, 48)


def test_nothing_to_see() -> None:
    with pytest.raises(UnsupportedError):
        picture(make_sound("mp4", "aac"))
    with pytest.raises(EmptyError):
        picture(b"")
    with pytest.raises(UnrecognisedError):
        picture(b"\xff\xd8\xff\xe0" + bytes(100))


@pytest.mark.parametrize(
    ("codec", "pix"), [("magicyuv", "gbrp"), ("ffv1", "yuv420p"), ("huffyuv", "yuv422p")]
)
def test_codecs_that_nobody_films_with_are_not_opened(codec: str, pix: str) -> None:
    with pytest.raises(UnsupportedError):
        picture(make_clip("avi", codec, pix=pix, frames=2))


def test_giant_frames_are_not_decoded() -> None:
    """Of this codec the size stands in the container alone."""
    clip = make_clip("avi", "wmv2", frames=2)
    size = (64).to_bytes(4, "little") + (48).to_bytes(4, "little")
    assert size in clip
    with pytest.raises(TooLargeError):
        picture(clip.replace(size, (12_032).to_bytes(4, "little") * 2))


def test_giant_frames_behind_a_small_header() -> None:
    """The container says 64×48, the frames (RFC 6386, section 9.1) say 12,032×12,032."""
    clip = make_clip("webm", "libvpx", frames=2)
    frame = b"\x9d\x01\x2a\x40\x00\x30\x00"
    assert frame in clip
    with pytest.raises(TooLargeError):
        picture(clip.replace(frame, b"\x9d\x01\x2a\x00\x2f\x00\x2f"))


def test_cut_off_and_damaged_are_told_apart() -> None:
    clip = make_clip("mp4", "libx264", muxing={"moov_size": "4000"})
    media_at = clip.index(b"mdat") + 4
    for cut in (clip[:media_at], clip[: media_at + 40], make_clip("mp4", "libx264")[:500]):
        with pytest.raises(TruncatedError):
            picture(cut)
    with pytest.raises(CorruptError):
        picture(clip[:media_at] + bytes(len(clip) - media_at))


@pytest.mark.parametrize(("name", "value"), [("_MAX_READ_BYTES", 3_000), ("_MAX_READS", 1)])
def test_reading_ends_when_the_allowance_does(
    monkeypatch: pytest.MonkeyPatch, name: str, value: int
) -> None:
    monkeypatch.setattr(ffmpeg, name, value)
    with pytest.raises(MediaError):
        picture(make_clip("mov", "prores_ks", pix="yuv422p10le", size=(640, 360)))


@pytest.mark.parametrize(
    "text",
    [
        b"ffconcat version 1.0\nfile secret.txt\n",
        b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5000 RTP/AVP 96\n",
    ],
)
def test_playlists_are_no_videos(text: bytes) -> None:
    with pytest.raises(UnrecognisedError):
        picture(text)


@pytest.fixture
def talked_into_concat(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> bytes:
    """A list of files, taken for one, and the file that it names within reach."""
    monkeypatch.setattr(ffmpeg, "demuxer_for", lambda mime, head: "concat")
    monkeypatch.setattr(ffmpeg, "sniff_video", lambda head: "video/mp4")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.mov").write_bytes(make_clip("mov", "libx264"))
    return b"ffconcat version 1.0\nfile secret.mov\n"


def test_no_other_demuxer_is_let_in(talked_into_concat: bytes) -> None:
    with pytest.raises(MediaError) as caught:
        picture(talked_into_concat)
    assert "not on whitelist" in str(caught.value.__cause__)


def test_nor_would_it_open_anything(
    talked_into_concat: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ffmpeg._OPTIONS, "format_whitelist", "concat,mov")
    with pytest.raises(MediaError):
        picture(talked_into_concat)


def test_hundreds_of_streams() -> None:
    clip = make_clip("mp4", "libx264", frames=2)
    at = clip.index(b"trak") - 4
    track = clip[at : at + int.from_bytes(clip[at : at + 4], "big")]
    movie_at = clip.index(b"moov") - 4
    with pytest.raises(MemoryError):  # so FFmpeg calls it
        picture(clip[:movie_at] + box(b"moov", clip[movie_at + 8 : at], track * 200))


TRACED = """
import os, sys
from media_server.media.decode.video import poster
from media_server.media.source import DescriptorSource
import media_server.media.film.video
from support.clips import make_clip
poster(DescriptorSource(os.open(sys.argv[1], os.O_RDONLY)), 64)
os.write(2, b"=== begin")
for path in sys.argv[2:]:
    try:
        poster(DescriptorSource(os.open(path, os.O_RDONLY)), 64)
    except Exception as error:
        os.write(2, repr(error).encode())
"""


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not here")
def test_nothing_else_is_opened(tmp_path: Path) -> None:
    clip = make_clip("mov", "libx264")
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    url = f"file://{secret}".encode() + b"\0"
    at = clip.index(b"dref") - 4
    size = int.from_bytes(clip[at : at + 4], "big")
    # In place of the 28 bytes of the only reference: one that points elsewhere, to the letter.
    assert size == 28
    paths = [tmp_path / "sound.mov", tmp_path / "outside.mov", tmp_path / "pointer.mov"]
    paths[0].write_bytes(clip)
    paths[1].write_bytes(clip[: at + 24] + bytes(4) + clip[at + 28 :])
    paths[2].write_bytes(
        box(b"moov", box(b"rmra", box(b"rmda", box(b"rdrf", bytes(4), b"url ", bytes(4), url))))
    )
    lists = tmp_path / "list.mov"
    lists.write_bytes(b"\0\0\0\x08wide#EXTM3U\n#EXTINF:10,\n" + url)
    source = [entry for entry in sys.path if entry]
    done = subprocess.run(
        ["strace", "-f", "-e", "trace=openat,open,connect,socket,execve,write"]
        + [sys.executable, "-c", f"import sys; sys.path[:0] = {source!r}\n{TRACED}"]
        + [str(path) for path in [*paths, lists]],
        capture_output=True,
        text=True,
        check=True,
    )
    calls = done.stderr.partition("=== begin")[2]
    assert "outside.mov" in calls
    assert "secret.txt" not in [line.split('"')[1] for line in calls.splitlines() if "open" in line]
    assert not [line for line in calls.splitlines() if "socket(" in line or "connect(" in line]
    opened = [line.split('"')[1] for line in calls.splitlines() if "openat(" in line]
    assert [path for path in opened if path.startswith(str(tmp_path))] == [
        str(path) for path in [*paths[1:], lists]
    ]


def test_renditions() -> None:
    clip = make_clip("mp4", "libx264", size=(640, 360), tags={"title": "secret"})
    small, large = render_poster(BytesSource(clip)), preview(BytesSource(clip))
    assert (small.mime, small.width_px, small.height_px) == ("image/jpeg", 320, 180)
    assert (large.width_px, large.height_px) == (640, 360)
    assert b"secret" not in small.data + large.data


@pytest.mark.parametrize(("form", "codec", "choices"), CLIPS[:9])
def test_cut_anywhere(form: str, codec: str, choices: dict[str, Any]) -> None:
    clip = make_clip(form, codec, frames=8, **choices)
    for length in range(1, len(clip), max(1, len(clip) // 25)):
        with contextlib.suppress(MediaError):
            picture(clip[:length])


_SEEDS = [make_clip(form, codec, frames=4, **choices) for form, codec, choices in CLIPS]


@given(st.sampled_from(_SEEDS), st.data())
def test_any_change(clip: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(clip) - 1))
    change = data.draw(st.binary(min_size=1, max_size=30))
    with contextlib.suppress(MediaError):
        picture(clip[:at] + change + clip[at + len(change) :], 64)


@given(st.sampled_from(_SEEDS), st.integers(12, 300), st.binary(max_size=500))
def test_any_tail(clip: bytes, at: int, tail: bytes) -> None:
    with contextlib.suppress(MediaError):
        picture(clip[:at] + tail, 64)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not here")
def test_samples() -> None:
    found = [path for path in SAMPLES.rglob("*") if path.suffix.lower() in (".mp4", ".mov")]
    assert found
    for path in found:
        image = picture(path.read_bytes())
        assert np.asarray(image.convert("L")).std() > 14, path
