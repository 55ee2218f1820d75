"""The library that the contract is about: small files, each there for a reason.

    cd tests && python -m contract.library FOLDER

makes it in a new folder, for any server to serve. Needs Pillow, PyAV and NumPy. The bytes depend on
the versions of these, so the suite reads digests from the files and has none written down.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Any, Final

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from support.clips import make_clip
from support.stills import dng, scene

EXIF_IFD, GPS_IFD = 0x8769, 0x8825
MAKE, MODEL, TAKEN, OFFSET = 0x010F, 0x0110, 0x9003, 0x9011

ROME: Final = (41.8902, 12.4922)
PARIS: Final = (48.8584, 2.2945)
"""The Colosseum, and the Eiffel Tower: latitude and longitude."""

XMP: Final = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:Container="http://ns.google.com/photos/1.0/container/" '
    'xmlns:Item="http://ns.google.com/photos/1.0/container/item/">'
    '<rdf:Description rdf:about=""{rating}>{inside}</rdf:Description></rdf:RDF></x:xmpmeta>'
)


def xmp(*, title: str = "", keywords: tuple[str, ...] = (), rating: int = 0, more: str = "") -> str:
    """What people have written about a picture, as XMP."""
    inside = more
    if title:
        inside += f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt>'
        inside += "</dc:title>"
    if keywords:
        words = "".join(f"<rdf:li>{word}</rdf:li>" for word in keywords)
        inside += f"<dc:subject><rdf:Bag>{words}</rdf:Bag></dc:subject>"
    said = f' xmp:Rating="{rating}"' if rating else ""
    return XMP.format(rating=said, inside=inside)


def photo(
    colour: str,
    *,
    taken: str = "",
    offset: str = "",
    camera: tuple[str, str] = ("", ""),
    at: tuple[float, float] | None = None,
    size: tuple[int, int] = (120, 80),
    packet: str = "",
) -> bytes:
    """A JPEG as a camera would write it.

    Args:
        colour: of all of it; another colour gives other bytes.
        taken: wall time, as `2021:07:14 20:15:30`.
        offset: of that from UTC, as `+02:00`.
        camera: maker and model.
        at: latitude and longitude in degrees.
        size: width and height in pixels.
        packet: XMP.
    """
    exif = Image.Exif()
    for tag, text in ((MAKE, camera[0]), (MODEL, camera[1])):
        if text:
            exif[tag] = text
    inner: dict[int, Any] = exif.get_ifd(EXIF_IFD)
    for tag, text in ((TAKEN, taken), (OFFSET, offset)):
        if text:
            inner[tag] = text
    if at:
        exif.get_ifd(GPS_IFD).update(_position(*at))
    out = io.BytesIO()
    extra = {"xmp": packet.encode()} if packet else {}
    Image.new("RGB", size, colour).save(out, "JPEG", exif=exif.tobytes(), **extra)
    return out.getvalue()


def _position(latitude: float, longitude: float) -> dict[int, Any]:
    def degrees(number: float) -> tuple[IFDRational, ...]:
        return (IFDRational(round(number * 10**6), 10**6), IFDRational(0, 1), IFDRational(0, 1))

    return {1: "N", 2: degrees(latitude), 3: "E", 4: degrees(longitude)}


def motion_photo() -> tuple[bytes, bytes]:
    """A picture with a film behind it, as Google's cameras write it; and that film."""
    film = make_clip("mp4", "libx264", frames=10)
    item = (
        '<Container:Directory><rdf:Seq><rdf:li rdf:parseType="Resource">'
        f'<Container:Item Item:Semantic="MotionPhoto" Item:Length="{len(film)}"/>'
        "</rdf:li></rdf:Seq></Container:Directory>"
    )
    still = photo("purple", taken="2020:08:01 10:00:00", offset="+02:00", packet=xmp(more=item))
    return still + film, film


def files() -> dict[str, bytes]:
    """All files of the library: path below its folder → content."""
    canon, phone = ("Canon", "Canon EOS R6"), ("Apple", "iPhone 12")
    colosseum = photo(
        "orange",
        taken="2021:07:14 20:15:30",
        offset="+02:00",
        camera=canon,
        at=ROME,
        packet=xmp(title="Colosseum at dusk", keywords=("evening", "ruins"), rating=5),
    )
    found = {
        # All that a picture can say; and the same content in another folder.
        "2021/Rome/colosseum.jpg": colosseum,
        "backup/colosseum.jpg": colosseum,
        # A picture that stands upright, and what is said of it in a file beside it.
        "2021/Rome/fountain.jpg": photo(
            "blue", taken="2021:07:15 09:00:00", offset="+02:00", camera=canon, size=(80, 120)
        ),
        "2021/Rome/fountain.jpg.xmp": xmp(keywords=("water",), rating=4).encode(),
        "2020/Paris/tower.jpg": photo(
            "gray", taken="2020:05:01 12:00:00", offset="+02:00", camera=phone, at=PARIS
        ),
        # A Live Photo: a picture, and a short film of the same name.
        "2020/Paris/IMG_0001.jpg": photo(
            "green", taken="2020:05:01 12:30:00", offset="+02:00", camera=phone
        ),
        "2020/Paris/IMG_0001.mov": make_clip("mov", "libx264", frames=25),
        # A picture that holds its film.
        "2020/motion.jpg": motion_photo()[0],
        # Two shots as the sensor saw them and as the camera developed them.
        "2020/raw/DSC_0007.jpg": photo("white", taken="2020:09:01 08:00:00", offset="+02:00"),
        "2020/raw/DSC_0007.dng": dng(scene()),
        # A film of its own.
        "2020/walk.mp4": make_clip(
            "mp4",
            "libx264",
            frames=50,
            tags={"creation_time": "2020-05-02T10:00:00.000000Z"},
        ),
        # A name that is hard to write in an address, a header or a checksum file.
        'names/Zoë & "friends" 100%.jpg': photo("pink", taken="2018:01:01 00:00:00"),
        # What is wrong: cut off, without a byte, of another type than its name says.
        "broken/cut.jpg": photo("black", taken="2018:03:01 00:00:00", size=(600, 400))[:-900],
        "broken/empty.jpg": b"",
        "broken/really_a_jpeg.png": photo("olive", taken="2018:02:01 00:00:00"),
        # What a browser would run.
        "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        # What is not listed.
        "notes.txt": b"no picture",
    }
    # Five of one day, so that there are pages within a day.
    for number, colour in enumerate(("red", "maroon", "tomato", "salmon", "coral")):
        name = f"2019/day/{number}.jpg"
        found[name] = photo(colour, taken=f"2019:12:24 18:0{number}:00", offset="+01:00")
    return found


def make(folder: Path) -> None:
    """Write the library into a folder, which is made."""
    for name, content in files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        # A round time, so that answers can be compared.
        os.utime(path, (1_600_000_000, 1_600_000_000))


if __name__ == "__main__":
    make(Path(sys.argv[1]))
