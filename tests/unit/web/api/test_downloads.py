"""Many originals in one archive."""

from __future__ import annotations

import io
import os
import subprocess
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import QueuePool

from media_server.library import original
from media_server.model.query.tree import And
from media_server.web import download_plan
from media_server.web.api import downloads
from media_server.web.api.downloads import Downloads
from media_server.web.application import Application
from media_server.web.gate import Gate
from media_server.web.router import Router
from media_server.web.transfer import Transfers
from support.library import InstantJails, digest_of, make_served
from support.media import picture
from support.site import Site

if TYPE_CHECKING:
    from pathlib import Path

    from media_server.catalog.assets import FileAt
    from support.library import Served

ONE, TWO = picture(1), picture(2) + bytes(200_000)
POST = "/api/v1/downloads"


def wanted(*contents: bytes, **more: str) -> dict[str, object]:
    return {"digests": [digest_of(one) for one in contents], **more}


@pytest.fixture
def library(quick: Served) -> Served:
    quick.write("2020/Zoë.jpg", ONE)
    quick.write("a\nb.jpg", TWO)
    quick.run()
    return quick


def promise(site: Site, *contents: bytes, **more: str) -> Any:
    answer = site.ask(POST, method="POST", body=wanted(*contents, **more))
    assert answer.status == 201, answer.body
    promised = answer.json()
    assert answer.headers["location"] == promised["url"]
    return promised


def unpack(data: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "got.zip"
    path.write_bytes(data)
    tested = subprocess.run(["unzip", "-t", path], capture_output=True, text=True)
    assert tested.returncode == 0, tested.stdout
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "out")
    return tmp_path / "out"


def test_an_archive_that_checks_itself(library: Served, tmp_path: Path) -> None:
    site = Site(library)
    promised = promise(site, ONE, TWO, ONE, name='my "trip"')
    assert (promised["files"], promised["name"]) == (2, 'my "trip".zip')
    answer = site.ask(promised["url"])
    assert answer.status == 200
    assert len(answer.body) == promised["size_bytes"] == int(answer.headers["content-length"])
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"].startswith('attachment; filename="my _trip_.zip"')
    out = unpack(answer.body, tmp_path)
    assert (out / "photos/2020/Zoë.jpg").read_bytes() == ONE
    assert (out / "photos/a_b.jpg").read_bytes() == TWO
    checked = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=out, capture_output=True)
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.count(b": OK") == 2
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        assert archive.namelist()[-1] == "SHA256SUMS"
    head = site.ask(promised["url"], method="HEAD")
    assert (head.status, head.body, head.headers) == (200, b"", answer.headers)


def test_a_copy_goes_by_the_path_that_lists_show(quick: Served) -> None:
    """Whichever was found first; by the whole path, as a blank comes before a slash."""
    quick.write("z/photo.jpg", ONE)
    quick.run()
    quick.write("a/photo.jpg", ONE)
    quick.write("a b/photo.jpg", ONE)
    quick.run()
    site = Site(quick)
    ((_, entry),) = quick.listing().items()
    assert entry.file_path == quick.at("a b/photo.jpg")
    with zipfile.ZipFile(io.BytesIO(site.ask(promise(site, ONE)["url"]).body)) as archive:
        assert archive.namelist() == ["photos/a b/photo.jpg", "SHA256SUMS"]


def test_files_with_the_same_name(tmp_path: Path) -> None:
    served = make_served(tmp_path, InstantJails(), libraries=("a/photos", "b/photos"))
    for root, data in zip(served.roots, (ONE, TWO), strict=True):
        with open(os.path.join(root, "x.jpg"), "wb") as file:
            file.write(data)
    served.run()
    site = Site(served)
    with zipfile.ZipFile(io.BytesIO(site.ask(promise(site, ONE, TWO)["url"]).body)) as archive:
        assert archive.namelist() == ["photos/x.jpg", "photos/x (2).jpg", "SHA256SUMS"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"digests": []},
        {"digests": ["x"]},
        {"digests": ["0" * 40]},
        {"digests": ["0" * 64], "name": ""},
        {"digests": ["0" * 64], "more": 1},
        {"digests": ["0" * 64], "without": ["0" * 64]},
        {"query": "", "without": ["x"]},
        {"digests": ["0" * 64], "cursor": ""},
        {"digests": ["0" * 64] * 100_001},
    ],
)
def test_bad_bodies(library: Served, body: object) -> None:
    assert Site(library).refused(POST, method="POST", body=body) == (400, "bad_body")


