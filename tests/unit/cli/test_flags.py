from __future__ import annotations

import os

import pytest

from media_server.cli import flags
from media_server.model.errors import UsageError
from media_server.model.settings import TABLE, Settings

ALL = tuple(
    one.name
    for one in TABLE
    if one.name not in ("storage_dir", "data_dir", "log_format", "log_level")
)


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("MEDIA_SERVER_")]:
        monkeypatch.delenv(name)


def parse(*words: str) -> Settings:
    return flags.parse(words, command="", description="", names=ALL)


def test_a_secret_has_no_flag() -> None:
    with pytest.raises(UsageError, match="--token"):
        parse("--storage_dir=/a", "--token=0123456789abcdef")


def test_both_spellings_of_names_and_values() -> None:
    expected = Settings(("/a", "b"), port=80, rescan_interval=5, data_dir="d", watch=True)
    assert expected == parse(
        "--storage_dir=/a", "--storage-dir", "b", "--port", "80", "--rescan-interval=5",
        "--data-dir=d", "--watch",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "watch"),
    [
        (["--watch"], True),
        (["--watch=true"], True),
        (["--watch", "yes"], True),
        (["--watch=false"], False),
        (["--watch=0"], False),
        (["--watch", "--watch=No"], False),
        ([], False),
    ],
)
def test_switches(words: list[str], watch: bool) -> None:
    assert parse("--storage_dir", "/a", *words).watch is watch
    assert parse(*words, "--storage_dir", "/a").watch is watch


@pytest.mark.parametrize(("given", "seconds"), [("0", 0), ("-5", 0), ("300", 300)])
def test_interval(given: str, seconds: int) -> None:
    assert parse("--storage_dir=/a", "--rescan_interval", given).rescan_interval == seconds


@pytest.mark.parametrize(
    "words", [["--storage_dir=/a", "--por=80"], ["-s", "/a"], ["--storage_dir=/a", "--", "b"]]
)
def test_no_abbreviations_and_no_words(words: list[str]) -> None:
    with pytest.raises(UsageError):
        parse(*words)


def test_a_command_takes_only_its_own_settings() -> None:
    with pytest.raises(UsageError, match="--port"):
        flags.parse(["--storage_dir=/a", "--port=1"], command="scan", description="")
