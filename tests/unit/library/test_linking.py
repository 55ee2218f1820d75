"""What belongs together in a folder."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.library.linking import (
    MAX_LIVE_APART_S,
    MAX_LIVE_S,
    FolderLinks,
    Loose,
    Member,
    Sidecar,
    link_folder,
)

if TYPE_CHECKING:
    import random

MIMES = {
    "heic": "image/heic",
    "jpg": "image/jpeg",
    "png": "image/png",
    "mov": "video/quicktime",
    "mp4": "video/mp4",
    "avi": "video/x-msvideo",
    "cr2": "image/x-canon-cr2",
    "dng": "image/x-adobe-dng",
    "tga": "image/x-tga",
}


def member(
    name: str,
    content_id: str | None = None,
    *,
    burst_id: str | None = None,
    duration_s: float | None = None,
    instant_s: float | None = None,
) -> Member:
    mime = MIMES[name.rpartition(".")[2].lower()]
    return Member(name, mime, content_id, burst_id, duration_s, instant_s)


def linked(*members: Member, beside: tuple[str | Sidecar, ...] = ()) -> FolderLinks:
    sidecars = [one if isinstance(one, Sidecar) else Sidecar(one) for one in beside]
    return link_folder(members, sidecars)


def pairs(found: FolderLinks) -> list[tuple[str, str, str]]:
    return [(link.kind, link.primary, link.part) for link in found.links]


def named(*names: str, beside: tuple[str | Sidecar, ...] = ()) -> list[tuple[str, str, str]]:
    return pairs(linked(*(member(name) for name in names), beside=beside))


# Live Photos


def test_a_live_photo_by_content_id() -> None:
    found = linked(member("a.HEIC", "x"), member("b.MOV", "x", duration_s=30))
    assert pairs(found) == [("live_photo", "a.HEIC", "b.MOV")]
    assert not found.loose


def test_copies_of_one_live_photo_pair_by_name() -> None:
    found = linked(
        member("b.HEIC", "x"), member("a.HEIC", "x"), member("a.MOV", "x"), member("b.MOV", "x")
    )
    assert pairs(found) == [("live_photo", "a.HEIC", "a.MOV"), ("live_photo", "b.HEIC", "b.MOV")]


def test_films_of_other_names_pair_one_by_one() -> None:
    found = linked(member("a.HEIC", "x"), *(member(f"{n}.MOV", "x") for n in "bcd"))
    assert pairs(found) == [("live_photo", "a.HEIC", f"{n}.MOV") for n in "bcd"]
    assert not found.loose


def test_the_original_stands_for_its_edited_version() -> None:
    found = linked(
        member("IMG_E1234.HEIC", "x"), member("IMG_1234.HEIC", "x"), member("z.MOV", "x")
    )
    assert ("live_photo", "IMG_1234.HEIC", "z.MOV") in pairs(found)
    assert not found.loose


@pytest.mark.parametrize("film", ["img_1.mov", "IMG_1.MP4"])
def test_a_live_photo_by_name(film: str) -> None:
    assert named("IMG_1.HEIC", film) == [("live_photo", "IMG_1.HEIC", film)]


def test_heic_before_jpeg_before_raw() -> None:
    assert named("a.jpg", "a.heic", "a.mov") == [("live_photo", "a.heic", "a.mov")]
    assert named("a.cr2", "a.jpg", "a.mov")[0] == ("live_photo", "a.jpg", "a.mov")


def test_no_live_photo_by_name_alone() -> None:
    for picture, film in [
        (member("a.heic", "x"), member("a.mov", "y")),
        (member("a.heic"), member("a.mov", duration_s=MAX_LIVE_S + 0.1)),
        (member("a.heic", instant_s=0), member("a.mov", instant_s=MAX_LIVE_APART_S + 1)),
        (member("a.heic"), member("a.avi")),
        (member("a.heic"), member("b.mov")),
    ]:
        assert not linked(picture, film).links


def test_a_live_photo_by_name_where_one_side_says_less() -> None:
    for picture, film in [
        (member("a.heic", "x"), member("a.mp4", duration_s=MAX_LIVE_S)),
        (member("a.heic"), member("a.mov", "y")),
        (member("a.heic", instant_s=0), member("a.mov", instant_s=-MAX_LIVE_APART_S)),
        (member("a.heic", instant_s=0), member("a.mov")),
    ]:
        found = linked(picture, film)
        assert [link.kind for link in found.links] == ["live_photo"]
        assert not found.loose


def test_half_a_live_photo_is_loose() -> None:
    found = linked(member("a.heic", "x"), member("b.mov", "y"), member("c.heic"))
    assert found.loose == (Loose("a.heic", "movie_missing"), Loose("b.mov", "photo_missing"))


# RAW, edited pictures, bursts


def test_raw_and_jpeg() -> None:
    found = named("A.CR2", "a.jpg", "a.dng", "b.cr2", "a.tga")
    assert found == [("raw_jpeg", "a.jpg", "A.CR2"), ("raw_jpeg", "a.jpg", "a.dng")]


def test_a_png_is_not_of_the_camera() -> None:
    assert named("a.png", "a.cr2") == []


def test_edited_by_apple() -> None:
    found = linked(
        member("IMG_1234.HEIC"), member("IMG_E1234.JPG"), beside=("IMG_1234.AAE", "IMG_9.AAE")
    )
    assert pairs(found) == [
        ("edited", "IMG_1234.HEIC", "IMG_1234.AAE"),
        ("edited", "IMG_1234.HEIC", "IMG_E1234.JPG"),
    ]
    assert found.loose == (Loose("IMG_9.AAE", "orphan_sidecar"),)


def test_apples_other_recipes() -> None:
    assert named("IMG_1234.HEIC", beside=("IMG_O1234.AAE",)) == [
        ("edited", "IMG_1234.HEIC", "IMG_O1234.AAE")
    ]
    assert named("IMG_E1234.HEIC", beside=("IMG_1234.AAE",)) == [
        ("edited", "IMG_E1234.HEIC", "IMG_1234.AAE")
    ]


def test_edited_film_is_of_the_film() -> None:
    found = linked(
        member("IMG_1234.HEIC", "x"), member("IMG_1234.MOV", "x"), member("IMG_E1234.MOV")
    )
    assert ("edited", "IMG_1234.MOV", "IMG_E1234.MOV") in pairs(found)


def test_edited_by_google() -> None:
    assert named("a.jpg", "a-edited.jpg", "b-edited.jpg", "c-1.jpg", "c.jpg") == [
        ("edited", "a.jpg", "a-edited.jpg")
    ]


def test_bursts() -> None:
    found = linked(
        *(member(f"{n}.jpg", burst_id="x") for n in "cab"), member("d.jpg", burst_id="y")
    )
    assert pairs(found) == [("burst", "a.jpg", "b.jpg"), ("burst", "a.jpg", "c.jpg")]


def test_the_cover_of_a_burst() -> None:
    found = linked(*(member(name, burst_id="x") for name in ("1_BURST.jpg", "2_BURST_COVER.jpg")))
    assert pairs(found) == [("burst", "2_BURST_COVER.jpg", "1_BURST.jpg")]


# Sidecars


def test_an_xmp_of_one_file_wins_there() -> None:
    found = linked(member("a.cr2"), member("a.JPG"), beside=("a.jpg.xmp", "a.xmp"))
    assert pairs(found)[1:] == [
        ("sidecar_xmp", "a.cr2", "a.xmp"),
        ("sidecar_xmp", "a.JPG", "a.jpg.xmp"),
    ]
    assert not found.loose


def test_an_xmp_of_a_name_is_of_all_raw_first() -> None:
    found = named("a.jpg", "a.nef.mov", "a.dng", "A.png", beside=("a.XMP",))
    assert found[1:] == [("sidecar_xmp", "a.dng", "a.XMP"), ("sidecar_xmp", "a.jpg", "a.XMP")]


def test_case_counts_where_names_differ_in_nothing_else() -> None:
    assert named("a.jpg", "A.jpg", beside=("A.jpg.xmp",)) == [("sidecar_xmp", "A.jpg", "A.jpg.xmp")]
    found = linked(member("a.jpg"), member("A.jpg"), beside=("A.JPG.xmp",))
    assert found.loose == (Loose("A.JPG.xmp", "ambiguous_sidecar"),)


def test_xmp_without_a_file() -> None:
    found = linked(member("a.jpg"), beside=("a.jpg.xmp", "a.xmp", "b.xmp"))
    assert found.loose == (
        Loose("a.xmp", "overruled_sidecar"),
        Loose("b.xmp", "orphan_sidecar"),
    )


def test_takeout() -> None:
    found = linked(
        member("IMG_1.HEIC"),
        member("IMG_1.MP4"),
        member("IMG_1-edited.HEIC"),
        member("IMG_1(1).HEIC"),
        beside=(
            "IMG_1.HEIC.supplemental-metadata.json",
            "IMG_1.HEIC.supplemental-metadata(1).json",
        ),
    )
    json = "IMG_1.HEIC.supplemental-metadata"
    assert [one for one in pairs(found) if one[0] == "takeout_json"] == [
        ("takeout_json", "IMG_1(1).HEIC", f"{json}(1).json"),
        ("takeout_json", "IMG_1-edited.HEIC", f"{json}.json"),
        ("takeout_json", "IMG_1.HEIC", f"{json}.json"),
        ("takeout_json", "IMG_1.MP4", f"{json}.json"),
    ]
    assert not found.loose


@pytest.mark.parametrize("beside", [("a.jpg.json", "a.jpg.s.json"), ("a.jpg.s.json", "a.jpg.json")])
def test_who_shares_gets_the_first_by_name(beside: tuple[str, ...]) -> None:
    found = named("a.jpg", "a.mp4", beside=beside)
    assert found[1:] == [
        ("takeout_json", "a.jpg", "a.jpg.json"),
        ("takeout_json", "a.jpg", "a.jpg.s.json"),
        ("takeout_json", "a.mp4", "a.jpg.json"),
    ]


def test_a_film_has_its_own_json_first() -> None:
    found = named("a.jpg", "a.mp4", beside=("a.jpg.json", "a.mp4.json"))
    assert found[1:] == [
        ("takeout_json", "a.jpg", "a.jpg.json"),
        ("takeout_json", "a.mp4", "a.mp4.json"),
    ]


def test_the_film_of_a_pixel_phone() -> None:
    found = named("PXL_1.MP.jpg", "PXL_1.MP4", beside=("PXL_1.MP.jpg.json",))
    assert ("takeout_json", "PXL_1.MP4", "PXL_1.MP.jpg.json") in found


CUT = "x" * 46


def test_a_cut_name_that_fits_two_is_told_by_the_title() -> None:
    members = [member(f"{CUT}{end}.jpg") for end in "ab"]
    found = linked(*members, beside=(Sidecar(f"{CUT}.json", f"{CUT}b.jpg"),))
    assert pairs(found) == [("takeout_json", f"{CUT}b.jpg", f"{CUT}.json")]
    found = linked(*members, beside=(Sidecar(f"{CUT}.json", "other.jpg"),))
    assert found == FolderLinks((), (Loose(f"{CUT}.json", "ambiguous_sidecar"),))


def test_a_title_takes_nobody_elses_picture() -> None:
    found = linked(
        member("a.jpg"), beside=(Sidecar("a.jpg.json", "a.jpg"), Sidecar("zz.json", "a.jpg"))
    )
    assert pairs(found) == [("takeout_json", "a.jpg", "a.jpg.json")]
    assert found.loose == (Loose("zz.json", "orphan_sidecar"),)


def test_json_of_another_kind_is_not_loose() -> None:
    assert linked(member("a.jpg"), beside=("package.json",)) == FolderLinks((), ())


# Whatever comes

NAMES = st.builds(
    "{}{}.{}".format,
    st.sampled_from(["IMG_1234", "img_1234", "IMG_E1234", "IMG_1234-edited", "b"]),
    st.sampled_from(["", "(1)"]),
    st.sampled_from([*sorted(MIMES), "JPG"]),
)
MEMBERS = st.lists(
    st.builds(
        member,
        NAMES,
        st.sampled_from([None, "x", "y"]),
        burst_id=st.sampled_from([None, "x"]),
        duration_s=st.sampled_from([None, 3.0, 9.0]),
        instant_s=st.sampled_from([None, 0.0, 1e6]),
    ),
    max_size=12,
    unique_by=lambda one: one.name,
)
SIDECARS = st.lists(
    st.builds(
        Sidecar,
        st.builds(
            "{}.{}".format,
            NAMES | st.sampled_from(["IMG_1234", "IMG_1234.jpg.suppl", "b"]),
            st.sampled_from(["xmp", "json", "XMP", "aae"]),
        ),
        st.sampled_from([None, "b.jpg", "IMG_1234.jpg"]),
    ),
    max_size=8,
    unique_by=lambda one: one.name,
)


@given(MEMBERS, SIDECARS, st.randoms(use_true_random=False))
def test_order_does_not_matter(
    members: list[Member], sidecars: list[Sidecar], chance: random.Random
) -> None:
    expected = link_folder(members, sidecars)
    chance.shuffle(members)
    chance.shuffle(sidecars)
    assert link_folder(members, sidecars) == expected


@given(MEMBERS, SIDECARS)
def test_links_join_what_is_there(members: list[Member], sidecars: list[Sidecar]) -> None:
    found = link_folder(members, sidecars)
    names = {one.name for one in members}
    beside = {one.name for one in sidecars}
    parts = {link.part for link in found.links}
    for link in found.links:
        assert link.primary in names
        assert link.part != link.primary
        assert link.part in (
            names if link.kind in ("live_photo", "raw_jpeg", "burst") else names | beside
        )
    assert not parts & {loose.name for loose in found.loose if loose.name in beside}
    assert len(set(found.links)) == len(found.links)


def test_fifty_thousand_names_of_people() -> None:
    members = []
    beside = []
    for at in range(10_000):
        members += [member(f"IMG_{at}.heic", str(at)), member(f"IMG_{at}.mov", str(at))]
        members.append(member(f"IMG_{at}.cr2"))
        beside += [Sidecar(f"IMG_{at}.xmp"), Sidecar(f"IMG_{at}.heic.suppl.json", f"IMG_{at}.heic")]
    assert _seconds(members, beside) < 10  # takes 1


def _cases(stem: str, count: int) -> list[str]:
    """One name in many mixtures of upper and lower case."""
    return [
        "".join(one.upper() if at >> bit & 1 else one for bit, one in enumerate(stem))
        for at in range(count)
    ]


def test_links_do_not_grow_with_files_times_sidecars() -> None:
    cases = _cases("abcdefghijklm", 500)
    films = [member(f"{name}.avi") for name in cases]
    beside = [Sidecar(f"{name}.jpg.json", "t") for name in cases]
    beside += [Sidecar(f"{name}.xmp") for name in cases]
    assert len(link_folder([member("abcdefghijklm.jpg"), *films], beside).links) < 5_000


@pytest.mark.slow
@pytest.mark.parametrize("stem", ["abcdefghijklmnop", "abcdefghijklmn-edited", "x" * 46])
def test_names_chosen_to_hurt(stem: str) -> None:
    few, many = (_chosen_to_hurt(_cases(stem, count)) for count in (2_000, 8_000))
    # In step with the number it is 4 to 5; with its square, 16.
    assert _seconds(*many) < 8 * _seconds(*few)


def _chosen_to_hurt(cases: list[str]) -> tuple[list[Member], list[Sidecar]]:
    members = []
    for name in cases:
        members += [member(f"{name}.{kind}", "x", burst_id="y") for kind in ("jpg", "mov")]
    members += [member(f"{name[:14]}{at}.cr2") for at, name in enumerate(cases)]
    members += [member(f"{name}.png") for name in {name[:14] for name in cases}]
    members.append(member("z.jpg"))
    beside = [Sidecar(f"{name}.{kind}") for name in cases for kind in ("xmp", "jpg.xmp", "aae")]
    beside.append(Sidecar("z.jpg.json"))
    beside += [Sidecar(f"{name.swapcase()}.json", "t") for name in cases]
    beside += [Sidecar(f"{name.swapcase()}.jpg.json", "t") for name in cases]
    return members, beside


def _seconds(members: list[Member], sidecars: list[Sidecar]) -> float:
    before = time.process_time()
    link_folder(members, sidecars)
    return time.process_time() - before
