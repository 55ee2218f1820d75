"""Compare what the program reads from files with what ExifTool reads: `make metadata`.

Field by field: how many files agree, differ, lack a value that ExifTool has, or have one that it
has not; then every file that is not right in all fields, with both values. ExifTool's own
conclusions (its Composite group, lens names looked up in maker notes) are not compared.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from media_server.media.errors import MediaError
from media_server.media.film.video import VideoFacts, read_video
from media_server.media.probe import probe
from media_server.media.source import BytesSource
from media_server.media.video_sniff import VIDEO_SNIFF_BYTES, sniff_video

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from media_server.media.facts import Fact
    from media_server.media.reading import Reading

Value = str | float | None
Subject = TypeVar("Subject")
Tags = dict[str, Any]

_EXIFTOOL = "exiftool"
_TIMEOUT_S = 600
_SIZE_GROUPS = ("File", "PNG", "RIFF", "GIF", "JPEG2000", "ItemList", "Jpeg2000")
_BOXED = ("image/heic", "image/heif", "image/avif")
_NEAR = 1e-6
_NEAR_M = 0.01
_NEAR_S = 0.1


def _first(tags: Tags, *names: str) -> Any:  # noqa: ANN401 - as JSON has it
    return next((tags[name] for name in names if tags.get(name) not in (None, "")), None)


def _text(value: Any) -> Value:  # noqa: ANN401
    """As the program cleans text: cut at NUL, without control characters, trimmed."""
    if isinstance(value, dict | list) or value is None:
        return None
    text = re.sub(r"[\x00-\x1f\x7f-\x9f]", "", str(value).partition("\0")[0])
    return text.strip() or None


def _date(tags: Tags, part: int) -> Value:
    """0: date and time to the second; 1: the fraction; 2: the offset."""
    stamp = _text(_first(tags, "ExifIFD:DateTimeOriginal", "IFD0:DateTimeOriginal"))
    match = re.match(r"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d:\d\d:\d\d)$", str(stamp))
    if match is None or "0000" in match[1] or "00" in (match[2], match[3]):
        return None
    if part == 0:
        return f"{match[1]}-{match[2]}-{match[3]}T{match[4]}"
    if part == 1:
        digits = _text(_first(tags, "ExifIFD:SubSecTimeOriginal", "IFD0:SubSecTimeOriginal"))
        number = str(digits or "").rstrip("0")[:6].rstrip("0")
        return number if number.isdigit() else None
    offset = str(_text(_first(tags, "ExifIFD:OffsetTimeOriginal")) or "")
    return "+00:00" if offset == "Z" else (offset if offset.strip(" :") else None)


def _angle(tags: Tags, name: str, negative: str) -> Value:
    value, letter = tags.get(f"GPS:{name}"), str(tags.get(f"GPS:{name}Ref", "")).strip()
    both = (tags.get("GPS:GPSLatitude"), tags.get("GPS:GPSLongitude"))
    if not isinstance(value, int | float) or not letter or both == (0, 0):
        return None
    return -value if letter.upper().startswith(negative) else value


def _altitude(tags: Tags) -> Value:
    value = tags.get("GPS:GPSAltitude")
    if not isinstance(value, int | float):
        return None
    return -value if tags.get("GPS:GPSAltitudeRef") in (1, 3, "1", "3") else value


def _size(tags: Tags, side: str) -> Value:
    crop = str(tags.get("SubIFD:DefaultCropSize", "")).split()  # of a DNG; width first
    if len(crop) == 2 and all(part.isdigit() for part in crop):
        return int(crop[side == "Height"])
    for group in _SIZE_GROUPS:
        if isinstance(tags.get(f"{group}:Image{side}"), int):
            value: int = tags[f"{group}:Image{side}"]
            return value
    size = tags.get(f"IFD0:Image{side}") if tags.get("File:FileType") == "TIFF" else None
    return size if isinstance(size, int) else None


def _rating(tags: Tags) -> Value:
    value = _first(tags, "IFD0:Rating", "XMP-xmp:Rating")
    if isinstance(value, int | float) and -1 <= value <= 5:
        return round(value) if value or "XMP-xmp:Rating" in tags else None
    return None


def _orientation(tags: Tags) -> Value:
    """What the file says in EXIF, where EXIF counts: not in boxed files."""
    if str(tags.get("File:FileType")) in ("HEIC", "HEIF", "AVIF"):
        return None
    value = tags.get("IFD0:Orientation")
    return value if isinstance(value, int) and 1 < value <= 8 else None


def _ours(facts: list[Fact], name: str, *sources: str) -> Any:  # noqa: ANN401
    for source in sources:
        for fact in facts:
            if fact.name == name and (not source or fact.source == source):
                return fact.value
    return None


def _our_date(reading: Reading, part: int) -> Value:
    text = str(_ours(reading.facts, "captured", "EXIF:DateTimeOriginal") or "")
    if not text:
        return None
    match = re.match(r"([^.+]{19})(?:\.(\d+))?([+-]\d\d:\d\d)?$", text)
    assert match
    return (match[1], (match[2] or "").rstrip("0") or None, match[3])[part]


def _our_size(reading: Reading, side: str) -> Value:
    sides = [reading.width_px, reading.height_px]
    if reading.orientation >= 5:
        sides.reverse()
    return sides[side == "Height"]


def _turned(value: Value) -> Value:
    return None if value == 1 else value


@dataclass(frozen=True, slots=True)
class Field(Generic[Subject]):
    """One row of the table.

    Attributes:
        name: as shown.
        truth: its value in ExifTool's answer, or None.
        ours: its value in our reading, or None.
        near: how far numbers may be apart.
        silent: whether ExifTool's silence tells nothing: it reads no sizes of some formats.
    """

    name: str
    truth: Callable[[Tags], Value]
    ours: Callable[[Subject], Value]
    near: float = 0.0
    silent: bool = False

    def agrees(self, truth: Value, ours: Value) -> bool:
        """Whether both say the same."""
        if isinstance(truth, int | float) and isinstance(ours, int | float):
            return abs(truth - ours) <= self.near
        return str(truth) == str(ours)


PICTURE_FIELDS: tuple[Field[Reading], ...] = (
    Field("DateTimeOriginal", lambda t: _date(t, 0), lambda r: _our_date(r, 0)),
    Field("sub-seconds", lambda t: _date(t, 1), lambda r: _our_date(r, 1)),
    Field("offset", lambda t: _date(t, 2), lambda r: _our_date(r, 2)),
    Field(
        "latitude",
        lambda t: _angle(t, "GPSLatitude", "S"),
        lambda r: _ours(r.facts, "latitude", "EXIF:GPSLatitude"),
        _NEAR,
    ),
    Field(
        "longitude",
        lambda t: _angle(t, "GPSLongitude", "W"),
        lambda r: _ours(r.facts, "longitude", "EXIF:GPSLongitude"),
        _NEAR,
    ),
    Field(
        "altitude",
        _altitude,
        lambda r: _ours(r.facts, "altitude_m", "EXIF:GPSAltitude"),
        _NEAR_M,
    ),
    Field(
        "orientation",
        _orientation,
        lambda r: None if r.mime in _BOXED else _turned(r.orientation),
    ),
    Field(
        "make",
        lambda t: _text(_first(t, "IFD0:Make", "XMP-tiff:Make")),
        lambda r: _ours(r.facts, "make", "EXIF:Make", "XMP:Make"),
    ),
    Field(
        "model",
        lambda t: _text(_first(t, "IFD0:Model", "XMP-tiff:Model")),
        lambda r: _ours(r.facts, "model", "EXIF:Model", "XMP:Model"),
    ),
    Field(
        "lens",
        lambda t: _text(_first(t, "ExifIFD:LensModel", "XMP-exifEX:LensModel", "XMP-aux:Lens")),
        lambda r: _ours(r.facts, "lens", "EXIF:LensModel", "XMP:LensModel", "XMP:Lens"),
    ),
    Field("rating", _rating, lambda r: _ours(r.facts, "rating", "EXIF:Rating", "XMP:Rating")),
    Field("width", lambda t: _size(t, "Width"), lambda r: _our_size(r, "Width"), silent=True),
    Field("height", lambda t: _size(t, "Height"), lambda r: _our_size(r, "Height"), silent=True),
)


def _created(tags: Tags) -> Value:
    stamp = str(tags.get("QuickTime:CreateDate"))
    match = re.match(r"(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)$", stamp)
    if match is None or match[1] == "0000":
        return None
    return f"{match[1]}-{match[2]}-{match[3]}T{match[4]}+00:00"


def _apple_date(value: Any) -> Value:  # noqa: ANN401
    match = re.match(r"(\d{4}):(\d\d):(\d\d) (\S+)$", str(value))
    return f"{match[1]}-{match[2]}-{match[3]}T{match[4]}" if match else None


def _track_size(tags: Tags, side: str) -> Value:
    names = (f"Track{number}:SourceImage{side}" for number in range(1, 10))
    value = _first(tags, *names, f"RIFF:Image{side}", f"Track1:Image{side}")
    return value if isinstance(value, int) else None


VIDEO_FIELDS: tuple[Field[VideoFacts], ...] = (
    Field("duration", lambda t: t.get("QuickTime:Duration"), lambda v: v.duration_s, _NEAR_S),
    Field(
        "creation time",
        _created,
        lambda v: _ours(list(v.readings), "captured_utc", "QuickTime:CreateDate"),
    ),
    Field(
        "creation date",
        lambda t: _apple_date(t.get("Keys:CreationDate")),
        lambda v: _ours(list(v.readings), "captured", "QuickTime:CreationDate"),
    ),
    Field("rotation", lambda t: t.get("Composite:Rotation"), lambda v: v.rotation_deg),
    Field(
        "video width",
        lambda t: _track_size(t, "Width"),
        lambda v: v.stored.width_px if v.stored else None,
        silent=True,
    ),
    Field(
        "video height",
        lambda t: _track_size(t, "Height"),
        lambda v: v.stored.height_px if v.stored else None,
        silent=True,
    ),
)


@dataclass(slots=True)
class Tally:
    """How often a field was right, wrong, missing or extra."""

    right: int = 0
    wrong: int = 0
    missing: int = 0
    extra: int = 0


@dataclass(slots=True)
class Report:
    """What a comparison found.

    Attributes:
        tallies: by field.
        differing: by file, lines of field and both values.
        files: how many were compared.
        unread: files that the program does not read but ExifTool does, with our reason.
    """

    tallies: dict[str, Tally] = field(default_factory=dict)
    differing: dict[str, list[str]] = field(default_factory=dict)
    files: int = 0
    unread: dict[str, str] = field(default_factory=dict)

    def add(
        self, name: str, tags: Tags, fields: Iterable[Field[Subject]], subject: Subject
    ) -> None:
        """Compare one file."""
        self.files += 1
        for row in fields:
            truth, ours = row.truth(tags), row.ours(subject)
            tally = self.tallies.setdefault(row.name, Tally())
            if truth is None and ours is None:
                continue
            if truth is not None and ours is not None and row.agrees(truth, ours):
                tally.right += 1
                continue
            if ours is None:
                tally.missing += 1
            elif truth is None:
                tally.extra += 1
                if row.silent:
                    continue
            else:
                tally.wrong += 1
            line = f"{row.name}: ExifTool {truth!r}, ours {ours!r}"
            self.differing.setdefault(name, []).append(line)

    def print(self) -> None:
        """The table, the files that differ, the share of those that do not."""
        print(f"{'field':<18}{'right':>7}{'wrong':>7}{'missing':>9}{'extra':>7}")
        for name, tally in self.tallies.items():
            print(f"{name:<18}{tally.right:>7}{tally.wrong:>7}{tally.missing:>9}{tally.extra:>7}")
        for name, lines in sorted(self.differing.items()):
            print(f"\n{name}", *lines, sep="\n  ")
        if self.unread:
            print("\nnot read:")
            for name, reason in sorted(self.unread.items()):
                print(f"  {name}: {reason}")
        right = self.files - len(self.differing)
        share = 100 * right / self.files if self.files else 100.0
        print(f"\n{right} of {self.files} files have every field right: {share:.1f} %")


def compare(folder: Path, exiftool: str) -> Report:
    """Read every file below a folder both ways.

    Raises:
        OSError, subprocess.SubprocessError, ValueError: ExifTool failed.
    """
    command = [exiftool, "-j", "-n", "-G1", "-a", "-r", "-charset", "filename=utf8", str(folder)]
    answer = subprocess.run(command, capture_output=True, timeout=_TIMEOUT_S, check=False)
    report = Report()
    for tags in json.loads(answer.stdout or b"[]"):
        path = Path(tags["SourceFile"])
        name = str(path.relative_to(folder))
        source = BytesSource(path.read_bytes())
        try:
            if sniff_video(source.read_at(0, VIDEO_SNIFF_BYTES)):
                report.add(name, tags, VIDEO_FIELDS, read_video(source))
            else:
                report.add(name, tags, PICTURE_FIELDS, probe(source))
        except MediaError as error:
            report.unread[name] = f"{error.code}: {error}"
    return report


def main(arguments: list[str]) -> int:
    """Print the comparison of a folder.

    Returns:
        0, also when values differ: the table is for people.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(arguments).folder
    exiftool = shutil.which(_EXIFTOOL)
    if exiftool is None:
        print("skipped: ExifTool is not installed (Debian: libimage-exiftool-perl)")
        return 0
    if not folder.is_dir():
        print(f"skipped: there is no folder {folder}")
        return 0
    compare(folder, exiftool).print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
