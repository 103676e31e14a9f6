"""Building XML trees: elements named by prefix, absent ones left out.

What belongs here: what both e-invoice syntaxes need. What does not: any element name.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Protocol

from lxml import etree

# lxml has no public name for the type of its elements.
Element = etree._Element


class Builder(Protocol):
    """Makes one element of text and children; None as content is a child left out."""

    def __call__(self, tag: str, *content: Element | str | None, **attributes: str) -> Element:
        """Return the element."""


def builder(namespaces: Mapping[str, str]) -> Builder:
    """Return a function that makes elements of these namespaces.

    Args:
        namespaces: prefix to namespace; the prefix is written before the colon of a tag.
    """

    def make(tag: str, *content: Element | str | None, **attributes: str) -> Element:
        prefix, _, name = tag.partition(":")
        return filled(etree.Element(f"{{{namespaces[prefix]}}}{name}", attributes, nsmap=dict(namespaces)), content)

    return make


def filled(element: Element, content: Iterable[Element | str | None]) -> Element:
    """Return an element with its text and children put in; what is None is left out."""
    for part in content:
        if isinstance(part, str):
            element.text = part
        elif part is not None:
            element.append(part)
    return element


def to_bytes(root: Element) -> bytes:
    """Write a tree as an indented UTF-8 document."""
    etree.indent(root, space="  ")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8")) + b"\n"


def plain(number: Decimal) -> str:
    """Write a number with a decimal point and without needless zeros, never with an exponent."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
