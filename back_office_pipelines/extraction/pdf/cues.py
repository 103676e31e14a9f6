"""Class of a document, by the headings on its pages.

What belongs here: finding the headings of a page, and the one that decides. What does not: what the words of one say
(`title`), and the cue words of classes (the dictionary).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.pdf.page.labels import key
from back_office_pipelines.extraction.pdf.page.printing import is_recognised
from back_office_pipelines.extraction.pdf.page.shapes import WITH_CENTS, is_priced
from back_office_pipelines.extraction.pdf.page.vocabulary import attachments
from back_office_pipelines.extraction.pdf.page.words import Line, Segment, Word
from back_office_pipelines.extraction.pdf.title import NUMBER_WORDS, titles_of

HEADING_WORDS = 8
MOST_SEGMENTS = 2
"""Segments of a line beyond which it is one of captions."""
SAME_HEIGHT = 0.9
LARGER = 1.15
"""Height of print, beside the usual one of the page, from which on a line is a heading for sure."""
LARGER_UNEVEN = 1.6
"""The same where recognition tells heights: a word with letters that reach up and down is half as high again."""
UPPER, LOWER = 0.45, 0.6
"""Shares of a page within which an unsure title stands, and beyond which another document is only mentioned."""
USUAL_BOTTOM = 760.0
"""Points from the top of a page to the end of its text."""
BEFORE_INVOICES = frozenset({"order", "contract", "quote"})
"""Classes that come before an invoice: where both are named alike, each with a number, it names what it bills."""
NEARLY = 0.75
"""Height of a title in capitals, beside the number of an order, from which on it is the title."""
INVOICE, CREDIT = "invoice", "credit_note"
NEAR_LINES, FEWEST_CAPTIONS = 4, 3
"""Lines above and below a caption among which others of its column stand, and how many these are with it."""
SAME_LEFT, CAPTION_STEPS = 0.4, 4.0
"""Heights of print by which captions of a column differ in place and height, and within which they stand."""
FEWEST_AMOUNTS = 2
"""Amounts of a bill: a line and its total."""
SUBJECT_LINES = 20
"""Lines from the top of a page within which a letter says what it is about."""
SUBJECT = re.compile(r"#?(?=(?:.*\d){3})[\w./-]{3,}[.,:;]?")
"""The number of what a letter is about."""
ABOUT_INVOICES = frozenset({"statement_of_account", "remittance_advice"})
"""Classes of reminders, statements and advices of payment: they come after invoices and name them, line by line."""
BEFORE_TITLE = re.compile(
    r"\d{1,2}(?:\.|st|nd|rd|th|e|è|ère|er|ème|[ºª°])?|erste|zweite|dritte|vierte|letzte|first|second|third|final|last"
    r"|premi(?:er|ère)|deuxième|second[ae]?|troisième|derni(?:er|ère)|prim[oa]|terz[oa]|ultim[oa]|eerste|tweede|derde|laatste"
    r"|primer|segundo|tercer|último|(?:re|betreff|betr\.?|betrifft|subject|objet|oggetto|betreft|asunto|onderwerp) ?:",
    re.IGNORECASE,
)
"""A word that a title may begin with: which of several it is ("2. Mahnung"), or that this is what a letter is about."""


@dataclass(frozen=True)
class Heading:
    """A segment that says what the document is.

    Attributes:
        labels: it may as well be the label of a number or date ("Order: 4711"), in print no larger than the rest; or it
            heads a part of the page far down, a slip to tear off.
        large: its print is larger than the usual one of its page.
        numbered: a number stands beside it.
        behind: its cue stands behind other words, as `title.Title.behind`.
        mentions: it names a document beside this one rather than this one: in a sentence, as a label, with an amount.
        alone: nothing but its cue stands in its segment, in capitals.
        refers: a single word names an order or contract, and what of it follows: "Order # 27", "Order date".
        named: the number of a document follows at once, not what of it is told: "Invoice 4711-2", "Invoice no. 4711".
    """

    document_class: str
    segment: Segment
    height: float
    labels: bool = False
    large: bool = False
    numbered: bool = False
    behind: bool = False
    mentions: bool = False
    alone: bool = False
    refers: bool = False
    named: bool = False


def headings(lines: Sequence[Line], dictionary: Dictionary) -> tuple[Heading, ...]:
    """Return the headings of the first page that name a class, as `headings_on`."""
    return headings_on([line for line in lines if line.page == 1], dictionary)


def headings_on(page: Sequence[Line], dictionary: Dictionary) -> tuple[Heading, ...]:
    """Return the headings that name a class, the most telling first: the largest print, then the highest place.

    Args:
        page: lines of one page.
        dictionary: whose classes are looked for.
    """
    usual = usual_height(page)
    uneven = is_recognised([word for line in page for segment in line.segments for word in segment.words])
    large = (LARGER_UNEVEN if uneven else LARGER) * usual
    bottom = _bottom(page)
    found = [heading for line in page for heading in _in_line(line, dictionary, large, LOWER * bottom)]
    found = [one for one in found if not one.behind or one.segment.box[1] <= UPPER * bottom]
    own = [one for one in found if dictionary.keeps(one.document_class)]
    if not own or any(one.named or not one.mentions for one in own):  # "Invoice to:" is said by orders
        found = [replace(one, labels=True) if _is_caption(one, page) else one for one in found]
    if uneven:
        found = [one if one.large else replace(one, height=usual) for one in found]
    return tuple(sorted(found, key=lambda heading: (-round(heading.height), heading.segment.box[1])))


def _bottom(page: Sequence[Line]) -> float:
    """Return where the text of a page ends, of a short one where that of others does."""
    return max(page[-1].segments[0].box[3], USUAL_BOTTOM) if page else USUAL_BOTTOM


def usual_height(page: Sequence[Line]) -> float:
    """Return the height of print that half of the words of a page do not exceed; 0 where it has none."""
    heights = sorted([word.height for line in page for segment in line.segments for word in segment.words])
    return heights[len(heights) // 2] if heights else 0.0


def document_class(found: Sequence[Heading]) -> Heading | None:
    """Return the heading that decides, None where there is none or two classes are named equally large."""
    found = [heading for heading in found if not heading.labels]
    found = [heading for heading in found if not heading.behind] or found
    found = _without_references(found)
    if not found:
        return None
    as_large = [heading for heading in found if heading.height >= SAME_HEIGHT * found[0].height]
    above = min(as_large, key=lambda one: one.segment.box[1])
    if above.document_class in ABOUT_INVOICES and not any(one.document_class in BEFORE_INVOICES for one in as_large):
        return above
    if any(one.numbered for one in as_large if one.document_class not in BEFORE_INVOICES):
        as_large = [one for one in as_large if one.document_class not in BEFORE_INVOICES]
    rivals = {heading.document_class for heading in as_large}
    if rivals == {INVOICE, CREDIT}:
        as_large = list(_named_itself(as_large))
        rivals = {heading.document_class for heading in as_large}
    starts = [heading for heading in found if heading.document_class in rivals]
    return starts[0] if len(rivals) == 1 else None


def _without_references(found: Sequence[Heading]) -> list[Heading]:
    """Leave out the numbers of orders and contracts beside what the document is, nearly as large.

    That is a title alone in capitals, or the number of an invoice. Recognition tells the height of print by the letters
    of a word: "Order # 27" reaches higher than capitals.
    """
    others = (one for one in found if one.document_class not in BEFORE_INVOICES)
    own = (one.height for one in others if one.alone or (one.named and one.document_class in (INVOICE, CREDIT)))
    least = max(own, default=0.0) / NEARLY
    return [one for one in found if not (one.refers and one.height <= least)]


def _named_itself(as_large: Sequence[Heading]) -> Sequence[Heading]:
    """Return those of equally large headings that name the document itself: a credit note names its invoice, too.

    What only mentions a document does not. Below a credit note stands what it is for; above it may stand either.
    """
    own = [one for one in as_large if not one.mentions]
    highest = min(own, key=lambda one: one.segment.box[1], default=None)
    if highest is None or highest.document_class == INVOICE:
        return own or as_large
    return [highest]


def subject(lines: Sequence[Line], dictionary: Dictionary) -> Heading | None:
    """Return the sentence of a letter that begins with what it is and its number, None where none of the lane's does.

    "Invoice SN24-0317 - 2024 season sponsorship, on behalf of": a page without a heading says so in its first lines.
    """
    table = titles_of(dictionary)
    top = (line for line in lines if line.page == 1 and line.number < SUBJECT_LINES)
    for segment in (segment for line in top for segment in line.segments if len(segment.words) > HEADING_WORDS):
        keys = [key(word.text) for word in segment.words[:HEADING_WORDS]]
        best = max(table.beginning(keys), default=None)
        if best is None or not dictionary.keeps(best[1]):
            continue
        following = [word.text for word in segment.words[best[0] : best[0] + 2]]
        if key(following[0]) in NUMBER_WORDS:
            following = following[1:]
        if SUBJECT.fullmatch(following[0]):
            return Heading(best[1], segment, segment.words[0].height, numbered=True)
    return None


def captioned(page: Sequence[Line], dictionary: Dictionary) -> Heading | None:
    """Return the caption of the document's own number on a page without a heading, None where there is none.

    "Factuurnummer: 20261214" says what "Invoice number" says in two words. A page that has more in large print than its
    first line is a letter or a form that mentions a number, and one with a single amount tells what was paid.
    """
    large = LARGER * usual_height(page)
    headed = any(segment.words[0].height > large for line in page[1:] for segment in line.segments)
    if headed or sum(is_priced(segment.text) for line in page for segment in line.segments) < FEWEST_AMOUNTS:
        return None
    return next((one for line in page for one in _captions(line, dictionary)), None)


def _captions(line: Line, dictionary: Dictionary) -> Iterator[Heading]:
    """Yield the captions of a line that a number of one of the lane's documents stands beside."""
    table = titles_of(dictionary)
    for number, segment in enumerate(line.segments):
        beside = (word for one in line.segments[number + 1 : number + 2] for word in one.words)
        name = table.captioned(segment.words[0].text)
        if name is not None and dictionary.keeps(name) and _is_named((*segment.words[1:], *beside)):
            yield Heading(name, segment, segment.words[0].height, numbered=True, mentions=True)


