"""`GET /thumbnail/<sha256>`, to the letter."""

from __future__ import annotations

import hashlib
import http.client
import io
import os
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from support.album import CORNERS, FORMS
from support.media import picture
from support.server import Server, in_threads

if TYPE_CHECKING:
    from collections.abc import Iterable

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
HEIC = sorted(SAMPLES.rglob("*.[hH][eE][iI][cC]"))[:3]
UNKNOWN = hashlib.sha256(b"nothing has this digest").hexdigest()


def png(body: bytes) -> Image.Image:
    """The picture of an answer, which must have the contract's form."""
    image = Image.open(io.BytesIO(body))
    assert (image.format, image.mode, image.size) == ("PNG", "RGBA", (256, 256))
    return image


def thumbnail(site: Server, name: str) -> Image.Image:
    reply = site.get(f"/thumbnail/{site.digest(name)}")
    assert reply.status == 200, reply.body
    return png(reply.body)


def box(image: Image.Image) -> tuple[int, int, int, int] | None:
    """Where it is not transparent."""
    return image.getchannel("A").point(lambda alpha: 255 if alpha > 127 else 0).getbbox()


def near(pixel: object, colour: Iterable[int], by: int = 40) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(one - other) <= by for one, other in zip(pixel, colour, strict=False))


def test_status_and_headers(site: Server) -> None:
    digest = site.digest("form.png")
    for _ in range(2):  # made, then from the store
        reply = site.get(f"/thumbnail/{digest}")
        assert reply.status == 200
        assert reply.headers["Content-Type"] == "image/png"
        assert int(reply.headers["Content-Length"]) == len(reply.body)
        assert reply.headers["ETag"] == f'"{digest}-thumbnail"'
        assert "immutable" in reply.headers["Cache-Control"]
        assert "max-age=31536000" in reply.headers["Cache-Control"]
        assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("suffix", FORMS.values())
def test_each_format_is_fitted_and_centred(suffix: str, site: Server) -> None:
    image = thumbnail(site, f"form{suffix}")
    found = box(image)
    assert found is not None
    left, top, right, bottom = found
    assert (left, right) == (0, 256)
    assert abs((bottom - top) - 256 * 400 / 600) <= 1.5
    assert abs(top - (256 - bottom)) <= 1
    assert image.getpixel((128, 5)) == (0, 0, 0, 0)
    assert upright(image)


def upright(image: Image.Image) -> bool:
    """Whether the four colours are where they belong."""
    places = ((60, 80), (196, 80), (60, 176), (196, 176))
    return all(
        near(image.getpixel(place), (*colour, 255))
        for place, colour in zip(places, CORNERS, strict=True)
    )


@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_orientation_is_upright(orientation: int, site: Server) -> None:
    assert upright(thumbnail(site, f"turned_{orientation}.jpg"))


@pytest.mark.parametrize("name", ["palette.png", "grey_alpha.png", "clear.webp"])
def test_transparency_is_kept(name: str, site: Server) -> None:
    image = thumbnail(site, name)
    clear, full = image.getpixel((40, 128)), image.getpixel((215, 128))
    assert isinstance(clear, tuple)
    assert isinstance(full, tuple)
    assert (clear[3], full[3]) == (0, 255)


def test_cmyk(site: Server) -> None:
    image = thumbnail(site, "cmyk.jpg")
    assert near(image.getpixel((60, 80)), CORNERS[0], by=70)
    assert near(image.getpixel((60, 176)), CORNERS[2], by=70)


def test_sixteen_bits_are_scaled(site: Server) -> None:
    image = thumbnail(site, "sixteen.png")
    assert near(image.getpixel((40, 128)), (64, 64, 64), by=6)
    assert near(image.getpixel((215, 128)), (192, 192, 192), by=6)


def test_the_first_frame(site: Server) -> None:
    assert near(thumbnail(site, "animation.gif").getpixel((128, 128)), (255, 0, 0))


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("small.png", (40, 30)),
        ("dot.png", (1, 1)),
        ("animation.gif", (90, 60)),
        ("wide.png", (256, 1)),
        ("tall.png", (1, 256)),
    ],
)
def test_never_enlarged(name: str, size: tuple[int, int], site: Server) -> None:
    found = box(thumbnail(site, name))
    assert found is not None
    left, top, right, bottom = found
    assert (right - left, bottom - top) == size
    assert abs(left - (256 - right)) <= 1
    assert abs(top - (256 - bottom)) <= 1


