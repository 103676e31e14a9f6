"""The titles in one line of a head: labels with the words beside them that belong to them.

What belongs here: which words are one title, and which field of a line it names. What does not: titles stacked over
one another, and which of several columns of one field is kept (`columns`).
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from back_office_pipelines.extraction.pdf.page.rows import Label, Row
from back_office_pipelines.extraction.pdf.page.spans import Found, found_in
from back_office_pipelines.extraction.pdf.page.vocabulary import Vocabulary, key
from back_office_pipelines.extraction.pdf.page.words import Word
from back_office_pipelines.values.currencies import CODES, SHARED_SIGNS, SIGNS

PREFERENCE = ("description", "quantity", "unit", "unit_price", "line_net", "tax_rate", "price_base_quantity")
AMOUNT_OF_TAX = ["line_net", "tax_rate"]
"""Fields that the words of a title of taxes would name alone: "Valoare TVA", "Suma DPH"."""
PIECES = re.compile(r"(?:^|/)(10{1,4}|1[.,' \u2019]000|10[.,' \u2019]000)$")
"""A round number of pieces: "100", "/1'000"."""
SPACE = 0.36
"""Gap between words, in heights of print, up to which they are one title: little more than a space."""


class Title(NamedTuple):
    """A title of a column in one line of a head, or several stacked ones joined.

    Attributes:
        bracketed: it begins with a bracket or ends one, so it goes with what stands before it: "Amount (excl. VAT)".
        is_money: it is a code or sign of a currency and nothing else.
        per: for how many pieces a price is, where its title says so: "Price/100 kg".
    """

    text: str
    field: str | None
    left: float
    right: float
    bracketed: bool = False
    is_money: bool = False
    per: Found | None = None


def titles_of(row: Row, vocabulary: Vocabulary, alone: bool) -> list[Title]:
    """Return the titles of a line, left to right; words a space apart are one title, unless two fields are named.

    Args:
        row: the line.
        vocabulary: labels of the language.
        alone: the line is the whole head; with others above or below it words go with those before those beside them.
    """
    taken: set[int] = set()
    found: list[tuple[int, Title]] = []
    for label in row.labels:
        titles = _of_label(row, label, vocabulary)
        if titles:
            taken.update(range(label.start, label.end))
            found += [(label.start, title) for title in titles]
    found += _others(row, taken, vocabulary)
    named = {label.start for label in row.labels if not label.meaning.line}  # "VAT % Discount %": no part of a title
    joined: list[Title] = []
    for start, title in sorted(found, key=lambda one: (one[0], one[1].left)):
        apart = not alone or start in row.first or not joined or title.left - joined[-1].right > SPACE * row.height
        if apart or start in named or not _go_together(joined[-1], title):
            joined.append(title)
        else:
            joined[-1] = _joined(joined[-1], title)
    return joined


def preferred(fields: Sequence[str]) -> str:
    """Return the field that a title names, of several that it could."""
    return next(name for name in PREFERENCE if name in fields)


def _go_together(one: Title, other: Title) -> bool:
    return other.bracketed or one.field is None or other.field in (None, one.field)


def _joined(one: Title, other: Title) -> Title:
    field = one.field or (None if other.bracketed else other.field)
    per = one.per or other.per
    return one._replace(text=one.text + other.text, field=field, right=other.right, is_money=False, per=per)


def _of_label(row: Row, label: Label, vocabulary: Vocabulary) -> list[Title]:
    """Return the title of a line that a label is, or the titles side by side that its words are; none elsewhere."""
    if not label.meaning.line:
        return _apart(row, label, vocabulary)
    text = " ".join(word.text for word in row.words[label.start : label.end])
    bracketed = text.startswith("(") or (")" in text and "(" not in text)
    return [Title(label.key, preferred(label.meaning.line), label.box[0], label.box[2], bracketed)]


def _apart(row: Row, label: Label, vocabulary: Vocabulary) -> list[Title]:
    """Return the words of a label as titles of their own, where each is one: "VAT" and "Total" side by side."""
    words = row.words[label.start : label.end]
    meanings = [vocabulary.meanings.get(key(word.text)) for word in words]
    if len(words) < 2 or not all(one is not None and one.line for one in meanings):
        return []
    fields = [preferred(one.line) for one in meanings if one is not None]
    if len(set(fields)) < len(fields) or (fields == AMOUNT_OF_TAX and "tax_total" in label.meaning.header):
        return []
    pairs = zip(words, fields, strict=True)
    return [Title(key(word.text), field, word.box[0], word.box[2]) for word, field in pairs]


def _others(row: Row, taken: set[int], vocabulary: Vocabulary) -> Iterator[tuple[int, Title]]:
    """Yield the runs of words between labels, each with its first word: a column that is not kept, or of money."""
    for first, last in pairwise(row.first):
        run: list[int] = []
        for at in range(first, last + 1):
            if at < last and at not in taken:
                run.append(at)
            elif run:
                yield from _of_run(row, run, vocabulary)
                run = []


def _of_run(row: Row, run: Sequence[int], vocabulary: Vocabulary) -> Iterator[tuple[int, Title]]:
    words = [row.words[at] for at in run]
    text = "".join(key(word.text) for word in words)
    is_money = all(_is_currency(word.text) for word in words)
    if text or is_money:
        bracketed = words[0].text.startswith("(")
        named, per, _ = "".join(word.text for word in words).partition("/")
        meaning = vocabulary.meanings.get(key(named))
        priced = _is_currency(named) or (meaning is not None and "unit_price" in meaning.line)
        field = "unit_price" if per and priced else None  # "EUR/h", "Price/100 kg"
        yield (
            run[0],
            Title(text, field, words[0].box[0], words[-1].box[2], bracketed, is_money, _pieces(row, words)),
        )


def _pieces(row: Row, words: Sequence[Word]) -> Found | None:
    """Return the number of pieces that a title names: alone, or behind a stroke."""
    for word in words:
        if word.text.endswith("0") and (match := PIECES.search(word.text)) is not None:
            return found_in(match[1], row.page, [word])
    return None


@lru_cache(maxsize=20_000)
def _is_currency(text: str) -> bool:
    bare = text.strip("()[]-")
    return bare in CODES or bare in SIGNS or bare in SHARED_SIGNS
