"""The XML form of an answer: one element a field, a list as its members' elements, null as an empty element. Pure.

GeoReport v2 maps XML and JSON onto each other by the Spark convention; the names of members are the specification's.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

MEMBERS = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "endpoints": "endpoint",
    "formats": "format",
}


def as_xml(name: str, value: Any) -> bytes:
    """`name` is that of the root element."""
    written: bytes = ElementTree.tostring(_element(name, value), encoding="utf-8", xml_declaration=True)
    return written


def _element(name: str, value: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    match value:
        case None:
            pass
        case Mapping():
            element.extend(_element(key, inner) for key, inner in value.items())
        case str():
            element.text = value
        case Sequence():
            element.extend(_element(MEMBERS[name], inner) for inner in value)
        case bool():
            element.text = str(value).lower()
        case _:
            element.text = str(value)
    return element
