"""Films whose tables, streams or frames are not what they say, and codecs that nobody needs."""

from __future__ import annotations

import struct
from functools import lru_cache, partial

from support.clips import QUIET, box, full_box, make_clip, make_sound
from support.stills import jpeg, scene
from support.traps.stills import MANY, claiming, packed_zeros, png
from support.traps.trap import LARGE_BYTES, Trap

_MOST = 2**32 - 1


@lru_cache(maxsize=4)
def _clip(form: str = "mp4", codec: str = "libx264") -> bytes:
    return make_clip(form, codec, options=QUIET if codec == "libx265" else {})


def _movie(data: bytes) -> tuple[bytes, bytes, bytes]:
    """What stands before the movie box, in it, and behind it."""
    at = data.index(b"moov") - 4
    end = at + int.from_bytes(data[at : at + 4], "big")
    return data[:at], data[at + 8 : end], data[end:]


def _with(*boxes: bytes, first: bool = False) -> bytes:
    """A clip with more boxes in its movie box."""
    before, movie, behind = _movie(_clip())
    return (
        before
        + box(b"moov", *(boxes if first else ()), movie, *(boxes if not first else ()))
        + behind
    )


def _table(kind: bytes, *numbers: int, clip: bytes | None = None) -> bytes:
    """A clip one of whose tables says other numbers, behind version and flags."""
    data = clip or _clip()
    at = data.index(kind) + 8
    changed = struct.pack(f">{len(numbers)}L", *numbers)
    return data[:at] + changed + data[at + len(changed) :]


def _edits() -> bytes:
    """An edit list of 2³² entries, of which a thousand are there."""
    before, movie, behind = _movie(_clip())
    at = movie.index(b"trak") - 4
    edits = struct.pack(">L", _MOST) + struct.pack(">LLL", 1, 0, 0x10000) * 1_000
    track = box(b"trak", box(b"edts", full_box(b"elst", edits)), movie[at + 8 :])
    return before + box(b"moov", movie[:at], track) + behind


def _nested(depth: int) -> bytes:
    data = b""
    sizes = range(8, 8 * (depth + 1), 8)
    for size in reversed(sizes):
        data += struct.pack(">L4s", size, b"udta" if size % 16 else b"meta")
    return _with(data)


def _durations(seconds: int) -> bytes:
    """All clocks tick once a second, and say how often."""
    data = _clip()
    for kind, at in ((b"mvhd", 16), (b"mdhd", 16)):
        place = data.index(kind) + at
        data = data[:place] + struct.pack(">LL", 1, seconds) + data[place + 8 :]
    return data


def _tracks(count: int) -> bytes:
    before, movie, behind = _movie(_clip())
    at = movie.index(b"trak") - 4
    track = movie[at : at + int.from_bytes(movie[at : at + 4], "big")]
    return before + box(b"moov", movie[:at], track * count) + behind


def _samples() -> bytes:
    """100 million samples of one byte in one chunk: FFmpeg's index takes 24 bytes for each."""
    data = _table(b"stsz", 1, 100_000_000)
    return _table(b"stsc", 1, 1, 100_000_000, 1, clip=data)


def _packed_movie() -> bytes:
    """QuickTime's packed movie box, of 1 GB."""
    packed = packed_zeros(1 << 30)
    data = box(b"cmov", box(b"dcom", b"zlib"), box(b"cmvd", struct.pack(">L", 1 << 30), packed))
    return box(b"ftyp", b"qt  \0\0\0\0qt  ") + box(b"moov", data)


def _fragments(count: int) -> bytes:
    """Fragments of 2³² samples each."""
    before, movie, behind = _movie(_clip())
    extends = box(b"mvex", full_box(b"trex", struct.pack(">LLLLL", 1, 1, 1, 1, 0)))
    run = b"\0\0\0\0" + struct.pack(">L", _MOST)
    part = box(b"traf", box(b"tfhd", b"\0\2\0\0" + struct.pack(">L", 1)), box(b"trun", run))
    fragment = box(b"moof", full_box(b"mfhd", struct.pack(">L", 1)), part)
    return before + box(b"moov", movie, extends) + behind + fragment * count


def _elsewhere(reference: bytes) -> bytes:
    """A track whose bytes lie in another file."""
    before, movie, behind = _movie(_clip("mov"))
    at = movie.index(b"dref") - 4
    end = at + int.from_bytes(movie[at : at + 4], "big")
    entry = box(b"alis", bytes(4), reference)
    return (
        before
        + box(b"moov", _resized(movie, at, end, full_box(b"dref", b"\0\0\0\1", entry)))
        + behind
    )


