"""The currency of a document: at its totals, by a label, at any number, else by the country of a shared sign.

What belongs here: that order. What does not: codes and signs (`values.currencies`), countries (`countries`).
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from back_office_pipelines.extraction.pdf.countries import Seat, carries, countries
from back_office_pipelines.extraction.pdf.evidence import Choice
from back_office_pipelines.extraction.pdf.money.dollars import DOLLAR, country_of_dollar, is_american_sale
from back_office_pipelines.extraction.pdf.page.rows import Row
from back_office_pipelines.extraction.pdf.page.shapes import currency_spans
from back_office_pipelines.extraction.pdf.page.spans import Found, found_in
from back_office_pipelines.values.currencies import CODES, SIGNS
from back_office_pipelines.values.style import Style

AT_NUMBER = re.compile(
    r"€|£|₹|US\$|\$|zł|Kč|(?<![A-Za-z])(?:Ft|lei)(?![A-Za-z])|(?<![A-Za-z])RM(?![A-Za-z])|(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])|(?<![A-Za-z])Rs\.?"
)
NAMED = {"euro": "EUR", "euros": "EUR", "usdollars": "USD", "usdollar": "USD", "rs": "INR", "rs.": "INR"}
US = ("US", "us", "Us", "uS")
WORDS = frozenset(("ALL", "TOP", "TRY", "MOP"))
"""Codes of currencies that are words as well."""
REPLACED = frozenset(
    ("ATS", "BEF", "DEM", "EEK", "ESP", "FIM", "FRF", "GRD", "IEP", "ITL", "LUF", "MTL", "NLG", "PTE", "SIT", "SKK")
)
"""Codes that count only where no other does: what looks like one is mostly a word, such as "ESP" for Spanish."""
COMMON = ("EUR", "€", "USD", "GBP", "CHF", "Euro")
MONEY = frozenset(("net_total", "gross_total", "amount_due", "tax_total", "line_net", "unit_price"))
"""Fields whose labels may end in the code of the currency."""
RUPEES = {
    "india": "INR", "gstin": "INR", "nepal": "NPR", "kathmandu": "NPR", "pakistan": "PKR", "karachi": "PKR",
    "lahore": "PKR", "islamabad": "PKR", "sri lanka": "LKR", "colombo": "LKR", "mauritius": "MUR", "seychelles": "SCR",
}  # fmt: skip
"""Names on pages of the countries whose money is called rupees."""
CROWNS = {"DK": "da", "NO": "nb", "SE": "sv"}
"""Countries whose money is written "kr", and their languages."""
Derived = tuple[Choice, str | None]


def currency_of(rows: Sequence[Row], amounts: Sequence[Found], style: Style, seat: Seat | None) -> Derived | None:
    """Return the currency and what its sign stands for; None where the document names several or none.

    The dollar sign is told by the country it belongs to (`dollars`).
    """
    for evidence in ("at_amounts", "beside_amounts", "labelled", "in_document"):
        found = _shown(evidence, rows, amounts)
        codes = _told({_code(one.text) for one in found} - {None})
        if len(codes) != 1:
            if codes and evidence != "in_document":
                continue
            if codes:
                return None
            continue
        code = codes.pop()
        place = next(one for one in found if _code(one.text) == code)
        if place.text.strip(". ").casefold() == "rs":
            code = rupee_of(rows)
        if code != DOLLAR:
            return Choice("currency", place, evidence, held=len(found) > 1), code
        return _dollar(place, rows, style, seat)
    american = amounts and is_american_sale(rows, seat)
    return (Choice("currency", amounts[0], "dollar_in_us"), "USD") if american else None


def rupee_of(rows: Sequence[Row]) -> str:
    """Return whose rupee "Rs." is: India's, unless the page names one other country of rupees and not India."""
    named = {code for row in rows for name, code in RUPEES.items() if name in row.text.casefold()}
    return next(iter(named)) if len(named) == 1 else "INR"


def crown_of(rows: Sequence[Row], seat: Seat | None, language: str | None) -> Derived | None:
    """Return whose crown or krone "kr" is: of the country of the document where it is written in its language.

    None where the document names any other money.
    """
    if seat is None or CROWNS.get(seat.code) != language or any(_code(one.text) for one in _in_document(rows)):
        return None
    for row in rows:
        for word in row.words:
            if carries(word.text, "kr") or carries(word.text, "kr."):
                place = found_in(word.text, row.page, [word])
                return Choice("currency", place, "sign_in_country"), seat.country.currency
    return None


def _shown(evidence: str, rows: Sequence[Row], amounts: Sequence[Found]) -> list[Found]:
    """Return the signs and codes that one kind of evidence shows."""
    if evidence == "at_amounts":
        return [piece for one in amounts if (piece := _sign_in(one)) is not None]
    if evidence == "beside_amounts":
        return list(_beside(rows, amounts))
    return list(_labelled(rows) if evidence == "labelled" else _in_document(rows))


