"""Two facts under one caption: "Rechnungsnr./Datum: 4711-22 / 01.03.2026", as programs for orders print them.

What belongs here: captions of a number and a day with one stroke between, and the values that a stroke divides alike.
What does not: captions of one fact (`pairing`, `captions`).
"""

from collections.abc import Iterator, Sequence

from back_office_pipelines.extraction.pdf.facts.candidate import Candidate
from back_office_pipelines.extraction.pdf.facts.captions import NUMBER_SIGNS
from back_office_pipelines.extraction.pdf.page.rows import Mention, Row
from back_office_pipelines.extraction.pdf.page.shapes import date_spans
from back_office_pipelines.extraction.pdf.page.spans import span
from back_office_pipelines.extraction.pdf.page.vocabulary import Vocabulary, key
from back_office_pipelines.extraction.pdf.page.words import Segment

LONGEST_CAPTION, LONGEST_NUMBER = 40, 30
ALIGNED = 1.6
"""Heights of print by which values may stand left or right of their caption."""
WORTH = 1.2
"""More than that of a number with its day taken for one text."""
NUMBER, DAY = "invoice_number", "issue_date"
STROKE = "/"


def doubled(rows: Sequence[Row], vocabulary: Vocabulary) -> Iterator[Candidate]:
    """Yield the number of the document and its day where one caption names both: beside it, else under it."""
    for position, row in enumerate(rows):
        for at, segment in enumerate(row.line.segments):
            order, end = _caption(segment.text, vocabulary) if STROKE in segment.text else ((), 0)
            if order:
                yield from _values(order, rows, position, at, end)


def _caption(text: str, vocabulary: Vocabulary) -> tuple[tuple[str, ...], int]:
    """Return what the two parts of a caption name, in their order, and where it ends; nothing where it is none."""
    first, _, rest = text.partition(STROKE)
    words = rest.split()
    digit = next((number for number, word in enumerate(words) if any(map(str.isdigit, word))), len(words))
    second, colon, _ = " ".join(words[:digit]).partition(":")
    named = _names(first, vocabulary), _names(second, vocabulary)
    if len(first) + len(second) > LONGEST_CAPTION or sorted(named) != sorted((NUMBER, DAY)):
        return (), 0
    return named, text.index(STROKE) + 1 + rest.index(second) + len(second) + len(colon)


def _names(text: str, vocabulary: Vocabulary) -> str:
    """Return which of the two a part of a caption names."""
    if key(text) in NUMBER_SIGNS:
        return NUMBER
    meaning = vocabulary.meanings.get(key(text))
    return next((one for one in (NUMBER, DAY) if meaning is not None and one in meaning.header), "")


def _values(order: tuple[str, ...], rows: Sequence[Row], position: int, at: int, end: int) -> Iterator[Candidate]:
    row, segment = rows[position], rows[position].line.segments[at]
    if segment.text[end:].strip():
        yield from _divided(order, row, segment, end)
        return
    beside = row.line.segments[at + 1 : at + 2]
    if found := [one for other in beside for one in _divided(order, row, other, 0)]:
        yield from found
        return
    for below in rows[position + 1 : position + 2]:
        for other in below.line.segments:
            if below.page == row.page and abs(other.box[0] - segment.box[0]) <= ALIGNED * row.height:
                yield from _divided(order, below, other, 0)


def _divided(order: tuple[str, ...], row: Row, segment: Segment, start: int) -> Iterator[Candidate]:
    """Yield the two values of a text that a stroke divides into a number and a day; nothing where none does."""
    text = segment.text
    stroke = text.find(STROKE, start)
    while stroke >= 0:
        parts = (start, stroke), (stroke + 1, len(text))
        (number, day) = parts if order[0] == NUMBER else (parts[1], parts[0])
        written = text[slice(*day)].strip()
        named = text[slice(*number)].strip(" :")
        if any(reach == (0, len(written)) for reach in date_spans(written)) and _is_number(named):
            yield _candidate(NUMBER, row, segment, text.index(named, number[0]), len(named))
            yield _candidate(DAY, row, segment, text.index(written, day[0]), len(written))
            return
        stroke = text.find(STROKE, stroke + 1)


def _is_number(text: str) -> bool:
    return 0 < len(text) <= LONGEST_NUMBER and any(map(str.isdigit, text))


def _candidate(field: str, row: Row, segment: Segment, start: int, length: int) -> Candidate:
    found = span(segment.words, segment.page).piece(start, start + length)
    inside = [at for at, word in enumerate(row.words) if found.box[0] <= word.box[0] and word.box[2] <= found.box[2]]
    mention = Mention("date" if field == DAY else "reference", found, row.number, inside[0], inside[-1] + 1, 0)
    return Candidate(field, mention, WORTH, None, "right_specific")
