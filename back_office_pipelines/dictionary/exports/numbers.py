"""Exact numbers as JSON has them."""

from decimal import Decimal


def json_number(number: Decimal) -> int | float:
    """Return a number for JSON: whole where it is; limits of a dictionary are short enough to survive as floats."""
    return int(number) if number == number.to_integral_value() else float(number)
