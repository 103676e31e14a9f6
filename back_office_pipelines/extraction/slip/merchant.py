"""The merchant of a slip: the line of its head that most speaks for being the name of a business.

What belongs here: weighing lines by legal form, registration number, address below and words of business, and names
over two lines. What does not: addresses (`address`), and labelled parties (`pdf.locate`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from back_office_pipelines.extraction.pdf.page.spans import found_in
from back_office_pipelines.extraction.pdf.page.words import Line, Word
from back_office_pipelines.extraction.pdf.parties.companies import COMPANY
from back_office_pipelines.extraction.slip.address import (
    LONE_NUMBER,
    STREET,
    Head,
    address_start,
    head_of,
    is_address,
    may_be_name,
    text_in,
    words_in,
)
from back_office_pipelines.extraction.slip.mending import mended_words
from back_office_pipelines.extraction.slip.trades import BUSINESS, is_leading, says_trade_alone

OWNER = re.compile(
    r"^\W*(?:(?:(?:own(?:ed|er)?|operated|managed|mgmt|mgt|franchised|run|licensed)\s?)?by(?!\w)(?! the\b)|c/o(?!\w)"
    r"|(?:a )?(?:division|subsidiary|trade ?name) of|owner|dimiliki(?:\s?oleh)?|trading as|t/a)\W*",
    re.IGNORECASE,
)
"""What introduces the company behind a brand."""
LOOSE = re.compile(r"\W*(?:by|c/o)(?!\w)", re.IGNORECASE)
"""What introduces an owner in a head alone: at the foot it may be who wrote the till's software."""
WELCOME = re.compile(r"^\W*(?:welcome to|selamat datang ke|thank you for visiting)(?!\w)\W*(?=\w)", re.IGNORECASE)
"""What greets before a name."""
_CALLED = (
    r"(?<!\w)(?:co|comp\w*|business|biz|reg\w*|roc|rob|brn?|ssm|gst|sst|uen|abn|acn|vat|syarikat|c\.?r|pvr|ust"
    r"|id-?nr|siren|siret|kvk|hrb)(?!\w)"
)
"""What a registration number is called."""
REGISTRATION = re.compile(
    rf"\s*[(<\[{{]?\s*(?:(?:{_CALLED}|(?<!\w)(?:no|id)(?!\w))\W{{0,4}})*"
    r"(?<![^\W\d_])(?:(?:GB|DE|FR|IT|ES|NL|IE|AT|CH|BE|PL)\s?|[A-Z]{0,2})(?:(?=[\dUOI]{0,20}\d{4})[\dUOI]{4,24}|(?:\d{2,3}\s){2,}\d{3})\s?-?\s?[A-Z]?\s*(?:[)>\]]|\(\w{5,9}-?[A-Z]\))*\W*$"
    rf"|\s*[(<\[]?\s*{_CALLED}\W{{0,4}}(?:(?:{_CALLED}|(?<!\w)(?:no?|id)(?!\w))\W{{0,4}})+(?:\S*\d\S*)?\W*$",
    re.IGNORECASE,
)
"""A registration number at the end of a line, with or without what it is called: "(162761-M)", "Co. No. 162761-M"; also
what is left of one: "Company No: 987", "Reg. No."."""
REGISTERED = re.compile(
    r"^\W*(?:(?:co\b|comp\w+|business|biz|reg\w*|roc|rob|brn?|ssm|abn|acn|uen|siren|siret|kvk|nif|cif|p\W?iva|hrb|gst|sst|vat|ust|id-?nr|syarikat|c\.?r|pvr|no|id)\W{0,3})*"
    r"[\s:]*[A-Z]{0,2}\d[\dUOIQ ]{3,}\d?\s?-?\s?[A-Z]?\d?(?:\s?\(\w{5,9}-?[A-Z]\))?\W*$",
    re.IGNORECASE,
)
"""A line that is a registration number, with or without what it is called."""
LEGAL, NUMBERED, NUMBER_BELOW, ADDRESS_BELOW, TRADE, FIRST, OWNED = 1.0, 0.8, 0.7, 0.5, 0.35, 0.2, 0.5
LIKE_STREET, FAR = -0.5, -0.06
"""Worth of a legal form, a registration number behind or below, an address below, a word of business, of coming first,
of being introduced as the owner; what a word of streets costs without a number, and each line further down."""
LEAST_MARGIN = 0.3
"""Distance to the next line below which either may be the name, where neither form nor number tells: "KUPFER CAFE"
above "Best Food in Town"."""
NUMBERING = re.compile(
    r"\W*(?:(?:co|comp\w*|business|biz)\W*(?:\w{2,4}\W+)?(?:[nr][o0]|reg\w*)|no\W*(?:syarikat|pendaftaran)|ust-?\s?id\W?nr)(?!\w)",
    re.IGNORECASE,
)
"""What calls a number that of a company."""
LONG_NUMBER = re.compile(r"\d{4}")
NO_FORM = re.compile(r"(?i:co\.?\W*(?:reg|no))(?!\w)|[A-Z]{2}\s+[^\W\d_]{2}")
"""What looks like a legal form and is none: what calls a number, and two capitals inside a line of capitals."""
FORMER = re.compile(r"\W*(?:formerly|previously|f\.?k\.?a\b|known as|a member of)", re.IGNORECASE)
"""What introduces another name than the merchant's."""
JOINED = re.compile(r"(?:&|and\b|dan\b|und\b|\(\w\))", re.IGNORECASE)
"""What a line begins with that goes on with a name."""
LONE_FORM = 5
"""Letters from which on a legal form may stand on a line of its own: two or three letters are much else."""


