"""The facts of a video, from its container, without decoding it where that can be avoided.

MP4 and QuickTime are read by our own walk over their boxes: in a tenth of the time, and FFmpeg does
not tell all of it. The rest is opened with FFmpeg, which is loaded then and not before.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from media_server.media.errors import CorruptError, EmptyError, MediaError, UnrecognisedError
from media_server.media.facts import MAX_FACTS, Fact
from media_server.media.film.codec import browser_plays
from media_server.media.film.movie import Movie, Track, orientation_of, read_movie
from media_server.media.film.movie_tags import tag_facts
from media_server.media.film.movie_time import instant_fact
from media_server.media.video_sniff import (
    MOVIE_MIMES,
    VIDEO_SNIFF_BYTES,
    VideoMime,
    sniff_video,
)
from media_server.model.geometry import Size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from media_server.media.source import Source

# Ten years, a thousand frames a second: what is beyond is damage.
_MAX_DURATION_S: Final = 3.2e8
_MAX_FRAME_RATE: Final = 100_000.0
_ROTATIONS: Final = {3: 180, 4: 180, 5: 270, 6: 90, 7: 90, 8: 270}


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """What a video says about itself.

    Attributes:
        mime: the sniffed type.
        stored: size of the frames as they are coded; None where there are no frames.
        upright: size of the picture as it is shown: turned, with square pixels.
        orientation: how a stored frame must be turned, as in EXIF, 1 to 8.
        duration_s: None where the file does not say.
        frame_rate: average, in frames a second; None where the file does not say.
        video_codec: FFmpeg's name; None without a video stream or where it is unknown.
        audio_codec: of the first audio stream; None without one or where it is unknown.
        pixel_format: FFmpeg's name; None where the file does not say.
        hdr: whether the transfer function is PQ or HLG, or the video is Dolby Vision.
        streams: how many, of any kind, up to 100.
        readings: what the tags say, in the order in which it was found.
        xmp: the XMP packet, unparsed, at most 1 MB; None without one.
    """

    mime: VideoMime
    stored: Size | None
    upright: Size | None
    orientation: int
    duration_s: float | None
    frame_rate: float | None
    video_codec: str | None
    audio_codec: str | None
    pixel_format: str | None
    hdr: bool
    streams: int
    readings: tuple[Fact, ...]
    xmp: bytes | None

    @property
    def rotation_deg(self) -> int:
        """Degrees clockwise to turn a stored frame by: 0, 90, 180 or 270."""
        return _ROTATIONS.get(self.orientation, 0)

    @property
    def browser_plays(self) -> bool:
        """Whether a browser plays the file as it is; the rule stands at `codec.browser_plays`."""
        return browser_plays(self.mime, self.video_codec, self.pixel_format, self.audio_codec)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All of it as facts: what the tags say, then what the streams say."""
        return (*self.readings, *self._stream_facts())[:MAX_FACTS]

    def _stream_facts(self) -> Iterator[Fact]:
        if self.duration_s:
            yield Fact("duration_s", self.duration_s, "Video:Duration")
        if self.frame_rate:
            yield Fact("frame_rate", self.frame_rate, "Video:FrameRate")
        if self.video_codec:
            yield Fact("video_codec", self.video_codec, "Video:VideoCodec")
        if self.audio_codec:
            yield Fact("audio_codec", self.audio_codec, "Video:AudioCodec")
        yield Fact("hdr", int(self.hdr), "Video:Transfer")
        yield Fact("browser_plays", int(self.browser_plays), "Video:Codecs")