def _resized(movie: bytes, at: int, end: int, new: bytes) -> bytes:
    """The same with one box replaced, and the sizes of those around it put right."""
    data = bytearray(movie[:at] + new + movie[end:])
    for kind in (b"trak", b"mdia", b"minf", b"dinf"):
        place = movie.rindex(kind, 0, at) - 4
        size = int.from_bytes(movie[place : place + 4], "big") + len(new) - (end - at)
        data[place : place + 4] = size.to_bytes(4, "big")
    return bytes(data)


def _cover(picture: bytes) -> bytes:
    """Sound, with a picture for its cover."""
    before, movie, behind = _movie(make_sound("mp4", "aac"))
    covers = box(b"ilst", box(b"covr", box(b"data", b"\0\0\0\x0e", bytes(4), picture)))
    told = box(
        b"udta", full_box(b"meta", full_box(b"hdlr", bytes(4), b"mdirappl", bytes(9)), covers)
    )
    return before + box(b"moov", movie, told) + behind


def _element(kind: str, *bodies: bytes, size: int | None = None) -> bytes:
    """An element of Matroska."""
    body = b"".join(bodies)
    length = len(body) if size is None else size
    return bytes.fromhex(kind) + (1 << 56 | length).to_bytes(8, "big") + body


def _segment(clip: bytes, *elements: bytes) -> bytes:
    """A Matroska clip with more elements at its end."""
    at = clip.index(bytes.fromhex("18538067"))
    size = int.from_bytes(clip[at + 4 : at + 12], "big") & (1 << 56) - 1
    end = at + 12 + size
    return clip[:at] + _element("18538067", clip[at + 12 : end], *elements)


def _attachment(name: bytes, mime: bytes, data: bytes) -> bytes:
    return _element(
        "1941A469",
        _element(
            "61A7",
            _element("466E", name),
            _element("4660", mime),
            _element("46AE", b"\1"),
            _element("465C", data),
        ),
    )


def _mkv_nested(depth: int) -> bytes:
    """Chapters in chapters."""
    atoms = b"".join(
        bytes.fromhex("B6") + (1 << 56 | 9 * left).to_bytes(8, "big")
        for left in range(depth - 1, -1, -1)
    )
    return _segment(_clip("matroska"), _element("1043A770", _element("45B9", atoms)))


def _mkv_tracks(count: int) -> bytes:
    entries = b"".join(
        _element(
            "AE",
            _element("D7", struct.pack(">H", number)),
            _element("73C5", struct.pack(">H", number)),
            _element("83", b"\1"),
            _element("86", b"V_MPEG4/ISO/AVC"),
            _element("E0", _element("B0", b"\x40"), _element("BA", b"\x30")),
        )
        for number in range(1, count + 1)
    )
    head = _element("1A45DFA3", _element("4282", b"matroska"))
    return head + _element("18538067", _element("1654AE6B", entries))


