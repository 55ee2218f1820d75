"""Checksums of a library."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from support.library import InstantJails, make_served
from support.media import picture
from support.site import Site

if TYPE_CHECKING:
    from pathlib import Path

    from support.library import Served

AT = "/api/v1/manifest"


def test_sha256sum_agrees(quick: Served, tmp_path: Path) -> None:
    names = [b"a.jpg", b"copy of a.jpg", b"new\nline.jpg", b"back\\slash.jpg", b"\xff\xfe.jpg"]
    os.mkdir(quick.at("below"))
    for number, name in enumerate(names):
        for folder in ("", "below"):
            path = os.path.join(os.fsencode(quick.at(folder)), name)
            with open(path, "wb") as file:
                file.write(picture(max(number, 1)))
    quick.run()
    answer = Site(quick).ask(AT)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/plain"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert int(answer.headers["content-length"]) == len(answer.body)
    sums = tmp_path / "sums"
    sums.write_bytes(answer.body)
    checked = subprocess.run(["sha256sum", "-c", sums], cwd=quick.root, capture_output=True)
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.count(b": OK") == 2 * len(names)


def test_what_is_not_there_is_not_in_it(quick: Served) -> None:
    for number, name in enumerate(("a.jpg", "b.jpg", "c.jpg", "d.jpg")):
        quick.write(name, picture(number))
    quick.run()
    os.unlink(quick.at("a.jpg"))
    quick.write("b.jpg", picture(9))
    quick.scan()
    lines = Site(quick).ask(AT).body.decode().splitlines()
    assert [line[66:] for line in lines] == ["c.jpg", "d.jpg"]


def test_of_which_library(tmp_path: Path) -> None:
    served = make_served(tmp_path, InstantJails(), libraries=("one", "two"))
    for root in served.roots:
        with open(os.path.join(root, os.path.basename(root) + ".jpg"), "wb") as file:
            file.write(picture(1))
    served.run()
    site = Site(served)
    assert site.refused(AT) == (400, "bad_parameter")
    assert site.refused(f"{AT}?library=99") == (400, "bad_parameter")
    bodies = [site.ask(f"{AT}?library={one.library_id}").body for one in served.libraries()]
    assert [body[66:] for body in bodies] == [b"one.jpg\n", b"two.jpg\n"]
    head = site.ask(f"{AT}?library=1", method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(bodies[0]))


def test_an_empty_library(quick: Served) -> None:
    quick.run()
    answer = Site(quick).ask(AT)
    assert (answer.status, answer.body) == (200, b"")
