"""HDR stills and films of all sorts: what is no brighter than white is shown as it was meant.

Signals are made, and results expected, by formulas that share nothing with the program's.
"""

from __future__ import annotations

import base64
import io
import struct
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pillow_heif
import pytest
import pyvips
from PIL import Image

from media_server.media.decode.video import poster
from media_server.media.hdr import is_hdr
from media_server.media.inspect import inspect
from media_server.media.render import grid, thumbnail
from media_server.media.source import BytesSource
from support import light
from support.stills import deep_png, jpeg, scene

if TYPE_CHECKING:
    from collections.abc import Callable

    Numbers = np.ndarray[Any, Any]

COLOURS = np.array(((200, 60, 40), (40, 180, 60), (60, 80, 200), (128, 128, 128))) / 255
WIDTH, HEIGHT = 96, 48
POINTS = {1: light.SRGB, 9: light.BT2020, 12: light.P3}
PQ, HLG, SRGB, BT709 = 16, 18, 13, 1


def signal(primaries: int, transfer: int, colours: Numbers = COLOURS) -> Numbers:
    """The numbers 0 to 1 that mean these sRGB colours, with white at 203 cd/m²."""
    linear = light.from_srgb(colours) @ light.between(light.SRGB, POINTS[primaries]).T
    linear = np.maximum(linear, 0)
    if transfer == PQ:
        return light.nits_to_pq(linear * light.WHITE_NITS)
    if transfer == HLG:
        return light.nits_to_hlg(linear * light.WHITE_NITS)
    return light.to_srgb(linear)


