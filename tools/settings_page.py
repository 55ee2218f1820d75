"""Writes docs/settings.md from the table of settings: `python tools/settings_page.py`.

A test holds the page and the table together.
"""

from __future__ import annotations

from pathlib import Path

from media_server.model.settings import TABLE, Setting, default

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"

_HEAD = """\
# Settings

Made from the table in `src/media_server/model/settings.py` by `tools/settings_page.py`.

A flag outweighs its environment variable, which outweighs the default; an empty variable counts as
absent. Each flag can be written `--flag value` or `--flag=value`, with `_` or `-` between its
words. Several storage folders in one variable are separated by `:`. What is secret is given by a
variable alone.

| flag | variable | value | default | |
|---|---|---|---|---|
"""


def page() -> str:
    """The text of the page."""
    return _HEAD + "".join(_row(setting) for setting in TABLE)


def _row(setting: Setting) -> str:
    usual = default(setting.name)
    text = str(usual).lower() if isinstance(usual, bool) else str(usual)
    shown = "needed" if usual == () else f"`{text}`" if text else ""
    flag = "" if setting.secret else f"`--{setting.name}`"
    return f"| {flag} | `{setting.variable}` | {setting.unit} | {shown} | {setting.help} |\n"


if __name__ == "__main__":
    PAGE.write_text(page())
