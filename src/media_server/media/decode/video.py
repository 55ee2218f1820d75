"""One telling frame of a video, by FFmpeg through PyAV."""

from __future__ import annotations

import contextlib
from itertools import islice
from typing import TYPE_CHECKING, Final

import av
from PIL import Image, ImageStat

from media_server.media.cicp import Cicp
from media_server.media.decode.decoder import decoder_for
from media_server.media.decode.turn import turn_upright
from media_server.media.errors import UnsupportedError
from media_server.media.film.ffmpeg import (
    attached,
    main_stream,
    open_video,
    orientation_of,
    pixel_shape,
    require_decoder,
)
from media_server.media.film.video import shown_size
from media_server.media.source import BytesSource
from media_server.model.geometry import Size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    from media_server.media.source import Source

# Where to look, as parts of the duration. The first is no later than three seconds: what a film
# begins with tells most of it, once it has begun.
_PLACES: Final = (0.1, 0.0, 0.3, 0.5, 0.75)
_FIRST_S: Final = 3.0
_MICROSECONDS: Final = 1_000_000
# Of one look: packets read until one is a key frame or, in the few films that have none, any will
# do; packets read in all; and packets decoded until a frame comes out.
_PATIENCE_PACKETS: Final = 400
_MAX_PACKETS: Final = 600
_MAX_DECODED: Final = 40
# Standard deviation of the luminance, of 255: below it a frame shows next to nothing; black ones
# with the noise of a sensor have up to 4, a grey wall 6, a night street 15.
_TELLING: Final = 14.0
_SCORED_EDGE_PX: Final = 96
_HD_HEIGHT_PX: Final = 720
# ITU-T H.273: code points of primaries and of matrices.
_BT709: Final = 1
_UNSPECIFIED: Final = 2
_BT601: Final = 5
_BT2020: Final = 9


def poster(source: Source, edge_px: int) -> Image.Image:
    """A frame that tells something of the film: not the black or blank one it may begin with.

    The first key frame near a tenth of the duration is taken if it shows something; else the one
    with most contrast of up to five. Where there is no film, an attached picture is taken.

    Args:
        source: a video.
        edge_px: longest allowed edge, ≥ 1; the picture is never enlarged.

    Returns:
        Upright, with square pixels, sRGB; mode RGB, or what the attached picture has.

    Raises:
        MediaError: the file cannot be decoded, or has neither film nor picture.
        MemoryError: nor within the memory there is.
    """
    with open_video(source) as container:
        stream = main_stream(container)
        if stream is None:
            raise UnsupportedError("the file has no video in it")
        if attached(stream):
            return _cover(container, stream, edge_px)
        require_decoder(stream)
        return _picture(_best(container, stream), pixel_shape(stream), edge_px)


def _cover(container: InputContainer, stream: VideoStream, edge_px: int) -> Image.Image:
    """An attached picture, by the decoder for such pictures; FFmpeg's are not let near it."""
    from media_server.media.sniff import SNIFF_BYTES, sniff

    for packet in islice(container.demux(stream), 1):
        data = bytes(packet)
        mime = sniff(data[:SNIFF_BYTES])
        if mime in ("image/jpeg", "image/png"):
            return decoder_for(mime)(BytesSource(data), edge_px, 1)
    raise UnsupportedError("the file has no video in it")


def _best(container: InputContainer, stream: VideoStream) -> VideoFrame:
    best: VideoFrame | None = None
    best_score = -1.0
    for frame in _candidates(container, stream):
        score = _score(frame)
        if score > best_score:
            best, best_score = frame, score
        if score >= _TELLING:
            break
    if best is None:
        raise ValueError("no frame can be decoded")  # truncated or corrupt: `open_video` knows
    return best


