"""The little Markdown that the description is written in, as HTML.

Paragraphs, lists (`- `), tables (`| a | b |`), code between fences, `code` and links. Whatever else
stands there is shown as it is.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE: Final = "docs"
"""The page's own address, as descriptions name it: beside `openapi.json` their links work too."""

_CODE = re.compile(r"`([^`]*)`")
_LINK = re.compile(rf"\[([^\]]+)\]\((?:{HERE})?(#?[\w.-]+)\)")


def inline(words: str) -> str:
    """One paragraph's text, without the paragraph."""
    pieces = []
    for at, piece in enumerate(_CODE.split(escape(words))):
        linked = piece if at % 2 else _LINK.sub(r'<a href="\2">\1</a>', piece)
        pieces.append(f"<code>{piece}</code>" if at % 2 else linked)
    return "".join(pieces)


def blocks(text: str) -> Iterator[str]:
    """Text of several paragraphs, with an empty line between them; none within code."""
    for block in filter(None, (one.strip() for one in text.split("\n\n"))):
        lines = block.splitlines()
        if block.startswith("```"):
            yield f"<pre><code>{escape(chr(10).join(lines[1:-1]), quote=False)}</code></pre>"
        elif block.startswith("- "):
            items = block.removeprefix("- ").split("\n- ")
            yield f"<ul>{''.join(f'<li>{inline(one)}' for one in items)}</ul>"
        elif block.startswith("|"):
            yield table([_cells(line) for line in lines])
        else:
            yield f"<p>{inline(block)}</p>"


def table(rows: list[list[str]]) -> str:
    """A table of texts, the first of which stands out."""
    shown = ("".join(f"<td>{inline(cell)}" for cell in row) for row in rows)
    return f"<table class=told>{''.join(f'<tr>{row}' for row in shown)}</table>"


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]
