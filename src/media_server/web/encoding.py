"""Compression of answers: what the client takes, and doing it piece by piece."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import zstandard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Encoding = Literal["zstd", "gzip", "identity"]
_Offered = TypeVar("_Offered", bound=str)
# Where a client likes several equally well, the first of these.
ENCODINGS: tuple[Encoding, ...] = ("zstd", "gzip", "identity")

# Fast levels: the answer is waited for, and is sent more often over a LAN than far away.
_ZSTD_LEVEL = 1
_GZIP_LEVEL = 1
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


def compressed(pieces: Iterable[bytes], encoding: Encoding) -> Iterator[bytes]:
    """The same bytes, encoded, in pieces."""
    if encoding == "identity":
        yield from pieces
        return
    compressor: Any
    if encoding == "zstd":
        compressor = zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj()
    else:
        compressor = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
    for piece in pieces:
        yield compressor.compress(piece)
    yield compressor.flush()


def choose(accept_encoding: str | None) -> Encoding:
    """The encoding that a client likes best (RFC 9110, section 12.5.3).

    Args:
        accept_encoding: the request's header; None or nonsense means no compression.
    """
    return choose_of(accept_encoding, ENCODINGS)


def choose_of(accept_encoding: str | None, offered: Sequence[_Offered]) -> _Offered:
    """The one of some encodings that a client likes best, as `choose`.

    Args:
        accept_encoding: as for `choose`.
        offered: where a client likes several equally well, the first of these; `identity`, which
            everybody takes, is the last.
    """
    weights = _weights(accept_encoding or "")
    # `*` means gzip, which everybody can decode. Not named, `identity` is there all the same.
    liked = {"gzip": weights.get("*", 0.0), "identity": 1e-4} | weights
    best = max(offered, key=lambda encoding: liked.get(encoding, 0.0))
    return best if liked.get(best, 0.0) > 0 else offered[-1]


def _weights(accept_encoding: str) -> dict[str, float]:
    found = {}
    for part in accept_encoding.lower().split(","):
        name, _, parameter = part.partition(";")
        word, _, weight = parameter.replace(" ", "").partition("=")
        try:
            found[name.strip()] = float(weight) if word == "q" else 1.0
        except ValueError:
            continue
    return found
