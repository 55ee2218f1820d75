"""What the search box finds, over a real catalog."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from media_server.catalog import items, search, timeline
from media_server.model.query.parsing import parse
from support.gallery import Gallery

if TYPE_CHECKING:
    from media_server.catalog.search import Facet, Order, Total
    from support.shelf import Shelf

TODAY = date(2021, 10, 5)


@pytest.fixture
def gallery(shelf: Shelf) -> Gallery:
    made = Gallery(shelf)
    made.add(
        "2019/Rome/IMG_20190701_123456.jpg",
        "2019-07-01T12:34:56",
        make="Canon",
        model="Canon EOS 5D",
        lens="EF 24-70mm f/2.8L",
        keywords=["Forum", "Ruïne"],
        people=["Ann Lee", "Bob"],
        rating=5,
        title="Evening",
        country="IT",
        region="Lazio",
        city="Rome",
        latitude=41.9,
        longitude=12.5,
    )
    made.add("2019/Rome/DSC00042.JPG", "2019-07-02T09:00:00", make="SONY", model="ILCE-7", rating=3)
    made.add(
        "Urlaub München/film.mp4",
        "2020-08-15T10:00:00",
        mime="video/mp4",
        duration_ms=90_000,
        size_bytes=50_000_000,
        people=["Ann Smith"],
        country="DE",
        city="Munich",
        latitude=48.14,
        longitude=11.58,
    )
    made.add("旅行/東京タワー.png", "2021-12-25T00:00:00", mime="image/png", size=(600, 800))
    made.add("misc/x.gif", "1999-12-31T23:59:59.999", mime="image/gif", size=(10, 10), rating=-1)
    return made


def found(
    gallery: Gallery, text: str, *, order: Order = "newest", most: int = 100, typing: bool = False
) -> list[str]:
    """Names without endings, in order."""
    with gallery.shelf.catalog.read() as connection:
        tree = search.grown(connection, parse(text, TODAY, typing=typing))
        some = search.find(connection, tree, order=order, behind=None, most=most)
        assert search.count(connection, tree) == (len(some.asset_ids), True)
        condition = search.condition(tree)
        query = f"SELECT asset_id FROM timeline WHERE part = 0 AND {condition.sql}"
        by_condition = set(connection.exec_driver_sql(query, condition.values).scalars())
        assert by_condition == set(some.asset_ids)
        rows = items.by_ids(connection, some.asset_ids)
    return [row.name.rpartition(".")[0].lower() for row in rows]


ROME, SONY, FILM, TOKYO, GIF = (
    "img_20190701_123456", "dsc00042", "film", "東京タワー", "x",
)  # fmt: skip
ALL = [TOKYO, FILM, SONY, ROME, GIF]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ALL),
        ("rome", [SONY, ROME]),
        ("ROME evening", [ROME]),
        ("ruine", [ROME]),
        ("munchen", [FILM]),
        ("“ann lee”", [ROME]),
        ('"lee ann"', []),
        ("ann", [FILM, ROME]),
        ("person:ann -person:bob", [FILM]),
        ("tag:forum", [ROME]),
        ("tag:ann", []),
        ("title:evening", [ROME]),
        ("italy", [ROME]),
        ("country:it", [ROME]),
        ("country:italy", [ROME]),
        ("country:DE", [FILM]),
        ("de", []),
        ("region:lazio", [ROME]),
        ("city:rome", [ROME]),
        ("in:rome", [SONY, ROME]),
        ("in:2019/Rome", [SONY, ROME]),
        ('in:"urlaub münchen"', [FILM]),
        ("camera:canon", [ROME]),
        ("camera:5d OR camera:sony", [SONY, ROME]),
        ('lens:"24-70"*', [ROME]),
        ("lens:24-70mm", [ROME]),
        ("name:dsc", [SONY]),
        ("name:00042", [SONY]),
        ("42", [SONY]),
        ("dsc00042.jpg", [SONY]),
        ("IMG_20190701_123456.jpg", [ROME]),
        ("20190701", [ROME]),
        ("東京", [TOKYO]),
        ("タワー", [TOKYO]),
        ("京東", []),
        ("2019", [SONY, ROME]),
        ("2019-07-01", [ROME]),
        ("1999-12-31", [GIF]),
        ("..2000", [GIF]),
        ("-2019", [TOKYO, FILM, GIF]),
        ("july 2019 OR 2021", [TOKYO, SONY, ROME]),
        ("2019 OR 東京", [TOKYO, SONY, ROME]),
        ("-(2019 OR 2020)", [TOKYO, GIF]),
        ("2019 2020", []),
        ("month:july", [SONY, ROME]),
        ("month:december", [TOKYO, GIF]),
        ("type:photo", [TOKYO, SONY, ROME, GIF]),
        ("type:video", [FILM]),
        ("type:mp4", [FILM]),
        ("type:jpeg", [SONY, ROME]),
        ("type:gif", [GIF]),
        ("rating>=4", [ROME]),
        ("rating:3", [SONY]),
        ("rating<0", [GIF]),
        ("is:rejected", [GIF]),
        ("-rating>=3", [TOKYO, FILM, GIF]),
        ("is:portrait", [TOKYO]),
        ("is:square", [GIF]),
        ("is:landscape", [FILM, SONY, ROME]),
        ("has:gps", [FILM, ROME]),
        ("has:people", [FILM, ROME]),
        ("-has:people", [TOKYO, SONY, GIF]),
        ("has:title", [ROME]),
        ("has:keywords", [ROME]),
        ("has:rating", [SONY, ROME, GIF]),
        ("has:camera", [SONY, ROME]),
        ("size>3MB", [FILM]),
        ("size>=3MB", ALL),
        ("-size>3MB", [TOKYO, SONY, ROME, GIF]),
        ("size=3MB", [TOKYO, SONY, ROME, GIF]),
        ("width>=4000", [FILM, SONY, ROME]),
        ("width>4000", []),
        ("height<=800", [TOKYO, GIF]),
        ("duration>60s", [FILM]),
        ("duration>90s", []),
        ("size>3MB OR 東京", [TOKYO, FILM]),
        ("near:41.91,12.51,5", [ROME]),
        ("near:41.91,12.51,0.5", []),
        ("near:45,12,900", [FILM, ROME]),
        ("-near:45,12,900", [TOKYO, SONY, GIF]),
        ("near:41.91,12.51,5 OR type:video", [FILM, ROME]),
        ("box:12,41,13,42", [ROME]),
        ("box:12.5,41.9,12.5,41.9", [ROME]),
        ("box:12.51,41,13,42", []),
        ("box:12,41,13,41.89", []),
        ("box:11,48,12,48.13", []),  # in the same cell
        ("box:11.59,48,12,49", []),
        ("box:11,41,13,49", [FILM, ROME]),
        ("box:-180,-90,180,90", [FILM, ROME]),
        ("box:13,41,12,42", []),
        ("box:12,41,-170,42 OR box:170,48,11.6,49", [FILM, ROME]),
        ("-box:12,41,13,42", [TOKYO, FILM, SONY, GIF]),
        ("eve*", [ROME]),
        ("person:an*", [FILM, ROME]),
        ("20190* ", [ROME]),
        ("nothing*", []),
        ("❤ rome", [SONY, ROME]),
    ],
)
def test_finds(gallery: Gallery, text: str, names: list[str]) -> None:
    assert found(gallery, text) == names


def test_a_folder_itself(gallery: Gallery) -> None:
    gallery.add("2019/x.jpg", "2019-07-03T00:00:00")
    with gallery.shelf.catalog.read() as connection:
        query = "SELECT CAST(path AS TEXT), id FROM folder"
        numbers: dict[str, int] = {path: at for path, at in connection.exec_driver_sql(query)}
    assert found(gallery, f"in:#{numbers['2019/Rome']}") == [SONY, ROME]
    assert found(gallery, f"in:#{numbers['2019']}") == ["x"]
    assert found(gallery, f"in:#{numbers['2019/Rome']} rating:5") == [ROME]
    assert found(gallery, f"2019 -in:#{numbers['2019/Rome']}") == ["x"]
    assert found(gallery, f"in:#{max(numbers.values()) + 1}") == []


def test_oldest_first(gallery: Gallery) -> None:
    assert found(gallery, "", order="oldest") == ALL[::-1]


def test_typing(gallery: Gallery) -> None:
    assert found(gallery, "ro", typing=True) == [SONY, ROME]
    assert found(gallery, "ro") == []
    assert found(gallery, "dsc0", typing=True) == [SONY]
    assert found(gallery, "dsc", typing=True) == [SONY]


def test_a_motion_photo_and_a_live_photo_are_live(gallery: Gallery) -> None:
    gallery.add("m/a.jpg", "2018-01-02T00:00:00", facts='[["motion_offset", 7, "XMP"]]')
    gallery.add("m/b.heic", "2018-01-01T00:00:00", mime="image/heic")
    gallery.add("m/b.mov", "2018-01-01T00:00:00", mime="video/quicktime")
    gallery.join("live_photo", "m/b.heic", "m/b.mov")
    assert found(gallery, "is:live") == found(gallery, "type:live") == ["a", "b"]
    # The film is found as what it is a part of.
    assert found(gallery, "b.mov") == ["b"]
    assert found(gallery, "2018") == ["a", "b"]


def test_a_raw_beside_its_jpeg_is_found_as_the_jpeg(gallery: Gallery) -> None:
    gallery.add("r/c.jpg", "2018-01-01T00:00:00")
    gallery.add("r/c.nef", "2018-01-01T00:00:00", mime="image/x-nikon-nef")
    assert found(gallery, "c.nef 2018") == ["c"]
    gallery.join("raw_jpeg", "r/c.jpg", "r/c.nef")
    assert found(gallery, "type:raw") == found(gallery, "name:nef") == ["c"]
    with gallery.shelf.catalog.read() as connection:
        (row,) = connection.exec_driver_sql("SELECT count(*) FROM timeline WHERE part = 1")
    assert row == (1,)
    gallery.shelf.lose(b"r/c.nef")
    gallery.shelf.remove_gone()
    assert found(gallery, "c.nef") == []


def test_pages_go_on_where_the_last_one_ended(gallery: Gallery) -> None:
    for order, names in (("newest", ALL), ("oldest", ALL[::-1])):
        seen: list[int] = []
        behind = None
        with gallery.shelf.catalog.read() as connection:
            for _ in range(len(ALL)):
                page = search.find(connection, parse("", TODAY), order=order, behind=behind, most=2)  # type: ignore[arg-type]
                seen += page.asset_ids
                behind = page.last
                if behind is None:
                    break
            rows = items.by_ids(connection, seen)
        assert [row.name.rpartition(".")[0].lower() for row in rows] == names


def test_more_than_is_counted(gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MAX_COUNTED", 3)
    with gallery.shelf.catalog.read() as connection:
        assert search.count(connection, parse("-nothing", TODAY)) == (3, False)
        assert search.count(connection, parse("type:jpg", TODAY)) == (2, True)
        assert search.count(connection, parse("", TODAY)) == (5, True)
        some, total = search.facets(connection, parse("-nothing", TODAY), ["year"])
    assert total == (3, False)
    # Of the newest.
    assert {one.value: one.assets for one in some} == {"2021": 1, "2020": 1, "2019": 1}


def facets(gallery: Gallery, text: str, *kinds: str) -> tuple[list[Facet], Total]:
    with gallery.shelf.catalog.read() as connection:
        return search.facets(connection, parse(text, TODAY), kinds)


def test_facets(gallery: Gallery) -> None:
    everything, total = facets(gallery, "", "year", "person", "type", "rating")
    assert total == (5, True)
    assert next(one for one in everything if one.kind == "year") == ("year", "2019", 2)
    assert {one.value: one.assets for one in everything if one.kind == "type"} == {
        "photo": 4,
        "video": 1,
    }
    some, total = facets(gallery, "2019", "rating", "camera", "city", "keyword")
    assert total == (2, True)
    assert some == [
        ("rating", "5", 1),
        ("rating", "3", 1),
        ("camera", "Canon EOS 5D", 1),
        ("camera", "SONY ILCE-7", 1),
        ("city", "Rome", 1),
        ("keyword", "Forum", 1),
        ("keyword", "Ruïne", 1),
    ]


def test_facets_of_everything_are_those_of_all_rows(gallery: Gallery) -> None:
    kinds = ("year", "type", "rating", "camera", "lens", "country", "person", "keyword", "folder")
    everything, _ = facets(gallery, "", *kinds)
    counted, _ = facets(gallery, "-nothing", *kinds)
    assert sorted(everything) == sorted(counted)


def test_like(gallery: Gallery) -> None:
    with gallery.shelf.catalog.read() as connection:
        like = search.facets_like(connection, "LE", ["person", "lens"], most=10)
        assert like == [("person", "Ann Lee", 1)]
        assert search.facets_like(connection, "mü", ["folder"], most=10)[0].value
        assert len(search.facets_like(connection, "a", ["person"], most=1)) == 1
        assert search.facets_like(connection, '"*', ["person"], most=10) == []


def test_a_condition_limits_the_timeline(gallery: Gallery) -> None:
    with gallery.shelf.catalog.read() as connection:
        condition = search.condition(parse("rome", TODAY))
        days = list(timeline.days(connection, "local", condition))
        assert search.condition(parse("", TODAY)) == timeline.EVERYTHING
    assert len(days) == 2


@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE asset; --",
        '" OR 1=1',
        "x') UNION SELECT 1--",
        "%" * 900,
        "NEAR(a b, 3)",
        "names:x",
        "{names folders}: x",
        "a\0b",
        "^q",
        "a + b",
        "x NOT y",
        "\ue000all",
        "name:\ue000all",
        "*",
        "a" * 1000,
    ],
)
def test_no_text_is_anything_but_words(gallery: Gallery, text: str) -> None:
    with gallery.shelf.catalog.read() as connection:
        try:
            tree = parse(text, TODAY)
        except Exception as error:  # noqa: BLE001 - only its kind matters
            assert type(error).__name__ == "BadQuery"
            return
        some = search.find(connection, tree, order="newest", behind=None, most=10)
        # A mark that somebody types is no mark.
        assert len(some.asset_ids) in (0, 5)
        assert (len(some.asset_ids) == 5) == (not text.strip("*% "))
