"""Identifiers with right check digits that belong to nobody: VAT identifiers and accounts.

What belongs here: one way a country. What does not: checking identifiers (`values/checksums`).
"""

import random
from collections.abc import Callable, Mapping

from stdnum import iban, luhn
from stdnum.at import uid
from stdnum.ch import uid as ch_uid
from stdnum.es import ccc, cif
from stdnum.iso7064 import mod_11_10

Draw = random.Random


def digits(draw: Draw, count: int) -> str:
    """Return so many digits, the first of them not zero."""
    return str(draw.randint(10 ** (count - 1), 10**count - 1))


def _de(draw: Draw) -> str:
    body = digits(draw, 8)
    return f"DE{body}{mod_11_10.calc_check_digit(body)}"


def _at(draw: Draw) -> str:
    body = digits(draw, 7)
    return f"ATU{body}{uid.calc_check_digit('U' + body)}"


def _ch(draw: Draw) -> str:
    while True:
        body = digits(draw, 8)
        check = ch_uid.calc_check_digit(body)
        if check.isdecimal() and len(check) == 1:
            return f"CHE{body}{check}MWST"


def _fr(draw: Draw) -> str:
    body = digits(draw, 8)
    siren = body + luhn.calc_check_digit(body)
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02}{siren}"


def _nl(draw: Draw) -> str:
    while True:
        body = digits(draw, 8)
        check = sum(int(digit) * weight for digit, weight in zip(body, range(9, 1, -1), strict=True)) % 11
        if check < 10:
            return f"NL{body}{check}B01"


def _it(draw: Draw) -> str:
    body = f"{digits(draw, 7)}0{draw.randint(10, 96)}"
    return f"IT{body}{luhn.calc_check_digit(body)}"


def _es(draw: Draw) -> str:
    body = "B" + digits(draw, 7)
    return f"ES{body}{cif.calc_check_digits(body)[0]}"


def _gb(draw: Draw) -> str:
    body = digits(draw, 7)
    total = sum(int(digit) * weight for digit, weight in zip(body, range(8, 1, -1), strict=True))
    return f"GB{body}{97 - total % 97:02}"


VAT_IDS: Mapping[str, Callable[[Draw], str]] = {
    "AT": _at, "CH": _ch, "DE": _de, "ES": _es, "FR": _fr, "GB": _gb, "IT": _it, "NL": _nl,
}  # fmt: skip


def vat_id(country: str, draw: Draw) -> str | None:
    """Return a VAT identifier; None for countries without one."""
    make = VAT_IDS.get(country)
    return make(draw) if make else None


def _es_bban(draw: Draw) -> str:
    bank, account = digits(draw, 8), digits(draw, 10)
    return bank + ccc.calc_check_digits(f"{bank}00{account}") + account


def _fr_bban(draw: Draw) -> str:
    bank, branch, account = digits(draw, 5), digits(draw, 5), digits(draw, 11)
    key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(account)) % 97
    return f"{bank}{branch}{account}{key:02}"


BBANS: Mapping[str, Callable[[Draw], str]] = {
    "AT": lambda draw: digits(draw, 16),
    "CH": lambda draw: digits(draw, 17),
    "DE": lambda draw: digits(draw, 18),
    "ES": _es_bban,
    "FR": _fr_bban,
    "GB": lambda draw: "MUST" + digits(draw, 14),
    "IT": lambda draw: "X" + digits(draw, 22),
    "NL": lambda draw: "MUST" + digits(draw, 10),
}


def account_number(country: str, draw: Draw) -> str | None:
    """Return an IBAN; None for countries without one."""
    make = BBANS.get(country)
    if make is None:
        return None
    bban = make(draw)
    return f"{country}{iban.calc_check_digits(f'{country}00{bban}')}{bban}"


def with_wrong_digit(identifier: str, draw: Draw) -> str:
    """Return an identifier with one digit changed, so that its check digits no longer fit."""
    at = draw.choice([at for at in range(4, min(len(identifier), 11)) if identifier[at].isdecimal()])
    other = draw.choice([digit for digit in "0123456789" if digit != identifier[at]])
    return identifier[:at] + other + identifier[at + 1 :]


__all__ = ["account_number", "digits", "vat_id", "with_wrong_digit"]
