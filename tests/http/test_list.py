"""`GET /list`, to the letter."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
import zstandard

from support.album import NOT_UTF8, STRANGE_NAMES, ZONE

if TYPE_CHECKING:
    from support.server import Server

NOT_LISTED = {"notes.txt", "page.html", "archive.jpg.gz", "no_extension"}


def files_in(folder: Path) -> list[Path]:
    return [Path(at) / name for at, _, names in os.walk(folder) for name in names]


def date_of(site: Server, name: str) -> float:
    date: float = site.list()[site.digest(name)]["original_creation_date"]
    return date


def test_status_and_headers(site: Server) -> None:
    reply = site.get("/list")
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "application/json"
    assert int(reply.headers["Content-Length"]) == len(reply.body)
    assert re.fullmatch(r'"[0-9a-f]{32}-\d+-identity"', reply.headers["ETag"])
    assert reply.headers["Vary"] == "Accept-Encoding"
    assert reply.headers["Cache-Control"] == "no-cache"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.body.endswith(b"}\n")


def test_each_member(site: Server) -> None:
    listed = site.list()
    assert listed
    for key, entry in listed.items():
        assert re.fullmatch("[0-9a-f]{64}", key)
        assert set(entry) == {
            "filename",
            "last_modified",
            "file_path",
            "original_creation_date",
        }
        assert type(entry["filename"]) is type(entry["file_path"]) is str
        assert type(entry["last_modified"]) is type(entry["original_creation_date"]) is float
        assert os.path.isabs(entry["file_path"])
        assert entry["file_path"].endswith(f"/{entry['filename']}")


def test_keys_are_what_sha256sum_says_and_times_what_stat_says(site: Server, album: Path) -> None:
    listed = site.list()
    expected: dict[str, list[Path]] = {}
    for path in files_in(album):
        if path.name not in NOT_LISTED:
            expected.setdefault(hashlib.sha256(path.read_bytes()).hexdigest(), []).append(path)
    assert listed.keys() == expected.keys()
    for digest, paths in expected.items():
        entry = listed[digest]
        shown = min(paths, key=os.fsencode)
        assert entry["last_modified"] == shown.stat().st_mtime
        text = os.fsencode(shown).decode("utf-8", "replace")
        assert entry["file_path"] == text
        assert entry["filename"] == os.path.basename(text)


def test_copies_are_one_entry_with_the_smallest_path(site: Server, album: Path) -> None:
    copies = [one for one in site.list().values() if "/copies/" in one["file_path"]]
    assert [one["file_path"] for one in copies] == [str(album / "copies/Z.jpg")]


def test_strange_names_come_back_exactly(site: Server) -> None:
    names = {one["filename"] for one in site.list().values()}
    assert names >= set(STRANGE_NAMES)


def test_a_name_that_is_no_utf8_gets_a_replacement_character(site: Server) -> None:
    body = site.get("/list").body
    body.decode("utf-8")  # strictly
    assert b"\\ud" not in body.lower()
    shown = NOT_UTF8.decode("utf-8", "replace")
    assert shown in {one["filename"] for one in site.list().values()}


def test_date_with_an_offset(site: Server) -> None:
    assert (
        date_of(site, "offset.jpg")
        == datetime.fromisoformat("2020-02-03T04:05:06-05:30").timestamp()
    )


def test_date_without_an_offset_is_the_server_s_local_time(site: Server) -> None:
    zone = ZoneInfo(ZONE)
    winter = datetime(2020, 7, 3, 4, 5, 6, tzinfo=zone)
    assert date_of(site, "local.jpg") == winter.timestamp()
    assert date_of(site, "tiff.tif") == winter.timestamp()
    summer = datetime(2021, 2, 3, 4, 5, 6, tzinfo=zone)
    assert date_of(site, "order.jpg") == summer.timestamp()


def test_other_tags_when_the_first_is_absent(site: Server) -> None:
    zone = ZoneInfo(ZONE)
    digitized = datetime(2019, 2, 3, 4, 5, 6, tzinfo=zone)
    assert date_of(site, "digitized.jpg") == digitized.timestamp()
    assert date_of(site, "date_time.jpg") == digitized.replace(year=2018).timestamp()


def test_sub_seconds(site: Server) -> None:
    whole = datetime.fromisoformat("2020-02-03T04:05:06+00:00").timestamp()
    assert date_of(site, "sub_seconds.jpg") == whole + 0.125


def test_dates_before_1970_are_negative(site: Server) -> None:
    old = datetime.fromisoformat("1950-02-03T04:05:06+00:00").timestamp()
    assert old < 0
    assert date_of(site, "old.jpg") == old


@pytest.mark.parametrize(
    "name",
    ["dates/zeros.jpg", "dates/blank.jpg", "dates/nonsense.jpg", "video.mp4", "drawing.svg"],
)
def test_without_a_date_it_is_the_change_time(name: str, site: Server, album: Path) -> None:
    path = album / name
    assert date_of(site, path.name) == path.stat().st_ctime


@pytest.mark.parametrize("path", ["/list", "/list?x", "/list?a=%ff&b=../..", "//list", "///list"])
def test_addresses_of_the_list(path: str, site: Server) -> None:
    assert site.get(path).body == site.get("/list").body


@pytest.mark.parametrize(
    "path", ["/list/", "/LIST", "/List", "/list/x", "/list%20", "/list%00", "/list.json", "/lis"]
)
def test_addresses_of_nothing(path: str, site: Server) -> None:
    assert site.get(path).status == 404


def test_not_modified(site: Server) -> None:
    etag = site.get("/list").headers["ETag"]
    for sent in (etag, f"W/{etag}", f'"other", {etag}', f'W/"x" ,W/{etag} , "y"', "*"):
        reply = site.get("/list", {"If-None-Match": sent})
        assert (reply.status, reply.body) == (304, b""), sent
        assert reply.headers["ETag"] == etag
        assert reply.headers["Vary"] == "Accept-Encoding"
        assert reply.headers["Cache-Control"] == "no-cache"
    for sent in ('"other"', etag.strip('"'), etag.replace("identity", "gzip"), "", "W/*"):
        assert site.get("/list", {"If-None-Match": sent}).status == 200, sent


def test_not_modified_over_two_header_lines(site: Server) -> None:
    etag = site.get("/list").headers["ETag"].encode()
    head = b"GET /list HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nIf-None-Match: "
    answer = site.raw(head + b'"other"\r\nIf-None-Match: ' + etag + b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 304 ")


def unpacked(body: bytes, encoding: str | None) -> bytes:
    if encoding == "gzip":
        return gzip.decompress(body)
    if encoding == "zstd":
        return zstandard.ZstdDecompressor().decompressobj().decompress(body)
    return body


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip", "gzip"),
        ("zstd", "zstd"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("GZIP", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=0, zstd;q=0.000", None),
        ("zstd;q=0, *", "gzip"),
        ("gzip;q=0, *", None),
        ("br", None),
        ("", None),
    ],
)
def test_compressed(accepted: str, encoding: str | None, site: Server) -> None:
    plain = site.get("/list").body
    for _ in range(2):  # made, then kept
        reply = site.get("/list", {"Accept-Encoding": accepted})
        assert reply.headers["Content-Encoding"] == encoding
        assert reply.headers["ETag"].endswith(f'-{encoding or "identity"}"')
        assert int(reply.headers["Content-Length"]) == len(reply.body)
        assert unpacked(reply.body, encoding) == plain


@pytest.mark.parametrize("accepted", ["identity", "gzip", "zstd"])
def test_head_is_get_without_the_body(accepted: str, site: Server) -> None:
    headers = {"Accept-Encoding": accepted}
    head, got = (site.get("/list", headers, method) for method in ("HEAD", "GET"))
    assert (head.status, head.body) == (200, b"")
    assert without_date(head.headers.items()) == without_date(got.headers.items())


def without_date(items: list[tuple[str, str]]) -> dict[str, str]:
    return {name: value for name, value in items if name != "date"}


def test_a_range_is_not_honoured_and_does_no_harm(site: Server) -> None:
    for sent in ("bytes=0-9", "bytes=9999999-", "bytes=" + ",".join(["0-"] * 500), "bytes=x"):
        reply = site.get("/list", {"Range": sent})
        assert (reply.status, reply.body) == (200, site.get("/list").body)
