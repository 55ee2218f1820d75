from __future__ import annotations

from hashlib import sha256

import pytest

from media_server.model.access import digest_of_token


def test_a_good_one() -> None:
    for text in ("0123456789abcdef", "correct-horse-battery", "!" + "ab3$%^&*" * 8):
        assert digest_of_token(text) == sha256(text.encode()).digest()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "16 to 512"),
        ("0123456789abcde", "openssl rand -hex 32"),
        ("0123456789abcdef" * 33, "16 to 512"),
        ("a" * 40, "too easy to guess"),
        ("password" * 4, "too easy to guess"),
        ("correct horse battery", "no blanks"),
        ("correct-horse\tbattery", "no blanks"),
        ("correct-horse-bättery", "ASCII"),
        ("correct-horse\x00battery", "ASCII"),
        ("correct-horse\x7fbattery", "ASCII"),
    ],
)
def test_bad_ones_are_not_repeated(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        digest_of_token(text)
    assert not text or text not in str(caught.value)
