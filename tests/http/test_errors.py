"""Errors and methods: one form everywhere, and nothing given away."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from support.server import Reply, Server

ZEROS = "0" * 64
ROUTES = ["/list", "/healthz", f"/thumbnail/{ZEROS}", "/thumbnail/x"]


def assert_problem(reply: Reply, status: int) -> None:
    """It is an error in the one form."""
    assert reply.status == status
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    body = reply.json()
    assert set(body) == {"title", "status", "code", "detail"}
    assert (body["status"], body["title"]) == (status, HTTPStatus(status).phrase)
    assert re.fullmatch("[a-z_]+", body["code"])
    assert re.fullmatch(r"[A-Z][^/]*\.", body["detail"])
    assert b"Traceback" not in reply.body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "get"])
@pytest.mark.parametrize("path", ROUTES)
def test_other_methods(method: str, path: str, site: Server) -> None:
    reply = site.get(path, method=method)
    assert_problem(reply, 405)
    assert reply.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", [*ROUTES, "*"])
def test_options(path: str, site: Server) -> None:
    reply = site.get(path, method="OPTIONS")
    assert (reply.status, reply.body) == (200, b"")
    assert reply.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "DELETE"])
@pytest.mark.parametrize(
    "path",
    [
        "/x",
        "/healthz/",
        "/favicon.ico",
        "/static/x",
        "/image/" + ZEROS,
        "/.thumbnails/" + ZEROS + ".png",
        "/thumbnails/" + ZEROS,
        "/thumbnail",
        "/%ff%fe",
        "/x?path=/etc/passwd",
        "/photo",
        "/catalog.sqlite",
        "/api/settings",
    ],
)
def test_no_such_address(method: str, path: str, site: Server) -> None:
    assert_problem(site.get(path, method=method), 404)


def test_bad_requests_and_unknown_assets(site: Server) -> None:
    assert_problem(site.get("/thumbnail/x"), 400)
    assert_problem(site.get(f"/thumbnail/{ZEROS}"), 404)
    assert_problem(site.get(f"/thumbnail/{site.digest('video.mp4')}"), 404)


def test_head_of_an_error(site: Server) -> None:
    for path, status in (("/x", 404), ("/thumbnail/x", 400), (f"/thumbnail/{ZEROS}", 404)):
        head, got = site.get(path, method="HEAD"), site.get(path)
        assert (head.status, head.body) == (status, b"")
        assert head.headers["Content-Length"] == str(len(got.body))


def test_no_answer_tells_a_path_of_the_server(site: Server, album: Path) -> None:
    for path in (*ROUTES[2:], "/x", "/..", f"/{album}", f"/thumbnail/{album}"):
        body = site.get(path).body
        assert str(album).encode() not in body
        assert str(site.data_dir).encode() not in body


def test_healthz(site: Server, album: Path) -> None:
    reply = site.get("/healthz")
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.headers["Cache-Control"] == "no-store"
    health = reply.json()
    assert set(health) == {"status", "step", "libraries", "counts", "jail", "store"}
    assert (health["status"], health["step"]) == ("ok", "idle")
    (library,) = health["libraries"]
    files = library.pop("files")
    assert library.pop("scans") >= 1  # other tests ask the same server for more
    assert library == {
        "id": 1,
        "root": str(album),
        "state": "online",
        "held_removals": 0,
        "scanning": False,
    }
    counts = health["counts"]
    assert counts["files"] == files
    assert counts["assets"] == len(site.list())
    assert counts["failed"] >= 3
    left = ("unhashed", "unpictured", "rough", "parked", "missing")
    assert {name: counts[name] for name in left} == dict.fromkeys(left, 0)
    assert set(health["jail"]) == {"running", "busy", "died", "layers"}
    layers = health["jail"]["layers"]
    assert set(layers) == {"privileges", "memory", "landlock", "seccomp"}
    assert layers["memory"] == "on"
    head = site.get("/healthz", method="HEAD")
    assert (head.status, head.body) == (200, b"")
