from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.media.layout import MAX_XMP_BYTES
from media_server.media.tags.rdf import MAX_DEPTH, MAX_ELEMENTS, MAX_ITEMS, Rdf, read_rdf

NAMES = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="urn:a"'


def packet(body: str, attributes: str = "") -> str:
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {NAMES}>'
        f"<rdf:Description {attributes}>{body}</rdf:Description></rdf:RDF></x:xmpmeta>"
    )


def read(text: str) -> Rdf:
    rdf = read_rdf(text.encode())
    assert rdf is not None
    return rdf


def first(text: str) -> str:
    return read(text).first("{urn:a}p")


def test_forms_of_a_simple_value() -> None:
    assert first(packet("", 'a:p="v"')) == "v"
    assert first(packet("<a:p>v</a:p>")) == "v"
    assert first(packet('<a:p rdf:resource="v"/>')) == "v"
    assert first(packet('<a:p rdf:parseType="Resource"><rdf:value>v</rdf:value></a:p>')) == "v"
    assert first(packet('<a:p><rdf:Description rdf:value="v"/></a:p>')) == "v"
    assert first(packet("<a:q>v</a:q>")) == ""
    assert first(packet("<a:p/>")) == ""


def test_forms_of_lists() -> None:
    items = "<rdf:li>1</rdf:li><rdf:li>2</rdf:li>"
    for kind in ("Bag", "Seq", "Alt"):
        rdf = read(packet(f"<a:p><rdf:{kind}>{items}</rdf:{kind}></a:p>"))
        assert list(rdf.all("{urn:a}p")) == ["1", "2"]


def test_the_default_language_comes_first() -> None:
    items = '<rdf:li xml:lang="de">Titel</rdf:li><rdf:li xml:lang="x-default">title</rdf:li>'
    assert first(packet(f"<a:p><rdf:Alt>{items}</rdf:Alt></a:p>")) == "title"


def test_forms_of_structures() -> None:
    for item in (
        '<rdf:li a:x="1" a:y="2"/>',
        '<rdf:li><rdf:Description a:x="1"><a:y>2</a:y></rdf:Description></rdf:li>',
        '<rdf:li rdf:parseType="Resource"><a:x>1</a:x><a:y>2</a:y></rdf:li>',
        '<rdf:li rdf:parseType="Resource"><a:Item a:x="1" a:y="2"/></rdf:li>',
    ):
        rdf = read(packet(f"<a:p><rdf:Bag>{item}</rdf:Bag></a:p>"))
        (fields,) = rdf.structures("{urn:a}p")
        assert (fields["{urn:a}x"], fields["{urn:a}y"]) == ("1", "2")


def test_several_descriptions() -> None:
    text = f'<rdf:RDF {NAMES}><rdf:Description a:q="1"/><rdf:Description a:p="2"/></rdf:RDF>'
    assert (first(text), read(text).first("{urn:a}q")) == ("2", "1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(encoding: str) -> None:
    rdf = read_rdf(packet("<a:p>Grüße</a:p>").encode(encoding))
    assert rdf is not None
    assert rdf.first("{urn:a}p") == "Grüße"


def test_utf16_with_the_other_mark() -> None:
    rdf = read_rdf(b"\xfe\xff" + packet("<a:p>v</a:p>").encode("utf-16-be"))
    assert rdf is not None
    assert rdf.first("{urn:a}p") == "v"


def test_wrappers_padding_and_stray_control_characters() -> None:
    text = '\0\0<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>' + packet(
        "<a:p>v\x0b</a:p>"
    )
    assert first(text + " " * 2000 + '<?xpacket end="w"?>\0\0\0') == "v"


def test_of_a_broken_packet_what_comes_before_the_break() -> None:
    text = packet("<a:p>v</a:p><a:q>w</a:q>")
    assert first(text[: text.index("<a:q>") + 7]) == "v"
    assert first(text.replace("<a:q>", "<a:q&>")) == "v"


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "hostile",
    [
        f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>' + packet("<a:p>&l9;</a:p>"),
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + packet("<a:p>&f;</a:p>"),
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">' + packet("<a:p>v</a:p>"),
        "<!DOCTYPE x>" + packet("<a:p>v</a:p>"),
        packet("<a:p>v</a:p>" + "<a:d>" * MAX_DEPTH + "</a:d>" * MAX_DEPTH),
        packet("<a:p>v</a:p>" + "<a:d/>" * MAX_ELEMENTS),
    ],
)
def test_hostile_packets_say_nothing(hostile: str) -> None:
    assert read_rdf(hostile.encode()) is None


@pytest.mark.parametrize(
    "large",
    [
        "<a:p>v</a:p>" + "<a:d>" * 300_000,
        " ".join(f'a:b{n}=""' for n in range(60_000)),
        "".join(f'<rdf:Description a:b{n}=""/>' for n in range(30_000)),
    ],
)
def test_time_is_bounded(large: str) -> None:
    started = time.perf_counter()
    read_rdf(packet(large).encode())
    read_rdf(packet("", large).encode())
    read_rdf(f"<rdf:RDF {NAMES}>{large}</rdf:RDF>".encode())
    assert time.perf_counter() - started < 10


def test_only_the_beginning_of_a_huge_packet_is_read() -> None:
    text = packet("<a:p>v</a:p><a:blob>" + "x" * MAX_XMP_BYTES + "</a:blob><a:q>w</a:q>")
    assert first(text) == "v"
    assert read(text).first("{urn:a}q") == ""


def test_lists_are_cut() -> None:
    items = "<rdf:li>v</rdf:li>" * (MAX_ITEMS + 5)
    rdf = read(packet(f"<a:p><rdf:Bag>{items}</rdf:Bag></a:p>"))
    assert len(list(rdf.all("{urn:a}p"))) == MAX_ITEMS
    assert len(list(rdf.structures("{urn:a}p"))) == MAX_ITEMS


def test_no_xml_parser_is_loaded_where_there_is_no_xmp() -> None:
    code = (
        f"import sys; sys.path[:] = {sys.path!r}; import media_server.media.tags.xmp; "
        "sys.exit(bool({'defusedxml', 'xml', 'pyexpat'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@given(st.binary(max_size=300))
def test_any_bytes_give_an_answer(data: bytes) -> None:
    read_rdf(data)
    read_rdf(b"<" + data)


@given(st.data())
def test_mutated_packets_give_an_answer(data: st.DataObject) -> None:
    raw = bytearray(packet("<a:p><rdf:Bag><rdf:li>v</rdf:li></rdf:Bag></a:p>", 'a:q="1"').encode())
    for _ in range(data.draw(st.integers(1, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    rdf = read_rdf(bytes(raw))
    if rdf is not None:
        list(rdf.all("{urn:a}p"))
        list(rdf.structures("{urn:a}p"))
