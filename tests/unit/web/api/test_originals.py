"""Original bytes: the right ones, or none."""

from __future__ import annotations

import os
import struct
from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

from media_server.library import original
from support.clips import make_clip
from support.library import digest_of
from support.media import picture
from support.site import Site

if TYPE_CHECKING:
    from support.library import Served

PHOTO = picture(1, size=(300, 200))
AT = f"/api/v1/assets/{digest_of(PHOTO)}"
FOR_EVER = "private, max-age=31536000, immutable"


@pytest.fixture
def site(quick: Served) -> Site:
    quick.write("2020/Zoë.jpg", PHOTO)
    quick.run()
    return Site(quick)


def test_whole(site: Site) -> None:
    answer = site.ask(f"{AT}/original")
    assert (answer.status, answer.body) == (200, PHOTO)
    sha256 = b64encode(bytes.fromhex(digest_of(PHOTO))).decode()
    assert answer.headers == answer.headers | {
        "content-type": "image/jpeg",
        "content-length": str(len(PHOTO)),
        "content-disposition": "inline; filename=\"Zo_.jpg\"; filename*=UTF-8''Zo%C3%AB.jpg",
        "content-security-policy": "sandbox allow-same-origin; default-src 'none'; "
        "img-src 'self'; media-src 'self'; style-src 'unsafe-inline'",
        "x-content-type-options": "nosniff",
        "etag": f'"{digest_of(PHOTO)}"',
        "repr-digest": f"sha-256=:{sha256}:",
        "accept-ranges": "bytes",
        "cache-control": FOR_EVER,
    }
    head = site.ask(f"{AT}/original", method="HEAD", range="bytes=0-1")
    assert (head.status, head.body, head.headers) == (200, b"", answer.headers)


def test_ranges(site: Site) -> None:
    size = len(PHOTO)
    for asked, first, last in (("0-0", 0, 0), ("10-", 10, size - 1), ("-7", size - 7, size - 1)):
        answer = site.ask(f"{AT}/original", range=f"bytes={asked}")
        assert (answer.status, answer.body) == (206, PHOTO[first : last + 1])
        assert answer.headers["content-range"] == f"bytes {first}-{last}/{size}"
        assert answer.headers["content-length"] == str(last + 1 - first)
    for asked in ("bytes=0-1,3-4", "bytes=" + ",".join(["0-"] * 10_000), "nonsense"):
        assert site.ask(f"{AT}/original", range=asked).body == PHOTO
    beyond = site.ask(f"{AT}/original", range=f"bytes={size}-")
    assert (beyond.status, beyond.json()["code"]) == (416, "bad_range")
    assert beyond.headers["content-range"] == f"bytes */{size}"


def test_a_range_of_what_the_client_has_begun_with(site: Site) -> None:
    etag = f'"{digest_of(PHOTO)}"'
    begun = {"range": "bytes=0-1"}
    assert site.ask(f"{AT}/original", **begun, if_range=etag).status == 206
    for other in ('"other"', f"W/{etag}", "Wed, 21 Oct 2015 07:28:00 GMT", ""):
        assert site.ask(f"{AT}/original", **begun, if_range=other).body == PHOTO
    same = site.ask(f"{AT}/original", **begun, if_none_match=etag)
    assert (same.status, same.body, same.headers["etag"]) == (304, b"", etag)


def test_saved_on_request(site: Site) -> None:
    answer = site.ask(f"{AT}/original?download=1")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert site.refused(f"{AT}/original?download=x") == (400, "bad_parameter")


def test_nothing_like_it(site: Site) -> None:
    for what in ("original", "movie", "sidecars/1"):
        assert site.refused(f"/api/v1/assets/{'0' * 64}/{what}") == (404, "no_asset")
        assert site.refused(f"/api/v1/assets/x/{what}") == (400, "bad_digest")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.jpg", b"<html><script>alert(1)</script></html>"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
        ("a.mp4", b"%PDF-1.7 and more"),
        ("empty.png", b""),
    ],
)
def test_what_a_browser_may_run(quick: Served, name: str, data: bytes) -> None:
    quick.write(name, data)
    quick.run()
    answer = Site(quick).ask(f"/api/v1/assets/{digest_of(data)}/original")
    assert (answer.status, answer.body) == (200, data)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"


