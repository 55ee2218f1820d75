"""Which frame of a film stands for it, in films that make the choice hard."""

from __future__ import annotations

import io
import struct
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from PIL import Image

from media_server.media.decode.video import poster
from media_server.media.source import BytesSource
from support.clips import box, make_clip, quarters

if TYPE_CHECKING:
    from collections.abc import Callable

    Paint = Callable[[int, int, int], Image.Image]


def shown(clip: bytes) -> Image.Image:
    return poster(BytesSource(clip), 320).convert("RGB")


def is_scene(picture: Image.Image) -> bool:
    wanted = np.asarray(quarters(0, *picture.size), float)
    return float(np.abs(np.asarray(picture, float) - wanted).mean()) < 6


def brightness(picture: Image.Image) -> float:
    return float(np.asarray(picture.convert("L"), float).mean())


def plain_until(first: int, level: int, noise: float = 0.0) -> Paint:
    """Frames of one grey, with the noise of a sensor, before the scene."""
    rng = np.random.default_rng(7)

    def paint(number: int, width: int, height: int) -> Image.Image:
        if number >= first:
            return quarters(number, width, height)
        grey = (
            rng.normal(level, noise, (height, width, 1))
            if noise
            else np.full((height, width, 1), level)
        )
        return Image.fromarray(np.clip(grey, 0, 255).repeat(3, axis=2).astype(np.uint8))

    return paint


@pytest.mark.parametrize(("level", "noise"), [(0, 0.0), (16, 4.0), (255, 0.0), (128, 3.0)])
@pytest.mark.parametrize("part", [0.15, 0.4, 0.7])
def test_nothing_to_see_at_first(level: int, noise: float, part: float) -> None:
    """Black, dark with noise, white or grey, up to beyond the half."""
    clip = make_clip(
        "mp4", "libx264", frames=100, gop=5, paint=plain_until(int(100 * part), level, noise)
    )
    assert is_scene(shown(clip))


def test_a_film_that_fades_in() -> None:
    """Over two seconds of ten: at one second half of the light is there, and all is to be seen."""

    def paint(number: int, width: int, height: int) -> Image.Image:
        share = min(1.0, number / 50)
        return Image.blend(Image.new("RGB", (width, height)), quarters(0, width, height), share)

    found = brightness(shown(make_clip("mp4", "libx264", frames=250, gop=5, paint=paint)))
    assert found > 0.35 * brightness(quarters(0, 64, 48))


@pytest.mark.parametrize("form", ["mp4", "matroska", "avi", "mpegts"])
def test_a_film_of_one_frame(form: str) -> None:
    codec = "mpeg4" if form == "avi" else "libx264"
    assert is_scene(shown(make_clip(form, codec, frames=1)))


@pytest.mark.parametrize("level", [0, 255])
def test_where_there_is_nothing_to_see_any_frame_will_do(level: int) -> None:
    found = shown(make_clip("mp4", "libx264", frames=30, paint=plain_until(1_000, level)))
    assert brightness(found) == pytest.approx(level, abs=3)


def uneven(times_ms: list[int], paint: Paint) -> bytes:
    """A film whose frames come when they come."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream: Any = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.gop_size = 4
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        for number, at_ms in enumerate(times_ms):
            frame: Any = av.VideoFrame.from_image(paint(number, 64, 48))  # type: ignore[no-untyped-call]
            frame.pts, frame.time_base = at_ms, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()


def test_frames_at_uneven_times() -> None:
    """A phone in the dark: a black start at full rate, then few frames."""
    times_ms = [*range(0, 400, 10), *range(400, 12_000, 700)]
    assert is_scene(shown(uneven(times_ms, plain_until(40, 2))))


def with_edits(clip: bytes, *edits: tuple[int, int]) -> bytes:
    """The clip with this edit list in place of its own: (duration, start in the media's time)."""
    at = clip.index(b"elst") - 4
    size = int.from_bytes(clip[at : at + 4], "big")
    body = b"".join(struct.pack(">lll", duration, start, 1 << 16) for duration, start in edits)
    new = box(b"elst", bytes(4), struct.pack(">L", len(edits)), body)
    grown = len(new) - size
    data = bytearray(clip[:at] + new + clip[at + size :])
    for kind in (b"moov", b"trak", b"edts"):
        place = clip.index(kind) - 4
        data[place : place + 4] = struct.pack(
            ">L", int.from_bytes(clip[place : place + 4], "big") + grown
        )
    return bytes(data)


def test_what_an_edit_list_leaves_out_is_not_shown() -> None:
    """Trimmed on the phone: the first two of four seconds are cut off, and show something else."""

    def paint(number: int, width: int, height: int) -> Image.Image:
        picture = quarters(number, width, height)
        return picture if number >= 50 else picture.transpose(Image.Transpose.ROTATE_180)

    clip = make_clip("mp4", "libx264", frames=100, gop=10, paint=paint, options={"bf": "0"})
    scale = 12_800  # the media's clock, by FFmpeg's choice for 25 frames a second
    assert struct.pack(">LL", scale, 100 * 512) in clip
    assert is_scene(shown(with_edits(clip, (2_000, 50 * 512))))


def test_an_edit_list_that_begins_with_nothing() -> None:
    clip = make_clip("mp4", "libx264", frames=50, gop=10, options={"bf": "0"})
    assert is_scene(shown(with_edits(clip, (3_000, -1), (2_000, 0))))


INDEX_FIRST = {"moov_size": "8000"}


@pytest.mark.parametrize("part", [0.2, 0.4, 0.6])
@pytest.mark.parametrize("damage", ["cut", "zeros", "noise"])
def test_what_is_whole_of_a_broken_film_is_shown(damage: str, part: float) -> None:
    """An interrupted copy: the index stands in front, the pictures end early."""

    def paint(number: int, width: int, height: int) -> Image.Image:
        rng = np.random.default_rng(number)
        picture = np.asarray(quarters(number, width, height)).astype(int)
        return Image.fromarray(
            np.clip(picture + rng.integers(-9, 9, picture.shape), 0, 255).astype(np.uint8)
        )

    clip = make_clip("mp4", "libx264", frames=150, gop=5, paint=paint, muxing=INDEX_FIRST)
    start = clip.index(b"mdat") + 4
    kept = start + int((len(clip) - start) * part)
    lost = len(clip) - kept
    tail = {"cut": b"", "zeros": bytes(lost), "noise": np.random.default_rng(7).bytes(lost)}[damage]
    assert is_scene(shown(clip[:kept] + tail))


def test_black_and_then_broken_is_black() -> None:
    paint = plain_until(60, 0)
    clip = make_clip("mp4", "libx264", frames=100, gop=5, paint=paint, muxing=INDEX_FIRST)
    kept = clip.index(b"mdat") + 1_200  # x264's own words take 700 of them
    assert brightness(shown(clip[:kept])) < 5


def test_after_an_hour_of_nothing_there_is_an_end_to_looking() -> None:
    """Few frames, but a long film by the clock: five places are looked at, no more."""
    times_ms = list(range(0, 3_600_000, 10_000))
    assert is_scene(shown(uneven(times_ms, plain_until(200, 0))))
    assert brightness(shown(uneven(times_ms, plain_until(350, 0)))) < 5
