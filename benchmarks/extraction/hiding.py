"""The pages of a document as others may draw them: some labels in words nobody listed, the name in a picture.

What belongs here: taking evidence away from lines, the same at every run. What does not: reading them (`score`), and
what is learned from it (`calibrate_invoices`).
"""

import codecs
from collections.abc import Collection, Sequence
from random import Random

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.pdf.page.rows import rows_of
from back_office_pipelines.extraction.pdf.page.vocabulary import key, vocabulary_of
from back_office_pipelines.extraction.pdf.page.words import Line, Segment, Word, line_of, segment_of

LABELS, NAMES = 0.3, 0.1
"""Share of the different labels of a page that are written in other words, and of documents whose name is a picture."""


def hidden(lines: Sequence[Line], dictionary: Dictionary, names: Sequence[str], random: Random) -> tuple[Line, ...]:
    """Return lines with some of their labels unreadable and, of some documents, without the seller's name.

    Args:
        lines: of all pages.
        dictionary: whose labels are looked for, in all languages.
        names: of the parties as far as they are known, the seller's first; words of theirs stay as they are.
        random: decides; the same seed hides the same.
    """
    rows = rows_of(lines, vocabulary_of(dictionary, None))
    labels = sorted({label.key for row in rows for label in row.labels})
    chosen = {one for one in labels if random.random() < LABELS}
    words = {
        id(word)
        for row in rows
        for label in row.labels
        if label.key in chosen
        for word in row.words[label.start : label.end]
    }
    own = {key(word) for name in names for word in name.split()}
    words -= {id(word) for row in rows for word in row.words if key(word.text) in own}
    gone = key(names[0].splitlines()[-1]) if names and random.random() < NAMES else ""
    return tuple(_line(line, words, gone) for line in lines)


def _line(line: Line, garbled: Collection[int], gone: str) -> Line:
    kept = [one for one in line.segments if not gone or gone not in key(one.text)] or line.segments[:1]
    return line_of(tuple(_segment(one, garbled) for one in kept), line.page, line.number)


def _segment(segment: Segment, garbled: Collection[int]) -> Segment:
    return segment_of([_word(word, garbled) for word in segment.words], segment.page, segment.line)


def _word(word: Word, garbled: Collection[int]) -> Word:
    return word._replace(text=codecs.encode(word.text, "rot13")) if id(word) in garbled else word