def _avi_list(kind: bytes, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return b"LIST" + struct.pack("<L", len(body) + 4) + kind + body


def _avi(kind: bytes, codec: bytes, setup: bytes, piece: bytes, data: bytes) -> bytes:
    """One stream of one piece."""
    head = b"strh" + struct.pack("<L4s4s", 56, kind, codec) + bytes(12)
    head += struct.pack("<LLLL", 1, 25, 0, 1) + bytes(20)
    stream = _avi_list(b"strl", head, b"strf" + struct.pack("<L", len(setup)) + setup)
    main = b"avih" + struct.pack("<L", 56) + bytes(24) + struct.pack("<L", 1) + bytes(28)
    data += bytes(len(data) % 2)
    frames = _avi_list(b"movi", piece + struct.pack("<L", len(data)) + data)
    body = b"AVI " + _avi_list(b"hdrl", main, stream) + frames
    return b"RIFF" + struct.pack("<L", len(body)) + body


def _avi_subtitles() -> bytes:
    """Subtitles in AVI that are a playlist: how FFmpeg was had in 2016, CVE-2016-1898's kin."""
    text = b"#EXTM3U\n#EXTINF:10,\nhttp://192.0.2.1/secret.txt\n"
    words = (
        b"GAB2\0" + struct.pack("<HL", 2, 4) + b"a\0\0\0" + struct.pack("<HL", 4, len(text)) + text
    )
    return _avi(b"txts", bytes(4), words, b"00sb", words)


def _avi_hevc() -> bytes:
    setup = struct.pack("<LLLHH4s", 40, 64, 48, 1, 24, b"HEVC") + bytes(20)
    return _avi(b"vids", b"HEVC", setup, b"00dc", make_clip("hevc", "libx265", options=QUIET))


def _avi_index() -> bytes:
    """An index that is its own next part, 2³¹ times."""
    data = _clip("avi", "mpeg4")
    at = data.index(b"idx1")
    entry = struct.pack("<QLL", 12, 2**31, 1)
    indx = (
        b"indx"
        + struct.pack("<LHBBL4sLLL", 24 + 160, 4, 0, 0, _MOST, b"00dc", 0, 0, 0)
        + entry * 10
    )
    return data[:at] + indx + b"idx1" + struct.pack("<L", _MOST) + data[at + 8 :]


def _flv_nested(depth: int) -> bytes:
    """Objects in objects."""
    script = b"\x02\0\x0aonMetaData" + b"\x03\0\1a" * depth
    tag = b"\x12" + len(script).to_bytes(3, "big") + bytes(7) + script
    return b"FLV\1\1" + struct.pack(">LL", 9, 0) + tag + struct.pack(">L", len(tag))


def _asf() -> bytes:
    """A header of 2³² objects, the first of them 2⁶² bytes long."""
    head = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
    body = struct.pack("<QLH", 2**62, _MOST, 0x201)
    thing = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365") + struct.pack("<Q", 2**62)
    return head + body + thing + bytes(4_000)


def _transport(programs: int) -> bytes:
    """A table of programs that each have tables of their own, none of which comes."""
    packets = []
    for at in range(0, programs, 40):
        rows = b"".join(struct.pack(">HH", one, 0xE000 | one) for one in range(at + 32, at + 72))
        table = b"\0" + struct.pack(">HHBBB", 0xB000 | len(rows) + 9, 1, 0xC1, 0, 0) + rows
        crc = _crc_mpeg(table)
        packets.append((b"\x47\x40\0\x10\0" + table + struct.pack(">L", crc)).ljust(188, b"\xff"))
    return b"".join(packets) * 20


def _crc_mpeg(data: bytes) -> int:
    crc = _MOST
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc & 1 << 31 else 0)) & _MOST
    return crc


def _motion(edge: int) -> bytes:
    """Motion JPEG whose frames say another size, as does the table."""
    clip = make_clip("mov", "mjpeg", pix="yuvj420p")
    data = clip.replace(struct.pack(">HH", 64, 48), struct.pack(">HH", edge, edge))
    at = data.find(b"\xff\xc0\0\x11")
    while at >= 0:
        data = data[: at + 5] + struct.pack(">HH", edge, edge) + data[at + 9 :]
        at = data.find(b"\xff\xc0\0\x11", at + 4)
    return data


def _film(name: str, file: str, make: object, what: str, outcome: str) -> Trap:
    return Trap(name, file, make, what, outcome, LARGE_BYTES)  # type: ignore[arg-type]


