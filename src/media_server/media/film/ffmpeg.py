"""Opens a video with FFmpeg, through PyAV, with as little trust as FFmpeg allows.

FFmpeg gets an object that reads, never a name; the one demuxer that fits the sniffed type; no
protocol to open anything else with; and only decoders of formats that cameras and phones write or
wrote. Both lists are short on purpose: what goes wrong in FFmpeg goes wrong in the formats that
nobody uses (CVE-2026-8461 sat in MagicYUV).
"""

from __future__ import annotations

import contextlib
import errno
import struct
from typing import TYPE_CHECKING, Final, cast

import av
import av.logging
from av.stream import Disposition

from media_server.media.errors import (
    CorruptError,
    EmptyError,
    MediaError,
    TooLargeError,
    TruncatedError,
    UnrecognisedError,
    UnsupportedError,
)
from media_server.media.film.movie import orientation_of_matrix
from media_server.media.video_sniff import VIDEO_SNIFF_BYTES, demuxer_for, sniff_video

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    from media_server.media.source import Source

av.logging.set_level(av.logging.PANIC)

MAX_VIDEO_PIXELS: Final = 8192 * 8192
"""More than any level of H.264, HEVC or AV1 allows."""

DECODERS: Final = frozenset(
    {"h264", "hevc", "av1", "libdav1d", "vp8", "vp9", "libvpx", "libvpx-vp9"}
    | {"mpeg1video", "mpeg2video", "mpegvideo", "mpeg4", "h263", "mjpeg", "mjpegb"}
    | {"msmpeg4", "msmpeg4v1", "msmpeg4v2", "wmv1", "wmv2", "wmv3", "vc1", "flv", "theora"}
    | {"prores", "dnxhd", "dvvideo", "svq1", "svq3", "cinepak", "qtrle", "vp6", "vp6f", "vp6a"}
    | {"rv40"}
)
"""The decoders that may be opened, by FFmpeg's names."""

_DEMUXERS: Final = "mov,mp4,avi,matroska,webm,mpegts,mpeg,mpegvideo,asf,flv,ogg"
# What FFmpeg says of a frame above `max_pixels`.
_TOO_LARGE: Final = "Picture size"
_GENERATE_TIMES: Final = 1  # AVFMT_FLAG_GENPTS, which PyAV sets
_READ_BYTES: Final = 64 * 1024
_MAX_READ_BYTES: Final = 512_000_000
"""What may be read of one file, all in all: some frames of the largest films, and the index."""
_MAX_READS: Final = 40_000
_OPTIONS: Final = {
    "protocol_whitelist": "none",
    "format_whitelist": _DEMUXERS,
    "codec_whitelist": ",".join(sorted(DECODERS)),
    "max_pixels": str(MAX_VIDEO_PIXELS),
    "max_streams": "100",
    "probesize": "4000000",
    "analyzeduration": "3000000",
    "max_probe_packets": "500",
    "fpsprobesize": "8",
    "threads": "1",
}


@contextlib.contextmanager
def open_video(source: Source) -> Iterator[InputContainer]:
    """The file's streams, as far as FFmpeg reads them. FFmpeg's errors become this floor's.

    Raises:
        MediaError: the file cannot be read, or what is done with it in the `with` fails.
        MemoryError: nor within the memory there is.
    """
    if not source.size_bytes:
        raise EmptyError("the file is empty")
    head = source.read_at(0, VIDEO_SNIFF_BYTES)
    mime = sniff_video(head)
    if mime is None:
        raise UnrecognisedError("the content is no video of a known format")
    reader = _Reader(source)
    try:
        with av.open(
            reader,
            "r",
            format=demuxer_for(mime, head),
            options=dict(_OPTIONS),
            metadata_errors="replace",
            buffer_size=_READ_BYTES,
        ) as container:
            reader.opening = reader.overrun = False
            # Without it packets of files without times would pile up until one has a time.
            container.flags &= ~_GENERATE_TIMES
            yield container
    except MediaError:
        raise
    except (av.FFmpegError, OSError, ValueError, EOFError) as error:
        raise _failure(error, reader) from error


