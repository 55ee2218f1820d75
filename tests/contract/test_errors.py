"""What is refused, and how: one form for all errors, RFC 9457 with a stable `code`."""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from contract.client import Answer
    from contract.conftest import Get, Post

ZEROS = "0" * 64


def is_problem(answer: Answer, status: int, code: str) -> None:
    body = answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    more = {"at", "reason"} if code == "bad_query" else set()
    assert set(body) == {"title", "status", "code", "detail", *more}
    assert (answer.status, body["status"], body["code"]) == (status, status, code)
    assert body["detail"].endswith(".")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1", 404, "not_found"),
        ("/api/v2/libraries", 404, "not_found"),
        ("/api/v1/folders/0", 404, "not_found"),
        ("/api/v1/downloads/nothing", 404, "not_found"),
        ("/thumbnail/x", 400, "bad_digest"),
        (f"/thumbnail/{ZEROS}", 404, "no_thumbnail"),
        ("/api/v1/assets/x", 400, "bad_digest"),
        (f"/api/v1/assets/{ZEROS}", 404, "no_asset"),
        (f"/api/v1/assets/{ZEROS}/original", 404, "no_asset"),
        (f"/api/v1/assets/{ZEROS}/movie", 404, "no_asset"),
        (f"/api/v1/assets/{ZEROS}/sidecars/1", 404, "no_asset"),
        (f"/api/v1/assets/{ZEROS}/renditions/grid", 404, "no_asset"),
        ("/api/v1/search?q=(", 400, "bad_query"),
        ("/api/v1/search?cursor=x", 400, "bad_cursor"),
        ("/api/v1/search?limit=1001", 400, "bad_parameter"),
        (f"/api/v1/search?limit=1{'0' * 400}", 400, "bad_parameter"),
        ("/api/v1/search?order=random", 400, "bad_parameter"),
        ("/api/v1/search?typo=rome", 400, "bad_parameter"),
        ("/api/v1/search?q=rome&q=paris", 400, "bad_parameter"),
        ("/api/v1/search?q=%FF", 400, "bad_parameter"),
        (f"/api/v1/search?q={'x' * 9_000}", 414, "uri_too_long"),
    ],
)
def test_each_error_has_its_code(get: Get, path: str, status: int, code: str) -> None:
    is_problem(get(path), status, code)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "bad_body"),
        (b"{", 400, "bad_body"),
        (b"[]", 400, "bad_body"),
        (b'{"digests": "x"}', 400, "bad_body"),
        (b'{"digests": [], "typo": 1}', 400, "bad_body"),
        (b'{"digests": ["\xff"]}', 400, "bad_body"),
        (b'{"digests": ["\\ud800"]}', 400, "bad_body"),
        (b"[" * 100_000, 400, "bad_body"),
    ],
)
def test_each_wrong_body_has_its_code(post: Post, body: bytes, status: int, code: str) -> None:
    is_problem(post("/api/v1/assets/lookup", body), status, code)


def test_a_body_that_is_too_large_is_refused_by_its_length_alone(url: str) -> None:
    """So a client that waits for `100 Continue`, or for the answer, need not send it."""
    where = urlsplit(url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=10)
    connection.putrequest("POST", "/api/v1/assets/lookup")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(100 << 20))
    connection.endheaders()
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["code"]) == (413, "body_too_large")
    connection.close()


def test_a_body_must_be_json(post: Post) -> None:
    for mime in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = post("/api/v1/assets/lookup", b'{"digests": []}', content_type=mime)
        is_problem(answer, 415, "unsupported_media_type")


def test_other_methods_are_refused_and_options_tells_which_there_are(get: Get) -> None:
    for path, allowed in (
        ("/list", "GET, HEAD, OPTIONS"),
        ("/api/v1/search", "GET, HEAD, OPTIONS"),
        ("/api/v1/libraries/scan", "OPTIONS, POST"),
    ):
        answer = get(path, method="DELETE")
        is_problem(answer, 405, "method_not_allowed")
        told = get(path, method="OPTIONS").headers["Allow"]
        assert sorted(told.split(", ")) == sorted(allowed.split(", "))
        assert answer.headers["Allow"] == told


def test_a_request_must_name_the_server_by_its_name(get: Get, url: str) -> None:
    """Else any page on the web could have its own name point here, and read."""
    is_problem(get("/list", host="evil.example"), 421, "misdirected")
    where = urlsplit(url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=10)
    connection.putrequest("GET", "/list", skip_host=True)
    connection.endheaders()
    assert connection.getresponse().status == 400
    connection.close()


def test_another_sites_page_may_change_and_embed_nothing(get: Get, post: Post) -> None:
    is_problem(post("/api/v1/libraries/scan", sec_fetch_site="cross-site"), 403, "cross_site")
    is_problem(post("/api/v1/libraries/scan", origin="https://evil.example"), 403, "cross_site")
    embedded = get("/list", sec_fetch_site="cross-site", sec_fetch_mode="no-cors")
    is_problem(embedded, 403, "cross_site")


def test_every_answer_is_safe_in_a_browser(get: Get) -> None:
    for path in ("/list", "/api/v1/timeline", "/api/v1/docs", "/nothing", "/metrics"):
        headers = get(path, origin="https://evil.example").headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Access-Control-Allow-Origin"] is None