def stripes(numbers: Numbers, width: int = WIDTH, height: int = HEIGHT) -> Numbers:
    row = np.repeat(numbers, width // len(numbers), axis=0)
    return np.ascontiguousarray(np.broadcast_to(row, (height, *row.shape)))


def sixteen(primaries: int, transfer: int) -> Numbers:
    return np.asarray(np.rint(stripes(signal(primaries, transfer)) * 65_535), np.uint16)


def heic(primaries: int, transfer: int, **options: int) -> bytes:
    """Of all colours as they are, unless told otherwise: matrix 0."""
    file = io.BytesIO()
    usual = {"quality": -1, "chroma": 444, "matrix_coefficients": 0, "full_range_flag": 1}
    pillow_heif.encode(
        "RGB;16",
        (WIDTH, HEIGHT),
        sixteen(primaries, transfer).tobytes(),
        file,
        color_primaries=primaries,
        transfer_characteristics=transfer,
        save_nclx_profile=True,
        **(usual | options),
    )
    return file.getvalue()


def heic_as_filmed(primaries: int, transfer: int) -> bytes:
    return heic(
        primaries, transfer, quality=95, chroma=420, matrix_coefficients=9, full_range_flag=0
    )


def avif(primaries: int, transfer: int) -> bytes:
    picture = pyvips.Image.new_from_array(sixteen(primaries, transfer))
    picture = picture.copy(interpretation="rgb16")
    data: bytes = picture.heifsave_buffer(compression="av1", bitdepth=10, lossless=True)
    at = data.index(b"colrnclx") + 8
    return data[:at] + struct.pack(">HH", primaries, transfer) + data[at + 4 :]


def png(primaries: int, transfer: int) -> bytes:
    return deep_png(sixteen(primaries, transfer), b"cICP" + bytes([primaries, transfer, 0, 1]))


def shown(picture: Image.Image) -> Numbers:
    rgb = np.asarray(picture.convert("RGB")).astype(float)
    step = rgb.shape[1] // len(COLOURS)
    return rgb[rgb.shape[0] // 2, step // 2 :: step][: len(COLOURS)]


def still(data: bytes) -> Numbers:
    """What a rendition without loss shows."""
    square = Image.open(io.BytesIO(thumbnail(BytesSource(data)).data))
    return shown(square.crop((80, 104, 80 + WIDTH, 104 + HEIGHT)))


@pytest.mark.parametrize("write", [png, heic, heic_as_filmed, avif])
@pytest.mark.parametrize(
    ("primaries", "transfer"), [(9, PQ), (12, PQ), (1, PQ), (9, HLG), (12, SRGB)]
)
def test_stills(write: Callable[[int, int], bytes], primaries: int, transfer: int) -> None:
    data = write(primaries, transfer)
    assert np.abs(still(data) - COLOURS * 255).max() <= 5
    assert is_hdr(BytesSource(data), inspect(BytesSource(data))[0]) == (transfer != SRGB)


# Encoded by libjxl's own tool from what `png` above gives, as `-d 0` and `-d 0.1`.
JXL = {
    "PQ, BT.2020, lossless": (
        "0000CN?1%F4GM<}0000KW^{RQYItlQ00000YItlQ00009YItmH3IG5ATxxi1WB&@v1^fWy(IXBA0001h2m%2"
        "B`~XWhX_(4`_bVuv0C4`@kHPA9y<Z>*005->63Nz?yEo9J=*k290k@J6_!ohoUo%<2sWbx&=quuhbU{L<4*"
    ),
    "PQ, BT.2020, lossy": (
        "{|d|TlaNP`027D+j0pe#ssaE|p)$(2!OOXxFF$lxOxw85&{o?PmL!UdW0Q0Ohe-+w+*?YD6h+1uBeAa3QAgg"
        "1@lKK|sSRR#VlOI2U5qgvb6_89V#qrgArPqKWMJ?&p-bKObp7Ug%J+BYj>`>r&L$Gq;+YEOZ6b_ZZ))S5``D"
        "se4BLbw(oyo7;>X}d%0^P)N<SNwv7%D$06$fXggw@oXqBeAU)p~ABV>A{^}5UA0zr+tcy3Thb*o9R2jyN4&9"
        "*piJ^iwR4o`D{o@~-$p4*eUnrV%8vb_`~qwwY>+&Q9xVDvkwVTRxZ%+q!9d@8mu6uON%gWRl~S%7{5hCaY{a"
        "Jj5B!$U35V%p&!Mo>JsFCPOR>==bWeO~SWu&$5-Tkiiq{>Atoe?Dhs@+b2$b0+71CcX^IOaQyBdY_|_?*$DJ"
        "=rGa`QUZXy1KeEDJ92d0VB{U*z<N#t<~SNO72;;hkSB)oid;VaB-?jp_;z;=;8Z)pB#`(;&8`2Ig_0}nEp<|"
        "KhGG#mY)n-yM+>^(HXB}_sSNL#>9B0#rr+S#84?9VKe00x`r=y98R3OlZFM@TP-xl6T`3HDXSPxixQ<>tgI%"
        "QIP~yOR_%^IWi`LJ#8VUtESR#wRMGwFH#4c>LLqzj`W;@oq<Pe^a2mKpPb{MA(UMR`_nipcX!|o+jeG>#=)F"
        "Nx@+qM#3w88&7RNMbHG1oE!IK45%8v"
    ),
    "HLG, lossless": (
        "0000CN?1%F4GM<}0000KW^{RQYItlQ00000YItlQ00009YItmH3IG5AU}|`5WB&@v1^fWy83^<k000000tf;"
        "D00;p~IBA&5gZC>am;@uvzxy#*?Y`Y!AP9f}0R{lTEsD(rC5&ESDW5ge8Gtl*8btKJRgqS}v7jOt@DkP|Wkf"
        "DuNd"
    ),
    "PQ, P3, lossless": (
        "0000CN?1%F4GM<}0000KW^{RQYItlQ00000YItlQ00009YItmH3IG5AUut-4WB&@v1^fVH(jyKB0001h2m%2"
        "B2mwntX_(4`_bW)40C4`@kHKR1*YgE}002Nw0)RSW*=Q~i;WoEGmmwjKIQ)P0<BtG`c^#ku7_8DuTj@aFG~!"
        "nb"
    ),
}


@pytest.mark.parametrize("name", JXL)
def test_jpeg_xl(name: str) -> None:
    data = base64.b85decode(JXL[name])
    assert np.abs(still(data) - COLOURS * 255).max() <= 4
    assert is_hdr(BytesSource(data), "image/jxl")


def highlights() -> Numbers:
    """Greys of 0.2, 40, 203, 600 and 1,000 cd/m²."""
    return np.repeat(np.array([0.2, 40.0, 203.0, 600.0, 1_000.0])[:, None], 3, axis=1)


def test_highlights_are_bent_as_bt2390_says() -> None:
    numbers = np.rint(stripes(light.nits_to_pq(highlights()), 100) * 65_535).astype(np.uint16)
    small = Image.open(
        io.BytesIO(thumbnail(BytesSource(deep_png(numbers, b"cICP\x09\x10\0\1"))).data)
    )
    row = np.asarray(small.convert("RGB"))[128, 88:168:20].astype(float)
    wanted = 255 * light.to_srgb(light.bent(highlights() / light.WHITE_NITS, 1_000.0))
    assert np.abs(row - wanted[:4]).max() <= 2
    assert wanted[4].min() > 254


MAPPED = (
    b"<x:xmpmeta xmlns:x='adobe:ns:meta/' xmlns:hdrgm='http://ns.adobe.com/hdr-gain-map/1.0/'/>"
)


def test_of_a_jpeg_with_a_gain_map_the_plain_picture_is_shown() -> None:
    """Ultra HDR: the map is a second JPEG behind the first; screens that cannot, ignore it."""
    bright = Image.new("L", (20, 15), 255)
    data = jpeg(scene(), xmp=MAPPED) + jpeg(bright)
    assert is_hdr(BytesSource(data), "image/jpeg")
    assert grid(BytesSource(data)).data == grid(BytesSource(jpeg(scene()))).data


def clip(
    colours: Numbers,
    codec: str = "libx264",
    *,
    matrix: str = "bt709",
    full: bool = False,
    bits: int = 8,
    points: tuple[int, int] = (2, 2),
    code: int | None = None,
    said: bool = True,
    size: tuple[int, int] = (64, 48),
) -> bytes:
    """A film of upright stripes, given as numbers 0 to 1.

    Args:
        colours: (n, 3).
        codec: FFmpeg's name.
        matrix: a name in `light.LUMA`.
        full: whether luma takes all numbers.
        bits: of each number; 8 or 10.
        points: code points of the primaries and of the transfer function.
        code: the code point of the matrix; that of `matrix` if None.
        said: whether the file says any of it.
        size: width and height.
    """
    file = io.BytesIO()
    form = {"libvpx-vp9": "webm"}.get(codec, "mp4")
    options = {"libx265": {"x265-params": "log-level=none:lossless=1"}}.get(codec, {"crf": "2"})
    pix = "yuv444p" if bits == 8 else f"yuv444p{bits}le"
    if code is None:
        code = {"bt601": 5, "bt709": 1, "bt2020": 9}[matrix]
    numbers = light.yuv(stripes(colours, *size), matrix, full=full, bits=bits)
    with av.open(file, "w", format=form) as container:
        stream: Any = container.add_stream(codec, rate=25, options=options)
        stream.width, stream.height = size
        stream.pix_fmt = pix
        if said:
            context = stream.codec_context
            context.colorspace, context.color_range = code, 2 if full else 1
            context.color_primaries, context.color_trc = points
        for number in range(2):
            frame: Any = av.VideoFrame(*size, pix)
            for plane, part in zip(frame.planes, np.moveaxis(numbers, 2, 0), strict=True):
                rows = np.zeros((size[1], plane.line_size // part.itemsize), part.dtype)
                rows[:, : size[0]] = part
                plane.update(rows.tobytes())
            if said:
                frame.colorspace, frame.color_range = code, 2 if full else 1
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()


def film(data: bytes) -> Numbers:
    """Not in HEVC where there are 10 bits: beside the other encoders x265's fails now and then."""
    return shown(poster(BytesSource(data), 320))


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("matrix", list(light.LUMA))
@pytest.mark.parametrize("codec", ["libx264", "libx265", "libvpx-vp9"])
def test_films_of_every_matrix_and_range(codec: str, matrix: str, *, full: bool) -> None:
    data = clip(COLOURS, codec, matrix=matrix, full=full)
    assert np.abs(film(data) - COLOURS * 255).max() <= 3


@pytest.mark.parametrize(
    ("size", "matrix"), [((64, 48), "bt601"), ((720, 576), "bt601"), ((1280, 720), "bt709")]
)
def test_films_that_say_nothing_have_the_matrix_of_their_size(
    size: tuple[int, int], matrix: str
) -> None:
    data = clip(COLOURS, "libx264", matrix=matrix, said=False, size=size)
    assert np.abs(film(data) - COLOURS * 255).max() <= 3


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize(
    ("primaries", "transfer", "matrix"),
    [(9, PQ, "bt2020"), (9, HLG, "bt2020"), (9, 14, "bt2020"), (12, BT709, "bt709")],
)
def test_films_of_ten_bits_in_hdr_and_wide_gamut(
    primaries: int, transfer: int, matrix: str, *, full: bool
) -> None:
    numbers = signal(primaries, transfer)
    data = clip(numbers, matrix=matrix, full=full, bits=10, points=(primaries, transfer))
    assert np.abs(film(data) - COLOURS * 255).max() <= 4


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_hdr_that_names_no_matrix_has_that_of_bt2020(transfer: int) -> None:
    numbers = signal(9, transfer)
    data = clip(numbers, matrix="bt2020", bits=10, points=(9, transfer), code=2, size=(96, 720))
    assert np.abs(film(data) - COLOURS * 255).max() <= 4
