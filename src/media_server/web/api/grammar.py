"""What may stand in the text of a search, told from the tables that it is read with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from media_server.model.media_type import BY_EXTENSION
from media_server.model.query.fields import CHOICES, TEXT_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Row = tuple[tuple[str, ...], str]
"""What is written, and what it finds."""

WORDS: Final[tuple[Row, ...]] = (
    (
        ("rome evening",),
        "both words, anywhere: names of files and folders, title, description, keywords, persons, "
        "country, region, city, camera, lens; whole words: `rom` does not find Rome",
    ),
    (("even*",), "words that begin so"),
    (('"rome by night"',), "these words in a row"),
    (("-rome", "-camera:canon"), "everything else"),
    (
        ("rome OR paris", "-(rome OR paris) beach"),
        "one of them, in capitals; it joins only what stands right beside it: `a b OR c` is "
        "`a (b OR c)`",
    ),
)
DATES: Final[tuple[Row, ...]] = (
    (
        ("2019", "2021-07", "2021-07-14", "july 2021", "14 jul 2021"),
        "the year, the month, the day, by the calendar where it was taken",
    ),
    (("2020-05..2020-08", "..2015", "2020.."), "from the one to the end of the other"),
    (("summer 2020", "christmas 2020"), "seasons of the northern half of the world"),
    (
        ("today", "yesterday", "last 7 days", "this month", "last year", "last july"),
        "counted from today",
    ),
)
PLACES: Final[tuple[Row, ...]] = (
    (("city:rome", 'near:"New York"'), "in the city of that name; around it"),
    (("near:41.9,12.5", "near:41.9,12.5,2.5"), "a circle of 10 km, or of so many kilometres"),
    (("box:11.5,41,13.5,42.5",), "west, south, east and north in degrees"),
)
FOLDERS: Final[tuple[Row, ...]] = (
    (("in:holidays", "in:2019/rome"), "words of the path of a folder, and so of all below it"),
    (("in:#17",), "in that folder itself, not below it; `/api/v1/folders` has its `id`"),
)
NUMBERS: Final[tuple[Row, ...]] = (
    (
        ("rating>=4", "rating:5", "width>=4000", "height<800", "size>10MB", "duration>60s"),
        "with `:` `=` `>` `>=` `<` `<=`; `rating` 0 to 5, -1 is rejected; `kB` `MB` `GB` are "
        "thousands, `KiB` `MiB` `GiB` are 1,024; `s` `min` `h` `ms`",
    ),
)


def told() -> Iterator[list[str]]:
    """Rows of a table, in Markdown: what is written, and what it finds."""
    yield from map(_row, (*WORDS, *DATES))
    yield ["a text field", f"words in it: {_listed(_names(TEXT_FIELDS))}"]
    yield from map(_row, (*FOLDERS, *PLACES, *NUMBERS))
    for field, choices in CHOICES.items():
        yield [f"`{field}:`", _choices(choices)]


def _row(row: Row) -> list[str]:
    written, finds = row
    return [_listed(f"`{one}`" for one in written), finds]


def _names(fields: Mapping[str, str]) -> Iterator[str]:
    """Each field, with its other names."""
    for field in dict.fromkeys(fields.values()):
        others = [name for name, one in fields.items() if one == field and name != field]
        yield f"`{field}:`" + "".join(f" (or `{name}:`)" for name in others)


def _choices(choices: Mapping[str, str]) -> str:
    """The values of a field. An ending of a file's name is one of many."""
    values = dict.fromkeys(choices.values())
    endings = {name.decode() for name in BY_EXTENSION}
    known = _listed(f"`{one}`" for one in values if one not in endings)
    return f"{known}, or an ending such as `jpg` or `mov`" if endings & set(values) else known


def _listed(some: Iterator[str]) -> str:
    return ", ".join(some)
