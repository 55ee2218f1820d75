from __future__ import annotations

import pytest

from media_server.web.gate.arrival import Arrival
from media_server.web.gate.origin import refuse_cross_site
from media_server.web.problem import Refusal

CHANGES = ["POST", "PUT", "DELETE", "PATCH", "TRACE", "get"]


def passes(
    method: str, *, host: str = "nas.local:8000", scheme: str = "", **headers: str | list[str]
) -> bool:
    lines = {
        name.replace("_", "-").encode(): [text] if isinstance(text, str) else text
        for name, text in headers.items()
    }
    try:
        refuse_cross_site(method, Arrival(lines, "192.0.2.1", host, scheme, True, False))
    except Refusal as refusal:
        assert refusal.code == "cross_site"
        return False
    return True


@pytest.mark.parametrize("method", CHANGES)
def test_programs_and_own_pages_may_change(method: str) -> None:
    assert passes(method)
    assert passes(method, sec_fetch_site="none")
    assert passes(method, sec_fetch_site="same-origin", origin="http://nas.local:8000")
    assert passes(method, origin="http://NAS.local:8000")
    assert passes(method, host="nas.local", origin="http://nas.local")
    assert passes(method, host="nas.local:80", origin="http://nas.local")
    assert passes(method, host="photos.example", origin="https://photos.example:443")
    assert passes(method, host="photos.example", scheme="https", origin="https://photos.example")
    assert passes(method, host="[::1]:8000", origin="http://[::1]:8000")


@pytest.mark.parametrize("method", CHANGES)
@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": ""},
        {"sec_fetch_site": "SAME-ORIGIN"},
        {"sec_fetch_site": ["same-origin", "cross-site"]},
        {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"},
        {"sec_fetch_site": "cross-site", "origin": "http://nas.local:8000"},
        {"sec_fetch_site": "same-origin", "origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "null", "sec_fetch_site": "same-origin"},
        {"origin": ""},
        {"origin": "http://evil.example"},
        {"origin": "http://nas.local"},
        {"origin": "http://nas.local:9000"},
        {"origin": "http://nas.local:8000.evil.example"},
        {"origin": "http://evil.example/nas.local:8000"},
        {"origin": "file://nas.local:8000"},
        {"origin": "nas.local:8000"},
        {"origin": "https://nas.local:8000", "scheme": "http"},
        {"origin": ["http://nas.local:8000", "http://evil.example"]},
        {"origin": "http://", "host": ""},
        {"origin": "http://nas.local", "host": "nas.local:443"},
    ],
)
def test_others_may_not(method: str, headers: dict[str, str]) -> None:
    assert not passes(method, **headers)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reading(method: str) -> None:
    assert passes(method)
    assert passes(method, origin="http://evil.example")  # of which it may read nothing
    assert passes(method, sec_fetch_site="same-origin", sec_fetch_mode="no-cors")
    assert passes(method, sec_fetch_site="cross-site", sec_fetch_mode="navigate")
    assert not passes(method, sec_fetch_site="cross-site", sec_fetch_mode="no-cors")
    assert not passes(method, sec_fetch_site="same-site")
    assert passes("OPTIONS", sec_fetch_site="cross-site", origin="http://evil.example")
