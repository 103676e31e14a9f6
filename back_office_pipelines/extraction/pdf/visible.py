"""Whether a value stands on a page in any form of writing: what speaks for a hybrid invoice before anything against it.

What belongs here: the texts, numbers and days that pages print, and looking a canonical value up among them. What does
not: which value belongs to which field (`locate`), and what a difference means (`mismatch`). Looking is generous: every
decimal mark, grouping and order of day and month counts, because a wrong alarm holds an honest invoice.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from back_office_pipelines.extraction.pdf.page.labels import key
from back_office_pipelines.extraction.pdf.page.shapes import THREE_DIGITS, amounts, dates, ibans
from back_office_pipelines.extraction.pdf.page.spans import Found, Span, span
from back_office_pipelines.extraction.pdf.page.words import Line
from back_office_pipelines.values.checksums import is_iban
from back_office_pipelines.values.currencies import CODES, SHARED_SIGNS, SIGNS
from back_office_pipelines.values.dates import parse_date
from back_office_pipelines.values.numbers import parse_decimal
from back_office_pipelines.values.style import MACHINE, Style
from back_office_pipelines.values.text import compact_upper

STYLES = (Style(".", "mdy"), Style(",", "dmy"), Style(".", "ymd"))
"""Every convention under which a printed text is tried."""
NUMBER = re.compile(r"\d[\d.,'\u2019\u00a0\u202f ]*\d|\d")
NO_DIGIT = re.compile(r"[^0-9]")
LEGAL_FORM = re.compile("gmbh|ag|kg|ug|co|ohg|se|sarl|sas|sa|sl|spa|srl|bv|nv|ltd|limited|llc|inc|corp|plc|ab|as|oy")
NOT_SOLID = re.compile(r"[\W_]+")
SPACED_DAY = re.compile(r"(?<!\d)(?:\d{1,2} \d{1,2} \d{4}|\d{1,2} ?[./-] ?\d{1,2} ?[./-] ?\d{2,4})(?!\d)")
CALLED_ACCOUNT = re.compile(r"(?<![A-Za-z])[A-Z]{2}\d{2}(?: ?\d{1,4}){3,9}(?!\d)")
"""What a line calls an IBAN though its length is no country's: specimens, and typing errors."""
MONEY_SIGN = re.compile(r"US\$|[€£₹₺₴]|zł|Kč|(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
COMMON_MONEY = re.compile(r"[€£]|(?<![A-Za-z])(?:EUR|USD|GBP|CHF)(?![A-Za-z])")
"""What means a currency wherever it stands; other codes are words as well."""
LEAST_TOKEN = 3
"""Letters from which on a word of a name tells one party from another."""
SHORTEST_CODE = 5
"""Characters from which on two codes of one build are no accident."""
NATIONAL = 4
"""Characters of an IBAN before the account's national number: country and check digits."""
MASKED_END = 4
"""Last characters of an account that are printed where the others are masked."""
SHARED_CODES = {
    "$": {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"},
    "¥": {"JPY", "CNY"},
    "kr": {"SEK", "NOK", "DKK", "ISK"},
}


@dataclass(frozen=True)
class Visible:
    """What the pages of one document print."""

    lines: tuple[Line, ...]

    @cached_property
    def text(self) -> str:
        """All text, letters and digits only, upper case, in reading order."""
        return solid("".join(line.text for line in self.lines))

    @cached_property
    def running(self) -> str:
        """All text as it is printed, lines joined by one space."""
        return " ".join(line.text for line in self.lines)

    @cached_property
    def amounts(self) -> tuple[Found, ...]:
        """Everything that looks like money."""
        return tuple(_each(self.lines, amounts))

    @cached_property
    def numerals(self) -> Mapping[str, list[str]]:
        """Every text with a digit by its telling digits: whatever convention reads it, its number has those."""
        texts = [match.group() for line in self.lines for match in NUMBER.finditer(line.text)]
        texts += [entry.text for entry in self.amounts]
        texts += [word.text for line in self.lines for segment in line.segments for word in segment.words]
        found: dict[str, list[str]] = {}
        for text in dict.fromkeys(texts):
            if (digits := NO_DIGIT.sub("", text)) != "":
                found.setdefault(digits.strip("0"), []).append(text)
        return found

    @cached_property
    def days(self) -> frozenset[date]:
        """Every day under every order."""
        texts = [entry.text for entry in _each(self.lines, dates)]
        texts += [match.group() for line in self.lines for match in SPACED_DAY.finditer(line.text)]
        texts += [word.text.strip("().,:;") for line in self.lines for one in line.segments for word in one.words]
        telling = [text for text in dict.fromkeys(texts) if THREE_DIGITS.search(text)]
        read = (parse_date(text, style) for text in telling for style in (*STYLES, MACHINE))
        return frozenset(day for day in read if isinstance(day, date))

    @cached_property
    def accounts(self) -> tuple[tuple[int, str], ...]:
        """Page and text of IBANs: with right check digits, or called one on their line."""
        return tuple((line.page, text) for line in self.lines for text in _accounts(line))

    @cached_property
    def currencies(self) -> frozenset[str]:
        """Codes of the currencies that amounts carry, and of signs and common codes that stand anywhere."""
        texts = [match.group() for entry in self.amounts for match in MONEY_SIGN.finditer(entry.text)]
        texts += [match.group() for line in self.lines for match in COMMON_MONEY.finditer(line.text)]
        return frozenset(SIGNS.get(text, text) for text in texts) & CODES

    def like(self, code: str) -> tuple[int, str] | None:
        """Return page and text of a word built as a code is, sign by sign, and of which it shares at least half."""
        wanted = _build(code)
        for line in self.lines:
            for text in line.text.split():
                if _build(text) == wanted and text != code and 2 * _shared(text, code) >= len(code) >= SHORTEST_CODE:
                    return line.page, text
        return None

    def shows_amount(self, number: Decimal) -> bool:
        """Tell whether an amount is printed, under any convention, with or without its sign; a zero need not be."""
        if not number:
            return True
        alike = self.numerals.get(NO_DIGIT.sub("", format(number, "f")).strip("0"), ())
        read = (parse_decimal(text, style) for text in alike for style in STYLES)
        return any(isinstance(one, Decimal) and abs(one) == abs(number) for one in read)

    def shows_day(self, day: date) -> bool:
        """Tell whether a day is printed."""
        return day in self.days

    def shows_code(self, text: str) -> bool:
        """Tell whether an identifier is printed, however it is grouped."""
        return solid(text) in self.text

    def shows_account(self, iban: str) -> bool:
        """Tell whether an account is printed: as it is, as its national number, or with all but its end masked."""
        wanted = solid(iban)
        masked = re.compile(rf"[X*\u2022.]{{4,}}\s?{re.escape(wanted[-MASKED_END:])}")
        return wanted[NATIONAL:] in self.text or any(masked.search(line.text) for line in self.lines)

    def shows_name(self, text: str) -> bool:
        """Tell whether at least half of the telling words of a name are printed, in any order and letter case."""
        folded = key(self.running)
        words = [word for part in re.split(r"[\W_]+", text) if not LEGAL_FORM.fullmatch(word := key(part))]
        telling = [word for word in words if len(word) >= LEAST_TOKEN] or words
        return not telling or 2 * sum(word in folded for word in telling) >= len(telling)

    def shows_currency(self, code: str) -> bool:
        """Tell whether a currency is printed as its code or one of its signs."""
        signs = [sign for sign, meaning in SIGNS.items() if meaning == code]
        signs += [sign for sign in SHARED_SIGNS if code in SHARED_CODES.get(sign.rstrip("."), ())]
        return code in self.running.upper() or any(sign in self.running for sign in signs)


def solid(text: str) -> str:
    """Return the letters and digits of a text in upper case, width and ligatures folded."""
    return NOT_SOLID.sub("", unicodedata.normalize("NFKC", text)).upper()


def _accounts(line: Line) -> Iterator[str]:
    called = "IBAN" in line.text.upper()
    whole = [entry.text for entry in _each((line,), ibans)]
    yield from (text for text in whole if called or is_iban(compact_upper(text)))
    if called and not whole:
        yield from (match.group() for match in CALLED_ACCOUNT.finditer(line.text))


def _build(text: str) -> str:
    return re.sub(r"[^\W\d_]", "A", re.sub(r"\d", "9", text))


def _shared(first: str, second: str) -> int:
    return sum(one == other for one, other in zip(first, second, strict=True))


def _each(lines: Sequence[Line], shape: Callable[[Span], Iterator[Found]]) -> Iterator[Found]:
    for line in lines:
        for segment in line.segments:
            yield from shape(span(segment.words, line.page))
