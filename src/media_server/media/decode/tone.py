"""HDR and wide gamut to sRGB, for pictures that say by code points what their numbers mean.

Takes small pictures: the arithmetic is in floats, a band of rows at a time, so that the memory it
needs does not grow with the height.

Sources: ITU-R BT.2100-3 (PQ, HLG and its system gamma), BT.2408-7 section 2.2 (white at 203 cd/m²),
BT.2390-11 section 5.4.1 (the curve that bends highlights), IEC 61966-2-1 (sRGB),
Adobe RGB (1998) section 4.3.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from media_server.media.cicp import ADOBE_RGB_PRIMARIES, GAMMA_2_2, HLG, LINEAR, PQ

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from media_server.media.cicp import Cicp

    Floats = NDArray[np.float32]

WHITE_NITS = 203.0
"""How bright white is in an HDR picture: shown as 255."""

_HLG_PEAK_NITS = 1_000.0
_MAX_NITS = 10_000.0
_BAND_PIXELS = 1 << 18
# The brightest thousandth may clip: single glints must not darken a whole picture.
_PEAK_SHARE = 99.9
_PEAK_PIXELS = 1 << 16

_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
_HLG_A, _HLG_B, _HLG_C = 0.17883277, 0.28466892, 0.55991073
_LUMA_2020 = (0.2627, 0.6780, 0.0593)

# Chromaticities of red, green, blue and white.
_D65 = (0.3127, 0.3290)
_SRGB = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), _D65)
_PRIMARIES = {
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), _D65),
    11: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351)),
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _D65),
    ADOBE_RGB_PRIMARIES: ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06), _D65),
}


def to_srgb_numbers(coded: NDArray[Any], cicp: Cicp) -> NDArray[np.uint8]:
    """The picture in sRGB, with highlights bent into what a plain screen can show.

    Args:
        coded: (height, width, 3), as stored: uint8, uint16 of the full range, or floats 0 to 1.
        cicp: what the numbers mean.

    Returns:
        (height, width, 3). Parts up to white keep their brightness when nothing is brighter.
    """
    height, width = coded.shape[:2]
    out = np.empty((height, width, 3), np.uint8)
    to_709 = _matrix(cicp.primaries)
    peak_nits = _peak_nits(coded, cicp) if cicp.is_hdr else WHITE_NITS
    rows = max(1, _BAND_PIXELS // max(width, 1))
    for top in range(0, height, rows):
        light = _light(coded[top : top + rows], cicp) @ to_709.T
        np.clip(light, 0.0, None, out=light)
        if peak_nits > WHITE_NITS:
            light *= _bend(light.max(axis=2, keepdims=True), peak_nits)
        out[top : top + rows] = np.rint(_srgb(np.clip(light, 0.0, 1.0)) * 255)
    return out


def _light(coded: NDArray[Any], cicp: Cicp) -> Floats:
    """Linear light in the picture's own primaries; 1 is white."""
    top = float(np.iinfo(coded.dtype).max) if coded.dtype.kind == "u" else 1.0
    signal: Floats = np.clip(coded.astype(np.float32) / np.float32(top), 0.0, 1.0)
    if cicp.transfer == PQ:
        return np.asarray(_pq_nits(signal) / WHITE_NITS, np.float32)
    if cicp.transfer == HLG:
        return np.asarray(_hlg_nits(signal) / WHITE_NITS, np.float32)
    if cicp.transfer == LINEAR:
        return signal
    if cicp.transfer == GAMMA_2_2:
        return np.asarray(np.power(signal, 2.2), np.float32)
    return _unsrgb(signal)


def _pq_nits(signal: Floats) -> Floats:
    power = np.power(signal, np.float32(1 / _M2))
    light = np.maximum(power - np.float32(_C1), 0) / (np.float32(_C2) - np.float32(_C3) * power)
    return np.asarray(np.power(light, np.float32(1 / _M1)) * np.float32(_MAX_NITS), np.float32)