@pytest.mark.skipif(not HEIC, reason="the samples are not here")
def test_heic(tmp_path: Path) -> None:
    folder = tmp_path / "heic"
    folder.mkdir()
    for path in HEIC:
        (folder / path.name).write_bytes(path.read_bytes())
    with Server(folder) as server:
        server.settle()
        assert len(server.list()) == len(HEIC)
        for digest in server.list():
            assert box(png(server.get(f"/thumbnail/{digest}").body)) is not None


@pytest.mark.parametrize(
    "name",
    ["video.mp4", "drawing.svg", "truncated.jpg", "text.jpg", "empty.jpg", "noise.png"],
)
def test_what_has_no_thumbnail(name: str, site: Server) -> None:
    for sent in ({}, {"If-None-Match": "*"}):
        reply = site.get(f"/thumbnail/{site.digest(name)}", sent)
        assert (reply.status, reply.json()["code"]) == (404, "no_thumbnail")


def test_upper_case(site: Server) -> None:
    digest = site.digest("form.png")
    lower = site.get(f"/thumbnail/{digest}")
    upper = site.get(f"/thumbnail/{digest.upper()}")
    assert (upper.status, upper.body) == (200, lower.body)
    assert upper.headers["ETag"] == lower.headers["ETag"]


@pytest.mark.parametrize("name", ["notes.txt", "page.html", "no_extension"])
def test_files_that_are_no_media(name: str, site: Server, album: Path) -> None:
    digest = hashlib.sha256((album / name).read_bytes()).hexdigest()
    assert site.get(f"/thumbnail/{digest}").status == 404


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "a" * 63,
        "a" * 65,
        "g" + "a" * 63,
        "a" * 64 + ".png",
        "a" * 64 + "%0a",
        "a" * 64 + "%00",
        "%00" + "a" * 64,
        "a" * 64 + "%20",
        "%20" + "a" * 63,
        "+" + "a" * 63,
        "-" + "a" * 63,
        "0x" + "a" * 62,
        "a_" + "a" * 62,
        "%EF%BC%91" * 64,  # full-width digits
        "%D9%A1" * 64,  # Arabic ones
        "a" * 63 + "%EF%BC%A1",
        "%ff" * 64,
        "..",
        "..%5c..%5cetc%5cpasswd",
        "a" * 10_000,
    ],
)
def test_what_is_no_digest(text: str, site: Server) -> None:
    reply = site.get(f"/thumbnail/{text}")
    assert (reply.status, reply.json()["code"]) == (400, "bad_digest")


@pytest.mark.parametrize(
    "text",
    ["", "/", f"{UNKNOWN}", f"{UNKNOWN}/", f"{UNKNOWN}/x", f"/{UNKNOWN}", f"x/{UNKNOWN}", "a/b"],
)
def test_what_is_not_there(text: str, site: Server) -> None:
    assert site.get(f"/thumbnail/{text}").status == 404


def test_more_segments_after_a_known_digest(site: Server) -> None:
    digest = site.digest("form.png")
    assert site.get(f"/thumbnail/{digest}/").status == 404
    assert site.get(f"/thumbnail/{digest}/x").status == 404
    assert site.get(f"/thumbnail/{digest}?x=1").status == 200
    assert site.get(f"//thumbnail/{digest}").status == 200
    assert site.get(f"/Thumbnail/{digest}").status == 404
    assert site.get("/thumbnail").status == 404


def test_not_modified(site: Server) -> None:
    path = f"/thumbnail/{site.digest('form.png')}"
    etag = site.get(path).headers["ETag"]
    for sent in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        reply = site.get(path, {"If-None-Match": sent})
        assert (reply.status, reply.body) == (304, b"")
        assert reply.headers["ETag"] == etag
        assert "immutable" in reply.headers["Cache-Control"]
    assert site.get(path, {"If-None-Match": '"x"'}).status == 200


