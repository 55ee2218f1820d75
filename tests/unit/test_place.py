"""For whom the server starts, and for whom it does not."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from media_server.model.access import Access
from media_server.model.errors import UsageError
from media_server.model.secret import Secret
from media_server.model.settings import Settings
from media_server.place import numeric, take_access

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "correct-horse-battery"
ACCESS = Access(sha256(TOKEN.encode()).digest())


def taken(host: str = "127.0.0.1", **settings: Any) -> Access:
    return take_access(Settings(("/photos",), host=host, **settings), host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "127.0.0.9"])
def test_this_computer_needs_nothing(host: str) -> None:
    assert taken(host) == Access()
    assert taken(host, open_to_network=True) == Access(open_to_network=True)
    assert taken(host, token=Secret(TOKEN)) == ACCESS


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "::ffff:192.0.2.1", "no.such"])
def test_others_need_a_token_or_the_word(host: str) -> None:
    with pytest.raises(UsageError, match=r"--token_file FILE .* --open_to_network"):
        taken(host)
    assert taken(host, open_to_network=True) == Access(open_to_network=True)
    assert taken(host, token=Secret(TOKEN)) == ACCESS


@pytest.mark.parametrize("door", [{"trusted_proxies": ("::1",)}, {"allowed_hosts": ("nas",)}])
def test_who_expects_others_through_a_proxy_needs_it_too(door: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="opens the server to others"):
        taken(**door)
    assert taken(**door, token=Secret(TOKEN)) == ACCESS


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\nanother line\n", "  \n"])
def test_a_token_from_a_file(end: str, tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(TOKEN + end)
    assert taken("0.0.0.0", token_file=str(path)) == ACCESS


@pytest.mark.parametrize("data", [b"", b"\n", b"short\n", b"\xff" * 40, b"x" * 10_000_000])
def test_a_file_without_a_good_token(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_bytes(data)
    with pytest.raises(UsageError, match=r"--token_file: .*token: "):
        taken(token_file=str(path))
    with pytest.raises(UsageError, match=r"cannot read .*: No such file"):
        taken(token_file=str(tmp_path / "none"))


def test_what_contradicts_itself() -> None:
    with pytest.raises(UsageError, match="leave one of them out"):
        taken(token=Secret(TOKEN), open_to_network=True)
    with pytest.raises(UsageError, match="leave one of them out"):
        taken(token=Secret(TOKEN), token_file="/x")
    with pytest.raises(UsageError, match=r"MEDIA_SERVER_TOKEN: .*openssl") as caught:
        taken(token=Secret("sesame"))
    assert "sesame" not in str(caught.value)


def test_names_become_addresses_once() -> None:
    assert numeric("127.0.0.1") == "127.0.0.1"
    assert numeric("localhost") in ("127.0.0.1", "::1")
    assert numeric("no.such.host.invalid") == "no.such.host.invalid"