def test_another_copy_stands_in(quick: Served) -> None:
    first, second = (quick.write(name, PHOTO) for name in ("a.jpg", "b.jpg"))
    quick.run()
    site = Site(quick)
    os.unlink(first)
    assert site.ask(f"{AT}/original").body == PHOTO
    os.unlink(second)
    assert site.refused(f"{AT}/original") == (404, "no_original")


@pytest.mark.parametrize("kind", ["other bytes", "link", "folder", "fifo", "folder link"])
def test_what_took_its_place_is_never_sent(quick: Served, kind: str) -> None:
    path = quick.write("2020/a.jpg", PHOTO)
    quick.run()
    site = Site(quick)
    secret = os.path.join(quick.data_dir, "a.jpg")
    with open(secret, "wb") as file:
        file.write(PHOTO)
    os.unlink(path)
    if kind == "other bytes":
        quick.write("2020/a.jpg", PHOTO[::-1])
    elif kind == "link":
        os.symlink(secret, path)
    elif kind == "folder":
        os.mkdir(path)
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        os.rmdir(quick.at("2020"))
        os.symlink(quick.data_dir, quick.at("2020"))
    assert site.refused(f"{AT}/original") == (404, "no_original")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        site.refused(f"{AT}/original")
    assert len(os.listdir("/proc/self/fd")) <= before