def read_video(source: Source) -> VideoFacts:
    """Read the facts of a video.

    Returns:
        Without sizes for a file that has sound only.

    Raises:
        MediaError: empty, unrecognised, truncated, corrupt or unsupported.
        MemoryError: FFmpeg needs more than there is.
    """
    if not source.size_bytes:
        raise EmptyError("the file is empty")
    mime = sniff_video(source.read_at(0, VIDEO_SNIFF_BYTES))
    if mime is None:
        raise UnrecognisedError("the content is no video of a known format")
    if mime in MOVIE_MIMES:
        try:
            movie = read_movie(source)
        except CorruptError:
            # What the walk gives up on, such as thousands of empty boxes, FFmpeg may make out.
            with suppress(MediaError):
                return _by_ffmpeg(source, mime)
            raise
        facts, complete = _from_movie(source, mime, movie)
        return facts if complete else _completed(facts, source)
    return _by_ffmpeg(source, mime)


def _by_ffmpeg(source: Source, mime: VideoMime) -> VideoFacts:
    # Imported late: most videos of a library are MP4 or MOV, and FFmpeg takes 0.1 s to load.
    from media_server.media.film.streams import read_streams

    return read_streams(source, mime)


def _completed(facts: VideoFacts, source: Source) -> VideoFacts:
    """With what boxes do not say: how long fragments are, colours that only the stream knows."""
    try:
        told = _by_ffmpeg(source, facts.mime)
    except MediaError:
        return facts
    return replace(
        facts,
        duration_s=facts.duration_s or told.duration_s,
        frame_rate=facts.frame_rate or told.frame_rate,
        hdr=facts.hdr or told.hdr,
    )


def _from_movie(source: Source, mime: VideoMime, movie: Movie) -> tuple[VideoFacts, bool]:
    """The facts, and whether the boxes told all that matters."""
    pictures = [track for track in movie.tracks if track.handler == b"vide"]
    # Its own pictures come first; a depth map or a thumbnail may follow.
    video = next((track for track in pictures if track.width_px and track.height_px), Track())
    sound = next((track for track in movie.tracks if track.handler == b"soun"), Track())
    orientation = orientation_of(video.matrix, movie.matrix)
    stored = Size(video.width_px, video.height_px) if video.width_px else None
    duration_s = sane_duration(movie.duration_s or max(video.duration_s, sound.duration_s))
    deep = bool(video.pixel_format and video.pixel_format.endswith("le"))
    complete = duration_s is not None and not (deep and video.hdr is None)
    facts = VideoFacts(
        mime=mime,
        stored=stored,
        upright=shown_size(stored, video.pixel_shape).upright(orientation) if stored else None,
        orientation=orientation,
        duration_s=duration_s,
        frame_rate=sane_rate(video.frames / video.duration_s if video.duration_s else 0.0),
        video_codec=video.codec,
        audio_codec=sound.codec,
        pixel_format=video.pixel_format,
        hdr=bool(video.hdr),
        streams=len(movie.tracks),
        readings=tuple(_readings(source, movie)),
        xmp=movie.xmp or None,
    )
    return facts, complete


def _readings(source: Source, movie: Movie) -> Iterator[Fact]:
    yield from tag_facts(source, movie.tags)
    created = instant_fact(movie.created_s, "QuickTime:CreateDate")
    if created is not None:
        yield created


def sane_duration(duration_s: float) -> float | None:
    """None for what is no duration."""
    return duration_s if 0.0 < duration_s <= _MAX_DURATION_S else None


def sane_rate(frame_rate: float) -> float | None:
    """None for what is no frame rate."""
    return frame_rate if 0.0 < frame_rate <= _MAX_FRAME_RATE else None


def shown_size(stored: Size, pixel_shape: tuple[int, int]) -> Size:
    """The size with square pixels: the wider way is stretched, nothing is thrown away.

    Args:
        stored: the coded size.
        pixel_shape: width and height of one pixel, both ≥ 1, in any unit.
    """
    width, height = pixel_shape
    if not 1 / 16 <= width / height <= 16:
        return stored  # no screen has such pixels
    if width >= height:
        return Size(round(stored.width_px * width / height), stored.height_px)
    return Size(stored.width_px, round(stored.height_px * height / width))
