"""The identity of content: the SHA-256 of its bytes."""

from __future__ import annotations

import re
from typing import Self

DIGEST_BYTES = 32
_HEX = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)


class Digest(bytes):
    """SHA-256 of an asset's bytes: 32 bytes inside, 64 lower-case hex digits outside.

    Being `bytes`, it is what the catalog and the store keep as their key, without conversion.
    """

    __slots__ = ()

    def __new__(cls, raw: bytes) -> Self:
        """Take 32 raw bytes.

        Raises:
            ValueError: `raw` is not 32 bytes long.
        """
        if len(raw) != DIGEST_BYTES:
            raise ValueError(f"a digest has {DIGEST_BYTES} bytes, not {len(raw)}")
        return super().__new__(cls, raw)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read 64 hexadecimal digits, in either case.

        Raises:
            ValueError: anything else, such as blanks, `0x`, other digits than ASCII ones.
        """
        if not _HEX.fullmatch(text):
            raise ValueError("a digest has 64 hexadecimal digits")
        return cls(bytes.fromhex(text))

    def __str__(self) -> str:
        return self.hex()

    def __repr__(self) -> str:
        return f"Digest({self.hex()[:12]}…)"
