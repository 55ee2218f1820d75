"""The lists of packages agree: pyproject.toml, requirements-dev.txt and uv.lock."""

import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]
REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*([^;]*)")

Pins = dict[str, frozenset[str]]


def pins(requirements: list[str]) -> Pins:
    """Name of each package required → its version clauses."""
    found = {}
    for requirement in requirements:
        match = REQUIREMENT.match(requirement)
        assert match, requirement
        found[match[1].lower()] = clauses(match[2])
    return found


def clauses(specifier: str) -> frozenset[str]:
    return frozenset(clause.strip() for clause in specifier.split(",") if clause.strip())


def locked_pins(entries: list[dict[str, str]]) -> Pins:
    return {entry["name"]: clauses(entry.get("specifier", "")) for entry in entries}


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.fixture(scope="module")
def lock() -> dict[str, Any]:
    return tomllib.loads((ROOT / "uv.lock").read_text())


@pytest.fixture(scope="module")
def ours(lock: dict[str, Any]) -> dict[str, Any]:
    """What uv.lock says of the program itself."""
    (found,) = (package for package in lock["package"] if package["name"] == "media-server")
    metadata: dict[str, Any] = found["metadata"]
    return metadata


def test_requirements_dev_is_the_dev_group(project: dict[str, Any]) -> None:
    lines = (ROOT / "requirements-dev.txt").read_text().splitlines()
    listed = [line for line in lines if line and not line.startswith("#")]
    assert pins(listed) == pins(project["dependency-groups"]["dev"])


def test_lock_is_in_step_with_the_dependencies(
    project: dict[str, Any], lock: dict[str, Any], ours: dict[str, Any]
) -> None:
    assert lock["requires-python"] == project["project"]["requires-python"]
    assert locked_pins(ours["requires-dist"]) == pins(project["project"]["dependencies"])


def test_lock_is_in_step_with_the_groups(project: dict[str, Any], ours: dict[str, Any]) -> None:
    locked = {name: locked_pins(entries) for name, entries in ours["requires-dev"].items()}
    assert locked == {name: pins(group) for name, group in project["dependency-groups"].items()}


def test_lock_names_no_index_but_pypi(lock: dict[str, Any]) -> None:
    others = [package for package in lock["package"] if package["name"] != "media-server"]
    assert {package["source"].get("registry") for package in others} == {"https://pypi.org/simple"}
    urls = [wheel["url"] for package in others for wheel in package.get("wheels", [])]
    assert {urlsplit(url).hostname for url in urls} == {"files.pythonhosted.org"}


def test_nothing_needs_a_compiler(lock: dict[str, Any]) -> None:
    """A machine with Python and nothing else can install every package."""
    fits = re.compile(r"-(py3|py2\.py3)-none-any\.whl$|manylinux[^/]*_x86_64[^/]*\.whl$")
    without = [
        package["name"]
        for package in lock["package"]
        if package["name"] != "media-server"
        and not any(fits.search(wheel["url"]) for wheel in package.get("wheels", []))
    ]
    assert without == ["pyvips"]  # Python alone; the compiled part is pyvips-binary
