"""Tile the pictures that the program makes of a folder, to be looked at: `make sheet`.

Scans the folder into a data dir of its own, which is thrown away afterwards, and lays all grid
renditions, posters of films among them, on sheets, in the order of their paths. Below each stand
the file's name; the date chosen, how sure it is and where it came from; type, size and orientation.
What has no picture gets an empty place that says why.
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw
from sqlalchemy import text

from media_server.catalog.database import Catalog
from media_server.media.jail.pool import JailPool
from media_server.media.reading import Reading
from media_server.store.small import SmallStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PLACE_PX = 320
_GAP_PX = 6
_LINE_PX = 13
_LINES = 3
_LETTER_PX = 6
_GROUND, _EMPTY, _INK = (90, 90, 90), (60, 60, 60), (255, 255, 255)
# Behind what is transparent.
_CHECKS = ((150, 150, 150), (190, 190, 190))
_CHECK_PX = 16
_ROWS = text("""
SELECT asset.digest, library.root, folder.path, file.name, asset.mime, asset.width_px,
    asset.height_px, detail.taken_local, detail.taken_offset_min, detail.taken_source,
    detail.taken_certainty, failure.code, file.digest IS NULL
FROM file
JOIN folder ON folder.id = file.folder_id
JOIN library ON library.id = folder.library_id
LEFT JOIN asset ON asset.digest = file.digest
LEFT JOIN detail ON detail.asset_id = asset.id
LEFT JOIN failure ON failure.digest = file.digest OR failure.file_id = file.id
WHERE library.served = 1
GROUP BY file.id ORDER BY folder.path, file.name
""")


@dataclass(frozen=True, slots=True)
class Tile:
    """One place of a sheet.

    Attributes:
        picture: as kept, encoded; None without one.
        lines: what stands below.
    """

    picture: bytes | None
    lines: tuple[str, ...]


def tiles(data_dir: Path) -> Iterator[Tile]:
    """A tile for each file in the catalog of a data dir, in the order of the paths."""
    catalog = Catalog(str(data_dir / "catalog.sqlite"))
    jails = JailPool(size=1)
    try:
        with (
            closing(SmallStore(str(data_dir / "renditions.sqlite"))) as store,
            catalog.read() as connection,
        ):
            for row in connection.execute(_ROWS):
                kept = store.get(row.digest, "grid") if row.digest else None
                yield Tile(kept.data if kept else None, _lines(row, jails))
    finally:
        jails.close()
        catalog.close()


def _lines(row: Any, jails: JailPool) -> tuple[str, ...]:  # noqa: ANN401 - a row of the query
    name = os.fsdecode(row.name)
    taken = f"{row.taken_local or 'no date'}{_offset(row.taken_offset_min)}".replace("T", " ")
    dated = f"{taken} {row.taken_certainty or ''} {row.taken_source or ''}"
    path = Path(os.fsdecode(row.root), os.fsdecode(row.path), name)
    orientation = _orientation(path, jails)
    kind = f"{row.mime} {row.width_px}x{row.height_px} orientation {orientation}"
    return name, dated, f"{row.code.upper()}: {kind}" if row.code else kind


def _offset(offset_min: int | None) -> str:
    if offset_min is None:
        return ""
    hours, minutes = divmod(abs(offset_min), 60)
    return f"{'-' if offset_min < 0 else '+'}{hours:02}:{minutes:02}"


def _orientation(path: Path, jails: JailPool) -> int | str:
    """As the file says it, 1 to 8; the catalog keeps sizes upright and does not say it."""
    try:
        source = os.open(path, os.O_RDONLY)
    except OSError:
        return "?"
    reading = jails.submit("probe", [source]).result()[0]
    return reading.orientation if isinstance(reading, Reading) else "?"


def sheet(places: Sequence[Tile], columns: int) -> Image.Image:
    """All tiles of a sheet, row by row."""
    step_px = _PLACE_PX + _GAP_PX
    row_px = step_px + _LINES * _LINE_PX
    rows = -(-len(places) // columns)
    picture = Image.new("RGB", (columns * step_px + _GAP_PX, rows * row_px + _GAP_PX), _GROUND)
    draw = ImageDraw.Draw(picture)
    for number, tile in enumerate(places):
        left = _GAP_PX + number % columns * step_px
        top = _GAP_PX + number // columns * row_px
        if tile.picture is None:
            draw.rectangle((left, top, left + _PLACE_PX, top + _PLACE_PX), _EMPTY)
        else:
            _put(picture, tile.picture, left, top)
        for line, words in enumerate(tile.lines):
            at = (left, top + _PLACE_PX + 1 + line * _LINE_PX)
            draw.text(at, _shortened(words), _INK, font_size=11)
    return picture


def _put(onto: Image.Image, data: bytes, left: int, top: int) -> None:
    """Lay a picture into the middle of its place, neither enlarged nor shrunk."""
    with Image.open(io.BytesIO(data)) as kept:
        shown = kept.convert("RGBA")
    ground = Image.new("RGB", shown.size, _CHECKS[0])
    for y in range(0, shown.height, _CHECK_PX):
        for x in range(y // _CHECK_PX % 2 * _CHECK_PX, shown.width, 2 * _CHECK_PX):
            ground.paste(_CHECKS[1], (x, y, x + _CHECK_PX, y + _CHECK_PX))
    ground.paste(shown, mask=shown)
    onto.paste(
        ground, (left + (_PLACE_PX - shown.width) // 2, top + (_PLACE_PX - shown.height) // 2)
    )


def _shortened(words: str) -> str:
    """Without what the font has no letters for; a long one loses its middle."""
    plain = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in words)
    most = _PLACE_PX // _LETTER_PX
    return plain if len(plain) <= most else f"{plain[: most // 2 - 1]}…{plain[-(most // 2) :]}"


def scan(folder: Path, data_dir: Path) -> None:
    """Run `media-server scan`.

    Raises:
        subprocess.CalledProcessError: it failed; what it said stands on standard error.
    """
    words = ["scan", "--storage_dir", str(folder), "--data_dir", str(data_dir)]
    subprocess.run([sys.executable, "-m", "media_server", *words], check=True)


def write(found: Sequence[Tile], out: Path, columns: int, rows: int) -> list[Path]:
    """Write as many sheets as it takes: `out` itself, or numbered ones beside it."""
    size = columns * rows
    parts = [found[at : at + size] for at in range(0, len(found), size)]
    paths = [out] if len(parts) == 1 else []
    paths = paths or [out.with_stem(f"{out.stem}-{number}") for number in range(1, len(parts) + 1)]
    for part, path in zip(parts, paths, strict=True):
        sheet(part, columns).save(path)
    return paths


def main(arguments: list[str]) -> int:
    """Make the sheets of a folder.

    Returns:
        0; 1 where there is nothing to show.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path, help="the sheet; PNG or WebP, by its name")
    parser.add_argument("--columns", type=int, default=6)
    parser.add_argument("--rows", type=int, default=5, help="of one sheet")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as data_dir:
        scan(given.folder, Path(data_dir))
        found = list(tiles(Path(data_dir)))
    if not found:
        print(f"there is nothing to show in {given.folder}")
        return 1
    for path in write(found, given.out, given.columns, given.rows):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
