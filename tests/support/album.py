"""A folder with one of everything that matters to HTTP clients."""

from __future__ import annotations

import io
import os
import struct

from PIL import Image

from support.media import noise, picture

EXIF_IFD = 0x8769
ORIENTATION, DATE_TIME = 274, 306
DATE_TIME_ORIGINAL, DATE_TIME_DIGITIZED = 36867, 36868
OFFSET_TIME_ORIGINAL, SUB_SECONDS_ORIGINAL = 36881, 37521

# Dates without an offset are in the server's own zone: one with half hours and summer time.
ZONE = "Australia/Adelaide"
# Red above left, green above right, blue below left, yellow below right: which side is up shows.
CORNERS = ((230, 20, 20), (20, 230, 20), (20, 20, 230), (230, 230, 20))
# For each EXIF orientation, how an upright picture is stored.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
STRANGE_NAMES = (
    "new\nline.jpg",
    'quo"te\\back.jpg',
    "perc%20ent.jpg",
    "emoji 😀.jpg",
    "tab\tbell\a.jpg",
    "<script>&amp;.jpg",
    "N" * 251 + ".jpg",
)
NOT_UTF8 = b"bad \xff name.jpg"
# name → EXIF tags of a JPEG: (tag, text) of the Exif folder, but DATE_TIME of the main one.
DATED: dict[str, dict[int, str]] = {
    "offset.jpg": {
        DATE_TIME_ORIGINAL: "2020:02:03 04:05:06",
        OFFSET_TIME_ORIGINAL: "-05:30",
    },
    "local.jpg": {DATE_TIME_ORIGINAL: "2020:07:03 04:05:06"},
    "sub_seconds.jpg": {
        DATE_TIME_ORIGINAL: "2020:02:03 04:05:06",
        OFFSET_TIME_ORIGINAL: "+00:00",
        SUB_SECONDS_ORIGINAL: "125",
    },
    "digitized.jpg": {DATE_TIME_DIGITIZED: "2019:02:03 04:05:06"},
    "date_time.jpg": {DATE_TIME: "2018:02:03 04:05:06"},
    "order.jpg": {
        DATE_TIME: "2018:02:03 04:05:06",
        DATE_TIME_DIGITIZED: "2019:02:03 04:05:06",
        DATE_TIME_ORIGINAL: "2021:02:03 04:05:06",
    },
    "old.jpg": {DATE_TIME_ORIGINAL: "1950:02:03 04:05:06", OFFSET_TIME_ORIGINAL: "+00:00"},
    "zeros.jpg": {DATE_TIME_ORIGINAL: "0000:00:00 00:00:00"},
    "blank.jpg": {DATE_TIME_ORIGINAL: "    :  :     :  :  "},
    "nonsense.jpg": {DATE_TIME_ORIGINAL: "yesterday at noon"},
}


def corners(size: tuple[int, int] = (600, 400)) -> Image.Image:
    """Four quarters of different colour."""
    width, height = size
    image = Image.new("RGB", size)
    for number, colour in enumerate(CORNERS):
        left, top = number % 2 * width // 2, number // 2 * height // 2
        image.paste(colour, (left, top, left + width // 2, top + height // 2))
    return image


def encoded(image: Image.Image, form: str, tags: dict[int, str | int] | None = None) -> bytes:
    """The bytes of a file."""
    exif = Image.Exif()
    for tag, value in (tags or {}).items():
        (exif if tag in (ORIENTATION, DATE_TIME) else exif.get_ifd(EXIF_IFD))[tag] = value
    out = io.BytesIO()
    extra = {"exif": exif.tobytes()} if tags else {}
    image.save(out, form, **extra)
    return out.getvalue()


def transparent(mode: str, size: tuple[int, int] = (300, 300)) -> Image.Image:
    """Left half clear, right half red."""
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (size[0] // 2, 0, *size))
    return image.quantize(8) if mode == "P" else image.convert(mode)


def sixteen_bit() -> bytes:
    """A PNG of 16 bits a sample: left half a quarter of white, right half three quarters."""
    row = struct.pack("<H", 0x4000) * 150 + struct.pack("<H", 0xC000) * 150
    image = Image.frombytes("I;16", (300, 300), row * 300)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def animation() -> bytes:
    """A GIF whose first frame is red and whose others are blue."""
    frames = [Image.new("RGB", (90, 60), colour) for colour in ("red", "blue", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=50)
    return out.getvalue()


def fill(folder: str) -> None:
    """Make the folder."""
    files: dict[str, bytes] = {}
    for orientation, turn in STORED.items():
        stored = corners() if turn is None else corners().transpose(turn)
        files[f"turned_{orientation}.jpg"] = encoded(stored, "JPEG", {ORIENTATION: orientation})
    for form, suffix in FORMS.items():
        files[f"form{suffix}"] = encoded(corners(), form)
    for number, (name, tags) in enumerate(DATED.items()):
        image = Image.new("RGB", (40, 30), (number, 0, 99))
        files[f"dates/{name}"] = encoded(image, "JPEG", dict(tags))
    files["dates/tiff.tif"] = encoded(Image.new("RGB", (40, 30)), "TIFF", dict(DATED["local.jpg"]))
    files["cmyk.jpg"] = encoded(corners().convert("CMYK"), "JPEG")
    files["gray.jpg"] = encoded(corners().convert("L"), "JPEG")
    files["palette.png"] = encoded(transparent("P"), "PNG")
    files["grey_alpha.png"] = encoded(transparent("LA"), "PNG")
    files["clear.webp"] = encoded(transparent("RGBA"), "WEBP")
    files["sixteen.png"] = sixteen_bit()
    files["animation.gif"] = animation()
    files["small.png"] = encoded(corners((40, 30)), "PNG")
    files["dot.png"] = encoded(Image.new("RGB", (1, 1), "red"), "PNG")
    files["wide.png"] = encoded(Image.new("RGB", (4000, 3), "red"), "PNG")
    files["tall.png"] = encoded(Image.new("RGB", (2, 3000), "red"), "PNG")
    files["broken/truncated.jpg"] = files["turned_1.jpg"][:300]
    files["broken/text.jpg"] = b"this is no picture"
    files["broken/empty.jpg"] = b""
    files["broken/noise.png"] = b"\x89PNG\r\n\x1a\n" + noise(1, 3000)
    files["video.mp4"] = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + noise(2, 500)
    files["drawing.svg"] = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    files["notes.txt"] = b"not listed"
    files["page.html"] = b"not listed either"
    files["archive.jpg.gz"] = b"nor this"
    files["no_extension"] = picture(77)
    for number, name in enumerate(STRANGE_NAMES):
        files[f"names/{name}"] = picture(1000 + number)
    files["copies/b/same.jpg"] = files["copies/a/same.jpg"] = picture(55)
    files["copies/a/zzz.jpg"] = files["copies/Z.jpg"] = picture(55)
    for name, data in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
    with open(os.path.join(os.fsencode(folder), b"names", NOT_UTF8), "wb") as file:
        file.write(picture(999))


FORMS = {
    "JPEG": ".jpg",
    "PNG": ".png",
    "GIF": ".gif",
    "WEBP": ".webp",
    "BMP": ".bmp",
    "TIFF": ".tiff",
    "AVIF": ".avif",
}
