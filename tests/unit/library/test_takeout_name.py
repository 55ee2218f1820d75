"""Names of Takeout's JSON and of its pictures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.library.takeout_name import (
    MAX_JSON_UNITS,
    json_key,
    media_keys,
    media_names_for,
    original_stem,
)

SUPPLEMENT = "supplemental-metadata"
# Pairs from real exports, as users of import programs told them.
REAL = [
    ("PXL_20211013_220651983.jpg", "PXL_20211013_220651983.jpg.json"),
    ("DSC_0101(1).JPG", "DSC_0101.JPG(1).json"),
    ("IMG_2710(1).HEIC", "IMG_2710.HEIC(1).json"),
    ("IMG_2710(1).HEIC", "IMG_2710(1).HEIC.json"),
    ("IMG_1234(3).jpg", "IMG_1234.jpg.supplemental-metadata(3).json"),
    ("img(18).jpg", "img(18).jpg.supple(18).json"),
    (
        "PXL_20230809_203449253.LONG_EXPOSURE-02.ORIGINA.jpg",
        "PXL_20230809_203449253.LONG_EXPOSURE-02.ORIGIN.json",
    ),
    (
        "05yqt21kruxwwlhhgrwrdyb6chhwszi9bqmzu16w0 2.jpg",
        "05yqt21kruxwwlhhgrwrdyb6chhwszi9bqmzu16w0 2.jp.json",
    ),
    (
        "😀😃😄😁😆😅😂🤣🥲☺️😊😇🙂🙃😉😌😍🥰😘😗😙😚😋😛.jpg",
        "😀😃😄😁😆😅😂🤣🥲☺️😊😇🙂🙃😉😌😍🥰😘😗😙😚😋.json",
    ),
    (
        "Backyard_ceremony_wedding_photography_xxxxxxx_m(494).jpg",
        "Backyard_ceremony_wedding_photography_xxxxxxx_(494).json",
    ),
    (
        "original_1d4caa6f-16c6-4c3d-901b-9387de10e528_P.jpg",
        "original_1d4caa6f-16c6-4c3d-901b-9387de10e528_.json",
    ),
    (
        "13039_327707840323_537645323_9470255_27214_n(1).jpg",
        "13039_327707840323_537645323_9470255_27214_n.j(1).json",
    ),
    (
        "Urlaub in Knaufspesch in der Schneifel (38).JPG",
        "Urlaub in Knaufspesch in der Schneifel (38).JP.json",
    ),
    ("Screenshot_2017-07-05-10-05-26.png", "Screenshot_2017-07-05-10-05-26.png.supplementa.json"),
    (
        "Screenshot_20220207_102421_com.snapchat.android.jpg",
        "Screenshot_20220207_102421_com.snapchat.androi.json",
    ),
    (
        "D7157814-D2D5-4A62-AFCE-9CF465CB7D66.jpeg",
        "D7157814-D2D5-4A62-AFCE-9CF465CB7D66.jpeg.supp.json",
    ),
    (
        "123456789123456789123456789123456789_DSCN0091(1).JPG",
        "123456789123456789123456789123456789_DSCN0091.JP.supplemental-meta(1).json",
    ),
    ("IMG_1.jpg", "IMG_1.json"),
]


@pytest.mark.parametrize(("media", "json"), REAL)
def test_real_pairs(media: str, json: str) -> None:
    assert json_key(json) in media_keys(media)


@pytest.mark.parametrize(
    ("media", "json"),
    [
        ("PXL_20211013_220651958.jpg", "PXL_20211013_220651983.jpg.json"),
        ("DSC_0102(1).JPG", "DSC_0102.JPG(2).json"),
        ("DSC_0103.JPG", "DSC_0103.JPG(1).json"),
        ("DSC_0104(1).JPG", "DSC_0104.JPG.json"),
        ("IMG_12.jpg", "IMG_1.jpg.json"),
        ("IMG_1.jpg", "IMG_1.jpg.supplementary.json"),
        (
            "Backyard_ceremony_wedding_photography_xxxxxxx_m(185).jpg",
            "Backyard_ceremony_wedding_photography_xxxxxxx_(494).json",
        ),
        ("IMG_1.jpg", "metadata.json"),
    ],
)
def test_no_pairs(media: str, json: str) -> None:
    assert json_key(json) not in media_keys(media)


@pytest.mark.parametrize("length", range(len(SUPPLEMENT) + 1))
def test_each_truncation(length: int) -> None:
    assert json_key(f"IMG.jpg.{SUPPLEMENT[:length]}.json") in media_keys("img.JPG")
    assert json_key(f"IMG.jpg.{SUPPLEMENT[:length]}(2).json") in media_keys("IMG(2).jpg")


def test_accents_in_either_form() -> None:
    assert json_key("e\u0301te\u0301.jpg.json") in media_keys("été.jpg")


def test_no_half_of_a_character_is_left() -> None:
    assert json_key("x" * 45 + ".json") in media_keys("x" * 45 + "😀.jpg")


def test_names_need_not_be_utf_8() -> None:
    assert json_key("\udcff" * 46 + ".json") in media_keys("\udcff" * 50 + ".jpg")
    assert media_names_for("\udcff.json", "\udcff" * 60 + ".jpg")[0] == "\udcff" * 47 + ".jpg"


def test_the_exact_name_comes_first() -> None:
    assert media_keys("IMG(1).jpg")[0] == json_key("IMG.jpg(1).json")
    assert media_keys("IMG.jpg")[0] == json_key("IMG.jpg.json")


def test_a_long_extension_is_not_taken_apart() -> None:
    assert len(media_keys("a." + "b" * 250)) < 10


@pytest.mark.parametrize(
    ("json", "title", "expected"),
    [
        ("IMG.jpg.json", None, "IMG.jpg"),
        ("IMG.jpg.suppl.json", None, "IMG.jpg"),
        ("IMG.jpg..json", None, "IMG.jpg"),
        ("IMG.jpg(1).json", None, "IMG(1).jpg"),
        ("IMG.jpg.supplemental-metadata(1).json", None, "IMG(1).jpg"),
        ("IMG(1).jpg.json", None, "IMG(1).jpg"),
        ("IMG.json", "IMG.jpg", "IMG.jpg"),
        ("IMG(2).json", "IMG.jpg", "IMG(2).jpg"),
        ("what_.json", "what?.jpg", "what_.jpg"),
        ("a_b.json", "a&b.jpg", "a_b.jpg"),
        ("x" * 46 + ".json", "x" * 60 + ".jpg", "x" * 47 + ".jpg"),
        ("x" * 46 + "(1).json", "x" * 60 + ".jpeg", "x" * 46 + "(1).jpeg"),
        ("x" * 46 + ".json", "x" * 60, "x" * 60),
    ],
)
def test_names_of_media(json: str, title: str | None, expected: str) -> None:
    assert expected in media_names_for(json, title)


def test_what_the_title_tells_comes_first() -> None:
    assert media_names_for("IMG.json", "IMG.jpg")[0] == "IMG.jpg"


@pytest.mark.parametrize(
    ("stem", "original"),
    [
        ("IMG-edited", "IMG"),
        ("IMG-Edited", "IMG"),
        ("IMG-bearbeitet(1)", "IMG(1)"),
        ("PXL_1.PORTRAIT-modifié", "PXL_1.PORTRAIT"),
        ("PXL_1.PORTRAIT-modifie\u0301", "PXL_1.PORTRAIT"),
        ("a-b-ha editado", "a-b"),
        ("IMG-編集済み", "IMG"),
        (
            "123456789123456789123456789123456789_DSCN0098-ha",
            "123456789123456789123456789123456789_DSCN0098",
        ),
        ("1234567891234567891234567891234567891_DSCN0098-h", None),
        ("12345678912345678912345678912345678912_DSCN0098-", None),
        ("IMG-ha", None),
        ("IMG-ed", None),
        ("IMG", None),
        ("-edited", None),
        ("IMG-1234", None),
        ("edited", None),
    ],
)
def test_originals_of_edited_pictures(stem: str, original: str | None) -> None:
    assert original_stem(stem) == original


names = st.text(min_size=1, max_size=80).filter(lambda name: "(" not in name)


def as_exported(name: str, number: str, *, supplement: bool) -> str:
    """What Google makes of a picture's name."""
    whole = name + ("." + SUPPLEMENT if supplement else "")
    units = whole.encode("utf-16-le", "surrogatepass")[: 2 * MAX_JSON_UNITS]
    return units.decode("utf-16-le", "ignore") + number + ".json"


@given(
    names,
    st.sampled_from(["jpg", "HEIC", "mp4"]),
    st.sampled_from(["", "(1)", "(23)"]),
    st.booleans(),
)
def test_what_is_exported_is_found(
    stem: str, extension: str, number: str, supplement: bool
) -> None:
    exported = as_exported(f"{stem}.{extension}", number, supplement=supplement)
    assert json_key(exported) in media_keys(f"{stem}{number}.{extension}")


@given(st.text(max_size=300), st.none() | st.text(max_size=300))
def test_any_names_do(name: str, title: str | None) -> None:
    assert media_keys(name)
    assert json_key(name + ".json").number.isdigit() or not json_key(name + ".json").number
    assert len(media_names_for(name + ".json", title)) <= 5
    original_stem(name)
