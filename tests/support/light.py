"""What colour numbers mean, from the standards' formulas in double precision.

Written apart from the program's own arithmetic, for its results to be held against. Sources:
IEC 61966-2-1 (sRGB), ITU-R BT.2100-3 tables 4 and 5 (PQ, HLG), BT.2408-7 section 2.2 (white at
203 cd/m²), BT.2390-11 section 5.4.1 (the curve for highlights), BT.601-7, BT.709-6 and BT.2020-2
(matrices from RGB to luma and colour differences), SMPTE EG 432-1 (P3).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Points = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]

WHITE_NITS = 203.0
HLG_PEAK_NITS = 1_000.0

SRGB: Points = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
P3: Points = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
ADOBE_RGB: Points = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
BT2020: Points = ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))
PRO_PHOTO: Points = ((0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001))
"""Their white is D50."""
D65 = (0.3127, 0.3290)
D50 = (0.3457, 0.3585)

# How much red and blue count in luma.
LUMA: dict[str, tuple[float, float]] = {
    "bt601": (0.299, 0.114),
    "bt709": (0.2126, 0.0722),
    "bt2020": (0.2627, 0.0593),
}


def from_srgb(code: ArrayLike) -> Floats:
    """Linear light of sRGB numbers 0 to 1."""
    number: Floats = np.asarray(code, float)
    return np.where(number <= 0.04045, number / 12.92, ((number + 0.055) / 1.055) ** 2.4)


def to_srgb(light: ArrayLike) -> Floats:
    """sRGB numbers 0 to 1 of linear light, which is cut to what a screen shows."""
    seen: Floats = np.clip(np.asarray(light, float), 0.0, 1.0)
    return np.where(seen <= 0.0031308, seen * 12.92, 1.055 * seen ** (1 / 2.4) - 0.055)


def pq_to_nits(signal: ArrayLike) -> Floats:
    """PQ's EOTF."""
    power = np.asarray(signal, float) ** (1 / (2523 / 32))
    ratio = np.maximum(power - 3424 / 4096, 0) / (2413 / 128 - 2392 / 128 * power)
    return np.asarray(10_000 * ratio ** (1 / (2610 / 16384)))


def nits_to_pq(nits: ArrayLike) -> Floats:
    """PQ's inverse EOTF."""
    power = (np.asarray(nits, float) / 10_000) ** (2610 / 16384)
    return np.asarray(
        ((3424 / 4096 + 2413 / 128 * power) / (1 + 2392 / 128 * power)) ** (2523 / 32)
    )


def hlg_to_nits(signal: ArrayLike) -> Floats:
    """HLG's inverse OETF and OOTF for a screen of 1,000 cd/m²; (…, 3) in BT.2020."""
    number: Floats = np.asarray(signal, float)
    a, b = 0.17883277, 1 - 4 * 0.17883277
    c = 0.5 - a * np.log(4 * a)
    scene = np.where(number <= 0.5, number**2 / 3, (np.exp((number - c) / a) + b) / 12)
    luma = 0.2627 * scene[..., 0] + 0.6780 * scene[..., 1] + 0.0593 * scene[..., 2]
    return np.asarray(HLG_PEAK_NITS * luma[..., None] ** 0.2 * scene)


def nits_to_hlg(nits: ArrayLike) -> Floats:
    """The reverse, of (…, 3)."""
    share = np.asarray(nits, float) / HLG_PEAK_NITS
    luma = 0.2627 * share[..., 0] + 0.6780 * share[..., 1] + 0.0593 * share[..., 2]
    scene = share * np.where(luma > 0, luma, 1)[..., None] ** ((1 - 1.2) / 1.2)
    a, b = 0.17883277, 1 - 4 * 0.17883277
    c = 0.5 - a * np.log(4 * a)
    high = a * np.log(np.maximum(12 * scene - b, 1e-9)) + c
    return np.where(scene <= 1 / 12, np.sqrt(3 * scene), high)


def to_xyz(points: Points, white: tuple[float, float] = D65) -> Floats:
    """The matrix from linear light in these primaries to XYZ."""
    columns = np.array([[x / y, 1.0, (1 - x - y) / y] for x, y in points]).T
    return np.asarray(columns * np.linalg.solve(columns, _xyz(white)))


def _xyz(point: tuple[float, float]) -> Floats:
    return np.array([point[0] / point[1], 1.0, (1 - sum(point)) / point[1]])


def adapted(white: tuple[float, float]) -> Floats:
    """Bradford's matrix from XYZ with a white to XYZ with that of D65."""
    cones = np.array(
        [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
    )
    scale = np.diag((cones @ _xyz(D65)) / (cones @ _xyz(white)))
    return np.asarray(np.linalg.inv(cones) @ scale @ cones)


def between(points: Points, others: Points, white: tuple[float, float] = D65) -> Floats:
    """The matrix from linear light in some primaries (of that white) to that in others (of D65)."""
    return np.asarray(np.linalg.inv(to_xyz(others)) @ adapted(white) @ to_xyz(points, white))


def shown(light: ArrayLike, points: Points, white: tuple[float, float] = D65) -> Floats:
    """What a plain screen shows (0 to 255) of linear light in some primaries; 1 is white."""
    return 255 * to_srgb(np.asarray(light, float) @ between(points, SRGB, white).T)


def bent(light: ArrayLike, peak_nits: float) -> Floats:
    """BT.2390's EETF from `peak_nits` down to white, by the strongest colour; (…, 3)."""
    seen: Floats = np.maximum(np.asarray(light, float), 0)
    if peak_nits <= WHITE_NITS:
        return seen
    strongest = seen.max(axis=-1, keepdims=True)
    peak = float(nits_to_pq(peak_nits))
    e1 = nits_to_pq(np.minimum(strongest * WHITE_NITS, peak_nits)) / peak
    max_lum = float(nits_to_pq(WHITE_NITS)) / peak
    ks = 1.5 * max_lum - 0.5
    t = (e1 - ks) / (1 - ks)
    p = (
        (2 * t**3 - 3 * t**2 + 1) * ks
        + (t**3 - 2 * t**2 + t) * (1 - ks)
        + (-2 * t**3 + 3 * t**2) * max_lum
    )
    nits = pq_to_nits(np.where(e1 < ks, e1, p) * peak)
    return np.asarray(seen * nits / np.maximum(strongest * WHITE_NITS, 1e-9))


def yuv(rgb: ArrayLike, matrix: str, *, full: bool = False, bits: int = 8) -> NDArray[Any]:
    """Luma and colour differences as stored, of (…, 3) numbers 0 to 1; uint8 or uint16."""
    colours: Floats = np.asarray(rgb, float)
    red, blue = LUMA[matrix]
    y = red * colours[..., 0] + (1 - red - blue) * colours[..., 1] + blue * colours[..., 2]
    cb, cr = (colours[..., 2] - y) / (2 - 2 * blue), (colours[..., 0] - y) / (2 - 2 * red)
    step = 2 ** (bits - 8)
    if full:
        top = 2**bits - 1
        planes = [y * top, cb * top + 128 * step, cr * top + 128 * step]
    else:
        planes = [(219 * y + 16) * step, (224 * cb + 128) * step, (224 * cr + 128) * step]
    numbers: NDArray[Any] = np.clip(np.rint(np.stack(planes, -1)), 0, 2**bits - 1)
    return numbers.astype(np.uint8 if bits == 8 else np.uint16)