def _in_line(line: Line, dictionary: Dictionary, large: float, lower: float) -> Iterator[Heading]:
    """Yield the headings of a line.

    Args:
        line: of a page.
        dictionary: whose classes are looked for.
        large: height of print beyond which it is large.
        lower: place on the page beyond which other classes than the lane's only head a part of it.
    """
    table = titles_of(dictionary)
    for number, segment in enumerate(line.segments):
        words = segment.words
        if len(words) > HEADING_WORDS:
            continue
        skip = int(len(words) > 1 and BEFORE_TITLE.fullmatch(words[0].text) is not None)
        title = table.title([word.text for word in words[skip:]], large=words[skip].height > large)
        if title is None or (skip and title.document_class in BEFORE_INVOICES):
            continue
        end = title.words + skip
        height = max(word.height for word in words[:end])
        following = words[end - 1 :] + (line.segments[number + 1].words[:1] if number + 1 < len(line.segments) else ())
        label = height <= large and _may_be_label(title.document_class, words[end:], following, line)
        labels = not dictionary.keeps(title.document_class) and (label or segment.box[1] > lower)
        numbered = _have_digit(following)
        mentions = _mentions(words[end:], following, line)
        before = title.document_class in BEFORE_INVOICES
        yield Heading(
            title.document_class,
            segment,
            height,
            labels,
            large=height > large,
            numbered=numbered,
            behind=title.behind,
            mentions=mentions,
            alone=end == len(words) and not skip and segment.text.isupper(),
            refers=before and title.words == 1 and _names_another(words[end:], following),
            named=_is_named(following[1:]),
        )