def test_what_is_too_much_for_one_comes_in_several(
    library: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MOST_FILES", 2)
    for number in range(3, 6):
        library.write(f"{number}.jpg", picture(number))
    library.run()
    site = Site(library)
    assert site.refused(POST, method="POST", body={"query": ""}) == (400, "bad_body")
    body: dict[str, object] = {"query": "", "without": [digest_of(picture(4))], "cursor": ""}
    first = site.ask(POST, method="POST", body=body).json()
    assert first["files"] == 2
    # What comes meanwhile stands before them, and moves none into the next.
    library.write("6.jpg", picture(6, taken="2035:01:01 12:00:00"))
    library.run()
    second = site.ask(POST, method="POST", body={**body, "cursor": first["next"]}).json()
    assert (second["files"], second["next"]) == (2, None)
    names: list[str] = []
    for promised in (first, second):
        with zipfile.ZipFile(io.BytesIO(site.ask(promised["url"]).body)) as archive:
            names += archive.namelist()[:-1]
    whole = ["photos/2020/Zoë.jpg", "photos/3.jpg", "photos/5.jpg", "photos/a_b.jpg"]
    assert sorted(names) == whole
    for wrong in ("x", "gA"):
        answer = site.refused(POST, method="POST", body={**body, "cursor": wrong})
        assert answer == (400, "bad_cursor")
    # How much it is all together is told as well.
    size = site.ask(f"{POST}/size", method="POST", body={"query": ""}).json()
    assert size["assets"] == 6


def test_a_slow_disk_is_given_time(library: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are looked at outside of what the time of questions is limited for."""
    site = Site(library)
    ends: list[bool] = []

    def slow(roots: object, at: FileAt) -> original.OpenOriginal:
        pool = site.parts.catalog.engine.pool
        assert isinstance(pool, QueuePool)
        ends.append(pool.checkedout() == 0)
        return original.OpenOriginal(roots, at)  # type: ignore[arg-type]

    monkeypatch.setattr(download_plan, "OpenOriginal", slow)
    assert promise(site, ONE, TWO)["files"] == 2
    assert ends == [True, True]


def test_nothing_is_promised_that_cannot_be_had(library: Served) -> None:
    site = Site(library)
    strange = site.ask(POST, method="POST", body=wanted(ONE, b"unknown"))
    assert (strange.status, strange.json()["code"]) == (404, "no_asset")
    assert digest_of(b"unknown") in strange.json()["detail"]
    with open(library.at("2020/Zoë.jpg"), "ab") as file:
        file.write(b"more")
    changed = site.ask(POST, method="POST", body=wanted(TWO, ONE))
    assert (changed.status, changed.json()["code"]) == (404, "no_original")
    os.rename(library.root, library.root + "-away")
    library.scan()
    away = site.ask(POST, method="POST", body=wanted(TWO))
    assert (away.status, away.json()["code"]) == (503, "offline")


def test_one_that_changes_after_the_promise_cuts_it(library: Served) -> None:
    site = Site(library)
    promised = promise(site, ONE, TWO)
    with open(library.at("a\nb.jpg"), "ab") as file:
        file.write(b"more")
    answer = site.ask(promised["url"])
    assert answer.status == 200
    assert len(answer.body) < promised["size_bytes"]


def test_one_that_changes_while_it_is_sent_cuts_it(
    library: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site(library)
    promised = promise(site, ONE, TWO)
    read_at = original.OpenOriginal.read_at

    def change(self: original.OpenOriginal, offset: int, most: int) -> bytes:
        if self.at.name != b"a\nb.jpg":
            return read_at(self, offset, most)
        with open(library.at("a\nb.jpg"), "r+b") as file:
            file.write(b"changed")
        return read_at(self, offset, most)

    monkeypatch.setattr(original.OpenOriginal, "read_at", change)
    answer = site.ask(promised["url"])
    assert len(answer.body) < promised["size_bytes"]
    assert b"changed" not in answer.body


def site_with_clock(library: Served) -> tuple[Site, list[float]]:
    now_s = [0.0]
    site = Site(library)
    made = Downloads(site.parts.catalog, Transfers(), lambda text: And(()), clock=lambda: now_s[0])
    site.application = Application(Router(made.routes()), Gate())
    return site, now_s


def test_its_time_ends(library: Served) -> None:
    site, now_s = site_with_clock(library)
    url = promise(site, ONE)["url"]
    now_s[0] = 599.0
    assert site.ask(url).status == 200
    now_s[0] = 600.0
    assert site.refused(url) == (404, "not_found")
    assert site.refused(f"{POST}/guess") == (404, "not_found")


def test_so_many_are_kept(library: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "_MOST_PLANS", 2)
    site, now_s = site_with_clock(library)
    urls = {promise(site, ONE)["url"] for _ in range(2)}
    assert len(urls) == 2
    full = site.ask(POST, method="POST", body=wanted(ONE))
    assert (full.status, full.json()["code"]) == (503, "busy")
    now_s[0] = 601.0
    promise(site, ONE)


def test_who_asks_for_more_gives_up_his_first(
    library: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "_PLANS_OF_ONE", 2)
    site, _ = site_with_clock(library)
    urls = [promise(site, ONE)["url"] for _ in range(3)]
    assert site.refused(urls[0]) == (404, "not_found")
    assert [site.ask(url).status for url in urls[1:]] == [200, 200]


def test_nothing_stays_open(library: Served) -> None:
    site, now_s = site_with_clock(library)
    site.ask(promise(site, ONE, TWO)["url"])
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        now_s[0] += 601.0
        site.ask(promise(site, ONE, TWO)["url"])
    site.ask(POST, method="POST", body=wanted(b"unknown"))
    assert len(os.listdir("/proc/self/fd")) <= before


def test_all_that_a_search_finds_but_some(library: Served) -> None:
    site = Site(library)
    body = {"query": "type:photo", "without": [digest_of(ONE), "0" * 64]}
    promised = site.ask(POST, method="POST", body=body).json()
    with zipfile.ZipFile(io.BytesIO(site.ask(promised["url"]).body)) as archive:
        assert archive.namelist() == ["photos/a_b.jpg", "SHA256SUMS"]
    nothing = {"query": "type:photo", "without": [digest_of(ONE), digest_of(TWO)]}
    assert site.refused(POST, method="POST", body=nothing) == (404, "no_asset")


def test_how_much_it_would_be(library: Served) -> None:
    library.write("copy of it.jpg", ONE)
    library.run()
    site = Site(library)

    def size(body: object) -> Any:
        answer = site.ask(f"{POST}/size", method="POST", body=body)
        assert answer.status == 200, answer.body
        return answer.json()

    both = {"assets": 2, "size_bytes": len(ONE) + len(TWO)}
    assert size(wanted(ONE, TWO, ONE)) == both
    assert size({"query": ""}) == both
    assert size({"query": "", "without": [digest_of(TWO)]}) == {"assets": 1, "size_bytes": len(ONE)}
    assert size({"digests": ["0" * 64, digest_of(ONE)]}) == {"assets": 1, "size_bytes": len(ONE)}
    # Nothing on the disk is looked at.
    os.remove(library.at("a\nb.jpg"))
    assert size(wanted(ONE, TWO)) == both
    assert site.refused(f"{POST}/size", method="POST", body={}) == (400, "bad_body")
    nothing = {"query": "", "without": [digest_of(ONE), digest_of(TWO)]}
    assert site.refused(f"{POST}/size", method="POST", body=nothing) == (404, "no_asset")
