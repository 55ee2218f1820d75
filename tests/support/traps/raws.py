"""Camera raw files whose strips, tiles, tables or blocks are not what they say."""

from __future__ import annotations

import struct
from functools import partial

from support.clips import box
from support.stills import dng, jpeg, scene
from support.traps.tiffs import claim, exif
from support.traps.trap import LARGE_BYTES, Trap

_MOST = 2**32 - 1


def _raw(tag: int, count: int, value: int, make: str = "Nobody", mark: bytes = b"") -> bytes:
    """A raw file that says something else in the directory of the sensor's picture."""
    sound = dng(scene(64, 48), make=make, version=make == "Nobody", mark=mark)
    return claim(sound, tag, count, value)


def _wide(make: str = "Nobody") -> bytes:
    return claim(_raw(0x0100, 1, 65_534, make), 0x0101, 1, 65_534)


def _dng_preview() -> bytes:
    """The preview in the main directory is 4 GB long and 65,500² pixels large."""
    at = (shown := dng(scene(64, 48), preview=jpeg(scene()))).find(
        struct.pack("<HHL", 0x0117, 4, 1)
    )
    return shown[: at + 8] + struct.pack("<L", _MOST) + shown[at + 12 :]


def _dng_loop() -> bytes:
    sound = dng(scene(64, 48))
    return claim(sound, 0x014A, 1, struct.unpack_from("<L", sound, 4)[0])


def _cr2() -> bytes:
    """Slices of no width, and a raw directory that is the first one."""
    mark = b"CR\2\0" + struct.pack("<L", 16)
    return _raw(0x0117, 1, _MOST, "Canon", mark)


def _cr3() -> bytes:
    """Each of 4,000 entries of its directory holds the whole box."""
    rows = b"".join(struct.pack("<HHLL", 1_000 + number, 7, 48_000, 8) for number in range(4_000))
    block = b"II*\0\x08\0\0\0" + struct.pack("<H", 4_002)
    block += struct.pack("<HHLL", 0x0100, 4, 1, 6_000) + struct.pack("<HHLL", 0x0101, 4, 1, 4_000)
    block += rows + bytes(4)
    canon = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
    parts = b"".join(box(b"CMT%d" % number, block) for number in range(1, 5))
    return box(b"ftyp", b"crx \0\0\0\1crx isom") + box(b"moov", box(b"uuid", canon, parts))


def _cr3_sizes() -> bytes:
    """A track of CRX whose sample is 4 GB long, in slices of nothing."""
    cmp1 = box(
        b"CMP1", struct.pack(">HHHHLLLL", 0xFFFF, 48, 0x100, 0, 2**31, 2**31, 1, 1) + bytes(60)
    )
    entry = box(b"CRAW", bytes(24) + struct.pack(">HH", 0xFFFF, 0xFFFF) + bytes(54), cmp1)
    table = box(
        b"stbl",
        box(b"stsd", struct.pack(">LL", 0, 1), entry),
        box(b"stsz", struct.pack(">LLL", 0, _MOST, _MOST)),
        box(b"co64", struct.pack(">LLQ", 0, _MOST, 2**63)),
    )
    track = box(b"trak", box(b"mdia", box(b"minf", table)))
    rows: list[tuple[int, int, list[int]]] = [(0x0100, 4, [6_000]), (0x0101, 4, [4_000])]
    canon = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
    movie = box(b"moov", box(b"uuid", canon, box(b"CMT1", exif(rows))), track)
    return box(b"ftyp", b"crx \0\0\0\1crx isom") + movie


def _crw() -> bytes:
    """A heap whose directory holds the heap itself, and so on (CIFF)."""
    head = b"II" + struct.pack("<L", 26) + b"HEAPCCDR" + bytes(12)
    rows = b"".join(struct.pack("<HLL", 0x300A, 26 + 4_096, 0) for _ in range(100))
    heap = bytes(64) + struct.pack("<H", 100) + rows
    heap = heap.ljust(4_092, b"\0") + struct.pack("<L", 64)
    return head + heap