FILMS: tuple[Trap, ...] = (
    _film("mp4 of 2³² edits", "edits.mp4", _edits, "a list of 48 GB", "shown"),
    _film(
        "mp4 of 100,000 boxes",
        "atoms.mp4",
        lambda: _with(box(b"free") * MANY, first=True),
        "before what matters",
        "shown",
    ),
    _film(
        "mp4 of 100,000 boxes outside",
        "outer.mp4",
        lambda: box(b"free") * MANY + _clip(),
        "the same",
        "failed",
    ),
    _film(
        "mp4 nested", "nested.mp4", partial(_nested, MANY), "boxes in boxes, 100,000 deep", "shown"
    ),
    _film(
        "mp4 of 10⁹ s",
        "long.mp4",
        partial(_durations, 10**9),
        "32 years of nothing to look for",
        "shown",
    ),
    _film(
        "mp4 of 2³² s", "longest.mp4", partial(_durations, _MOST - 1), "136 years of it", "shown"
    ),
    _film(
        "mp4 of 1,000 tracks", "tracks.mp4", partial(_tracks, 1_000), "each may be opened", "parked"
    ),
    _film("mp4 of 10⁸ samples", "samples.mp4", _samples, "an index of 2.4 GB in 3 kB", "truncated"),
    _film(
        "mp4 of 2³² times",
        "times.mp4",
        lambda: _table(b"stts", _MOST),
        "a table of 32 GB",
        "parked",
    ),
    _film(
        "mp4 of 2³² chunks",
        "chunks.mp4",
        lambda: _table(b"stco", _MOST),
        "a table of 16 GB",
        "shown",
    ),
    _film(
        "mp4 of 2³² fragments",
        "runs.mp4",
        partial(_fragments, 500),
        "500 runs of 2³² samples",
        "truncated",
    ),
    _film(
        "mov packed",
        "packed.mov",
        _packed_movie,
        "a movie box of 1 MB that unpacks to 1 GB",
        "parked",
    ),
    _film(
        "mov of another file",
        "elsewhere.mov",
        lambda: _elsewhere(b"file:///etc/passwd\0".ljust(150, b"\0")),
        "its frames lie in /etc/passwd",
        "shown",
    ),
    _film(
        "mov frame of 268 MP",
        "16384.mov",
        partial(_motion, 16_384),
        "Motion JPEG that claims it",
        "too_big",
    ),
    _film(
        "mov frame of 64 MP",
        "8000.mov",
        partial(_motion, 8_000),
        "as large as is let through",
        "failed",
    ),
    _film("m4a as mp4", "sound.mp4", lambda: make_sound("mp4", "aac"), "no film at all", "failed"),
    _film(
        "cover of 1.6 GP",
        "cover.mp4",
        lambda: _cover(png((40_000, 40_000), depth=1, colours=0)),
        "sound, with a picture of 200 kB",
        "too_big",
    ),
    _film(
        "cover of 4.3 GP",
        "cover.m4v",
        lambda: _cover(claiming(jpeg(scene()), 65_500, 65_500)),
        "sound, with a picture of 1 kB",
        "too_big",
    ),
    _film(
        "avi magicyuv",
        "magic.avi",
        lambda: make_clip("avi", "magicyuv", pix="gbrp"),
        "CVE-2026-8461's codec",
        "failed",
    ),
    _film(
        "avi ffv1", "ffv1.avi", lambda: make_clip("avi", "ffv1"), "a codec of archives", "failed"
    ),
    _film(
        "avi utvideo",
        "ut.avi",
        lambda: make_clip("avi", "utvideo"),
        "a codec of captures",
        "failed",
    ),
    _film("mkv ffv1", "ffv1.mkv", lambda: make_clip("matroska", "ffv1"), "the same", "failed"),
    _film(
        "mov png",
        "png.mov",
        lambda: make_clip("mov", "png", pix="rgb24"),
        "FFmpeg's PNG reader inflates profiles",
        "failed",
    ),
    _film("avi hevc", "hevc.avi", _avi_hevc, "a codec that AVI never had", "shown"),
    _film(
        "avi playlist", "subtitles.avi", _avi_subtitles, "subtitles that are a playlist", "failed"
    ),
    _film("avi index of itself", "index.avi", _avi_index, "2³¹ parts, each the whole", "shown"),
    _film(
        "mkv attachment",
        "attachment.mkv",
        lambda: _segment(
            _clip("matroska"), _attachment(b"../../../../tmp/x", b"image/png", png((1, 1)))
        ),
        "a file with a path for its name, CVE-2026-49246",
        "shown",
    ),
    _film(
        "mkv cover of 1.6 GP",
        "cover.mkv",
        lambda: _segment(
            _clip("matroska", "ffv1"),
            _attachment(b"cover.png", b"image/png", png((40_000, 40_000), depth=1, colours=0)),
        ),
        "beside a film that cannot be decoded",
        "failed",
    ),
    _film(
        "mkv nested",
        "nested.mkv",
        partial(_mkv_nested, MANY),
        "chapters in chapters, 100,000 deep",
        "shown",
    ),
    _film(
        "mkv of 1,000 tracks", "tracks.mkv", partial(_mkv_tracks, 1_000), "as for MP4", "truncated"
    ),
    _film(
        "mkv element of 2⁵⁶ bytes",
        "element.mkv",
        lambda: _segment(_clip("matroska"), _element("1254C367", b"x", size=2**56 - 2)),
        "tags without end",
        "shown",
    ),
    _film(
        "flv nested", "nested.flv", partial(_flv_nested, MANY), "objects in objects", "truncated"
    ),
    _film("asf objects", "objects.wmv", _asf, "2³² objects of 2⁶² bytes", "truncated"),
    Trap(
        "ts of 8,000 programs",
        "programs.mts",
        partial(_transport, 8_000),
        "FFmpeg goes through all of them for each of them, for minutes",
        "parked",
        LARGE_BYTES,
        endless=True,
    ),
    _film(
        "ts of 900 programs",
        "some.mts",
        partial(_transport, 900),
        "the same for a moment",
        "truncated",
    ),
)
