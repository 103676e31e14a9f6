"""Values right of their label, on its line.

What belongs here: which values of the line are the label's, and what words between them leave of its worth. What does
not: values on other lines (`below`), and when they are looked for (`pairing`).
"""

from collections.abc import Iterator

from back_office_pipelines.extraction.pdf.facts.candidate import (
    GAP,
    Candidate,
    evidence,
    said_before,
    says_more,
    whole_value,
    worth,
)
from back_office_pipelines.extraction.pdf.facts.captions import NUMBER_SIGNS
from back_office_pipelines.extraction.pdf.page.rows import Kind, Label, Mention, Row
from back_office_pipelines.extraction.pdf.page.vocabulary import key

LATER = 0.82
"""Worth of each further value to the right of a label, relative to the one before."""
MOST_VALUES = 12
"""Values right of a label that are looked at: the last is worth a tenth of the first."""
OF_ANOTHER = 0.4
"""Worth left by each word right before a number in the next column."""
PER = frozenset(("per", "pro", "je", "par", "por", "each"))
"""Words after an amount that make it a price: "a storage charge of 4.50 per pallet and day"."""
IN_PARENTHESES, AFTER_NUMBER_SIGN, ONE_DIGIT = 0.4, 1.3, 0.6
"""Worth of what explains, of what a mark calls a number, and of a single digit, which mostly counts something."""


def right_of(field: str, kind: Kind, row: Row, index: int) -> Iterator[Candidate]:
    """Yield the values between a label and the next one that announces a value of its own."""
    label = row.labels[index]
    end = _blocked(row, index, kind)
    number, taken = 0, label.end
    for mention in row.of_kind(kind):
        if (
            _begins_within(row, label, mention)
            or mention.start >= end
            or (kind == "reference" and mention.start < taken)
        ):
            continue
        if (kind == "amount" and _is_price(row, mention)) or (kind == "reference" and _is_apart(label, mention)):
            continue
        whole = whole_value(field, row, label, mention)
        taken = whole.end
        score = worth(label) * GAP ** _between(row, label, whole) * LATER**number
        if kind == "reference":
            score *= _reference_worth(row, mention) * OF_ANOTHER ** _said_in_next(row, label, whole)
        yield Candidate(field, whole, score, label, evidence("right", label))
        number += 1
        if number == MOST_VALUES:
            return


def _said_in_next(row: Row, label: Label, whole: Mention) -> int:
    """Count the words before a number in another column than its label, which may be a street's; none after a mark."""
    own = next(at for at in row.first if at > label.start)
    if whole.start < own or key(row.words[whole.start - 1].text) in NUMBER_SIGNS:
        return 0
    return said_before(row, whole)


def _begins_within(row: Row, label: Label, mention: Mention) -> bool:
    """Tell whether a value begins before its label ends; a currency may be a word of both: "To pay: EUR 10.00"."""
    if mention.start >= label.end:
        return False
    shared = row.words[mention.start : label.end]
    return mention.start <= label.start or mention.end <= label.end or not all(word.text.isalpha() for word in shared)


def _is_apart(label: Label, mention: Mention) -> bool:
    """Tell whether a number stands in another column than the sentence that a weak label is a word of."""
    if not label.meaning.weak or label.colon or label.lead <= 1 or label.tail:
        return False
    return mention.start >= label.end


def _is_price(row: Row, mention: Mention) -> bool:
    """Tell whether an amount is one of something: a word like "per" follows it in its segment."""
    return mention.end not in (*row.first, len(row.words)) and row.words[mention.end].text.casefold() in PER


def _reference_worth(row: Row, mention: Mention) -> float:
    """Return what the mark before a number is worth: in parentheses it explains, after "No." it is one."""
    if row.words[mention.start].text.startswith("("):
        return IN_PARENTHESES
    if mention.found.text.isdecimal() and len(mention.found.text) == 1:
        return ONE_DIGIT
    return AFTER_NUMBER_SIGN if mention.start and key(row.words[mention.start - 1].text) in NUMBER_SIGNS else 1.0


def _blocked(row: Row, index: int, kind: Kind) -> int:
    """Return the first word that another label of the row claims with all that follows."""
    label = row.labels[index]
    for other in row.labels[index + 1 :]:
        announces = other.colon or other.lead == 0 or not other.meaning.weak
        same = set(other.meaning.header) & set(label.meaning.header)
        if announces and not same and not (kind == "amount" and label.lead == 0 and other.lead > 0 and not other.colon):
            return other.start
    return len(row.words)


def _between(row: Row, label: Label, mention: Mention) -> int:
    """Count the words between a label and its value that are neither fillers, marks, numbers nor labels."""
    between = set(range(label.end, mention.start)) - row.claimed - row.taken
    return sum(says_more(row.words[at].text) for at in between)