def _raf() -> bytes:
    head = b"FUJIFILMCCD-RAW 0201FF129502Nobody".ljust(84, b"\0")
    head += struct.pack(">LLLLLL", 120, _MOST, 8, _MOST, 8, _MOST)
    return head.ljust(120, b"\0") + jpeg(scene()) + struct.pack(">L", _MOST) + b"\x01\x11\0\0" * 500


def _mrw() -> bytes:
    return b"\0MRM" + struct.pack(">L", _MOST) + b"\0PRD\0\0\0\0" * 10_000


def _x3f() -> bytes:
    """Its directory says that it lies within itself, 2³² times."""
    head = b"FOVb" + struct.pack("<LLLLL", 0x20003, 0, 0, 0, 0).ljust(24, b"\0")
    head += struct.pack("<LLL", 65_000, 65_000, 0)
    body = (
        b"SECd" + struct.pack("<LL", 0x20000, _MOST) + struct.pack("<LL4s", 40, _MOST, b"IMA2") * 99
    )
    return head + body + struct.pack("<L", 40)


def _orf() -> bytes:
    return b"IIRO" + _raw(0x0117, 1, _MOST, "OLYMPUS")[4:]


def _rw2() -> bytes:
    rows = b"".join(struct.pack("<HHLL", tag, 3, 1, 65_000 * (tag > 5)) for tag in range(1, 30))
    return b"IIU\0\x08\0\0\0" + struct.pack("<H", 29) + rows + bytes(4) + bytes(4_000)


def _trap(name: str, file: str, make: object, what: str, outcome: str) -> Trap:
    return Trap(name, file, make, what, outcome, LARGE_BYTES)  # type: ignore[arg-type]


RAWS: tuple[Trap, ...] = (
    _trap("dng of 4.3 GP", "wide.dng", _wide, "65,534² pixels in 20 kB", "failed"),
    _trap(
        "dng strip of 4 GB",
        "strip.dng",
        partial(_raw, 0x0117, 1, _MOST),
        "longer than the file",
        "shown",
    ),
    _trap(
        "dng far strip",
        "far.dng",
        partial(_raw, 0x0111, 1, _MOST - 7),
        "the sensor's picture lies beyond the end",
        "truncated",
    ),
    _trap("dng preview of 4 GB", "preview.dng", _dng_preview, "longer than the file", "shown"),
    _trap(
        "dng below itself", "loop.dng", _dng_loop, "the directory below is the one above", "failed"
    ),
    _trap("nef of 4.3 GP", "wide.nef", partial(_wide, "NIKON"), "as for DNG", "failed"),
    _trap(
        "nef of 2³² strips",
        "strips.nef",
        partial(_raw, 0x0111, _MOST, 8, "NIKON"),
        "a list of 16 GB",
        "shown",
    ),
    _trap(
        "cr2 strip of 4 GB",
        "strip.cr2",
        _cr2,
        "longer than the file, in a directory that Canon describes elsewhere",
        "shown",
    ),
    _trap(
        "cr3 of one box",
        "shared.cr3",
        _cr3,
        "entries share their bytes: 48 kB become 192 MB",
        "failed",
    ),
    _trap("cr3 sizes", "sizes.cr3", _cr3_sizes, "samples of 4 GB, slices of nothing", "failed"),
    _trap("crw in crw", "heap.crw", _crw, "a heap that holds itself, a hundred times", "failed"),
    _trap("raf lengths", "lengths.raf", _raf, "a JPEG of 4 GB and a list of 2³² sizes", "failed"),
    _trap("mrw blocks", "blocks.mrw", _mrw, "ten thousand blocks of nothing", "failed"),
    _trap("x3f of itself", "itself.x3f", _x3f, "a directory of 2³² entries", "failed"),
    _trap("orf strip of 4 GB", "strip.orf", _orf, "longer than the file", "truncated"),
    _trap("rw2 of 4.2 GP", "wide.rw2", _rw2, "65,000² pixels in 4 kB", "failed"),
)
