"""The pages say what the program does: settings, exit codes, error codes, addresses."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from media_server.cli import health
from media_server.cli.main import COMMANDS
from media_server.model import errors
from media_server.model.errors import MediaServerError
from media_server.model.finding import SENTENCES
from media_server.model.query.reasons import REASONS
from media_server.model.settings import TABLE
from media_server.web import problem

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def settings_page() -> ModuleType:
    """The tool that writes the page."""
    spec = importlib.util.spec_from_file_location("settings_page", ROOT / "tools/settings_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_settings_is_made_from_the_table(settings_page: ModuleType) -> None:
    written = (DOCS / "settings.md").read_text()
    assert written == settings_page.page(), "run: python tools/settings_page.py"
    for setting in TABLE:
        flag = "" if setting.secret else f"`--{setting.name}`"
        assert f"| {flag} | `{setting.variable}` |" in written


def test_each_command_and_exit_code_is_on_the_page() -> None:
    page = (DOCS / "command-line.md").read_text()
    for command in COMMANDS:
        assert re.search(rf"`media-server {command}\b|`{command}`", page), command
    classes = [
        one
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, MediaServerError)
    ]
    for code in {0, 130, health.FOUND, *(one.exit_code for one in classes)}:
        assert re.search(rf"^\| {code} \|", page, re.MULTILINE), code


def test_each_finding_is_on_the_page() -> None:
    page = (DOCS / "command-line.md").read_text()
    assert re.findall(r"^\| `([a-z_]+)` \| ", page, re.MULTILINE) == list(SENTENCES)


def test_the_gallery_says_each_setting_error_and_reason_in_german() -> None:
    catalogue = (ROOT / "frontend/src/strings/server.de.ts").read_text()

    def names(table: str) -> list[str]:
        found = re.search(
            rf"const {table}\b[^\n]*= {{\n(.*?)^}};", catalogue, re.DOTALL | re.MULTILINE
        )
        assert found is not None
        return re.findall(r"^  (\w+):", found[1], re.MULTILINE)

    assert names("SETTINGS") == [setting.name for setting in TABLE]
    assert names("REASONS") == list(REASONS)
    # Those that the API's description names: the page is answered with no others.
    types = (ROOT / "frontend/src/api/types.ts").read_text()
    declared = re.search(r"readonly code: ((?:'\w+'(?: \| )?)+);\n  /\*\* one sentence", types)
    assert declared is not None
    assert set(re.findall(r"\w+", declared[1])) <= set(names("CODES")) <= set(problem.CODES)


def test_each_reason_of_a_wrong_search_is_on_the_page() -> None:
    page = (DOCS / "search.md").read_text()
    assert tuple(re.findall(r"^\| `([a-z_]+)` \|(?: `|  ?\|)", page, re.MULTILINE)) == REASONS


def test_each_error_code_and_address_is_on_the_page() -> None:
    page = (DOCS / "http.md").read_text()
    for code in problem.CODES:
        assert f"| {problem.status_of(code)} | `{code}` |" in page
    for address in ("/list", "/thumbnail/", "/healthz"):
        assert f"`GET {address}" in page
