"""Who may use the server, as it was told at the start."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

MIN_TOKEN_SIGNS: Final = 16
MAX_TOKEN_SIGNS: Final = 512
_MIN_DIFFERENT = 8
HOW_TO_MAKE_ONE: Final = "`openssl rand -hex 32` makes a good one"


@dataclass(frozen=True, slots=True)
class Access:
    """Who may use the server.

    Attributes:
        token_digest: SHA-256 of the access token that everyone needs; None where there is none.
        open_to_network: without a token, whether also those who are not at this computer may.
    """

    token_digest: bytes | None = None
    open_to_network: bool = False


def digest_of_token(text: str) -> bytes:
    """What is kept of an access token.

    A fast hash is enough: a token is random, and nothing of this is written to a disk.

    Raises:
        ValueError: it is too short, too plain or cannot be sent in a header (RFC 9110, 5.5); the
            sentence does not repeat it.
    """
    if not text.isascii() or any(sign <= " " or sign == "\x7f" for sign in text):
        raise ValueError("letters, digits and signs of ASCII are allowed, and no blanks")
    if not MIN_TOKEN_SIGNS <= len(text) <= MAX_TOKEN_SIGNS:
        raise ValueError(
            f"{MIN_TOKEN_SIGNS} to {MAX_TOKEN_SIGNS} signs are needed; {HOW_TO_MAKE_ONE}"
        )
    if len(set(text)) < _MIN_DIFFERENT:
        raise ValueError(f"it is too easy to guess; {HOW_TO_MAKE_ONE}")
    return sha256(text.encode("ascii")).digest()
