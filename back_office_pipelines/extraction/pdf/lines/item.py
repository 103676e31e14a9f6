"""One line of an invoice: its texts by field, and what it comes to.

What belongs here: from the numbers of a row to a line. What does not: which rows are lines (`body`), and where their
numbers stand (`cells`).
"""

from dataclasses import dataclass
from decimal import Decimal

from back_office_pipelines.extraction.pdf.lines.columns import Head
from back_office_pipelines.extraction.pdf.lines.numerals import Number, in_style, plain
from back_office_pipelines.extraction.pdf.page.rows import Row
from back_office_pipelines.extraction.pdf.page.spans import Found, found_in
from back_office_pipelines.values.style import Style


@dataclass(frozen=True)
class ItemLine:
    """One line: its texts by field.

    Attributes:
        row: number of its row in the document.
        amount: what it comes to.
        closes: quantity times price is its amount.
        lump: it has no quantity, and its price is its amount.
    """

    values: dict[str, Found]
    row: int
    amount: Decimal
    closes: bool
    lump: bool = False


def item_of(
    row: Row, described: Found | None, head: Head, cells: dict[str, Number], style: Style, proved: bool
) -> ItemLine:
    """Return the line that a row with an amount is.

    Args:
        row: of a table.
        described: its description.
        head: of the table.
        cells: its numbers by field.
        style: how the document writes numbers.
        proved: quantity times price is its amount.
    """
    values = {
        name: found_in(
            in_style(_text(row, number), style, number.percent), row.page, row.words[number.start : number.end]
        )
        for name, number in cells.items()
    }
    per = next((one.per for one in head.of("unit_price") if one.per is not None), None)
    if per is not None and "unit_price" in values:
        values["price_base_quantity"] = per
    if described is not None:
        values["description"] = described
    if (unit := _unit(row, head, cells)) is not None:
        values["unit"] = unit
    lump = "quantity" not in cells and "unit_price" in cells and cells["unit_price"].value == cells["line_net"].value
    return ItemLine(values, row.number, cells["line_net"].value, proved, lump)


def _text(row: Row, number: Number) -> str:
    text = plain(" ".join(word.text for word in row.words[number.start : number.end])).strip(
        "()[]%" if number.percent else "()[]"
    )
    return f"-{text}" if number.value < 0 and not text.startswith(("-", "\u2212")) and not text.endswith("-") else text


def _unit(row: Row, head: Head, cells: dict[str, Number]) -> Found | None:
    """Return the unit: in its own column, else the word right after the quantity."""
    for column in head.of("unit"):
        words = [
            word for word in row.words if word.text[:1].isalpha() and column.distance(word.box[0], word.box[2]) < 12
        ]
        if words:
            return found_in(words[0].text, row.page, words[:1])
    quantity = cells.get("quantity")
    if quantity is None or quantity.end >= len(row.words):
        return None
    word = row.words[quantity.end]
    near = word.box[0] - quantity.right < row.height
    return found_in(word.text, row.page, [word]) if near and word.text[:1].isalpha() and len(word.text) <= 10 else None
