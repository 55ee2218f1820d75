"""The plainest script that makes a small picture of every file: what the program is compared with.

    python bench/plain.py FOLDER OUT PROCESSES

Hashes each file, decodes it with the library that the program uses, shrinks it, turns it upright
and writes a JPEG. No dates, no catalog, no limits: a damaged file ends it, a hostile one owns it.
"""

import functools
import hashlib
import io
import multiprocessing
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageOps

EDGE_PX = 320
QUALITY = 80


def shrunk(image: Image.Image) -> bytes:
    """Shrink, turn and encode."""
    image.thumbnail((EDGE_PX, EDGE_PX))  # asks the JPEG decoder for less, where it can
    out = io.BytesIO()
    ImageOps.exif_transpose(image).convert("RGB").save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def by_pillow(path: Path) -> bytes:
    """JPEG, AVIF, JPEG 2000, PSD."""
    with Image.open(path) as image:
        return shrunk(image)


def by_heif(path: Path) -> bytes:
    """HEIC."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    return by_pillow(path)


def by_vips(path: Path) -> bytes:
    """PNG, TIFF, WebP, GIF."""
    import pyvips

    small = pyvips.Image.thumbnail(str(path), EDGE_PX, height=EDGE_PX, size="down")
    data: bytes = small.jpegsave_buffer(Q=QUALITY, keep="none")
    return data


def by_libjxl(path: Path) -> bytes:
    """JPEG XL."""
    import pylibjxl

    return shrunk(Image.fromarray(pylibjxl.decode(path.read_bytes())))


def by_libraw(path: Path) -> bytes:
    """Camera raw: the preview inside when it is large enough, else the sensor's picture."""
    import rawpy

    with rawpy.imread(str(path)) as raw:
        preview = Image.open(io.BytesIO(bytes(raw.extract_thumb().data)))
        if max(preview.size) >= EDGE_PX:
            return shrunk(preview)
        return shrunk(Image.fromarray(raw.postprocess(half_size=True, use_camera_wb=True)))


def by_ffmpeg(path: Path) -> bytes:
    """Films: the key frame before a tenth of the duration."""
    import av

    with av.open(str(path)) as film:
        film.seek((film.start_time or 0) + (film.duration or 0) // 10)
        frame = next(film.decode(video=0))
        image: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]
        return shrunk(image.rotate(frame.rotation, expand=True))


DECODERS: dict[str, Callable[[Path], bytes]] = {
    ".heic": by_heif,
    ".jxl": by_libjxl,
    ".dng": by_libraw,
    **dict.fromkeys((".png", ".tif", ".webp", ".gif"), by_vips),
    **dict.fromkeys((".mp4", ".mov", ".webm", ".mts", ".avi"), by_ffmpeg),
}


def ingest(out: Path, path: Path) -> None:
    """All that is done for one file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    picture = DECODERS.get(path.suffix, by_pillow)(path)
    (out / f"{digest}.jpg").write_bytes(picture)


def main(folder: Path, out: Path, processes: int) -> None:
    """Ingest a folder."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    out.mkdir()
    with multiprocessing.Pool(processes) as pool:
        for _ in pool.imap_unordered(functools.partial(ingest, out), paths):
            pass


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
