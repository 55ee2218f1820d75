"""Makes the folders that the benchmark serves: photos as a phone takes them, or many tiny ones.

    python bench/corpus.py FOLDER --photos 400
    python bench/corpus.py FOLDER --tiny 100000

The pixels are 1/f noise with grain, which costs a decoder what a real photo of the same size costs.
The same numbers, seed and library versions give the same bytes, however many processes work on it.
Needs Pillow and NumPy, and PyAV for the videos.
"""

import argparse
import datetime as dt
import functools
import io
import json
import os
import shutil
import struct
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from folder import survey

FIRST = dt.datetime(2014, 1, 1, 8, 0, 0, tzinfo=dt.UTC)
SPAN = dt.timedelta(days=3650)
PHOTO_PX = (4032, 3024)
PREVIEW_PX = (160, 120)
TINY_PX = (64, 48)
GRAIN = 5.3  # mean standard deviation; makes a photo 3.3 MB on average
CAMERAS = (
    ("Apple", "iPhone 12"),
    ("Google", "Pixel 6"),
    ("samsung", "SM-G991B"),
    ("SONY", "ILCE-6400"),
)
# How an upright scene is laid down so that the EXIF orientation turns it back.
LAID_DOWN = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
ORIENTATION_SHARES = (0.62, 0.01, 0.05, 0.01, 0.01, 0.24, 0.01, 0.05)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How many files of each kind a corpus has. Equal recipes make equal corpora."""

    photos: int = 0
    screenshots: int = 0
    videos: int = 0
    tiny: int = 0
    seed: int = 1

    @property
    def files(self) -> int:
        """Number of files, each with a content of its own."""
        return self.photos + self.screenshots + self.videos + self.tiny

    @property
    def pictures(self) -> int:
        """Number of files that are no videos."""
        return self.files - self.videos

    @property
    def name(self) -> str:
        """A folder name that tells one recipe from another."""
        return "-".join(f"{kind}{number}" for kind, number in asdict(self).items() if number)


def phone(photos: int, seed: int = 1) -> Recipe:
    """So many photos, a screenshot for every twenty, a video for every eighty."""
    return Recipe(photos, max(1, photos // 20), max(1, photos // 80), seed=seed)


# ---- the parts of a file


@functools.cache
def noise(seed: int) -> list[Image.Image]:
    """Four square pictures of 1/f noise, on which all scenes are crops."""
    side = 1024
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None, :])
    frequency[0, 0] = 1
    pictures = []
    for number in range(4):
        rng = np.random.default_rng((seed, 0, number))
        planes = []
        for _ in range(3):
            spectrum = rng.standard_normal(frequency.shape) / frequency**1.35
            turned = spectrum * np.exp(2j * np.pi * rng.random(frequency.shape))
            plane = np.fft.irfft2(turned, s=(side, side))
            planes.append(plane / plane.std())
        shaded = [120 + 50 * (0.8 * planes[0] + 0.35 * plane) for plane in planes]
        pixels = np.clip(np.stack(shaded, -1), 0, 255).astype(np.uint8)
        pictures.append(Image.fromarray(pixels))
    return pictures


@functools.cache
def grain(seed: int) -> np.ndarray:
    """A tile of sensor noise, repeated over each scene from a place of its own."""
    tile: np.ndarray = np.random.default_rng((seed, 9)).normal(0, GRAIN, (1024, 1024, 1))
    return tile


def scene(rng: np.random.Generator, seed: int, size: tuple[int, int]) -> Image.Image:
    """An upright picture of `size`: a crop of the noise, enlarged, with grain."""
    source = noise(seed)[rng.integers(4)]
    scale = min(source.width / size[0], source.height / size[1]) * rng.uniform(0.5, 1)
    width, height = size[0] * scale, size[1] * scale
    left, top = rng.uniform(0, source.width - width), rng.uniform(0, source.height - height)
    box = (left, top, left + width, top + height)
    smooth = np.asarray(source.resize(size, Image.Resampling.BICUBIC, box=box), dtype=np.int16)
    tile = np.roll(grain(seed), tuple(rng.integers(0, 1024, 2)), (0, 1)) * rng.uniform(0.5, 1.5)
    rows, columns = -(-size[1] // 1024), -(-size[0] // 1024)
    noisy = smooth + np.tile(tile.astype(np.int16), (rows, columns, 1))[: size[1], : size[0]]
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


def jpeg(image: Image.Image, quality: int, exif: bytes = b"") -> bytes:
    """The picture as JPEG."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, subsampling="4:2:0", exif=exif)
    return out.getvalue()


