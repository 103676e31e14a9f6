"""When a found value is the truth's value, and which found line is which line of the truth.

Amounts are equal to the cent; other numbers exactly; names and addresses of merchants, and descriptions of lines, by
their letters and digits; VAT ids, IBANs and codes without spaces and letter case; texts with inner spaces collapsed.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from back_office_pipelines.values.text import compact_upper, squash_spaces

CENT = Decimal("0.005")
AMOUNTS = {
    "total",
    "net_total",
    "tax_total",
    "gross_total",
    "amount_due",
    "prepaid_total",
    "rounding_amount",
    "line_net",
}
NUMBERS = AMOUNTS | {"quantity", "unit_price", "price_base_quantity", "tax_rate", "allowance_total", "charge_total"}
CODES = {"seller_vat_id", "buyer_vat_id", "seller_iban", "invoice_type", "currency"}
SWISS = re.compile(r"(CHE\d{9})(?:MWST|TVA|IVA)")
MARKS = re.compile(r"[^0-9A-Z]")
FOLDED = {"merchant_name", "merchant_address"}
LINE = ("description", "quantity", "unit", "unit_price", "price_base_quantity", "line_net", "tax_rate")
PRINTED = ("description", "quantity", "unit_price", "line_net", "tax_rate")
"""Fields of a line that stand on a page; the unit of an XML truth is a code, which pages do not print."""
NUMERIC = tuple(name for name in PRINTED if name in NUMBERS)


def equal(name: str, truth: Any, found: str | None) -> bool:
    """Tell whether a found canonical text is the truth's value."""
    if found is None:
        return truth is None
    if name in NUMBERS:
        try:
            distance = abs(Decimal(str(truth)) - Decimal(found))
        except InvalidOperation:
            return False
        return distance < CENT if name in AMOUNTS else distance == 0
    if name in FOLDED:
        return letters(str(truth)) == letters(found)
    if name in CODES:
        return _bare(compact_upper(str(truth))) == _bare(compact_upper(found))
    return squash_spaces(str(truth)) == squash_spaces(found)


def _bare(code: str) -> str:
    """Return a code without marks, and without the name of the tax, which is part of Swiss VAT ids or not."""
    return SWISS.sub(r"\1", MARKS.sub("", code))


def is_right(name: str, truth: Any, found: str | None) -> bool:
    """Tell whether a found value is the truth's, or one of its lines: XML holds whole letterheads in a name."""
    return any(equal(name, one, found) for one in (truth, *(truth.split("\n") if isinstance(truth, str) else ())))


def letters(text: str) -> str:
    """Return letters and digits alone, in lower case: slips and their labels differ in marks and spaces."""
    return "".join(character for character in text.casefold() if character.isalnum())


def line_equal(truth: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """Tell whether every value that the truth of a line has is found, codes of units included."""
    wanted = [(key, truth[key]) for key in LINE if truth.get(key) is not None]
    return all(key in found and equal(key, value, found[key]["value"]) for key, value in wanted)


def best_pairs(
    truth: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], Mapping[str, Any], dict[str, bool]]]:
    """Return the assignment of found lines to lines of the truth with the most equal values.

    Each pair comes with what is equal, for every printed field that the truth has.
    """
    if not truth or not found:
        return []
    agreed = [[agreement(wanted, given) for given in found] for wanted in truth]
    worth = np.array([[sum(cell.values()) / max(len(cell), 1) for cell in row] for row in agreed])
    rows, columns = linear_sum_assignment(-worth)
    return [(truth[row], found[column], agreed[row][column]) for row, column in zip(rows, columns, strict=True)]


def agreement(truth: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, bool]:
    """Return, for each printed field of a line's truth, whether the found line has it."""
    wanted = {name: truth[name] for name in PRINTED if truth.get(name) is not None}
    return {name: _line_value_equal(name, value, found.get(name)) for name, value in wanted.items()}


def _line_value_equal(name: str, truth: Any, found: Mapping[str, Any] | None) -> bool:
    if found is None or found["value"] is None:
        return False
    if name == "description":
        return letters(str(truth)) == letters(found["value"])
    return equal(name, truth, found["value"])
