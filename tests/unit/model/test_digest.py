"""A digest is 32 bytes inside and 64 lower-case hex digits outside."""

from __future__ import annotations

from hashlib import sha256

import pytest

from media_server.model.digest import Digest

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_is_written_as_sha256sum_writes_it() -> None:
    assert str(Digest(sha256().digest())) == EMPTY


def test_is_read_in_either_case() -> None:
    assert Digest.parse(EMPTY.upper()) == Digest.parse(EMPTY) == sha256().digest()


def test_is_a_key_like_its_bytes() -> None:
    assert {Digest.parse(EMPTY): 1}[Digest(bytes.fromhex(EMPTY))] == 1
    assert isinstance(Digest.parse(EMPTY), bytes)


def test_is_short_where_programmers_see_it() -> None:
    assert repr(Digest.parse(EMPTY)) == "Digest(e3b0c44298fc…)"


@pytest.mark.parametrize("size", [0, 31, 33])
def test_has_32_bytes(size: int) -> None:
    with pytest.raises(ValueError, match=f"not {size}"):
        Digest(bytes(size))


@pytest.mark.parametrize(
    "text",
    ["", EMPTY[:-1], EMPTY + "0", EMPTY[:-1] + "g", EMPTY + "\n", "０" * 64, " " + EMPTY[1:]],
)
def test_refuses_what_is_not_64_hex_digits(text: str) -> None:
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        Digest.parse(text)
