"""`media-server health` tells what is wrong, to people and to programs."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from media_server.model.finding import SENTENCES
from support.media import picture
from support.server import run

if TYPE_CHECKING:
    from pathlib import Path

XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="3"/></rdf:RDF></x:xmpmeta>'
)
DATED = "2020:01:02 03:04:05"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "sound.jpg").write_bytes(picture(1, taken=DATED))
    return folder


def words(folder: Path) -> list[str]:
    return ["--storage_dir", str(folder), "--data_dir", str(folder.parent / "data")]


def scanned(folder: Path) -> None:
    assert run("scan", *words(folder)).returncode == 0


def test_a_sound_library(folder: Path) -> None:
    scanned(folder)
    ended = run("health", *words(folder))
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "Nothing is wrong.\n", "")
    told = json.loads(run("health", *words(folder), "--json").stdout)
    assert told == {"counts": dict.fromkeys(SENTENCES, 0), "findings": []}


def test_each_kind_is_found_once(folder: Path) -> None:
    sound = picture(2, size=(640, 480), taken=DATED)
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "cut.jpg").write_bytes(sound[:700])
    (folder / "text.jpg").write_bytes(b"this is a text, and no picture")
    (folder / "really a jpeg.png").write_bytes(picture(3, taken=DATED))
    (folder / "no date.jpg").write_bytes(picture(4))
    (folder / "nobody's.xmp").write_text(XMP)
    (folder / "sound.jpg.xmp").write_text(XMP)
    scanned(folder)
    ended = run("health", *words(folder), "--json")
    told = json.loads(ended.stdout)
    found = {(one["code"], one["path"]) for one in told["findings"]}
    assert ended.returncode == 7
    assert {
        ("zero_byte", "empty.jpg"),
        ("truncated", "cut.jpg"),
        ("wrong_extension", "text.jpg"),
        ("wrong_extension", "really a jpeg.png"),
        ("undated", "no date.jpg"),
        ("orphan_sidecar", "nobody's.xmp"),
    } <= found
    assert ("undated", "empty.jpg") in found
    assert not {one for one in found if one[1].startswith("sound")}
    assert all(one["library"] == str(folder) for one in told["findings"])
    details = {one["path"]: one["detail"] for one in told["findings"] if one["code"] != "undated"}
    assert details["nobody's.xmp"] == ""
    assert details["really a jpeg.png"] == "image/jpeg"
    assert details["text.jpg"] == "the content is no picture of a known format"
    assert {one["detail"] for one in told["findings"] if one["code"] == "undated"} == {""}
    assert told["counts"]["zero_byte"] == 1
    assert sum(told["counts"].values()) == len(told["findings"])


def test_text_for_people_and_one_kind_only(folder: Path) -> None:
    for number in range(12):
        (folder / f"{number:02}\x1b[31m.jpg").write_bytes(b"no picture %d" % number)
    scanned(folder)
    ended = run("health", *words(folder))
    sentence = "Its content is of another type than its name says."
    assert f"wrong_extension: 12. {sentence}\n" in ended.stdout
    assert "  and 2 more; --code wrong_extension tells them all\n" in ended.stdout
    assert "\x1b" not in ended.stdout
    only = run("health", *words(folder), "--code", "wrong_extension")
    assert only.stdout.count("\n") == 13
    assert run("health", *words(folder), "--code", "parked").returncode == 0


def test_refusals(folder: Path) -> None:
    ended = run("health", *words(folder))
    assert ended.returncode == 2
    assert ended.stderr.startswith("media-server: --data_dir: there is no catalog in ")
    scanned(folder)
    catalog = folder.parent / "data" / "catalog.sqlite"
    with closing(sqlite3.connect(catalog)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    ended = run("health", *words(folder))
    assert ended.returncode == 2
    assert "another version" in ended.stderr
    ended = run("health", *words(folder), "--code", "nonsense")
    assert ended.returncode == 2
