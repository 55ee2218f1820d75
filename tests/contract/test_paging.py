"""Pages stay right while the library changes: what is there all the time comes exactly once.

A list answers with `next`, the cursor of what follows, and null at the end. The timeline has places
instead of pages, and says with its `cursor` when they may have moved.
"""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from contract.library import photo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contract.conftest import Get

TOKYO = (35.68, 139.69)
AROUND = "west=139&south=35&east=140&north=36"


def fill(folder: Path, names: str, month: int) -> list[str]:
    """Pictures that stand in every list: with a place, and with a name that tells another type."""
    digests = []
    for number, name in enumerate(names):
        taken = f"2015:{month:02}:{number + 1:02} 12:00:00"
        content = photo("black", taken=taken, at=TOKYO, size=(40, 30 + number))
        (folder / f"{name}.png").write_bytes(content)
        digests.append(sha256(content).hexdigest())
    return digests


def names_in(page: dict[str, Any]) -> list[str]:
    """Names of the files that a page tells, whichever list it is of."""
    if "findings" in page:
        return [one["path"].rpartition("/")[2] for one in page["findings"]]
    return [one["name"] for one in page.get("items", page.get("files", []))]


@pytest.mark.parametrize("limit", [1, 2, 3])
@pytest.mark.parametrize(
    "first",
    [
        "/api/v1/search?q=in:new",
        "/api/v1/search?q=in:new&order=oldest",
        f"/api/v1/map/items?{AROUND}",
        "/api/v1/health?code=wrong_extension",
        "/api/v1/folders/NEW?",
    ],
)
def test_what_is_there_all_the_time_comes_exactly_once(
    get: Get, scanned: Callable[[], None], new: Path, first: str, limit: int
) -> None:
    fill(new, "abcdefg", month=6)
    scanned()
    (root,) = get("/api/v1/folders").json()
    inside = get(f"/api/v1/folders/{root['id']}").json()["folders"]
    number = next(one["id"] for one in inside if one["name"] == "new")

    at = first.replace("NEW", str(number)) + f"&limit={limit}"
    page = get(at).json()
    read = names_in(page)

    # One that has been read goes, so does one that has not; others come before and behind.
    gone = [new / name for name in (read[-1], "d.png") if (new / name).exists()]
    for path in gone:
        path.unlink()
    fill(new, "xy", month=1)
    fill(new, "zAB", month=12)
    scanned()

    while page["next"] is not None:
        page = get(f"{at}&cursor={page['next']}").json()
        assert len(names_in(page)) <= limit
        read += names_in(page)
    times = Counter(read)
    assert max(times.values()) == 1
    stayed = {f"{name}.png" for name in "abcdefg"} - {path.name for path in gone}
    assert stayed <= set(times)


def test_the_timeline_says_when_its_places_may_have_moved(
    get: Get, scanned: Callable[[], None], new: Path
) -> None:
    """A client that begins anew then has each asset exactly once."""
    shape = get("/api/v1/timeline").json()
    last = "2015-12-03"
    assert get(f"/api/v1/timeline/items?day={last}").json()["cursor"] == shape["cursor"]

    come = fill(new, "abc", month=12)
    scanned()
    page = get(f"/api/v1/timeline/items?day={last}&limit=2").json()
    assert page["cursor"] != shape["cursor"]

    shape, read = get("/api/v1/timeline").json(), []
    for day, shapes in shape["days"]:
        for offset in range(len(shapes) // 2):
            page = get(f"/api/v1/timeline/items?day={day}&offset={offset}&limit=1").json()
            assert page["cursor"] == shape["cursor"]
            read += [one["digest"] for one in page["items"]]
    assert len(read) == len(set(read)) == 20
    assert set(come) <= set(read)
