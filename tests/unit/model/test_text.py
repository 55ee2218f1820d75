"""Names that are no UTF-8 have a text to show."""

from __future__ import annotations

import pytest

from media_server.model.text import shown


@pytest.mark.parametrize("name", [b"", b"a.jpg", "ä\n🏞".encode()])
def test_utf8_needs_none(name: bytes) -> None:
    assert shown(name) is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (b"caf\xe9.jpg", "caf\ufffd.jpg"),
        (b"\xed\xa0\x80", "\ufffd\ufffd\ufffd"),
        (b"\xff", "\ufffd"),
    ],
)
def test_other_bytes_become_replacement_characters(name: bytes, text: str) -> None:
    assert shown(name) == text