def exif_of(
    when: dt.datetime,
    camera: tuple[str, str],
    orientation: int,
    size: tuple[int, int],
    identity: str,
    gps: tuple[float, float] | None = None,
) -> bytes:
    """An EXIF block as a phone writes it, without a preview."""
    stamp = when.strftime("%Y:%m:%d %H:%M:%S")
    exif = Image.Exif()
    exif.update({0x010F: camera[0], 0x0110: camera[1], 0x0112: orientation, 0x0132: stamp})
    detail = exif.get_ifd(0x8769)
    detail.update({0x9003: stamp, 0x9004: stamp, 0x9011: "+00:00"})
    detail.update({0xA002: size[0], 0xA003: size[1], 0xA420: identity})
    if gps:
        north, east = gps
        place = exif.get_ifd(0x8825)
        place.update({1: "N" if north >= 0 else "S", 2: (abs(north), 0.0, 0.0)})
        place.update({3: "E" if east >= 0 else "W", 4: (abs(east), 0.0, 0.0)})
    return exif.tobytes()


def with_preview(exif: bytes, preview: bytes) -> bytes:
    """The EXIF block with a preview in a second directory, which Pillow does not write.

    Source: TIFF 6.0, section 2 (a directory ends with the offset of the next); EXIF 2.32, 4.5.
    """
    tiff = bytearray(exif.removeprefix(b"Exif\0\0"))  # big endian, as Pillow writes it
    entries = struct.unpack_from(">H", tiff, 8)[0]
    tiff += b"\0" * (len(tiff) % 2)
    struct.pack_into(">L", tiff, 8 + 2 + 12 * entries, len(tiff))
    preview_at = len(tiff) + 2 + 3 * 12 + 4
    tiff += struct.pack(">H", 3)
    tiff += struct.pack(">HHLHH", 0x0103, 3, 1, 6, 0)  # compression: JPEG
    tiff += struct.pack(">HHLL", 0x0201, 4, 1, preview_at)
    tiff += struct.pack(">HHLL", 0x0202, 4, 1, len(preview))
    tiff += struct.pack(">L", 0)
    return b"Exif\0\0" + bytes(tiff) + preview


# ---- one file each


def moment(number: int, of: int, rng: np.random.Generator) -> dt.datetime:
    """When file `number` was taken: spread evenly over the years, and not on the hour."""
    share = (number + rng.random()) / of
    return FIRST + dt.timedelta(seconds=int(SPAN.total_seconds() * share))


def put(folder: Path, name: str, data: bytes, when: dt.datetime) -> None:
    """Write one file into its month, with the time it was taken as its modification time."""
    month = folder / when.strftime("%Y/%m")
    month.mkdir(parents=True, exist_ok=True)
    (month / name).write_bytes(data)
    os.utime(month / name, (when.timestamp(), when.timestamp()))


def make_photo(folder: Path, recipe: Recipe, number: int) -> None:
    """A photo of 12 megapixels. The first eight have the orientations 1 to 8."""
    rng = np.random.default_rng((recipe.seed, 1, number))
    when = moment(number, recipe.photos, rng)
    orientation = number + 1 if number < 8 else 1 + int(rng.choice(8, p=ORIENTATION_SHARES))
    upright = PHOTO_PX if orientation < 5 else PHOTO_PX[::-1]
    image = scene(rng, recipe.seed, upright)
    if orientation in LAID_DOWN:
        image = image.transpose(LAID_DOWN[orientation])
    gps = (rng.uniform(-55, 65), rng.uniform(-179, 179)) if number % 2 == 0 else None
    camera = CAMERAS[int(rng.integers(len(CAMERAS)))]
    exif = exif_of(when, camera, orientation, image.size, f"{number:032x}", gps)
    preview = jpeg(image.resize(PREVIEW_PX, Image.Resampling.BOX), 75)
    name = f"IMG_{when:%Y%m%d_%H%M%S}_{number:06d}.jpg"
    put(folder, name, jpeg(image, 90, with_preview(exif, preview)), when)


