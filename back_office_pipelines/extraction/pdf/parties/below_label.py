"""The first name under a label that announces one.

What belongs here: which line is it, with its legal form, and what is passed over. What does not: names beside a label
(`beside_label`), and which of both is taken (`addressed`).
"""

from collections.abc import Sequence

from back_office_pipelines.extraction.pdf.page.blocks import CONTACT, POSTCODE, STREET
from back_office_pipelines.extraction.pdf.page.rows import Label, Row
from back_office_pipelines.extraction.pdf.page.spans import Found
from back_office_pipelines.extraction.pdf.page.vocabulary import key
from back_office_pipelines.extraction.pdf.page.words import Segment
from back_office_pipelines.extraction.pdf.parties.beside_label import next_segment
from back_office_pipelines.extraction.pdf.parties.companies import COMPANY, has_legal_form
from back_office_pipelines.extraction.pdf.parties.names import before_address, name_in, with_legal_form
from back_office_pipelines.extraction.pdf.parties.organisations import PERSON, is_organisation

NAME_ROWS = 5
"""Lines under a label within which a name may stand."""
LEAST_HEADS = 3
"""Labels of columns that head a table."""
NAME_CAPTIONS = frozenset(
    key(one)
    for one in (
        "name", "company", "company name", "firma", "nom", "raison sociale", "nome", "denominazione", "ragione sociale",
        "nombre", "razón social", "naam", "navn", "namn", "nimi", "nazwa", "název", "názov", "név", "denumire",
    )
)  # fmt: skip
"""Captions of a name within a box whose title says whose it is."""


def name_below(rows: Sequence[Row], position: int, label: Label) -> Found | None:
    """Return the first name under a label: lines of numbers and salutations in between are passed over."""
    if label.tail > 2:
        return None
    row = rows[position]
    bottom = row.base
    for other in rows[position + 1 : position + 2 + 2 * NAME_ROWS]:
        if other.page != row.page or other.base - bottom > 3.2 * row.height or _heads_columns(other):
            return None
        for segment in other.line.segments:
            x0 = segment.words[0].box[0]
            if abs(x0 - label.box[0]) > 1.6 * row.height and not label.box[0] - 2 <= x0 <= label.box[2]:
                continue
            bottom = other.base
            found = _in_caption(other, segment) or _in_text(rows, other, segment)
            contact = CONTACT.search(segment.text) is not None and "gln" not in segment.text.casefold()
            if found is not None or contact or STREET.search(segment.text):
                return found
    return None


def _in_text(rows: Sequence[Row], row: Row, segment: Segment) -> Found | None:
    """Return a text under a label as the name that it is, with its legal form; None where it is none, or a street."""
    found = None if _is_pair(row, segment) else name_in(before_address(segment.words), row.page)
    lines = [] if found is None else _downward(rows, row.number, segment)
    return None if found is None or _is_street(lines) else _employer(found, lines)


def _in_caption(row: Row, segment: Segment) -> Found | None:
    """Return the name beside the caption of one under a label: in the next column, or in its own text."""
    if key(segment.text) not in NAME_CAPTIONS:
        return _captioned(segment)
    after = row.words.index(segment.words[-1]) + 1
    return name_in(before_address(next_segment(row, after)), row.page)


def _captioned(segment: Segment) -> Found | None:
    """Return the name behind the caption of one in its own text: "Nazwa: Browar Jutrzenka S.A."."""
    caption, colon, _ = segment.text.partition(":")
    if not colon or key(caption) not in NAME_CAPTIONS:
        return None
    return name_in(segment.words[len(caption.split()) :], segment.page)


def _heads_columns(row: Row) -> bool:
    """Tell whether a row is the head of a table of goods, under which no party is named."""
    return sum(bool(label.meaning.line) and label.tail == 0 for label in row.labels) >= LEAST_HEADS


def _employer(found: Found, lines: Sequence[Segment]) -> Found:
    """Return the organisation under the name of a person it employs, where its words say that it is one; else the name.

    "Grace Ohlendorf" over "Prairie Sky Montessori School": two or three plain words over a line that only an
    organisation is called by.
    """
    if len(lines) > 1 and PERSON.fullmatch(found.text) and not is_organisation(found.text):
        below = name_in(lines[1].words, lines[1].page)
        if below is not None and is_organisation(below.text) and not COMPANY.fullmatch(below.text):
            return with_legal_form(below, lines[1:])
    return with_legal_form(found, lines)


def _is_street(lines: Sequence[Segment]) -> bool:
    """Tell whether a line is a street: it ends in a number, and the place stands right under it."""
    if len(lines) < 2 or not any(map(str.isdigit, lines[0].words[-1].text)):
        return False
    return not has_legal_form(lines[0].text) and POSTCODE.match(lines[1].text) is not None


def _downward(rows: Sequence[Row], number: int, first: Segment) -> list[Segment]:
    """Return a segment and those right under it at its left edge, three at most."""
    run = [first]
    for row in rows[number + 1 : number + 6]:
        for segment in row.line.segments:
            step = segment.words[0].base - run[-1].words[0].base
            aligned = abs(segment.words[0].box[0] - first.words[0].box[0]) < 4
            if aligned and row.page == first.page and 0 < step < 2 * row.height and len(run) < 3:
                run.append(segment)
    return run


def _is_pair(row: Row, segment: Segment) -> bool:
    """Tell whether a segment is a label itself: the next one begins with a colon, or it is one from end to end."""
    follows = next((other for other in row.line.segments if other.words[0].box[0] > segment.words[-1].box[2]), None)
    if follows is not None and follows.words[0].text.startswith(":"):
        return True
    return any(
        row.words[label.start] is segment.words[0] and label.end - label.start == len(segment.words)
        for label in row.labels
    )
