"""Numbers for a monitor, in a form that Prometheus reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from support.media import picture
from support.site import Site

if TYPE_CHECKING:
    from support.library import Served

_SAMPLE = re.compile(r'(media_server_[a-z_]+)(?:\{([a-z]+)="([^"\\\n]*)"\})? (\d+)')


def read(text: str) -> dict[str, int]:
    """Samples by name and label; each must follow its HELP and TYPE."""
    found: dict[str, int] = {}
    told = ""
    for line in text.splitlines():
        if line.startswith("# HELP "):
            told = line.split()[2]
        elif line.startswith("# TYPE "):
            assert line.split()[2] == told
            assert line.split()[3] in ("gauge", "counter")
            assert line.split()[3] == "counter" or not told.endswith("_total")
        else:
            sample = _SAMPLE.fullmatch(line)
            assert sample, line
            name, _, value, number = sample.groups()
            assert name == told
            found[f"{name}:{value}" if value else name] = int(number)
    return found


def test_numbers(served: Served) -> None:
    served.write("a.jpg", picture(1))
    served.write("b.jpg", b"no picture")
    served.run()
    site = Site(served)
    assert site.ask("/api/v1/timeline").status == 200
    assert site.ask("/nowhere").status == 404
    answer = site.ask("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = read(answer.body.decode())
    assert found["media_server_files"] == 2
    assert found["media_server_assets"] == 2
    assert found["media_server_failures"] >= 1
    assert found["media_server_libraries:online"] == 1
    assert found["media_server_libraries:offline"] == 0
    assert found["media_server_store_bytes:small"] > 0
    assert found["media_server_requests_total:200"] == 1
    assert found["media_server_requests_total:404"] == 1
    assert found["media_server_step:starting"] == 1
    assert found["media_server_web_resident_bytes"] > 10_000_000
    assert found["media_server_web_open_descriptors"] > 3
