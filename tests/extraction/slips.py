"""Slips as rows of text, laid out as recognition would find them, and what is read from them."""

from back_office_pipelines.extraction.pdf.page.words import Line, Word, lines_of
from back_office_pipelines.extraction.pdf.textlayer import read
from tests.scenario import contracts

RECEIPTS = contracts().latest("expense_receipts")
HEAD = ("KUPFER TRADING SDN BHD", "12, Jalan Dagang 3, 81100 Johor Bahru", "Date: 25/12/2018 14:05")
HEIGHT, STEP, LETTER = 10.0, 20.0, 6.0


def lines(*rows: str) -> tuple[Line, ...]:
    """Return rows as recognised lines; two spaces or more are a gap between columns."""
    words = []
    for number, row in enumerate(rows):
        top, offset = number * STEP, 0
        for text in row.split():
            start = row.index(text, offset)
            offset = start + len(text)
            box = (start * LETTER, top, offset * LETTER, top + HEIGHT)
            words.append(Word(text, box, top + 0.8 * HEIGHT, HEIGHT, 0.99))
    return lines_of(words, 1)


def read_as(field: str, *rows: str) -> str | None:
    """Return the text that a field of a slip reads as."""
    for choice, told in read(lines(*rows), RECEIPTS).choices:
        if choice.field == field:
            return told if told is not None else choice.found.text
    return None
