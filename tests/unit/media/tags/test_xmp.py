from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.media.facts import Fact, is_sane
from media_server.media.tags.motion import MotionClaim
from media_server.media.tags.xmp import parse_xmp, read_xmp

NAMES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "exifEX": "http://cipa.jp/exif/1.0/",
    "aux": "http://ns.adobe.com/exif/1.0/aux/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "MicrosoftPhoto": "http://ns.microsoft.com/photo/1.0/",
    "MP": "http://ns.microsoft.com/photo/1.2/",
    "MPRI": "http://ns.microsoft.com/photo/1.2/t/RegionInfo#",
    "MPReg": "http://ns.microsoft.com/photo/1.2/t/Region#",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "GCamera": "http://ns.google.com/photos/1.0/camera/",
    "Container": "http://ns.google.com/photos/1.0/container/",
    "Item": "http://ns.google.com/photos/1.0/container/item/",
}


def packet(body: str = "", **attributes: str) -> bytes:
    names = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMES.items())
    told = " ".join(f'{name.replace("__", ":")}="{value}"' for name, value in attributes.items())
    return (f"<rdf:RDF {names}><rdf:Description {told}>{body}</rdf:Description></rdf:RDF>").encode()


def bag(tag: str, *values: str, kind: str = "Bag") -> str:
    items = "".join(f"<rdf:li>{value}</rdf:li>" for value in values)
    return f"<{tag}><rdf:{kind}>{items}</rdf:{kind}></{tag}>"


def told(data: bytes) -> list[tuple[str, object, str]]:
    return [(fact.name, fact.value, fact.source.removeprefix("XMP:")) for fact in parse_xmp(data)]


def test_dates() -> None:
    data = packet(
        "<photoshop:DateCreated>2002-02-02</photoshop:DateCreated>",
        exif__DateTimeOriginal="2001-01-01T01:01:01.5",
        xmp__CreateDate="2003-03-03T03:03+03:00",
        exif__GPSTimeStamp="2001-01-01T02:01:01+02:00",
    )
    assert told(data) == [
        ("captured", "2001-01-01T01:01:01.500000", "DateTimeOriginal"),
        ("captured", "2002-02-02T00:00:00", "DateCreated"),
        ("captured", "2003-03-03T03:03:00+03:00", "CreateDate"),
        ("captured_utc", "2001-01-01T00:01:01+00:00", "GPSTimeStamp"),
    ]
    assert told(packet(exif__DateTimeOriginal="2001", xmp__CreateDate="2003-03")) == []
    edge = packet(exif__GPSTimeStamp="0001-01-01T00:00:00+02:00")
    assert told(edge) == []


@pytest.mark.parametrize(
    ("latitude", "longitude", "position"),
    [
        ("52,1.2N", "13,30.6E", (52.02, 13.51)),
        ("52,1,12S", "13,30,36W", (-52.02, -13.51)),
        ("52.02N", "-13.51", (52.02, -13.51)),
        ("+52.02", "13.51e", (52.02, 13.51)),
        ("52,1.2E", "13,30.6N", None),
        ("52,1.2N", "", None),
        ("0,0N", "0,0E", None),
        ("92,0N", "13,0E", None),
        ("5202/100", "1351/100", None),
        ("9" * 9 + ",0N", "1,0E", None),
    ],
)
def test_positions(latitude: str, longitude: str, position: tuple[float, float] | None) -> None:
    data = packet(exif__GPSLatitude=latitude, exif__GPSLongitude=longitude)
    assert [fact.value for fact in parse_xmp(data)] == list(position or ())


@pytest.mark.parametrize(
    ("reference", "metres"), [("0", 12.5), ("1", -12.5), ("", 12.5), ("2", 12.5), ("3", -12.5)]
)
def test_altitude(reference: str, metres: float) -> None:
    data = packet(exif__GPSAltitude="125/10", exif__GPSAltitudeRef=reference)
    assert told(data) == [("altitude_m", metres, "GPSAltitude")]
    assert told(packet(exif__GPSAltitude="125/0")) == []


def test_camera_and_exposure() -> None:
    data = packet(
        bag("exif:ISOSpeedRatings", "200", kind="Seq"),
        tiff__Make="Canon",
        tiff__Model="EOS",
        aux__Lens="old name",
        exifEX__LensModel="EF50mm",
        exif__ExposureTime="1/60",
        exif__FNumber="28/10",
        exif__FocalLength="50",
        exif__FocalLengthIn35mmFilm="75",
        GCamera__BurstID="b1",
    )
    assert told(data) == [
        ("make", "Canon", "Make"),
        ("model", "EOS", "Model"),
        ("lens", "EF50mm", "LensModel"),
        ("lens", "old name", "Lens"),
        ("burst_id", "b1", "BurstID"),
        ("exposure_s", 1 / 60, "ExposureTime"),
        ("f_number", 2.8, "FNumber"),
        ("iso", 200, "ISOSpeedRatings"),
        ("focal_length_mm", 50.0, "FocalLength"),
        ("focal_length_35mm", 75, "FocalLengthIn35mmFilm"),
    ]


@pytest.mark.parametrize(
    ("attribute", "text", "stars"),
    [
        *(("xmp__Rating", text, stars) for text, stars in {"5": 5, "-1": -1, "0": 0}.items()),
        *(("xmp__Rating", text, 3) for text in ("3.0", " 3 ")),
        *(("xmp__Rating", text, None) for text in ("6", "-2", "many", "")),
        *(("MicrosoftPhoto__Rating", text, stars) for text, stars in {"99": 5, "1": 1}.items()),
        *(("MicrosoftPhoto__Rating", text, None) for text in ("0", "1000")),
    ],
)
def test_ratings(attribute: str, text: str, stars: int | None) -> None:
    found = [fact.value for fact in parse_xmp(packet(**{attribute: text}))]
    assert found == ([] if stars is None else [stars])


