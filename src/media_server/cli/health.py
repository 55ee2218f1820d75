"""`media-server health`: what is wrong with the files of a library, by kind."""

from __future__ import annotations

import sys
from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from media_server import app
from media_server.cli import flags, logs
from media_server.model.finding import SENTENCES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from media_server.model.finding import Finding, FindingCode

FOUND = 7
"""Exit code when something is wrong."""

_SHOWN_OF_EACH = 10


def run(words: Sequence[str]) -> int:
    """Say what is wrong; 0 where nothing is. Works beside a server."""
    parser = flags.make_parser(
        command="health",
        description="Say which files are damaged, undated, wrongly named or half of a pair.",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    parser.add_argument(
        "--code", choices=list(SENTENCES), metavar="CODE", help=f"only one: {', '.join(SENTENCES)}"
    )
    parsed = parser.parse_args(words)
    settings = flags.settings_of(parsed)
    logs.set_up(settings.log_format, settings.log_level)
    found = [one for one in app.health(settings) if parsed.code in (None, one.code)]
    if parsed.json:
        sys.stdout.write(_as_json(found))
    else:
        sys.stdout.write(_as_text(found, everything=parsed.code is not None))
    return FOUND if found else 0


def _by_code(found: Sequence[Finding]) -> dict[FindingCode, list[Finding]]:
    """In the order of the codes; each kind by library and path."""
    kinds: dict[FindingCode, list[Finding]] = defaultdict(list)
    for one in sorted(found, key=lambda one: (one.library, one.path)):
        kinds[one.code].append(one)
    return {code: kinds[code] for code in SENTENCES if code in kinds}


def _as_json(found: Sequence[Finding]) -> str:
    kinds = _by_code(found)
    answer = {
        "counts": {code: len(kinds.get(code, ())) for code in SENTENCES},
        "findings": [_plain(one) for some in kinds.values() for one in some],
    }
    return msgspec.json.format(msgspec.json.encode(answer), indent=1).decode() + "\n"


def _plain(one: Finding) -> dict[str, str | None]:
    digest = None if one.digest is None else one.digest.hex()
    return {
        "code": one.code,
        "library": one.library,
        "path": one.path,
        "detail": one.detail,
        "digest": digest,
    }


def _as_text(found: Sequence[Finding], *, everything: bool) -> str:
    if not found:
        return "Nothing is wrong.\n"
    lines = []
    for code, some in _by_code(found).items():
        lines.append(f"{code}: {len(some)}. {SENTENCES[code]}")
        listed = some if everything else some[:_SHOWN_OF_EACH]
        lines += [f"  {_escaped(one)}" for one in listed]
        if len(listed) < len(some):
            lines.append(f"  and {len(some) - len(listed)} more; --code {code} tells them all")
    return "\n".join(lines) + "\n"


def _escaped(one: Finding) -> str:
    """On one line, and without what a terminal would obey: names may hold anything."""
    text = f"{one.library}/{one.path}" + (f" ({one.detail})" if one.detail else "")
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
