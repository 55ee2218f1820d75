"""`POST /api/v1/assets/lookup`: a client tells what it has, and hears what the library lacks."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contract.conftest import Post


def test_exactly_those_that_are_not_there_come_back_in_their_order(
    post: Post, digest: Callable[[str], str]
) -> None:
    there, absent = digest("2021/Rome/colosseum.jpg"), ["f" * 64, "0" * 64]
    answer = post("/api/v1/assets/lookup", {"digests": [absent[0], there, absent[1]]})
    assert answer.status == 200
    assert answer.json() == {"missing": absent, "sha1_pending": 0}


def test_sha1_is_taken_as_well(post: Post, library: Path) -> None:
    """As existing phone clients send it. Both may stand in one question."""
    content = (library / "2021/Rome/colosseum.jpg").read_bytes()
    sha1, sha256 = hashlib.sha1(content).hexdigest(), hashlib.sha256(content).hexdigest()
    answer = post("/api/v1/assets/lookup", {"digests": [sha1, sha256, "0" * 40, sha1.upper()]})
    assert answer.json()["missing"] == ["0" * 40]


def test_ten_thousand_go_into_one_question_and_not_one_more(post: Post) -> None:
    many = [f"{number:064x}" for number in range(10_000)]
    assert post("/api/v1/assets/lookup", {"digests": many}).json()["missing"] == many
    answer = post("/api/v1/assets/lookup", {"digests": [*many, "0" * 64]})
    assert (answer.status, answer.json()["code"]) == (400, "bad_body")


def test_what_is_no_digest_is_refused(post: Post) -> None:
    for wrong in ("", "0" * 63, "x" * 64, None, 7):
        answer = post("/api/v1/assets/lookup", {"digests": [wrong]})
        assert (answer.status, answer.json()["code"]) == (400, "bad_body")
