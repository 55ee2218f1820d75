"""Flags, made from the table of settings."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, NoReturn

from media_server import __version__
from media_server.model.errors import UsageError
from media_server.model.settings import BY_NAME, Setting, Settings, collect, default

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMON = ("storage_dir", "data_dir", "log_format", "log_level")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see media-server --help)")


def parse(
    words: Sequence[str], *, command: str, description: str, names: Sequence[str] = ()
) -> Settings:
    """Settings from a command's words and the environment.

    Args:
        words: after the command's name.
        command: as in `media-server scan`; empty for the default one.
        description: what the command does, for `--help`.
        names: the settings it takes, besides those that all take.

    Raises:
        UsageError: a word is unknown or a value not allowed.
        SystemExit: with code 0, after `--help` or `--version`.
    """
    parser = make_parser(command=command, description=description, names=names)
    return settings_of(parser.parse_args(words))


def make_parser(
    *, command: str, description: str, names: Sequence[str] = ()
) -> argparse.ArgumentParser:
    """A parser of a command's words, to which flags that are no settings may be added."""
    parser = _Parser(
        prog=f"media-server {command}".strip(),
        description=description,
        epilog="Each setting can also be given by an environment variable, such as "
        "MEDIA_SERVER_PORT. More: docs/command-line.md",
        allow_abbrev=False,
    )
    for name in (*_COMMON[:1], *names, *_COMMON[1:]):
        if not BY_NAME[name].secret:
            _add(parser, BY_NAME[name])
    parser.add_argument("--version", action="version", version=f"media-server {__version__}")
    return parser


def settings_of(parsed: argparse.Namespace) -> Settings:
    """The settings among what was parsed.

    Raises:
        UsageError: a value is not allowed.
    """
    given = {name: value for name, value in vars(parsed).items() if name in BY_NAME and value}
    try:
        return collect(given, os.environ)
    except ValueError as error:
        raise UsageError(str(error)) from error


def _add(parser: argparse.ArgumentParser, setting: Setting) -> None:
    spellings = [f"--{setting.name}"]
    if "_" in setting.name:
        spellings.append(f"--{setting.name.replace('_', '-')}")
    usual = default(setting.name)
    known = f" (default: {usual})" if usual not in ("", (), False) else ""
    is_switch = setting.unit == "switch"
    parser.add_argument(
        *spellings,
        dest=setting.name,
        action="append",
        metavar="true|false" if is_switch else setting.unit.upper(),
        help=(setting.help + known).replace("%", "%%"),
        nargs="?" if is_switch else None,
        const="true" if is_switch else None,
    )
