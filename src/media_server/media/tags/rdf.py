"""The subset of RDF/XML that XMP is written in: properties, lists and structures.

Source: ISO 16684-1 chapter 7. An XML parser that refuses document types, and with them every
entity; bounded in depth, elements and length.
"""

from __future__ import annotations

import codecs
import re
from itertools import islice
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from media_server.media.layout import MAX_XMP_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH: Final = 60
MAX_ELEMENTS: Final = 50_000
MAX_ITEMS: Final = 200
"""Of one list; no photo shows more people or carries more words."""

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_ROOT, _DESCRIPTION = _RDF + "RDF", _RDF + "Description"
_ITEM, _VALUE, _RESOURCE = _RDF + "li", _RDF + "value", _RDF + "resource"
_ALTERNATIVES = _RDF + "Alt"
_LISTS = frozenset({_ALTERNATIVES, _RDF + "Bag", _RDF + "Seq"})
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

# No XML allows them, some writers leave them in.
_NOT_XML = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")


class Rdf:
    """The properties of one packet."""

    __slots__ = ("_attributes", "_elements")

    def __init__(self, root: Element) -> None:
        self._attributes: dict[str, str] = {}
        self._elements: dict[str, Element] = {}
        for rdf in root.iter(_ROOT):
            for description in rdf.findall(_DESCRIPTION):
                for tag, value in description.attrib.items():
                    self._attributes.setdefault(tag, value)
                for element in description:
                    self._elements.setdefault(element.tag, element)

    def first(self, tag: str) -> str:
        """The only or the first value, in the default language; empty without one."""
        return next(self._values(tag), "")

    def all(self, tag: str) -> Iterator[str]:
        """All values, at most `MAX_ITEMS`."""
        return islice(self._values(tag), MAX_ITEMS)

    def structures(self, tag: str) -> Iterator[dict[str, str]]:
        """The fields of each structure listed under a property, however they are written."""
        element = self._elements.get(tag)
        items = element.iter(_ITEM) if element is not None else ()
        for item in islice(items, MAX_ITEMS):
            fields = dict(item.attrib)
            _flatten(item, fields)
            yield fields

    def _values(self, tag: str) -> Iterator[str]:
        if tag in self._attributes:
            yield self._attributes[tag]
        elif tag in self._elements:
            element = self._elements[tag]
            listed = next((child for child in element if child.tag in _LISTS), None)
            if listed is None:
                yield _text(element)
            else:
                items = listed.findall(_ITEM)
                if listed.tag == _ALTERNATIVES:
                    items.sort(key=lambda item: item.get(_LANGUAGE) != "x-default")
                yield from map(_text, items)


def _flatten(structure: Element, fields: dict[str, str]) -> None:
    for child in structure:
        if child.tag != _ITEM:  # those are structures of their own
            fields.setdefault(child.tag, (child.text or "").strip())
            for tag, value in child.attrib.items():
                fields.setdefault(tag, value)
            _flatten(child, fields)


def _text(element: Element) -> str:
    """A simple value: text, a link, or a value with qualifiers."""
    text = element.text or ""
    if not len(element):
        return text if text.strip() else element.get(_RESOURCE, "")
    holder = element.find(_DESCRIPTION)
    if holder is None:
        holder = element
    return holder.get(_VALUE) or holder.findtext(_VALUE) or ""


class _Hostile(ValueError):
    """Deeper or larger than any packet of a photo."""


class _Builder(TreeBuilder):
    """Builds the tree within bounds, and keeps what it has when the rest is broken."""

    def __init__(self) -> None:
        super().__init__()
        self.root: Element | None = None
        self._depth = self._elements = 0

    def start(self, tag: str, attributes: dict[str, str], /) -> Element:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_DEPTH or self._elements > MAX_ELEMENTS:
            raise _Hostile
        element = super().start(tag, attributes)
        if self.root is None:
            self.root = element
        return element

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def read_rdf(data: bytes) -> Rdf | None:
    """The properties of a packet in UTF-8 or UTF-16; of at most `MAX_XMP_BYTES` of it.

    Returns:
        Of a broken packet, what stands before the break. None of no XML, and of XML that defines
        entities or is nested beyond reason.
    """
    text = _NOT_XML.sub("", _decode(data[:MAX_XMP_BYTES]))
    start = text.find("<")
    if start < 0:
        return None
    builder = _Builder()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    try:
        parser.feed(text[start : text.rfind(">") + 1])
    except (DefusedXmlException, _Hostile):
        return None
    except ParseError:
        pass  # what came before counts
    return Rdf(builder.root) if builder.root is not None else None


def _decode(data: bytes) -> str:
    """By the byte-order mark; without one, by where the zeros of the first `<` are."""
    if data.startswith((codecs.BOM_UTF16_LE, b"<\0")):
        return data.decode("utf-16-le", "replace")
    if data.startswith((codecs.BOM_UTF16_BE, b"\0<")):
        return data.decode("utf-16-be", "replace")
    return data.decode("utf-8", "replace")
