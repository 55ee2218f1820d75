"""Makes tiny videos."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 128, 0), (0, 0, 255), (255, 255, 255)
QUIET = {"x265-params": "log-level=none"}


def quarters(number: int, width: int, height: int) -> Image.Image:
    """Four quarters: red, green / blue, white."""
    del number
    picture = Image.new("RGB", (width, height), WHITE)
    picture.paste(RED, (0, 0, width // 2, height // 2))
    picture.paste(GREEN, (width // 2, 0, width, height // 2))
    picture.paste(BLUE, (0, height // 2, width // 2, height))
    return picture


def make_clip(
    form: str,
    codec: str,
    size: tuple[int, int] = (64, 48),
    frames: int = 25,
    paint: Callable[[int, int, int], Image.Image] = quarters,
    **choices: Any,
) -> bytes:
    """Encode a clip of 25 frames a second.

    Choices: `pix` (pixel format), `options` (of the codec), `muxing` (options of the container),
    `sound` (a codec), `turned` (degrees anticlockwise), `tags`, `gop`, `colours` (transfer,
    primaries, matrix), `shape` (of a pixel).
    """
    file = io.BytesIO()
    pix = choices.get("pix", "yuv420p")
    with av.open(file, "w", format=form, options=choices.get("muxing", {})) as container:
        container.metadata.update(choices.get("tags", {}))
        stream: Any = container.add_stream(codec, rate=25, options=choices.get("options", {}))
        stream.width, stream.height = size
        stream.pix_fmt = pix
        stream.gop_size = choices.get("gop", 10)
        if "shape" in choices:
            stream.codec_context.sample_aspect_ratio = Fraction(*choices["shape"])
        matrix = None
        if "colours" in choices:
            transfer, primaries, matrix = choices["colours"]
            stream.codec_context.color_trc = transfer
            stream.codec_context.color_primaries = primaries
            stream.codec_context.colorspace = matrix
        if "turned" in choices:
            stream.set_display_rotation(choices["turned"])
        sound: Any = None
        if "sound" in choices:
            sound = container.add_stream(choices["sound"], rate=48_000)
            sound.bit_rate = 96_000
        for number in range(frames):
            frame: Any = av.VideoFrame.from_image(paint(number, *size))  # type: ignore[no-untyped-call]
            frame = frame.reformat(format=pix, dst_colorspace=matrix)
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if sound is not None:
            _add_silence(container, sound)
    return file.getvalue()


def _add_silence(container: Any, stream: Any) -> None:
    context = stream.codec_context
    samples = context.frame_size or 1_024
    frame = av.AudioFrame(context.format.name, context.layout.name, samples)
    frame.sample_rate, frame.pts = 48_000, 0
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    container.mux(stream.encode(frame))
    container.mux(stream.encode())


def make_sound(form: str, codec: str) -> bytes:
    """Encode a moment of silence."""
    file = io.BytesIO()
    with av.open(file, "w", format=form) as container:
        _add_silence(container, container.add_stream(codec, rate=48_000))
    return file.getvalue()


def box(kind: bytes, *bodies: bytes) -> bytes:
    """A box of a movie file."""
    body = b"".join(bodies)
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def full_box(kind: bytes, *bodies: bytes) -> bytes:
    """A box with version and flags, both zero."""
    return box(kind, bytes(4), *bodies)