def test_head_is_get_without_the_body(site: Server) -> None:
    path = f"/thumbnail/{site.digest('form.bmp')}"
    first, got, later = (site.get(path, method=method) for method in ("HEAD", "GET", "HEAD"))
    for head in (first, later):
        assert (head.status, head.body) == (200, b"")
        for name in ("Content-Length", "Content-Type", "ETag", "Cache-Control"):
            assert head.headers[name] == got.headers[name]


def test_answers_on_one_connection_do_not_wait_for_the_client(site: Server) -> None:
    path = f"/thumbnail/{site.digest('form.png')}"
    site.get(path)
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
    took_s = []
    for _ in range(20):
        began_s = time.monotonic()
        connection.request("GET", path)
        assert connection.getresponse().read()
        took_s.append(time.monotonic() - began_s)
    connection.close()
    assert statistics.median(took_s) < 0.025  # the client acknowledges after 0.04


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "photos"
    path.mkdir()
    (path / "a.jpg").write_bytes(picture(1, size=(900, 700)))
    return path


def stored(server: Server) -> list[Path]:
    """Thumbnails in the store."""
    return [path for path in (server.data_dir / "renditions").rglob("*.png") if path.is_file()]


def test_made_when_asked_for_once_and_again_when_deleted(folder: Path) -> None:
    with Server(folder) as server:
        server.settle()
        digest = server.digest("a.jpg")
        replies = in_threads(20, lambda _: server.get(f"/thumbnail/{digest}"))
        assert {reply.status for reply in replies} == {200}
        assert len({reply.body for reply in replies}) == 1
        (kept,) = stored(server)
        assert kept.read_bytes() == replies[0].body
        before = kept.stat()
        assert server.get(f"/thumbnail/{digest}").body == replies[0].body
        assert kept.stat() == before
        kept.unlink()
        assert server.get(f"/thumbnail/{digest}").body == replies[0].body
        assert stored(server) == [kept]


def test_made_before_the_backlog_is_done(folder: Path) -> None:
    for number in range(150):
        (folder / f"{number}.jpg").write_bytes(picture(number, size=(2000, 1500)))
    with Server(folder) as server:
        server.wait(lambda: "a.jpg" in {one["filename"] for one in server.list().values()})
        digest = server.digest("a.jpg")
        began_s = time.monotonic()
        assert server.get(f"/thumbnail/{digest}").status == 200
        assert time.monotonic() - began_s < 5
        assert server.health()["step"] != "idle"


def test_only_whole_files_of_known_assets_are_served(folder: Path) -> None:
    planted = hashlib.sha256(b"planted").hexdigest()
    with Server(folder) as server:
        server.settle()
        digest = server.digest("a.jpg")
        store = server.data_dir / "renditions"
        for place in (store / "incoming", store / "thumbnail" / planted[:2]):
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{planted}.png").write_bytes(b"planted")
        (store / "incoming" / f"{digest}.png").write_bytes(b"half written")
        assert server.get(f"/thumbnail/{planted}").status == 404
        png(server.get(f"/thumbnail/{digest}").body)
        for path in ("/renditions/incoming", "/incoming", f"/renditions/thumbnail/{planted[:2]}"):
            assert server.get(f"{path}/{planted}.png").status == 404


def test_gone_and_changed_originals(folder: Path) -> None:
    (folder / "b.jpg").write_bytes(picture(2))
    with Server(folder, "--rescan_interval", "1") as server:
        server.settle()
        gone, changed = server.digest("a.jpg"), server.digest("b.jpg")
        assert server.get(f"/thumbnail/{gone}").status == 200
        (folder / "a.jpg").unlink()
        (folder / "b.jpg").write_bytes(picture(3))
        server.wait(lambda: not {gone, changed} & server.list().keys())
        assert server.get(f"/thumbnail/{gone}").status == 404
        assert server.get(f"/thumbnail/{changed}").status == 404
        assert server.get(f"/thumbnail/{server.digest('b.jpg')}").status == 200


def test_changed_but_not_yet_scanned_again_is_never_shown_as_the_old_one(folder: Path) -> None:
    with Server(folder) as server:
        server.settle()
        digest = server.digest("a.jpg")
        os.truncate(folder / "a.jpg", 0)
        (folder / "a.jpg").write_bytes(picture(9, size=(900, 700)))
        image = png(server.get(f"/thumbnail/{digest}").body)  # from what was kept of the old one
        assert near(image.getpixel((128, 128)), (0, 0, 1), by=5)
