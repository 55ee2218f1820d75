"""Draws the gallery's icons as PNG from its mark, `frontend/public/icons/mark.svg`.

python tools/draw_icons.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyvips

ICONS: Final = Path(__file__).resolve().parent.parent / "frontend/public/icons"
_CORNERS: Final = ' rx="22"'
# What the mark fills of an icon that the system cuts to a shape of its own: a circle of 4/5 of its
# edge always stays (W3C, Web Application Manifest, "Icon masks and safe zone").
_MASKED: Final = 'viewBox="-12 -12 120 120"'


def main() -> None:
    """Draw them all."""
    mark = (ICONS / "mark.svg").read_text()
    full = mark.replace(_CORNERS, "")
    masked = full.replace('viewBox="0 0 96 96"', _MASKED).replace(
        '<rect width="96" height="96"', '<rect x="-12" y="-12" width="120" height="120"'
    )
    for name, svg, edge_px in (
        ("mark-192", mark, 192),
        ("mark-512", mark, 512),
        ("maskable-512", masked, 512),
        ("touch-180", full, 180),
    ):
        drawn = pyvips.Image.thumbnail_buffer(svg.encode(), edge_px)
        drawn.write_to_file(str(ICONS / f"{name}.png"), palette=True, effort=10, strip=True)


if __name__ == "__main__":
    main()
