"""The server does what its description says, whatever schemathesis makes up from it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.server import Server

pytestmark = pytest.mark.slow

_EXAMPLES = os.environ.get("MEDIA_SERVER_EXAMPLES", "15")
# What a cursor or a search may be cannot be told in a schema, so that sound ones are refused too;
# and nobody needs a token here.
_LEFT_OUT = "positive_data_acceptance,ignored_auth,missing_required_header"


# 414 is a way of saying no that schemathesis does not expect.
_CONFIG = """
[checks]
negative_data_rejection.expected-statuses = ["400", "404", "405", "414", "415", "422"]
"""


def described(site: Server) -> bytes:
    """The description, in which each digest is one that the library has, or one that it has not."""
    digests = [*list(site.get("/list").json())[:8], "0" * 64]
    document = json.loads(
        site.get("/api/v1/openapi.json").body,
        object_hook=lambda one: (
            {"type": "string", "enum": digests} if one.get("pattern") == _DIGEST else one
        ),
    )
    for methods in document["paths"].values():
        for operation in methods.values():
            assert operation["operationId"]
    return json.dumps(document).encode()


_DIGEST = "^[0-9a-fA-F]{64}$"


def test_nothing_that_is_made_up_finds_a_fault(site: Server, tmp_path: Path) -> None:
    path = tmp_path / "openapi.json"
    path.write_bytes(described(site))
    (tmp_path / "schemathesis.toml").write_text(_CONFIG)
    ended = subprocess.run(
        [
            os.fspath(Path(sys.executable).parent / "st"),
            "run",
            os.fspath(path),
            f"--url=http://127.0.0.1:{site.port}",
            f"--max-examples={_EXAMPLES}",
            "--phases=coverage,fuzzing,stateful",
            "--exclude-path=/api/v1/events",  # it never ends
            f"--exclude-checks={_LEFT_OUT}",
            "--continue-on-failure",
            "--seed=1",
            "--no-color",
        ],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stdout[-8_000:]
    assert " passed" in ended.stdout
    health = site.get("/healthz").json()
    assert health["jail"]["died"] == 0
