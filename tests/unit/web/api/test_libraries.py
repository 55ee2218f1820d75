"""Removals in great number, as a person confirms them."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from support.media import picture
from support.site import Site

if TYPE_CHECKING:
    from support.library import Served

PATH = "/api/v1/libraries/1/confirm-removals"


def confirm(site: Site, removals: int, path: str = PATH) -> tuple[int, Any]:
    answer = site.ask(path, method="POST", body={"held_removals": removals})
    return answer.status, answer.json()


def test_what_is_missing_is_let_go_when_a_person_says_so(quick: Served) -> None:
    for number in range(103):
        quick.write(f"{number}.jpg", picture(number, size=(8, 8)))
    quick.run()
    site = Site(quick)
    assert confirm(site, 1)[1]["code"] == "removals_changed"  # nothing is held
    for number in range(102):
        os.remove(quick.at(f"{number}.jpg"))
    quick.run()
    (library,) = site.get("/api/v1/libraries")["libraries"]
    assert (library["state"], library["held_removals"], library["files"]) == ("held", 102, 103)
    # Of a library that is away nothing is gone for sure.
    os.rename(quick.root, f"{quick.root}-away")
    quick.scan()
    assert confirm(site, 102)[1]["code"] == "removals_changed"
    os.rename(f"{quick.root}-away", quick.root)
    quick.run()
    # Who was shown another number has confirmed something else.
    assert confirm(site, 101)[1]["code"] == "removals_changed"
    for path in ("2", "x", "01"):
        assert confirm(site, 102, f"/api/v1/libraries/{path}/confirm-removals")[0] == 404
    assert confirm(site, 102) == (200, {"files": 102})
    (library,) = site.get("/api/v1/libraries")["libraries"]
    assert (library["state"], library["held_removals"], library["files"]) == ("online", 0, 1)
    assert site.get("/api/v1/search?q=")["total"] == 1


def test_what_a_scan_under_way_has_missed_since_was_not_confirmed(quick: Served) -> None:
    for number in range(203):
        quick.write(f"{'sub/' if number < 100 else ''}{number}.jpg", picture(number, size=(8, 8)))
    quick.run()
    for number in range(100, 202):
        os.remove(quick.at(f"{number}.jpg"))
    quick.run()
    site = Site(quick)
    shutil.rmtree(quick.at("sub"))
    quick.scan()  # and not settled yet
    assert confirm(site, 102)[1]["code"] == "removals_changed"
    assert site.get("/api/v1/search?q=")["total"] == 203


def test_folders_that_a_scan_under_way_finds_again_are_no_others(quick: Served) -> None:
    """The next scan takes folders away, not whoever confirms in the middle of one."""
    for number in range(103):
        quick.write(f"sub/{number}.jpg", picture(number, size=(8, 8)))
    quick.write("a.jpg", picture(200, size=(8, 8)))
    quick.run()
    os.rename(quick.at("sub"), f"{quick.root}-sub")
    quick.run()
    site = Site(quick)
    with site.parts.catalog.read() as connection:
        before = set(connection.exec_driver_sql("SELECT id FROM folder").scalars())
    assert confirm(site, 103) == (200, {"files": 103})
    with site.parts.catalog.read() as connection:
        assert set(connection.exec_driver_sql("SELECT id FROM folder").scalars()) == before
    quick.run()
    with site.parts.catalog.read() as connection:
        assert len(connection.exec_driver_sql("SELECT id FROM folder").all()) == 1


@pytest.mark.parametrize("scans_between", [0, 1])
def test_what_comes_back_after_it_was_let_go_is_listed_again(
    quick: Served, scans_between: int
) -> None:
    for number in range(103):
        quick.write(f"sub/{number}.jpg", picture(number, size=(8, 8)))
    quick.write("a.jpg", picture(200, size=(8, 8)))
    quick.run()
    os.rename(quick.at("sub"), f"{quick.root}-sub")
    quick.run()
    site = Site(quick)
    assert confirm(site, 103) == (200, {"files": 103})
    for _ in range(scans_between):
        quick.run()
    os.rename(f"{quick.root}-sub", quick.at("sub"))
    quick.run()
    (library,) = site.get("/api/v1/libraries")["libraries"]
    assert (library["state"], library["files"]) == ("online", 104)
    assert site.get("/api/v1/search?q=")["total"] == 104
