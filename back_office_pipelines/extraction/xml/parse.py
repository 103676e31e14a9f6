"""From bytes to a tree of local names, without believing the sender.

What belongs here: the hardened parser, wrong encoding declarations, and what a broken document is called. What does
not: which syntax a tree is (`maps`) and where its fields stand (`reader`).

Entities are never resolved, nothing is loaded from disk or network, and the parser's limits on depth, text length and
entity amplification stay on. A document that uses an entity is refused: its text would be missing a piece.
"""

import re
from dataclasses import dataclass

from lxml import etree

BLANKS = b" \t\r\n\0"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
UTF16_STARTS = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
DECLARATION = re.compile(rb"^<\?xml[^>]*\?>")


@dataclass(frozen=True)
class Broken:
    """Why bytes are no XML document we accept: a code of the taxonomy and what a person needs to know."""

    reason_code: str
    detail: str


def parse_xml(content: bytes) -> etree._Element | Broken:
    """Return the root of a document, or why there is none.

    Blank bytes around the document (some writers pad embedded files) are ignored. Where the declared encoding does not
    fit, bytes that decode as UTF-8 without any error are read as UTF-8; other bytes are never guessed.

    Raises:
        MemoryError: the document needs more than this process may use.
    """
    body = _trimmed(content)
    try:
        root = _parse(body, None)
    except etree.XMLSyntaxError as problem:
        if getattr(problem, "code", None) == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
            return Broken(
                "LIMIT_EXCEEDED", f"the XML exceeds a safety limit of the parser ({_said(problem)}); have it sent plain"
            )
        if getattr(problem, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from problem
        repaired = _parse_as_utf8(body)
        if repaired is None:
            return Broken("UNREADABLE", f"no well-formed XML: {_said(problem)}; have it sent again")
        root = repaired
    entity = next(root.iter(etree.Entity), None)
    if entity is not None:
        return Broken(
            "UNREADABLE", f"the XML uses the entity {entity.text}; entities are never resolved; have it sent without"
        )
    return root


def _said(problem: etree.XMLSyntaxError) -> str:
    """Return the words of the parser in one line."""
    return " ".join(str(problem.msg).split()).replace(" ,", ",")


def _trimmed(content: bytes) -> bytes:
    """Drop blank bytes around a document; in UTF-16, half of the bytes are blank and belong to it."""
    if content.startswith(UTF16_STARTS):
        return content
    return content.strip(BLANKS).removeprefix(BYTE_ORDER_MARK).strip(BLANKS)


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace."""
    return etree.QName(element).localname


def namespace(element: etree._Element) -> str:
    """Return an element's namespace, empty where it has none."""
    return etree.QName(element).namespace or ""


def drop_namespaces(root: etree._Element) -> None:
    """Rename all elements to their local names, so that maps can say `Party/PartyName/Name` whatever the prefixes."""
    for element in root.iter(etree.Element):
        element.tag = local_name(element)


def _parse(body: bytes, encoding: str | None) -> etree._Element:
    parser = etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(body, parser)


def _parse_as_utf8(body: bytes) -> etree._Element | None:
    """Parse without the declaration, as UTF-8, if the bytes prove to be that."""
    try:
        body.decode("utf-8")
        return _parse(DECLARATION.sub(b"", body), "utf-8")
    except (UnicodeDecodeError, etree.XMLSyntaxError):
        return None
