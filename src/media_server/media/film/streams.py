"""The facts of a video that is no MP4 or QuickTime file, as FFmpeg tells them.

Of these containers only few say when and where: Matroska and FLV in UTC, AVI in the camera's wall
time, AVCHD in its H.264 stream.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

import av

from media_server.media.errors import CorruptError, MediaError
from media_server.media.facts import MAX_TEXT_CHARS, Fact, FactName
from media_server.media.film.avchd import avchd_facts
from media_server.media.film.ffmpeg import (
    attached,
    main_stream,
    open_video,
    orientation_of,
    pixel_shape,
    require_decoder,
)
from media_server.media.film.matroska import may_be_turned
from media_server.media.film.movie import HDR_TRANSFERS
from media_server.media.film.movie_time import stamp_fact
from media_server.media.film.video import VideoFacts, sane_duration, sane_rate, shown_size
from media_server.media.tags.iso6709 import place_facts
from media_server.model.geometry import Size

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from av.container import InputContainer
    from av.video.stream import VideoStream

    from media_server.media.source import Source
    from media_server.media.video_sniff import VideoMime

_MICROSECONDS: Final = 1_000_000
_MAX_TAGS: Final = 200
_MAX_PACKETS: Final = 60

_TAGS: Final[dict[str, FactName]] = {
    "title": "title",
    "description": "description",
    "comment": "description",
    "make": "make",
    "model": "model",
    "com.apple.quicktime.make": "make",
    "com.apple.quicktime.model": "model",
    "com.apple.quicktime.content.identifier": "content_id",
    "keywords": "keyword",
}
_STAMPS: Final = frozenset(
    {"creation_time", "date", "date_recorded", "creationdate", "wm/encodingtime"}
    | {"com.apple.quicktime.creationdate"}
)
_PLACES: Final = frozenset({"location", "com.apple.quicktime.location.iso6709"})


def read_streams(source: Source, mime: VideoMime) -> VideoFacts:
    """Read the facts of a video with FFmpeg.

    Args:
        source: the file.
        mime: what it was sniffed as.

    Raises:
        MediaError: the file cannot be read.
        MemoryError: nor within the memory there is.
    """
    with open_video(source) as container:
        if not len(container.streams):
            raise CorruptError("the file has no streams")
        video = main_stream(container)
        context = video.codec_context if video else None
        stored = Size(context.width, context.height) if context and context.width else None
        turned = mime in _TURNED and may_be_turned(source)
        orientation = _orientation(container, video) if video and turned else 1
        readings = list(_readings(container, mime.removeprefix("video/").removeprefix("x-")))
        if mime == "video/mp2t" and video is not None:
            readings += _camcorder(container, video)
        duration_s = (container.duration or 0) / _MICROSECONDS
        rate = video.average_rate if video else None
        return VideoFacts(
            mime=mime,
            stored=stored,
            upright=shown_size(stored, pixel_shape(video)).upright(orientation)
            if stored and video
            else None,
            orientation=orientation,
            duration_s=sane_duration(duration_s),
            frame_rate=sane_rate(float(rate)) if rate else None,
            video_codec=context.codec.canonical_name if context else None,
            audio_codec=_sound(container),
            pixel_format=context.pix_fmt if context else None,
            hdr=bool(context and context.color_trc in HDR_TRANSFERS),
            streams=len(container.streams),
            readings=tuple(readings),
            xmp=None,
        )


# Containers that can say that a picture must be turned.
_TURNED: Final = frozenset({"video/x-matroska", "video/webm"})


def _sound(container: InputContainer) -> str | None:
    context = container.streams.audio[0].codec_context if container.streams.audio else None
    return context.codec.canonical_name if context else None


def _orientation(container: InputContainer, video: VideoStream) -> int:
    """Matroska's turning is only told together with a frame, which takes a while to decode."""
    if attached(video):
        return 1
    try:
        require_decoder(video)
        for packet in islice(container.demux(video), _MAX_PACKETS):
            for frame in packet.decode():
                return orientation_of(frame)
    except (MediaError, av.FFmpegError, ValueError):
        return 1  # that it cannot be decoded is said where it is to be pictured
    return 1


def _camcorder(container: InputContainer, video: VideoStream) -> list[Fact]:
    for packet in islice(container.demux(video), _MAX_PACKETS):
        facts = avchd_facts(bytes(packet))
        if facts:
            return facts
    return []


def _readings(container: InputContainer, form: str) -> Iterator[Fact]:
    tags = dict(container.metadata)
    for stream in container.streams.video[:1]:
        tags = dict(stream.metadata) | tags
    yield from tag_readings(tags, form)


def tag_readings(tags: Mapping[str, str], form: str) -> Iterator[Fact]:
    """The facts in FFmpeg's table of tags.

    Args:
        tags: names and values.
        form: name of the container, for the sources.
    """
    for key, value in islice(tags.items(), _MAX_TAGS):
        name = key.lower()
        source = f"{form}:{key}"[:80]
        text = value.partition("\0")[0].strip()[:MAX_TEXT_CHARS]
        if not text:
            continue
        if name in _STAMPS:
            stamp = stamp_fact(text, source)
            if stamp is not None:
                yield stamp
        elif name in _PLACES:
            yield from place_facts(text, source)
        elif name in _TAGS:
            yield Fact(_TAGS[name], text, source)