def _pq_signal(nits: Floats) -> Floats:
    power = np.power(nits / np.float32(_MAX_NITS), np.float32(_M1))
    ratio = (np.float32(_C1) + np.float32(_C2) * power) / (1 + np.float32(_C3) * power)
    return np.asarray(np.power(ratio, np.float32(_M2)), np.float32)


def _hlg_nits(signal: Floats) -> Floats:
    scene = np.where(
        signal <= 0.5,
        signal * signal / 3,
        (np.exp((signal - np.float32(_HLG_C)) / np.float32(_HLG_A)) + np.float32(_HLG_B)) / 12,
    )
    luma = scene @ np.array(_LUMA_2020, np.float32)
    gamma = np.power(np.maximum(luma, np.float32(1e-6)), np.float32(0.2))
    return np.asarray(scene * gamma[..., None] * np.float32(_HLG_PEAK_NITS), np.float32)


def _peak_nits(coded: NDArray[Any], cicp: Cicp) -> float:
    """How bright the brightest parts are, but for single glints; from evenly chosen pixels."""
    step = max(1, round((coded.shape[0] * coded.shape[1] / _PEAK_PIXELS) ** 0.5))
    brightest = _light(coded[::step, ::step], cicp).max(axis=2)
    peak_nits = float(np.percentile(brightest, _PEAK_SHARE)) * WHITE_NITS
    return min(max(peak_nits, WHITE_NITS), _MAX_NITS)


def _bend(brightest: Floats, peak_nits: float) -> Floats:
    """The factor that brings each pixel's strongest colour below white: BT.2390's EETF."""
    peak = float(_pq_signal(np.float32(peak_nits)))  # type: ignore[arg-type]
    wanted = float(_pq_signal(np.float32(WHITE_NITS))) / peak  # type: ignore[arg-type]
    knee = 1.5 * wanted - 0.5
    nits = np.minimum(brightest * np.float32(WHITE_NITS), np.float32(peak_nits))
    signal = _pq_signal(nits) / np.float32(peak)
    t = np.clip((signal - knee) / (1 - knee), 0.0, 1.0)
    spline = (
        (2 * t**3 - 3 * t**2 + 1) * knee
        + (t**3 - 2 * t**2 + t) * (1 - knee)
        + (3 * t**2 - 2 * t**3) * wanted
    )
    bent = _pq_nits(np.where(signal > knee, spline, signal) * np.float32(peak))
    return np.asarray(bent / np.maximum(brightest * np.float32(WHITE_NITS), 1e-4), np.float32)


def _unsrgb(signal: Floats) -> Floats:
    curved = np.power((signal + np.float32(0.055)) / np.float32(1.055), np.float32(2.4))
    return np.where(signal <= 0.04045, signal / np.float32(12.92), curved)


def _srgb(light: Floats) -> Floats:
    curved = np.float32(1.055) * np.power(light, np.float32(1 / 2.4)) - np.float32(0.055)
    return np.where(light <= 0.0031308, light * np.float32(12.92), curved)


def _matrix(primaries: int) -> Floats:
    """From linear light in these primaries to linear sRGB. White stays white."""
    known = _PRIMARIES.get(primaries)
    if known is None:
        return np.eye(3, dtype=np.float32)
    return np.asarray(np.linalg.inv(_to_xyz(_SRGB)) @ _to_xyz(known), np.float32)


def _to_xyz(points: tuple[tuple[float, float], ...]) -> NDArray[np.float64]:
    columns = np.array([(x / y, 1.0, (1 - x - y) / y) for x, y in points]).T
    scale = np.linalg.solve(columns[:, :3], columns[:, 3])
    # The white of cinemas is brought to that of screens by scaling: its pictures mean white by it.
    white = np.array([_D65[0] / _D65[1], 1.0, (1 - sum(_D65)) / _D65[1]])
    matrix = columns[:, :3] * scale
    return np.asarray(matrix * (white / matrix.sum(axis=1))[:, None], np.float64)
