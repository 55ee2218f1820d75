"""Which file names are those of sidecars: files that describe others."""

from __future__ import annotations

MAX_SIDECAR_BYTES = 1_000_000
"""Larger files of these names are something else."""

# XMP of any program, what Google Takeout puts beside each picture, and what Apple's editor did.
_EXTENSIONS = (b".xmp", b".json", b".aae")


def is_sidecar(name: bytes) -> bool:
    """Whether a file of this name may describe another one; what it holds will tell."""
    return name.lower().endswith(_EXTENSIONS)
