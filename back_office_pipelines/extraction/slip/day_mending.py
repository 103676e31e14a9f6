"""Letters and marks inside dates that recognition took for look-alikes, set right where a date's shape leaves no doubt.

What belongs here: one text at a time, letter for letter, so that every place in it stays where it was. What does not:
numbers and words in general (`mending`), and where dates stand (`day_shapes`).
"""

import re

from back_office_pipelines.extraction.slip.mending import mended_numbers
from back_office_pipelines.values.months import MONTHS

_DIGIT = r"[\dOoQDlI|!iZzSB]"
"""A digit, or what recognition takes one for."""
_AS_DIGITS = str.maketrans("OoQDlI|!iZzSB", "0000111112258")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_MARKS = (
    (re.compile(r"(?<=\d)[\u5e74\u6708](?=\d)"), "/"),
    (re.compile(r"(?<=\d)\u65e5"), " "),
    (re.compile(r"(?<=\d)[\u4e00~_](?=\d)"), "-"),
    (re.compile(r"(?:(?<=\d\d)[-/@]|(?<=[./-]\d\d):)(?=\d{1,2}:\d{2}(?!\d))"), " "),
)
"""The words for year, month and day of East Asia; what a dash is taken for; what parts a date from its time."""
_RULE = re.compile(r"(?<=\d\d)\|(?=\d{1,2}:\d{2})")
"""A line between a date and its time, which is no digit."""
_BEGIN, _END = r"(?<![^\W_])", r"(?![^\W\d_]|!)"
_NUMERIC = re.compile(
    rf"{_BEGIN}{_DIGIT}{{1,2}}(?P<mark>[./-]){_DIGIT}{{1,2}}(?P=mark)(?:{_DIGIT}{{4}}|{_DIGIT}{{2}}(?!{_DIGIT})){_END}"
    rf"|{_BEGIN}[2Z]{_DIGIT}{{3}}(?P<other>[./-]){_DIGIT}{{1,2}}(?P=other){_DIGIT}{{1,2}}{_END}"
)
_GAP = r"(?:[ ./,'-]{1,2}|(?<=\d)|(?=\d))"
"""Stands between a month's name and its digits: none where that is a digit beyond doubt."""
_NAMED = re.compile(
    rf"{_BEGIN}(?:(?P<before>{_DIGIT}{{1,2}}){_GAP})?(?P<month>[^\W_]{{3,10}}?){_GAP}"
    rf"(?P<rest>{_DIGIT}{{1,2}}[ ./,'-]{{1,2}})?(?P<year>[2Z]{_DIGIT}{{3}}|{_DIGIT}{{2}}(?!{_DIGIT}|:\d)){_END}"
)
LEAST_DIGITS = 0.6
"""Share of the signs of a date's numbers that must be digits, so that a code of letters is none."""
_FOLDED = str.maketrans("oqdilsgbaz|!", "000115684211")
_MONTHS = {name.translate(_FOLDED): name for name in MONTHS}
"""Names of months by what their letters and the digits that look like them have in common."""


def mended_days(text: str) -> str:
    """Return a text with look-alikes inside dates set right; no place in it moves."""
    text = mended_numbers(_RULE.sub(" ", text))
    if not text.isascii():
        text = text.translate(_DASHES)
    for pattern, mark in _MARKS:
        text = pattern.sub(mark, text)
    return _NAMED.sub(_named, _NUMERIC.sub(_numeric, text))


def _numeric(match: re.Match[str]) -> str:
    whole = match.group()
    signs = [sign for sign in whole if sign not in "./-"]
    return whole.translate(_AS_DIGITS) if sum(map(str.isdigit, signs)) >= LEAST_DIGITS * len(signs) else whole


def _named(match: re.Match[str]) -> str:
    """Return a date with a month's name: digits in the name as letters, letters around it as digits."""
    whole, spelled = match.group(), match["month"].casefold()
    month = match["month"] if spelled in MONTHS else _MONTHS.get(spelled.translate(_FOLDED))
    around = (match["before"] or "") + (match["rest"] or "") + match["year"]
    signs = [sign for sign in around if sign.isalnum() or sign in "|!"]
    two_days = match["before"] and match["rest"]
    if month is None or two_days or sum(map(str.isdigit, signs)) < LEAST_DIGITS * len(signs):
        return whole
    start, end = (place - match.start() for place in match.span("month"))
    return whole[:start].translate(_AS_DIGITS) + month + whole[end:].translate(_AS_DIGITS)