def _candidates(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Frames from several places; what cannot be decoded there is left out."""
    failure: Exception | None = None
    found = False
    for at_us in _places_us(container):
        try:
            frame = _key_frame(container, stream, at_us)
        except (av.FFmpegError, ValueError, EOFError) as error:
            if isinstance(error, MemoryError):
                raise
            failure = failure or error
            continue
        if frame is not None:
            found = True
            yield frame
    if not found and failure is not None:
        raise failure


def _places_us(container: InputContainer) -> list[int | None]:
    """Where to look, in microseconds on the container's clock; None is where it stands."""
    length_us = container.duration or 0
    start_us = container.start_time or 0
    if length_us <= 0:
        return [None]
    first_us = min(int(length_us * _PLACES[0]), int(_FIRST_S * _MICROSECONDS))
    later_us = [int(length_us * place) for place in _PLACES[1:]]
    return [start_us + at_us for at_us in dict.fromkeys([first_us, *later_us])]


def _key_frame(
    container: InputContainer, stream: VideoStream, at_us: int | None
) -> VideoFrame | None:
    """The first frame to be had from the key frame at or before a time."""
    if at_us is not None:
        with contextlib.suppress(av.FFmpegError):  # without an index: on from where it stands
            container.seek(at_us)
    waited = 0
    read_bytes = 0
    for number, packet in enumerate(islice(container.demux(stream), _MAX_PACKETS)):
        read_bytes += packet.size
        patient = number < _PATIENCE_PACKETS and packet.size
        if patient and not waited and not packet.is_keyframe:
            continue
        frame = _decoded(stream, packet, at_once=not waited)
        waited += 1
        if frame is not None or waited > _MAX_DECODED:
            return frame
    if not read_bytes:
        raise EOFError("nothing is left to decode")
    return None


def _decoded(
    stream: VideoStream, packet: Packet[VideoStream], *, at_once: bool
) -> VideoFrame | None:
    """The first frame that a packet gives.

    Args:
        stream: what it belongs to.
        packet: in the order of the file.
        at_once: do not let the decoder wait for more packets, though it may reorder frames.
    """
    try:
        frames = packet.decode()
        if at_once and not frames and packet.size:
            frames = stream.codec_context.decode(None)
            stream.codec_context.flush_buffers()
    except av.InvalidDataError as error:
        if packet.is_corrupt:  # so FFmpeg calls those of which the file has not all
            raise EOFError("a frame is cut off") from error
        raise
    return frames[0] if frames else None


def _score(frame: VideoFrame) -> float:
    """How much a frame shows: the standard deviation of its luminance."""
    size = Size(frame.width, frame.height).fit_within(_SCORED_EDGE_PX)
    small = frame.reformat(size.width_px, size.height_px, "gray", interpolation="AREA", threads=1)
    return ImageStat.Stat(_image(small).convert("L")).stddev[0]


def _picture(frame: VideoFrame, shape: tuple[int, int], edge_px: int) -> Image.Image:
    stored = Size(frame.width, frame.height)
    target = shown_size(stored, shape).fit_within(edge_px)
    cicp = _code_points(frame)
    if cicp.is_srgb:
        picture = _image(_scaled(frame, target, "rgb24"))
    else:
        picture = _to_srgb(_scaled(frame, target, "rgb48le"), cicp)
    return turn_upright(picture, orientation_of(frame))


def _image(frame: VideoFrame) -> Image.Image:
    image: Image.Image = frame.to_image(threads=1)  # type: ignore[no-untyped-call]
    return image


def _scaled(frame: VideoFrame, target: Size, form: str) -> VideoFrame:
    return frame.reformat(
        target.width_px,
        target.height_px,
        form,
        src_colorspace=_matrix_of(frame),
        interpolation="BICUBIC",
        threads=1,
    )


def _matrix_of(frame: VideoFrame) -> int:
    """The matrix of the colours; where the file does not say, what every player assumes."""
    if frame.colorspace != _UNSPECIFIED:
        return frame.colorspace
    if _code_points(frame).is_hdr:
        return _BT2020
    return _BT709 if frame.height >= _HD_HEIGHT_PX else _BT601


def _code_points(frame: VideoFrame) -> Cicp:
    cicp = Cicp(frame.color_primaries, frame.color_trc)
    unspecified = cicp.is_hdr and cicp.primaries == _UNSPECIFIED
    return cicp._replace(primaries=_BT2020) if unspecified else cicp


def _to_srgb(frame: VideoFrame, cicp: Cicp) -> Image.Image:
    # Imported late: few films need it.
    from media_server.media.decode.tone import to_srgb_numbers

    return Image.fromarray(to_srgb_numbers(frame.to_ndarray(), cicp))
