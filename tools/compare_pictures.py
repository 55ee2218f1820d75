"""Compare the pictures that the program makes with those of other decoders.

    PYTHONPATH=tests python tools/compare_pictures.py FOLDER

prints a line for each file: by what it was decoded for comparison, and of the picture in the sizes
of the `grid` and the `preview` rendition the largest mean difference of a colour and the difference
that 99 of 100 pixels keep to, in 255ths. Of films the nearest frame counts. Then what is further
off than the limits, turned otherwise, of another size, or not to be compared, and why.

Where a picture is shrunk, both are softened by the mean of 3×3 pixels first, since the program
shrinks with filters that are quicker and less sharp. What JPEG loses when a rendition is written is
not counted.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageFilter

from media_server.media.decode import decoder_for
from media_server.media.decode.video import poster
from media_server.media.errors import MediaError
from media_server.media.inspect import inspect_turning
from media_server.media.picture import GRID_EDGE_PX, PREVIEW_EDGE_PX
from media_server.media.source import BytesSource
from media_server.media.video_sniff import VIDEO_SNIFF_BYTES, sniff_video
from support.references import DECODERS, NoReference, Reference, film_frames

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from media_server.media.source import Source

MAX_MEAN = 3.0
"""Largest mean difference of a colour, in 255ths."""

MAX_MOST = 12.0
"""Largest difference of all but a hundredth of the pixels, in 255ths."""

EDGES = {"grid": GRID_EDGE_PX, "preview": PREVIEW_EDGE_PX}
_TURNING_EDGE_PX = 96
_BELOW = (128, 128, 128, 255)
_NOT_MEDIA = (".xmp", ".json", ".md", ".rst", ".txt", "")


class Difference(NamedTuple):
    """How far a picture is from its reference.

    Attributes:
        mean: largest mean difference of a colour, 0 to 255.
        most: the difference that 99 of 100 pixels keep to, 0 to 255.
        upright: whether no other turning of the reference is nearer.
        sized: whether it has the size that the reference has when shrunk, to a pixel.
    """

    mean: float
    most: float
    upright: bool
    sized: bool

    @property
    def fault(self) -> str:
        """What is wrong; empty when nothing is."""
        if not self.sized:
            return "another size"
        if not self.upright:
            return "turned otherwise"
        return "another picture" if self.mean > MAX_MEAN or self.most > MAX_MOST else ""


@dataclass(frozen=True, slots=True)
class Row:
    """One file.

    Attributes:
        path: of the file.
        kind: what it is by its content; empty when nothing known.
        by: what has decoded it for comparison.
        found: the differences, by the name of the size.
        refused: the code with which the program refuses it.
        incomparable: why there is no comparison.
    """

    path: Path
    kind: str = ""
    by: str = ""
    found: tuple[tuple[str, Difference], ...] = ()
    refused: str = ""
    incomparable: str = ""

    @property
    def faults(self) -> list[str]:
        """What is to be said of it."""
        faults = [f"{name}: {one.fault}" for name, one in self.found if one.fault]
        if self.refused:
            faults.append(f"refused: {self.refused}")
        if self.incomparable:
            faults.append(f"not compared: {self.incomparable}")
        return faults


def difference(ours: Image.Image, reference: Reference, edge_px: int) -> Difference:
    """Compare a picture of at most `edge_px` with a reference."""
    share = min(1.0, edge_px / max(reference.size))
    pairs = zip(reference.size, ours.size, strict=True)
    sized = all(abs(max(1.0, side * share) - found) <= 1 for side, found in pairs)
    shrunk = ours.size != reference.size
    made = _numbers(ours, soft=shrunk)
    apart = np.abs(made - _numbers(_resized(reference.picture, ours.size), soft=shrunk))
    small = _resized(ours, _small(ours.size))
    nearest = min(_mean(small, one) for one in _turnings(_resized(reference.picture, small.size)))
    return Difference(
        float(apart.mean(axis=(0, 1)).max()),
        float(np.percentile(apart.max(axis=2), 99)),
        upright=_mean(small, _resized(reference.picture, small.size)) <= nearest + 0.5,
        sized=sized,
    )


def compare(path: Path) -> Row:
    """Decode a file in both ways."""
    source = BytesSource(path.read_bytes())
    if sniff_video(source.read_at(0, VIDEO_SNIFF_BYTES)):
        return _compare_film(path, source)
    try:
        mime, orientation = inspect_turning(source)
        pictures = {
            name: decoder_for(mime)(source, edge_px, orientation) for name, edge_px in EDGES.items()
        }
    except MediaError as error:
        return Row(path, refused=error.code)
    kind = mime.removeprefix("image/")
    if mime not in DECODERS:
        return Row(path, kind, incomparable=f"nothing here decodes {kind} but the program")
    try:
        reference = DECODERS[mime](path)
    except NoReference as error:
        return Row(path, kind, incomparable=str(error))
    found = ((name, difference(pictures[name], reference, edge)) for name, edge in EDGES.items())
    return Row(path, kind, reference.by, tuple(found))


def _compare_film(path: Path, source: Source) -> Row:
    kind = "film"
    try:
        pictures = {name: poster(source, edge_px) for name, edge_px in EDGES.items()}
    except MediaError as error:
        return Row(path, kind, refused=error.code)
    try:
        frames = film_frames(path)
    except NoReference as error:
        return Row(path, kind, incomparable=str(error))
    small = _resized(pictures["grid"], _small(pictures["grid"].size))
    nearest = min(frames, key=lambda one: _mean(small, one.picture))
    found = ((name, difference(pictures[name], nearest, edge)) for name, edge in EDGES.items())
    return Row(path, kind, nearest.by, tuple(found))


def _turnings(picture: Image.Image) -> Iterator[Image.Image]:
    return (picture.transpose(turn) for turn in Image.Transpose)


def _small(size: tuple[int, int]) -> tuple[int, int]:
    return min(size[0], _TURNING_EDGE_PX), min(size[1], _TURNING_EDGE_PX)


def _mean(one: Image.Image, other: Image.Image) -> float:
    return float(np.abs(_numbers(one) - _numbers(_resized(other, one.size))).mean())


def _resized(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    return picture if picture.size == size else picture.resize(size, Image.Resampling.BICUBIC)


def _numbers(picture: Image.Image, *, soft: bool = False) -> NDArray[np.float32]:
    """(height, width, 3), on grey where it is transparent."""
    below = Image.new("RGBA", picture.size, _BELOW)
    below.alpha_composite(picture.convert("RGBA"))
    flat = below.convert("RGB")
    return np.asarray(flat.filter(ImageFilter.BoxBlur(1)) if soft else flat, np.float32)


def media_files(folder: Path) -> list[Path]:
    """What might be pictures or films, below a folder."""
    found = (path for path in folder.rglob("*") if path.suffix.lower() not in _NOT_MEDIA)
    return sorted(path for path in found if path.is_file())


def report(rows: list[Row], folder: Path) -> Iterator[str]:
    """The lines of the table and what is to be said about it."""
    yield f"{'type':<12}{'reference':<20}{'grid':>14}{'preview':>16}  file"
    for row in rows:
        figures = "".join(f"{one.mean:>10.2f}{one.most:>6.0f}" for _, one in row.found)
        yield f"{row.kind:<12}{row.by:<20}{figures:<32}  {row.path.relative_to(folder)}"
    compared = [row for row in rows if row.found]
    good = [row for row in compared if not row.faults]
    yield ""
    yield f"{len(good)} of {len(compared)} compared are upright, of the right size, and"
    yield f"within {MAX_MEAN:.0f} on average and {MAX_MOST:.0f} for 99 of 100 pixels."
    for kind, count in sorted(Counter(row.kind for row in compared).items()):
        means = [one.mean for row in compared if row.kind == kind for _, one in row.found]
        yield f"  {kind:<12}{count:>4} files, mean difference {np.mean(means):.2f}"
    for row in rows:
        if row.faults:
            yield f"{row.path.relative_to(folder)}: {'; '.join(row.faults)}"


def main(arguments: list[str] | None = None) -> int:
    """Print the table of a folder; 1 when a comparison shows a fault."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="with photos and videos")
    folder: Path = parser.parse_args(arguments).folder
    rows = [compare(path) for path in media_files(folder)]
    for line in report(rows, folder):
        print(line)
    return int(any(one.fault for row in rows for _, one in row.found))


if __name__ == "__main__":
    sys.exit(main())