@dataclass(frozen=True)
class _Line:
    """One line of the head as a name.

    Attributes:
        text: without what introduces an owner and without a registration number.
        start, end: of the text in the line.
    """

    line: Line
    index: int
    text: str
    start: int
    end: int
    weight: float
    evidence: str

    @property
    def words(self) -> Sequence[Word]:
        """Words of the line that the text touches."""
        where, offset = [], 0
        for word in words_in(self.line):
            if offset < self.end and offset + len(word.text) > self.start:
                where.append(word)
            offset += len(word.text) + 1
        return where


def merchant_of(lines: Sequence[Line]) -> Head | None:
    """Return the name of the business that was paid, None where no line may be one."""
    head = head_of(lines)
    start = address_start(head)
    ranked = sorted(_weighed(head, start), key=lambda one: (-one.weight, one.index))
    owner = next(_owners(lines, len(head)), None)
    if owner is not None and (not ranked or "form" not in ranked[0].evidence):
        return _as_head((owner,), owner.evidence)
    if not ranked:
        return None
    best = ranked[0]
    parts = (*_begun_above(best, head), best, *_ended_below(best, head))
    taken = {one.index for one in parts}
    rivals = [one for one in ranked if one.index not in taken and best.weight - one.weight < LEAST_MARGIN]
    told = best.evidence.startswith(("legal_form", "registered"))
    return _as_head(parts, best.evidence if told or not rivals else "rivalled_name")


def _weighed(head: Sequence[Line], start: int) -> Iterator[_Line]:
    """Yield the lines of a head that may be a name, each with its weight; below an address a legal form alone tells."""
    first = True
    for index, line in enumerate(head):
        cleaned = _cleaned(line, index)
        form = cleaned is not None and _form_in(cleaned.text) is not None
        below = index > start or (index == start and not LONE_NUMBER.match(line.text))
        if cleaned is None or NUMBERING.match(line.text) or (COMPANY.fullmatch(cleaned.text) and not form):
            continue  # what calls a number; the end of a name, which the line above begins
        if not (form or (not below and _may_be(cleaned.text))):
            continue
        following = [text_in(one) for one in head[index + 1 : index + 3]]
        weight, evidence = _weigh(cleaned, text_in(line), following, form)
        yield replace(cleaned, weight=weight + FIRST * first + FAR * index, evidence=evidence)
        first = False


def _weigh(cleaned: _Line, whole: str, below: Sequence[str], form: bool) -> tuple[float, str]:
    """Return what speaks for a name, and the strongest of it by name."""
    owned = bool(OWNER.match(whole))
    rest = whole[cleaned.end :].strip()
    numbered = bool(rest) and bool(REGISTRATION.search(rest))
    number_below = any(REGISTERED.match(text) for text in below[: 1 + form])  # a slogan may stand between
    address_below = any(is_address(text) for text in below[: 1 + number_below])
    trade = bool(BUSINESS.search(cleaned.text))
    numbers, places = (numbered, NUMBERED), (address_below, ADDRESS_BELOW)
    street = bool(STREET.search(cleaned.text)) and not form
    below_it = (number_below, NUMBER_BELOW), places
    signs = ((form, LEGAL), numbers, *below_it, (trade, TRADE), (owned, OWNED), (street, LIKE_STREET))
    weight = sum(worth for found, worth in signs if found)
    if form:
        return weight, "legal_form_registered" if numbered or number_below else "legal_form"
    if numbered or number_below:
        return weight, "registered"
    return weight, "above_address" if address_below else "trade_word" if trade else "first_line"