def _is_caption(one: Heading, page: Sequence[Line]) -> bool:
    """Tell whether the name of an order is one of a column of captions in usual print, each beside its value."""
    if one.large or one.labels or one.document_class not in BEFORE_INVOICES:
        return False
    at = next(number for number, line in enumerate(page) if one.segment in line.segments)
    beside = [line for line in page[max(0, at - NEAR_LINES) : at + NEAR_LINES + 1] if _is_beside(one, line)]
    return len(beside) >= FEWEST_CAPTIONS and _is_beside(one, page[at])


def _is_beside(one: Heading, line: Line) -> bool:
    """Tell whether a line has a segment in the column of a heading, in the same print, and another right of it."""
    return any(
        abs(caption.box[0] - one.segment.box[0]) < SAME_LEFT * one.height
        and abs(caption.words[0].height - one.segment.words[0].height) < SAME_LEFT * one.height
        and abs(caption.words[0].base - one.segment.words[0].base) < CAPTION_STEPS * one.height
        for caption, _ in pairwise(line.segments)
    )


def is_attachment(page: Sequence[Line], *, titled: bool = False) -> bool:
    """Tell whether a page is headed in large print as something that goes with an invoice.

    With `titled`, only above: further down a part of an invoice may be headed so.
    """
    large = LARGER * usual_height(page)
    lowest = UPPER * _bottom(page) if titled else float("inf")
    known = attachments()
    for line in page:
        for segment in line.segments:
            words = segment.words
            if words[0].height > large and len(words) <= HEADING_WORDS and segment.box[1] <= lowest:
                keys = [key(word.text) for word in words]
                if any(tuple(keys[:end]) in known for end in range(1, len(keys) + 1)):
                    return True
    return False


