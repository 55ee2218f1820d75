"""Everything that a file says about itself, gathered from its blocks into one list."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from media_server.media.animation import is_animated
from media_server.media.facts import MAX_FACTS, Fact
from media_server.media.hdr import is_hdr
from media_server.media.sniff import HEIF_MIMES, Mime
from media_server.media.tags.iptc import parse_iptc
from media_server.media.tags.motion import motion_facts
from media_server.media.tags.xmp import read_xmp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from media_server.media.layout import Layout
    from media_server.media.source import Source
    from media_server.media.tags.exif import Exif
    from media_server.media.tags.motion import MotionClaim

_BOXED_MIMES = frozenset[Mime]({"image/avif", *HEIF_MIMES})
# Files that hold films: motion photos are made by phones, which write these.
_FILM_MIMES = _BOXED_MIMES | {"image/jpeg"}
# Of these, each word once.
_WORDS = frozenset({"keyword", "person"})


def picture_facts(mime: Mime, layout: Layout, exif: Exif, source: Source) -> list[Fact]:
    """What a picture says, at most `MAX_FACTS`: EXIF, container, what it is, XMP, IPTC."""
    packets = (exif.xmp, *layout.xmp) if exif.xmp else layout.xmp
    read = [read_xmp(packet) for packet in packets]
    claim = next((xmp.motion for xmp in read if xmp.motion), None)
    iptc = layout.iptc or exif.iptc
    return gather(
        exif.facts,
        layout.facts,
        _nature(mime, source),
        _film(mime, claim, source),
        *(xmp.facts for xmp in read),
        parse_iptc(iptc) if iptc else (),
    )


def _nature(mime: Mime, source: Source) -> Iterator[Fact]:
    if is_animated(source, mime):
        yield Fact("animated", 1, "container")
    if is_hdr(source, mime):
        yield Fact("hdr", 1, "container")


def _film(mime: Mime, claim: MotionClaim | None, source: Source) -> Sequence[Fact]:
    if mime not in _FILM_MIMES:
        return ()
    return motion_facts(source, claim, boxed=mime in _BOXED_MIMES)


def gather(*parts: Iterable[Fact]) -> list[Fact]:
    """The parts as one list: at most `MAX_FACTS`, each keyword and person once."""
    return list(islice(_without_doubles(parts), MAX_FACTS))


def _without_doubles(parts: Iterable[Iterable[Fact]]) -> Iterator[Fact]:
    seen: set[tuple[str, str]] = set()
    for part in parts:
        for fact in part:
            if fact.name in _WORDS:
                word = (fact.name, str(fact.value).casefold())
                if word in seen:
                    continue
                seen.add(word)
            yield fact
