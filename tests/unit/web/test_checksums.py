"""Lines that sha256sum itself writes."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from media_server.web.checksums import checksum_line
from support.library import digest_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "name", [b"a", b"a b", b"a\\b", b"a\nb", b"\xff\xfe", b" x", b"*x", b"\\n"]
)
def test_as_sha256sum_writes_them(tmp_path: Path, name: bytes) -> None:
    with open(os.fsencode(tmp_path) + b"/" + name, "wb") as file:
        file.write(b"content")
    told = subprocess.run(
        [b"sha256sum", b"--", name], cwd=tmp_path, capture_output=True, check=True
    ).stdout
    assert checksum_line(bytes.fromhex(digest_of(b"content")), name) == told