def _is_named(following: Sequence[Word]) -> bool:
    """Tell whether the first word after a class, signs of a number aside, is the number of a document."""
    texts = [one.text for one in following if key(one.text.rstrip(":")) not in NUMBER_WORDS]
    return bool(texts) and SUBJECT.fullmatch(texts[0]) is not None


def _names_another(rest: Sequence[Word], following: Sequence[Word]) -> bool:
    """Tell whether what follows a word makes it a label: a sign of a number, what of it is told, or its number."""
    if rest and (key(rest[0].text) in NUMBER_WORDS or rest[0].text[:1].isalpha()):
        return True
    return _have_digit(following)


def _have_digit(words: Sequence[Word]) -> bool:
    return any(letter.isdigit() for word in words for letter in word.text)


def _mentions(rest: Sequence[Word], following: Sequence[Word], line: Line) -> bool:
    """Tell whether the name of a class mentions a document: more than its number follows, or an amount; or captions."""
    if len(line.segments) > MOST_SEGMENTS or any(":" in word.text for word in following):
        return True
    if rest and not _have_digit(following):
        return True  # "Invoice no." over a column
    more = [one for one in rest if key(one.text) not in NUMBER_WORDS and not any(map(str.isdigit, one.text))]
    return any(any(map(str.isalpha, one.text)) for one in more) or WITH_CENTS.search(line.text) is not None


def _may_be_label(name: str, rest: Sequence[Word], following: Sequence[Word], line: Line) -> bool:
    """Tell whether the name of a class may as well be the label of a number or date, or the begin of a sentence."""
    if len(line.segments) > MOST_SEGMENTS or any(":" in word.text for word in following):
        return True
    if name in ABOUT_INVOICES and rest:
        if all(word.text.isupper() for word in rest if any(map(str.isalpha, word.text))):
            return False  # "STATEMENT OF ACCOUNT AND REMINDER"
        return rest[-1].text.endswith(".") or not _have_digit(rest)
    return bool(rest)
