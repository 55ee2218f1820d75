"""Sound files under names that other programs take for commands, patterns or places."""

from __future__ import annotations

from functools import partial

from support.clips import make_clip
from support.media import picture
from support.traps.trap import LARGE_BYTES, Trap

_NAMES: tuple[tuple[str, str], ...] = (
    ("-i.jpg", "an option"),
    ("x.jpg | touch pwned |.jpg", "ExifTool ran names that end in a bar, CVE-2022-23935"),
    ("$(touch pwned).jpg", "a shell would run it"),
    ("a;touch pwned;.jpg", "so would it this"),
    ("msl:x.jpg", "ImageMagick takes what stands before the colon for a format"),
    ("x.jpg[1x1]page=9.jpg", "libvips and ImageMagick take brackets for options"),
    ("%s%n%s%n.jpg", "a form for printf"),
    ("..%2f..%2fx.jpg", "a place, when decoded"),
    ("..\\..\\x.jpg", "a place, on Windows"),
    ("<img src=x onerror=alert(1)>.jpg", "a script, when shown"),
    ("gpj.\u202etxt.jpg", "reads backwards"),
    ("line\nbreak\r.jpg", "two lines in a log"),
    ("\x1b]0;x\x07.jpg", "commands for a terminal"),
    ("N" * 251 + ".jpg", "as long as a name may be"),
    ("CON.jpg", "a device, on Windows"),
)


def _name(number: int, file: str, what: str) -> Trap:
    make = partial(picture, 7_000 + number, size=(64, 48))
    return Trap(f"name {number}", file, make, what, "shown")


NAMES: tuple[Trap, ...] = (
    *(_name(number, *row) for number, row in enumerate(_NAMES)),
    Trap(
        "name of a protocol",
        "concat:secret.txt|b.mp4",
        partial(make_clip, "mp4", "mpeg4", (80, 60)),
        "FFmpeg given the name would open secret.txt",
        "shown",
        LARGE_BYTES,
    ),
)