def _cleaned(line: Line, index: int) -> _Line | None:
    """Return the name in a line: up to its legal form or registration number, after what introduces it."""
    whole = mended_words(text_in(line))
    begin = match.end() if (match := OWNER.match(whole) or WELCOME.match(whole)) else 0
    begin += len(whole[begin:]) - len(whole[begin:].lstrip(" .,:;*-_~'\"<>|"))
    end = len(whole)
    while (number := REGISTRATION.search(whole, begin, end)) is not None and number.start() > begin:
        end = number.start()  # tills print several, one behind the other
    if number is not None:
        end = begin
    form = _form_in(whole[begin:])
    if form is not None:
        end = begin + form
    text = whole[begin:end].rstrip(" ,:;*-_~'\"<>|(")
    return _Line(line, index, text, begin, begin + len(text), 0.0, "") if text else None


def _form_in(text: str) -> int | None:
    """Return the end of a company's legal form in a text, None where there is none or what is before it an address."""
    match = COMPANY.search(text)
    if match is None or is_address(text[: match.start()]) or NO_FORM.match(text, match.start()) or FORMER.match(text):
        return None
    named = any(map(str.isalpha, text[: match.start()])) or sum(map(str.isalpha, match.group())) >= LONE_FORM
    return match.end() if named else None


def _may_be(text: str) -> bool:
    return may_be_name(text) and not LONG_NUMBER.search(text) and not FORMER.match(text)


def _begun_above(best: _Line, head: Sequence[Line]) -> tuple[_Line, ...]:
    """Return the line above where a name begins of which the line found says only the trade and the legal form.

    So it is, too, where the line above is one word that names begin with, or "&" stands between the two.
    """
    above = _cleaned(head[best.index - 1], best.index - 1) if best.index else None
    if above is not None and is_leading(above.text):
        return (above,)
    if above is None or not _may_be(above.text) or _form_in(above.text) is not None:
        return ()
    form = COMPANY.search(best.text)
    own = best.text[: form.start()] if form is not None and _form_in(best.text) is not None else best.text
    ends = says_trade_alone(own) or JOINED.match(own) is not None or above.text.endswith("&")
    return (above,) if ends else ()


def _ended_below(best: _Line, head: Sequence[Line]) -> tuple[_Line, ...]:
    """Return the line below where a name ends: a lone word of business, or a legal form that the line lacks.

    Words of a trade alone, the first of which names begin with, go on below.
    """
    below = _cleaned(head[best.index + 1], best.index + 1) if best.index + 1 < len(head) else None
    if below is None or _form_in(best.text) is not None:
        return ()
    if COMPANY.fullmatch(below.text) or COMPANY.fullmatch(f"{best.text.split()[-1]} {below.text}"):
        return (below,)
    if not _may_be(below.text) or is_address(below.text):
        return ()
    ends = BUSINESS.fullmatch(below.text) is not None
    begins = is_leading(best.text.split()[0]) and says_trade_alone(best.text)
    return (below,) if ends or begins else ()


def _owners(lines: Sequence[Line], head: int) -> Iterator[_Line]:
    """Yield companies that a slip says it is owned by below its head, on the same line or the next."""
    for index, line in enumerate(lines):
        match = OWNER.match(text_in(line))
        if match is None or index < head or LOOSE.match(match.group()):
            continue
        for other in lines[index : index + 2]:
            cleaned = _cleaned(other, index)
            if cleaned is not None and _form_in(cleaned.text) is not None:
                yield replace(cleaned, weight=LEGAL, evidence="owner")


def _as_head(parts: Sequence[_Line], evidence: str) -> Head:
    words = [word for part in parts for word in part.words]
    raw = " + ".join(part.text for part in parts)
    return Head(mended_words(" ".join(part.text for part in parts)), found_in(raw, parts[0].line.page, words), evidence)
