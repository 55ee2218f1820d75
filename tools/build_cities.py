"""Makes the names on the gallery's map from the index of places.

    python tools/build_cities.py

The largest places of `places.npz` (GeoNames, CC BY 4.0; see docs/places.md) that are no sections of
others, the largest first: name, latitude, longitude in hundredths of a degree. Gives the same file
to the byte for the same index.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np

from media_server.library.places.index import DEGREE

ROOT: Final = Path(__file__).resolve().parent.parent
INDEX: Final = ROOT / "src/media_server/library/places/places.npz"
MADE: Final = ROOT / "frontend/src/widgets/cities.json"
_PLACES: Final = 6_000


def main() -> None:
    """Write the file."""
    with np.load(INDEX) as file:
        names = file["names"].tobytes().decode().split("\n")
        hundredths = DEGREE // 100
        rows = zip(
            names,
            np.rint(file["latitude"] / hundredths).astype(int).tolist(),
            np.rint(file["longitude"] / hundredths).astype(int).tolist(),
            file["size"].tolist(),
            file["whole"].tolist(),
            strict=False,  # other names follow
        )
        whole = [row for row in rows if row[4] == 0]
    largest = sorted(whole, key=lambda row: (-row[3], row[0]))[:_PLACES]
    made = [value for row in largest for value in row[:3]]
    MADE.write_text(json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
