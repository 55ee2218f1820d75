from __future__ import annotations

import pytest

from media_server.media.errors import CorruptError, TruncatedError
from media_server.media.gif import read_gif
from media_server.media.source import BytesSource


def test_the_canvas_is_the_size() -> None:
    layout = read_gif(BytesSource(b"GIF89a\x40\x01\xf0\x00\0\0\0"))
    assert (layout.width_px, layout.height_px) == (320, 240)


def test_headers_that_are_none() -> None:
    with pytest.raises(TruncatedError):
        read_gif(BytesSource(b"GIF89a\x40\x01\xf0"))
    with pytest.raises(CorruptError):
        read_gif(BytesSource(b"GIF89a\0\0\xf0\0"))
