"""The description's Markdown as HTML."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from media_server.web.api.markup import blocks, inline


def test_paragraphs_lists_and_code() -> None:
    text = "One `a < b`,\nin two lines.\n\n- first\n- second,\nstill - so\n\n```\nx\n  <y>\n```\n"
    assert list(blocks(text)) == [
        "<p>One <code>a &lt; b</code>,\nin two lines.</p>",
        "<ul><li>first<li>second,\nstill - so</ul>",
        "<pre><code>x\n  &lt;y&gt;</code></pre>",
    ]


def test_a_table() -> None:
    (found,) = blocks("| `a` | b |\n| c | d |")
    assert "<tr><td><code>a</code><td>b<tr><td>c<td>d</table>" in found


def test_links_to_the_page_itself_are_within_it() -> None:
    assert inline("see [times](docs#times)") == 'see <a href="#times">times</a>'
    assert inline("see [times](#times)") == 'see <a href="#times">times</a>'
    assert inline("[x](javascript:y)") == "[x](javascript:y)"
    assert inline("`[...q](x)`") == "<code>[...q](x)</code>"


@given(st.text(alphabet="<>&\"'`[](){}#|-\n ax:/"))
def test_nothing_but_its_own_tags_comes_out(text: str) -> None:
    found = "".join(blocks(text))
    for tag in ("p", "ul", "li", "pre", "code", "table class=told", "tr", "td"):
        found = found.replace(f"<{tag}>", "").replace(f"</{tag.partition(' ')[0]}>", "")
    assert "<" not in found.replace('<a href="', "").replace("</a>", "")
