"""The name right of a label that announces one.

What belongs here: which words of the line are it. What does not: names under a label (`below_label`), and which of both
is taken (`addressed`).
"""

from collections.abc import Sequence
from itertools import dropwhile

from back_office_pipelines.extraction.pdf.page.blocks import STREET
from back_office_pipelines.extraction.pdf.page.rows import Label, Row
from back_office_pipelines.extraction.pdf.page.spans import Found
from back_office_pipelines.extraction.pdf.page.words import Word
from back_office_pipelines.extraction.pdf.parties.names import before_address, name_in

LEAST_NUMBERED, LEAST_DIGITS = 2, 3
"""Words of a number and a name, and digits of a customer's number."""
GOING_ON = frozenset(
    ("to", "for", "für", "pour", "voor", "per", "para", "an", "à", "a", "aan", "til", "till", "dla", "pro")
)
"""Last words of labels that a name goes on from without a colon."""
ADVERTISERS = frozenset(("advertiser", "advertisername", "anunciante", "annonceur", "inserent", "werbetreibender"))
"""Labels of whose advertising it is that an agency bought: the buyer, also where the agency is billed."""
CLIENTS = frozenset(("client", "clientname", "sponsor", "sponsorname", "cliente", "kunde"))
"""Labels of the same where an agency is billed; elsewhere of the buyer as many others."""


def name_beside(row: Row, label: Label, column: bool) -> Found | None:
    """Return the name right of a label that announces one, up to the next label or column.

    Args:
        row: with the label.
        label: ends in a colon, or stands alone.
        column: it is one of a column of captions, which need no colon.
    """
    if not (label.colon or column or _goes_on(row, label)):
        return None
    end = label.end + label.tail
    words = row.words[label.end : end] or next_segment(row, end)
    stop = next(
        (
            other.start
            for other in row.labels
            if other.start > label.start
            and (
                _announces(other)
                or (other.key == label.key and other.start > label.end)
                or _is_first_of_two(other, row)
            )
        ),
        len(row.words),
    )
    words = tuple(word for word in words if row.words.index(word) < stop and word.text.strip(":"))
    words = tuple(dropwhile(lambda word: not word.text.strip("-"), words))
    return name_in(before_address(_without_number(words)), row.page)


def _without_number(words: Sequence[Word]) -> Sequence[Word]:
    """Return the words of a name without the customer's number before them: "4711 - Hotel Seeblick"."""
    if len(words) < LEAST_NUMBERED or len(words[0].text) < LEAST_DIGITS or not words[0].text.isdecimal():
        return words
    return words if STREET.search(" ".join(word.text for word in words)) else words[1:]


def _goes_on(row: Row, label: Label) -> bool:
    """Tell whether a name follows a label in its own text: "Invoice for Hotel Seeblick", "Client Hotel Seeblick"."""
    announces = label.key in ADVERTISERS | CLIENTS or (
        not label.meaning.weak and row.words[label.end - 1].text.casefold() in GOING_ON
    )
    return announces and label.lead == 0 and label.tail > 1 and row.words[label.end].text[:1].isupper()


def _announces(label: Label) -> bool:
    """Tell whether a label is a caption: it ends in a colon, is all its segment holds, or ends it in several words."""
    return label.colon or (label.tail == 0 and (label.lead == 0 or label.end - label.start > 1))


def _is_first_of_two(label: Label, row: Row) -> bool:
    """Tell whether the same caption in another language follows a label at once: "Agencia / Agency:"."""
    return any(
        other.start == label.end and other.meaning == label.meaning and _announces(other) for other in row.labels
    )


def next_segment(row: Row, start: int) -> tuple[Word, ...]:
    """Return the words of a row from one on up to the next column."""
    end = next((at for at in row.first if at > start), len(row.words))
    return row.words[start:end]
