"""The search box over a real socket, as the gallery and a script ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from support.media import picture
from support.server import Server

if TYPE_CHECKING:
    from pathlib import Path


def test_search(tmp_path: Path) -> None:
    library = tmp_path / "photos"
    (library / "Rome").mkdir(parents=True)
    (library / "Rome" / "a.jpg").write_bytes(picture(1, taken="2021:07:14 20:00:00"))
    (library / "b.jpg").write_bytes(picture(2, taken="2020:01:01 10:00:00"))
    with Server(library) as server:
        server.settle()
        found = server.get(f"/api/v1/search?q={quote('rome july 2021')}").json()
        assert [one["name"] for one in found["items"]] == ["a.jpg"]
        assert found["total"] == 1
        wrong = server.get(f"/api/v1/search?q={quote('rome (')}")
        assert (wrong.status, wrong.json()["code"]) == (400, "bad_query")
        for hostile in ("%00", "%FF", "%22%22%22", "q" * 5_000, "-" * 900, "%28" * 900):
            assert server.get(f"/api/v1/search?q={hostile}").status in (200, 400)
        assert server.get("/api/v1/search/facets").json()["assets"] == 2
        assert server.get("/api/v1/search/suggestions?q=rom").json()["suggestions"]
