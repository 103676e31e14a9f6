"""Check digits of identifiers: whether a canonical text can be the identifier it claims to be.

What belongs here: the registered algorithms, by the name a dictionary gives under `checksum`. What does not: bringing a
text into canonical form (`text`), and what happens to a record that fails (`validation/`). The arithmetic is
python-stdnum's: ISO 13616 and ISO 7064 for IBANs, each country's own rule for VAT identifiers.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

from stdnum import get_cc_module
from stdnum import iban as stdnum_iban
from stdnum.ch import uid
from stdnum.eu import oss

VAT_COUNTRIES = {"EL": "gr", "XI": "gb"}
"""Prefixes of VAT identifiers that are not the country's ISO 3166 code."""


@lru_cache(maxsize=65536)
def is_iban(text: str) -> bool:
    """Whether a text is an IBAN: country, length and check digits (ISO 13616); national digits where they are known."""
    return bool(stdnum_iban.is_valid(text))


@lru_cache(maxsize=65536)
def is_vat_id(text: str) -> bool:
    """Whether a text keeps the rule of the country its prefix names.

    A text without a prefix of letters, or of a country that publishes no rule, cannot be told wrong and passes.
    """
    if text.upper().startswith("CHE"):
        return bool(uid.is_valid(text[:12]))  # with or without the letters of the tax that some write after it
    prefix = text[:2].upper()
    if prefix == "EU":
        return bool(oss.is_valid(text))
    if not (prefix.isalpha() and prefix.isascii()):
        return True
    module = get_cc_module(VAT_COUNTRIES.get(prefix, prefix.lower()), "vat")
    return module is None or bool(module.is_valid(text))


CHECKSUMS: Mapping[str, Callable[[str], bool]] = {"iban": is_iban, "vat": is_vat_id}
"""The algorithms a dictionary can name under `constraints.checksum`."""