def test_titles_and_descriptions() -> None:
    title = '<rdf:li xml:lang="de">Titel</rdf:li><rdf:li xml:lang="x-default">Title</rdf:li>'
    body = f"<dc:title><rdf:Alt>{title}</rdf:Alt></dc:title>"
    body += bag("dc:description", "Text", kind="Alt")
    assert told(packet(body)) == [
        ("title", "Title", "Title"),
        ("description", "Text", "Description"),
    ]
    assert told(packet(bag("dc:description", "SONY DSC", kind="Alt"))) == []


def test_keywords_and_the_leaves_that_are_new() -> None:
    body = bag("dc:subject", "lake", "Anna", "LAKE")
    body += bag("lr:hierarchicalSubject", "Places|Alps", "People|anna", "solo")
    body += bag("digiKam:TagsList", "Nature/Lake", "Nature/Tree", "Nature/", kind="Seq")
    assert told(packet(body)) == [
        ("keyword", "lake", "Subject"),
        ("keyword", "Anna", "Subject"),
        ("keyword", "Alps", "HierarchicalSubject"),
        ("keyword", "solo", "HierarchicalSubject"),
        ("keyword", "Tree", "TagsList"),
    ]


def test_persons() -> None:
    def region(name: str, kind: str) -> str:
        return f'<rdf:li><rdf:Description mwg-rs:Name="{name}" mwg-rs:Type="{kind}"/></rdf:li>'

    regions = region("Anna", "Face") + region("Rex", "Pet") + region("", "Face")
    body = bag("Iptc4xmpExt:PersonInImage", "Berta", "anna")
    body += (
        '<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag>'
        f"{regions}</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"
        "<MP:RegionInfo><rdf:Description><MPRI:Regions><rdf:Bag>"
        '<rdf:li MPReg:PersonDisplayName="Carla" MPReg:Rectangle="0,0,1,1"/>'
        "</rdf:Bag></MPRI:Regions></rdf:Description></MP:RegionInfo>"
    )
    assert told(packet(body)) == [
        ("person", "Berta", "PersonInImage"),
        ("person", "anna", "PersonInImage"),
        ("person", "Carla", "PersonDisplayName"),
    ]


def item(semantic: str, length: str, padding: str = "0") -> str:
    return (
        f'<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="{semantic}" '
        f'Item:Length="{length}" Item:Padding="{padding}"/></rdf:li>'
    )


def directory(*items: str) -> str:
    listed = "".join(items)
    return f"<Container:Directory><rdf:Seq>{listed}</rdf:Seq></Container:Directory>"


def test_where_a_film_is_said_to_lie() -> None:
    film = directory(item("Primary", "0", "8"), item("GainMap", "30"), item("MotionPhoto", "500"))
    assert read_xmp(packet(film)).motion == MotionClaim(500, 500, "XMP:Directory")
    first = directory(item("Primary", "0"), item("MotionPhoto", "500", "2"), item("Other", "30"))
    assert read_xmp(packet(first)).motion == MotionClaim(532, 500, "XMP:Directory")
    micro = packet(GCamera__MicroVideo="1", GCamera__MicroVideoOffset="700")
    assert read_xmp(micro).motion == MotionClaim(700, 700, "XMP:MicroVideoOffset")
    for none in (
        packet(film, GCamera__MotionPhoto="0"),
        packet(directory(item("Primary", "0"), item("MotionPhoto", "many"))),
        packet(GCamera__MicroVideoOffset="-5"),
        packet(),
    ):
        assert read_xmp(none).motion is None


def test_what_is_no_xmp() -> None:
    for data in (b"", b"text", b"<html/>", b"\xff\xd8\xff"):
        assert parse_xmp(data) == []


@given(
    st.dictionaries(
        st.sampled_from(
            [
                *("exif:DateTimeOriginal", "exif:GPSLatitude", "exif:GPSLongitude"),
                *("exif:GPSAltitude", "exif:FNumber", "exif:ISOSpeedRatings", "xmp:Rating"),
                *("MicrosoftPhoto:Rating", "dc:title", "dc:subject", "exif:GPSTimeStamp"),
                *("tiff:Make", "GCamera:MicroVideoOffset"),
            ]
        ),
        st.text(alphabet="0123456789./,-+NSEWTZ: ٣é\x7f", max_size=30),
    )
)
def test_any_values_give_sane_facts(values: dict[str, str]) -> None:
    data = packet(**{name.replace(":", "__"): value for name, value in values.items()})
    assert is_sane(parse_xmp(data))


@given(st.data())
def test_mutated_packets_give_sane_facts(data: st.DataObject) -> None:
    raw = bytearray(
        packet(
            bag("dc:subject", "one") + directory(item("MotionPhoto", "500")),
            exif__GPSLatitude="52,1.2N",
            exif__GPSLongitude="13,30.6E",
            exif__DateTimeOriginal="2001-01-01T01:01:01.5",
        )
    )
    for _ in range(data.draw(st.integers(1, 8))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    assert is_sane(parse_xmp(bytes(raw)))


def test_the_same_facts_from_a_sidecar_in_utf16() -> None:
    data = packet(tiff__Make="Canon")
    assert parse_xmp(data.decode().encode("utf-16")) == [Fact("make", "Canon", "XMP:Make")]