def _told(codes: set[str | None]) -> set[str | None]:
    """Return codes without the bare sign of a dollar where a single other one says whose dollar it is.

    Currencies that the euro replaced are left out beside others.
    """
    codes = codes - REPLACED or codes
    named = codes - {DOLLAR}
    return named if len(named) == 1 and str(next(iter(named))).endswith("D") else codes


def _beside(rows: Sequence[Row], amounts: Sequence[Found]) -> Iterator[Found]:
    """Yield the codes and signs between the start of a total's line and its amount: "Total credit USD  438.85"."""
    places = {(one.page, one.box) for one in amounts}
    for row in rows:
        total = next((one for one in row.of_kind("amount") if (row.page, one.box) in places), None)
        for word in row.words[: total.start] if total is not None else ():
            text = word.text.strip("()[]:")
            if _is_code(text) or text in SIGNS:
                yield found_in(text, row.page, [word])


def _dollar(place: Found, rows: Sequence[Row], style: Style, seat: Seat | None) -> Derived | None:
    named = {_code(one.text) for one in _in_document(rows)} - {None, DOLLAR}
    if len(named) == 1 and str(next(iter(named))).endswith("D"):
        return Choice("currency", place, "dollar_named"), next(iter(named))
    if (country := country_of_dollar(rows, style, seat)) is None:
        return None
    evidence = "dollar_in_us" if country == "US" else "sign_in_country"
    return Choice("currency", place, evidence), countries()[country].currency


def _sign_in(found: Found) -> Found | None:
    match = AT_NUMBER.search(found.text)
    return None if match is None or _code(match.group()) is None else found._replace(text=match.group())


@lru_cache(maxsize=20_000)
def _code(text: str) -> str | None:
    folded = text.strip().casefold().replace(" ", "")
    if text.strip() in CODES:
        return text.strip()
    if text.strip() in SIGNS:
        return SIGNS[text.strip()]
    return DOLLAR if text.strip() == DOLLAR else NAMED.get(folded)


def _labelled(rows: Sequence[Row]) -> Iterator[Found]:
    """Yield the first currency right of a label, or under it."""
    for position, row in enumerate(rows):
        for label in row.labels:
            if "currency" not in label.meaning.header or label.lead > 1:
                continue
            text = " ".join(word.text for word in row.words[label.end :])
            for place, where in ((row, text), *((other, other.text) for other in rows[position + 1 : position + 2])):
                reach = next(currency_spans(where), None)
                if reach is not None:
                    yield found_in(where[slice(*reach)], place.page, place.words[-1:] or place.words)
                    break


def _in_document(rows: Sequence[Row]) -> Iterator[Found]:
    """Yield every currency sign or code of the document that stands at a number or is spelt out."""
    for row in rows:
        for mention in row.of_kind("amount"):
            if (piece := _sign_in(mention.found)) is not None:
                yield piece
        telling = [word for word in row.words if _may_tell(word.text)]
        if telling:
            yield from _beside_numbers(row)
        for word in telling:
            if (code := _spelt_out(word.text)) is not None:
                yield found_in(code, row.page, [word])
        for label in row.labels:
            last = row.words[label.end - 1]
            text = last.text.strip("().:")
            if _is_code(text) and MONEY.intersection((*label.meaning.header, *label.meaning.line)):
                yield found_in(text, row.page, [last])  # "Att betala SEK" over the amount


@lru_cache(maxsize=20_000)
def _may_tell(text: str) -> bool:
    """Tell whether a word may say which money a page means; pages repeat many of theirs."""
    return _code(text) is not None or text in US or _spelt_out(text) is not None


def _beside_numbers(row: Row) -> Iterator[Found]:
    for first, second in zip(row.words, row.words[1:], strict=False):
        pair = (first.text, second.text)
        if _code(pair[0]) is not None and any(map(str.isdigit, pair[1])):
            yield found_in(pair[0], row.page, [first])
        elif _code(pair[1]) is not None and any(map(str.isdigit, pair[0])):
            yield found_in(pair[1], row.page, [second])
        elif pair[0] in US and pair[1].casefold().startswith("dollar"):
            yield found_in("US Dollars", row.page, [first, second])


def _is_code(text: str) -> bool:
    return text in CODES and text not in WORDS


@lru_cache(maxsize=20_000)
def _spelt_out(text: str) -> str | None:
    """Return the code or sign that a word is or ends in: "(EUR)", "CHF/EUR"."""
    last = text.strip("()[]/.,:-").rpartition("/")[2]
    enclosed = text.startswith(("(", "-")) and (last in CODES or last in SIGNS) and last not in WORDS
    return last if last in COMMON or enclosed else None
