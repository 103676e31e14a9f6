"""Currencies: ISO 4217 codes, the signs people print, and taking either off a number.

What belongs here: which code a sign stands for, and which signs stand for several. What does not: rates and amounts.
"""

import re

from back_office_pipelines.values.problem import Problem, shorten
from back_office_pipelines.values.text import compact_upper

ACTIVE = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLF "
    "CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG "
    "HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA "
    "MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD "
    "RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX "
    "USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG"
)
HISTORIC = "ATS BEF CYP DEM EEK ESP FIM FRF GRD HRK IEP ITL LTL LUF LVL MTL NLG PTE SIT SKK ANG"
CODES = frozenset(f"{ACTIVE} {HISTORIC}".split())
"""ISO 4217, with the currencies that the euro replaced: archives are processed too."""

SIGNS = {
    "€": "EUR",
    "£": "GBP",
    "US$": "USD",
    "C$": "CAD",
    "CA$": "CAD",
    "A$": "AUD",
    "AU$": "AUD",
    "NZ$": "NZD",
    "S$": "SGD",
    "HK$": "HKD",
    "R$": "BRL",
    "RM": "MYR",
    "zł": "PLN",
    "Kč": "CZK",
    "Ft": "HUF",
    "lei": "RON",
    "₹": "INR",
    "₺": "TRY",
    "₴": "UAH",
    "SFr.": "CHF",
    "SFr": "CHF",
    "Fr.": "CHF",
}
"""Signs that stand for one currency."""

SHARED_SIGNS = {
    "$": "USD, CAD, AUD or others",
    "¥": "JPY or CNY",
    "kr": "SEK, NOK or DKK",
    "kr.": "DKK or others",
    "Rs": "INR, PKR or others",
    "Rs.": "INR, PKR or others",
}
"""Signs of several currencies: never read as one of them."""

_SIGN = "|".join(re.escape(sign) for sign in sorted([*SIGNS, *SHARED_SIGNS], key=len, reverse=True))
_LEADING = re.compile(rf"^(?:{_SIGN}|(?P<code>[A-Z]{{3}})(?![A-Za-z]))\s*")
_TRAILING = re.compile(rf"\s*(?:{_SIGN}|(?<![A-Za-z])(?P<code>[A-Z]{{3}}))$")


def currency_code(raw: str) -> str | Problem:
    """Return the ISO 4217 code that a code or sign stands for.

    Returns:
        The code in upper case, or a problem: AMBIGUOUS for a sign of several currencies, CODE_UNKNOWN for three
        letters that are no currency, FORMAT for anything else.
    """
    sign = raw.strip()
    if sign in SIGNS:
        return SIGNS[sign]
    if sign in SHARED_SIGNS:
        return Problem("AMBIGUOUS", f"the sign {sign!r} can mean {SHARED_SIGNS[sign]}")
    code = compact_upper(raw)
    if code in CODES:
        return code
    if len(code) == 3 and code.isalpha() and code.isascii():
        return Problem("CODE_UNKNOWN", f"{code!r} is no currency of ISO 4217")
    return Problem("FORMAT", f"{shorten(raw)!r} is no currency code")


def strip_currency(text: str) -> str:
    """Return a number's text without one currency sign or ISO code before it or one after it."""
    for pattern in (_LEADING, _TRAILING):
        match = pattern.search(text)
        if match and (match["code"] is None or match["code"] in CODES):
            text = text[: match.start()] + text[match.end() :]
    return text.strip()