def require_decoder(stream: VideoStream) -> None:
    """Check that a stream may be decoded, and set its decoder up to cost little.

    A frame of more than `MAX_VIDEO_PIXELS` will be refused by the decoder.

    Raises:
        UnsupportedError: its format is not among `DECODERS`.
    """
    context = stream.codec_context
    if context is None or context.codec.name not in DECODERS:
        raise UnsupportedError("the video is of a format that no decoder here reads")
    context.thread_count = 1
    context.options = {"max_pixels": str(MAX_VIDEO_PIXELS)}


def main_stream(container: InputContainer) -> VideoStream | None:
    """The stream that is the film; where there is none, an attached picture; else None."""
    pictures = container.streams.video
    films = [stream for stream in pictures if not attached(stream)]
    return next(iter((*films, *pictures)), None)


def attached(stream: VideoStream) -> bool:
    """Whether this is a still picture that goes with the file, such as a cover."""
    return bool(stream.disposition & Disposition.attached_pic)


def orientation_of(frame: VideoFrame) -> int:
    """How a frame must be turned, as in EXIF, 1 to 8."""
    try:
        matrix = cast("Mapping[str, bytes]", frame.side_data).get("DISPLAYMATRIX")
    except ValueError:
        return 1  # PyAV 18 knows not all kinds of side data, and then shows none of it
    return orientation_of_matrix(struct.unpack("=9i", bytes(matrix)[:36])) if matrix else 1


def pixel_shape(stream: VideoStream) -> tuple[int, int]:
    """Width and height of one pixel, in any unit."""
    ratio = stream.sample_aspect_ratio
    return (ratio.numerator, ratio.denominator) if ratio and ratio > 0 else (1, 1)


class _Reader:
    """A source as a file object, which ends when more was read than a sane file needs."""

    __slots__ = ("_at", "_left_bytes", "_left_reads", "_source", "opening", "overrun")

    def __init__(self, source: Source) -> None:
        self._source = source
        self._at = 0
        self._left_bytes = _MAX_READ_BYTES
        self._left_reads = _MAX_READS
        self.opening = True
        self.overrun = False

    def read(self, length: int) -> bytes:
        """At most `length` bytes; none at the end, and once the allowance is used up.

        `overrun` tells afterwards that something was looked for beyond the end; while the file is
        being opened (`opening`), that its end was reached: all that matters then comes before.
        """
        self._left_reads -= 1
        if self._left_reads < 0:
            return b""
        beyond = self._at > self._source.size_bytes
        part = self._source.read_at(self._at, min(length, self._left_bytes))
        self.overrun = self.overrun or beyond or (self.opening and len(part) < length)
        self._at += len(part)
        self._left_bytes -= len(part)
        return part

    def seek(self, offset: int, whence: int = 0) -> int:
        """As in `io.IOBase`."""
        base = (0, self._at, self._source.size_bytes)[whence]
        if base + offset < 0:
            raise OSError(errno.EINVAL, "before the beginning")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        """As in `io.IOBase`."""
        return self._at


def _failure(error: Exception, reader: _Reader) -> MediaError:
    if isinstance(error, MemoryError):  # PyAV's is both
        raise MemoryError from error  # noqa: TRY004 - not a wrong type, but no memory
    if _TOO_LARGE in str(error):
        return TooLargeError("more pixels than the limit for videos")
    if isinstance(error, EOFError) or reader.overrun:
        return TruncatedError("the file ends before its video does")
    if isinstance(error, av.DecoderNotFoundError | av.PatchWelcomeError):
        return UnsupportedError("the video is of a format that no decoder here reads")
    return CorruptError("the video cannot be decoded")
