"""What whoever writes a gallery has to know besides the routes: the first half of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from media_server.web.api import grammar, markup
from media_server.web.api.values import CERTAINTIES

if TYPE_CHECKING:
    from collections.abc import Iterator


class Section(NamedTuple):
    """A part of the guide.

    Attributes:
        name: for links to it.
        title: its heading.
        text: in Markdown; `{site}` is the address of the server.
    """

    name: str
    title: str
    text: str


_BEGIN: Final = """
A gallery in four requests. The first gives all days and the ratio of each picture, which is enough
to lay everything out; the second what stands where one looks; the third a picture of it; the
fourth the original.

```
curl {site}/api/v1/timeline
curl "{site}/api/v1/timeline/items?day=2021-07-14&offset=0&limit=50"
curl {site}/api/v1/assets/digest/renditions/grid -o picture
curl {site}/api/v1/assets/digest/original -OJ
```

A body is JSON, and says so:

```
curl -H "Content-Type: application/json" -d '{"query": "type:photo"}' \\
  {site}/api/v1/downloads
```

A server that was given an access token wants it in each request: `Authorization: Bearer TOKEN`.
What an address needs stands beside its summary: `open` nothing, `read` a look at the library,
`change` a say in it, `admin` all of it.

An address that has no parameters ignores whatever stands behind `?`; all others refuse a parameter
that they do not know. Outside of `/api/v1` there are `/healthz`, which says `{"status":"ok"}` to
monitors, and the specification's `/list` and `/thumbnail/DIGEST`.
"""
_PICTURES: Final = """
- Ask for `grid` unless `picture` is `none`, and expect 404: what is `pending` is made at once, and
of what `failed` there may still be what the camera embedded.
- When `picture` goes from `rough` to `ready`, the address stays. So that a browser asks again, add
anything, such as `?v=ready`: it is ignored there.
- A picture is upright, and so are `width_px` and `height_px`. Show `colour` until it is there.
- Videos: put `/original` into a `<video>`; it answers ranges. Nothing is transcoded, so a browser
may not be able to play it. `/movie` is only of Live Photos and motion photos (`live`).
- While an original is away (`offline`, or `no_original`), pictures of it that were made before are
still there.
"""
_KEEPING_UP: Final = """
- The server sees changed files only when it scans: at the start, with `--watch` or
`--rescan_interval`, or after [POST /api/v1/libraries/scan](#post_libraries_scan).
- Listen to [/api/v1/events](#get_events) with the `cursor` of the timeline as `since`. At most one
event comes in a second, except that more than 1,000 changes are several in a row. Without `since`
the first one comes at once and is empty.
- Put each of its `items` in the place of the one with the same `digest`: a moved or renamed file
is its item again. Take those that are in `removed` away.
- An item stands on the day `local.slice(0, 10)`, with `order=taken` on `taken.slice(0, 10)`. Leave
out what has `part: true`: it is shown with another one.
- To see where all the rest stands now, load [the shape](#get_timeline) again with `If-None-Match`,
at most every few seconds while changes come.
- When many files go at once (more than 100, and more than a quarter of a library), all stay
listed, and the [state of the library](#value-LibraryState) is `held` until they are back or
`media-server confirm-removals` lets them go, or
`POST /api/v1/libraries/{id}/confirm-removals` with the number that a person was shown.
"""
_TIMES: Final = """
`local` is what a clock showed where the picture was taken, `taken` the instant, `offset_min` what
lies between. Where `offset_min` is null, `taken` is `local` as read by the clock of the server.
"Newest first" is by `local`; on the map, and in a timeline with `order=taken`, it is by `taken`.
`certainty` says how sure it is:

{certainties}
"""
_SEARCHING: Final = """
What may stand in `q`, of searches and timelines alike, and in `query` of downloads. What stands
beside each other must all hold; case and accents make no difference. What is shown with another
asset (`part`) is found as that one.

{grammar}

- While somebody types, `typing=true` has the last word go on, if it is a plain one: `rom` then
finds Rome. `camera:` or `"rome` without its end are refused still, so hold the message back until
typing stops.
- `at` of an error, `from` and `to` count code points of Unicode: in JavaScript `[...q].slice(from,
to).join("")`.
- `/api/v1/timeline?q=` lays out all that is found, `/api/v1/search` gives it page by page.
- At most 1,000 characters, 50 terms, 16 parentheses and minus signs within each other.
"""
_PAGING: Final = """
- `next` goes on: it is the `cursor` of the same request, and null at the end.
- `cursor` in an answer is a moment: the `since` of [/api/v1/changes](#get_changes) for what came
after it.
- The timeline is asked by `day` and `offset`, at any place of it at once. Behind the day's last
asset older days follow, so cut at the day's count in the shape. A day with more than 1,000 assets
is paged by `offset`.
"""
_OWN_PAGES: Final = """
There is no CORS: only pages of the server's own origin may ask, others are refused with
`cross_site`, pictures too. A page of your own needs a proxy on its own origin, which drops
`Origin`. `Host` must be one of the server's names, else there is 421; the setting `allowed_hosts`
gives it more. Where the proxy adds `X-Forwarded-For`, the server wants an access token.
"""
SECTIONS: Final = (
    Section("begin", "To begin with", _BEGIN),
    Section("pictures", "Pictures and films", _PICTURES),
    Section("paging", "Paging", _PAGING),
    Section("keeping-up", "Keeping up", _KEEPING_UP),
    Section("times", "Times", _TIMES),
    Section("searching", "Searching", _SEARCHING),
    Section("own-pages", "Pages of your own", _OWN_PAGES),
)


def contents() -> Iterator[str]:
    """Links to the sections, as items of a list."""
    for one in SECTIONS:
        yield f'<li><a href="#{one.name}">{one.title}</a>'


def sections(site: str) -> Iterator[str]:
    """The guide as HTML.

    Args:
        site: address of the server, for the examples.
    """
    filled = {
        "{site}": site,
        "{certainties}": _rows([f"`{name}`", means] for name, means in CERTAINTIES.items()),
        "{grammar}": _rows(grammar.told()),
    }
    for one in SECTIONS:
        yield f"<h2 id={one.name}>{one.title}</h2>"
        text = one.text
        for mark, what in filled.items():
            text = text.replace(mark, what)
        yield from markup.blocks(text)


def _rows(rows: Iterator[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