def test_one_that_changes_while_it_is_sent_is_cut(
    quick: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = PHOTO + bytes(5_000_000)
    path = quick.write("a.jpg", data)
    quick.run()
    site = Site(quick)
    read_at = original.OpenOriginal.read_at

    def change_behind_the_first(self: original.OpenOriginal, offset: int, most: int) -> bytes:
        if offset:
            with open(path, "r+b") as file:
                file.seek(4_900_000)
                file.write(b"changed")
        return read_at(self, offset, most)

    monkeypatch.setattr(original.OpenOriginal, "read_at", change_behind_the_first)
    answer = site.ask(f"/api/v1/assets/{digest_of(data)}/original")
    assert answer.status == 200
    assert len(answer.body) < int(answer.headers["content-length"])
    assert b"changed" not in answer.body


def test_what_comes_to_lie_at_the_path_is_not_sent(
    quick: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file stays open; it may be cut, as its ctime changes, and no other byte is sent."""
    data = PHOTO + bytes(2_000_000)
    path = quick.write("a.jpg", data)
    quick.run()
    site = Site(quick)
    read_at = original.OpenOriginal.read_at

    def swap(self: original.OpenOriginal, offset: int, most: int) -> bytes:
        if offset and not os.path.islink(path):
            os.unlink(path)
            os.symlink("/etc/passwd", path)
        return read_at(self, offset, most)

    monkeypatch.setattr(original.OpenOriginal, "read_at", swap)
    answer = site.ask(f"/api/v1/assets/{digest_of(data)}/original")
    assert data.startswith(answer.body)


def test_a_library_that_is_offline(quick: Served) -> None:
    quick.write("a.jpg", PHOTO)
    quick.run()
    os.rename(quick.root, quick.root + "-away")
    quick.scan()
    answer = Site(quick).ask(f"{AT}/original")
    assert (answer.status, answer.json()["code"]) == (503, "offline")
    assert answer.headers["retry-after"] == "60"


def motion_photo() -> tuple[bytes, bytes]:
    """A JPEG with Samsung's trailer, and the film in it."""
    film = make_clip("mp4", "libx264", size=(64, 48))
    name = b"MotionPhoto_Data"
    block = struct.pack("<HHL", 0, 0x0A30, len(name)) + name + film
    rows = struct.pack("<HHLL", 0, 0x0A30, len(block), len(block))
    directory = b"SEFH" + struct.pack("<LL", 106, 1) + rows
    return PHOTO + block + directory + struct.pack("<L", len(directory)) + b"SEFT", film


def test_the_film_in_a_motion_photo(served: Served) -> None:
    photo, film = motion_photo()
    served.write("a.jpg", photo)
    served.run()
    site, at = Site(served), f"/api/v1/assets/{digest_of(photo)}"
    assert site.get(at)["movie"] == f"{at}/movie"
    (item,) = site.get("/api/v1/timeline/items?day=9999-12-31")["items"]
    assert item["live"] is True
    answer = site.ask(f"{at}/movie")
    assert (answer.status, answer.body) == (200, film)
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["etag"] == f'"{digest_of(photo)}-movie"'
    assert 'filename="a.mp4"' in answer.headers["content-disposition"]
    assert "repr-digest" not in answer.headers
    part = site.ask(f"{at}/movie", range="bytes=-9")
    assert (part.status, part.body) == (206, film[-9:])
    assert part.headers["content-range"].endswith(f"/{len(film)}")


@pytest.mark.parametrize("span", [(10, 10**9), (10**9, 10), (-5, 10), (0, 10), (10, 0), (10, "x")])
def test_a_film_beyond_the_file(quick: Served, span: tuple[object, object]) -> None:
    quick.write("a.jpg", PHOTO)
    quick.run()
    site = Site(quick)
    facts = [["motion_offset", span[0], "XMP"], ["motion_bytes", span[1], "XMP"]]
    with site.parts.catalog.write() as connection:
        connection.exec_driver_sql("DELETE FROM detail")
        connection.exec_driver_sql(
            "INSERT INTO detail (asset_id, facts) SELECT id, ? FROM asset",
            (str(facts).replace("'", '"'),),
        )
    assert site.refused(f"{AT}/movie") == (404, "no_rendition")


def test_the_film_of_a_live_photo(served: Served) -> None:
    film = make_clip("mov", "libx264", size=(64, 48))
    served.write("IMG_1.jpg", PHOTO)
    beside = served.write("IMG_1.mov", film)
    served.run()
    site = Site(served)
    answer = site.ask(f"{AT}/movie")
    assert (answer.status, answer.body) == (200, film)
    assert answer.headers["content-type"] == "video/quicktime"
    assert answer.headers["etag"] == f'"{digest_of(film)}-movie"'
    assert answer.headers["cache-control"] == "private, no-cache"
    os.unlink(beside)
    assert site.refused(f"{AT}/movie") == (404, "no_original")


def test_sidecars(served: Served) -> None:
    text = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmp:Rating='3'/></rdf:RDF></x:xmpmeta>"  # noqa: E501
    other = picture(2)
    served.write("a.jpg", PHOTO)
    path = served.write("a.jpg.xmp", text)
    served.write("b.jpg", other)
    served.run()
    site = Site(served)
    (sidecar,) = site.get(AT)["sidecars"]
    answer = site.ask(sidecar["url"])
    assert (answer.status, answer.body) == (200, text)
    assert answer.headers["content-type"] == "text/xml"
    assert answer.headers["content-disposition"].startswith('attachment; filename="a.jpg.xmp"')
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert site.ask(sidecar["url"], if_none_match=answer.headers["etag"]).status == 304
    number = sidecar["url"].rpartition("/")[2]
    foreign = f"/api/v1/assets/{digest_of(other)}/sidecars/{number}"
    for wrong in (foreign, f"{AT}/sidecars/x", f"{AT}/sidecars/{'9' * 400}", f"{AT}/sidecars/-1"):
        assert site.refused(wrong) == (404, "not_found")
    with open(path, "ab") as file:
        file.write(b" ")
    assert site.refused(sidecar["url"]) == (404, "no_original")