def screen(rng: np.random.Generator, seed: int, size: tuple[int, int]) -> Image.Image:
    """Flat colours with lines of text and one picture."""
    width, height = size
    image = Image.new("RGB", size, tuple(int(v) for v in rng.integers(225, 256, 3)))
    draw = ImageDraw.Draw(image)
    for line in range(200, height - 700, 64):
        for left in range(40, int(rng.integers(width // 2, width - 60)), 34):
            draw.text((left, line), chr(97 + int(rng.integers(26))), "black", font_size=30)
    image.paste(scene(rng, seed, (width - 80, 560)), (40, height - 600))
    return image


def make_screenshot(folder: Path, recipe: Recipe, number: int) -> None:
    """A screenshot, as PNG."""
    rng = np.random.default_rng((recipe.seed, 2, number))
    when = moment(number, recipe.screenshots, rng)
    image = screen(rng, recipe.seed, (1080, 2400) if number % 3 else (1920, 1080))
    out = io.BytesIO()
    image.save(out, "PNG")
    put(folder, f"Screenshot_{when:%Y%m%d-%H%M%S}_{number:04d}.png", out.getvalue(), when)


def make_video(folder: Path, recipe: Recipe, number: int) -> None:
    """Five seconds of a still that drifts, as H.264 in MP4."""
    import av

    rng = np.random.default_rng((recipe.seed, 3, number))
    when = moment(number, recipe.videos, rng)
    wide = np.asarray(scene(rng, recipe.seed, (1280 + 300, 720)))
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        stream.options = {"preset": "veryfast", "threads": "1"}
        for step in range(150):
            pixels = np.ascontiguousarray(wide[:, 2 * step : 2 * step + 1280])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    put(folder, f"VID_{when:%Y%m%d_%H%M%S}_{number:04d}.mp4", out.getvalue(), when)


TINY_BLOCK = 500


def make_tiny_block(folder: Path, recipe: Recipe, block: int) -> None:
    """`TINY_BLOCK` pictures of 64 by 48. Their EXIF block is patched, not made: quicker."""
    blank_date, blank_identity = "2014:01:01 08:00:00", "f" * 32
    exif = exif_of(FIRST, ("Bench", "Tiny"), 1, TINY_PX, blank_identity)
    last = min(recipe.tiny, (block + 1) * TINY_BLOCK)
    for number in range(block * TINY_BLOCK, last):
        rng = np.random.default_rng((recipe.seed, 4, number))
        when = moment(number, recipe.tiny, rng)
        source = noise(recipe.seed)[rng.integers(4)]
        left, top = (int(v) for v in rng.integers(0, 1024 - TINY_PX[0], 2))
        image = source.crop((left, top, left + TINY_PX[0], top + TINY_PX[1]))
        own = exif.replace(blank_date.encode(), f"{when:%Y:%m:%d %H:%M:%S}".encode())
        own = own.replace(blank_identity.encode(), f"{number:032x}".encode())
        put(folder, f"T{number:07d}.jpg", jpeg(image, 60, own), when)


# ---- the whole


Task = Callable[[Path], None]
"""Puts some files into a folder; may travel to another process."""


def tasks(recipe: Recipe) -> list[Task]:
    """All that makes up the corpus of a recipe."""
    kinds = (
        (make_video, recipe.videos),
        (make_photo, recipe.photos),
        (make_screenshot, recipe.screenshots),
        (make_tiny_block, -(-recipe.tiny // TINY_BLOCK)),
    )
    return [
        functools.partial(_make_one, function, recipe, number)
        for function, many in kinds
        for number in range(many)
    ]


def _make_one(
    function: Callable[[Path, Recipe, int], None], recipe: Recipe, number: int, folder: Path
) -> None:
    function(folder, recipe, number)


def make(work: Sequence[Task], folder: Path, jobs: int) -> None:
    """Fill `folder`, which must be absent or empty, with `jobs` processes."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise SystemExit(f"{folder} is not empty")
    with ProcessPoolExecutor(jobs) as pool:
        running = [pool.submit(task, folder) for task in work]
        for done, future in enumerate(running, 1):
            future.result()
            if sys.stderr.isatty():
                print(f"\rmaking {folder.name}: {done}/{len(work)}", end="", file=sys.stderr)
    if sys.stderr.isatty():
        print(file=sys.stderr)


def ensure(name: str, work: Sequence[Task], at: Path) -> Path:
    """The corpus of this name in the folder `at`, made now if it is not there yet."""
    folder = at / name
    if not folder.exists():
        half = at / (name + ".part")
        shutil.rmtree(half, ignore_errors=True)
        make(work, half, os.cpu_count() or 1)
        half.rename(folder)
    return folder


def main() -> None:
    """Make one corpus, and print what it is."""
    parser = argparse.ArgumentParser(description="Make a folder of pictures for the benchmark.")
    parser.add_argument("folder", type=Path)
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--photos", type=int, help="number of photos of 12 megapixels")
    kind.add_argument("--tiny", type=int, help="number of pictures of 64 by 48")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    recipe = (
        Recipe(tiny=given.tiny, seed=given.seed) if given.tiny else phone(given.photos, given.seed)
    )
    make(tasks(recipe), given.folder, given.jobs)
    print(json.dumps(survey(given.folder).summary(), indent=1))


if __name__ == "__main__":
    main()
