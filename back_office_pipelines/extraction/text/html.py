"""HTML to rows of text: blocks below each other, table cells beside each other, as a reader sees them.

What belongs here: what is shown and where a row ends. What does not: words (`layout`) and what they mean. Nothing is
loaded: no picture, no style sheet, no script; what is hidden from the eye is not read.
"""

import re
import textwrap
from collections.abc import Iterator
from itertools import zip_longest

from lxml import etree

from back_office_pipelines.extraction.text.layout import Row

UNSEEN = frozenset({"head", "script", "style", "title", "noscript", "template", "object", "svg", "select", "textarea"})
BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figure",
        "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p",
        "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    }
)  # fmt: skip
SIZES = {"h1": 1.6, "h2": 1.4, "h3": 1.2}
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|mso-hide\s*:\s*all")
WIDEST = 160
"""Characters after which a paragraph is wrapped."""
GAP = "   "
ROW_COST = 20
"""Characters that a row counts for, however short it is."""
DEEPEST = 200
MOST_CHARACTERS = 1_000_000
"""Characters that may come out: tables inside tables can be made to multiply."""


class TooMuchError(Exception):
    """An HTML text that is nested or wide beyond the limits. Never leaves this package."""


def html_rows(text: str) -> tuple[Row, ...]:
    """Return the rows that an HTML text shows.

    Raises:
        TooMuchError: it is nested deeper, or gives more, than is read.
    """
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if root is None:
        return ()
    return tuple(_Flow().rows(root, 0))


class _Flow:
    """Rows on their way: what was written so far in the current row, and how much came out of all."""

    def __init__(self) -> None:
        self.written = 0

    def rows(self, element: etree._Element, depth: int) -> list[Row]:
        """Return the rows inside an element."""
        if depth > DEEPEST:
            raise TooMuchError(f"its elements are nested deeper than {DEEPEST}")
        rows: list[Row] = []
        pieces: list[str] = []
        self._into(element, rows, pieces, depth)
        self._close(rows, pieces)
        size = SIZES.get(_tag(element))
        return rows if size is None else [Row(row.text, max(size, row.size)) for row in rows]

    def _into(self, element: etree._Element, rows: list[Row], pieces: list[str], depth: int) -> None:
        if depth > DEEPEST:
            raise TooMuchError(f"its elements are nested deeper than {DEEPEST}")
        pieces.append(element.text or "")
        for child in element:
            self._add(child, rows, pieces, depth + 1)
            pieces.append(child.tail or "")

    def _add(self, child: etree._Element, rows: list[Row], pieces: list[str], depth: int) -> None:
        tag = _tag(child)
        if tag in UNSEEN or _is_hidden(child):
            return
        if tag == "br":
            self._close(rows, pieces)
        elif tag == "pre":
            self._close(rows, pieces)
            rows += [Row(line) for line in "".join(map(str, child.itertext())).expandtabs().splitlines()]
        elif tag == "table":
            self._close(rows, pieces)
            rows += self._table(child, depth)
        elif tag in BLOCKS:
            self._close(rows, pieces)
            rows += self.rows(child, depth)
        else:
            self._into(child, rows, pieces, depth)

    def _close(self, rows: list[Row], pieces: list[str]) -> None:
        """End the current row."""
        text = re.sub(r"[ \t\r\n\f]+", " ", "".join(pieces)).replace("\u00a0", " ").strip()
        pieces.clear()
        self._count(len(text))
        if len(text) <= WIDEST:
            rows += [Row(text)] if text else []
        else:
            rows += [Row(line) for line in textwrap.wrap(text, WIDEST, break_on_hyphens=False)]

    def _table(self, table: etree._Element, depth: int) -> list[Row]:
        """Return the rows of a table: the cells of a column begin at the same place."""
        lines = [
            [(self.rows(cell, depth + 1), _span(cell)) for cell in line if _tag(cell) in ("td", "th")]
            for line in _table_rows(table)
        ]
        widths: dict[int, int] = {}
        for line in lines:
            column = 0
            for cell, columns in line:
                if columns == 1:
                    widths[column] = max(widths.get(column, 0), *(len(row.text) for row in cell), 0)
                column += columns
        return [row for line in lines for row in self._side_by_side(line, widths)]

    def _side_by_side(self, line: list[tuple[list[Row], int]], widths: dict[int, int]) -> Iterator[Row]:
        room = []
        column = 0
        for cell, columns in line:
            inner = sum(widths.get(at, 0) for at in range(column, column + columns)) + len(GAP) * (columns - 1)
            room.append(max(inner, *(len(row.text) for row in cell), 0))
            column += columns
        for beside in zip_longest(*(cell for cell, _ in line), fillvalue=Row("")):
            text = GAP.join(row.text.ljust(width) for row, width in zip(beside, room, strict=True)).rstrip()
            self._count(len(text))
            yield Row(text, max(row.size for row in beside))

    def _count(self, characters: int) -> None:
        self.written += characters + ROW_COST
        if self.written > MOST_CHARACTERS:
            raise TooMuchError(f"its tables give more than {MOST_CHARACTERS:,} characters")


def _table_rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if _is_hidden(child):
            continue
        if _tag(child) == "tr":
            yield child
        elif _tag(child) in ("thead", "tbody", "tfoot"):
            yield from (row for row in child if _tag(row) == "tr" and not _is_hidden(row))


def _tag(element: etree._Element) -> str:
    return element.tag.lower() if isinstance(element.tag, str) else ""


def _span(cell: etree._Element) -> int:
    given = cell.get("colspan", "1").strip()
    return min(int(given), 100) if given.isascii() and given.isdecimal() and int(given[:4]) > 0 else 1


def _is_hidden(element: etree._Element) -> bool:
    return element.get("hidden") is not None or HIDDEN.search((element.get("style") or "").casefold()) is not None
