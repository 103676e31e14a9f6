"""Cross-field verbs against a plain reading of what they say, record by record, on generated records."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.errors import LedgerError
from back_office_pipelines.validation.records import typed_frames
from tests.scenario import GOOD, dictionary, record_row, validated, value_rows

CENT = Decimal("0.01")


def invoice(header: dict[str, str | None], lines: list[dict[str, str | None]]) -> list[tuple[str, str]]:
    record = record_row("d1")
    children = [record_row("d1", "line", place, record["record_id"]) for place in range(1, len(lines) + 1)]
    values = value_rows(record, GOOD | header)
    for child, line in zip(children, lines, strict=True):
        values += value_rows(child, line)
    made = validated([record, *children], values)
    return [(row["rule"], row["observed"]) for row in made.exceptions]


@pytest.mark.parametrize(
    ("tax", "lines", "expected"),
    [
        ("19.00", [("60.00", "19"), ("40.00", "19")], []),
        ("19.02", [("60.00", "19"), ("40.00", "19")], []),  # a cent a line
        ("19.03", [("60.00", "19"), ("40.00", "19")], ["tax_by_rate"]),
        ("14.20", [("60.00", "19"), ("40.00", "7")], []),
        ("14.50", [("60.00", "19"), ("40.00", "7")], ["tax_by_rate"]),
        ("14.50", [("60.00", "19"), ("40.00", None)], []),  # a line without a rate
        ("14.50", [("60.00", "19"), ("30.00", "7")], ["lines_add_up"]),  # bases that are not the net
        ("0.00", [("100.00", "0")], []),
        ("19.00", [], []),
    ],
)
def test_tax_follows_from_the_rates(tax: str, lines: list[tuple[str, str | None]], expected: list[str]) -> None:
    gross = str(Decimal("100.00") + Decimal(tax))
    made = invoice(
        {"tax_total": tax, "gross_total": gross, "amount_due": gross},
        [{"line_net": net} | ({"tax_rate": rate} if rate else {}) for net, rate in lines],
    )
    assert [rule for rule, _ in made] == expected


@pytest.mark.parametrize(
    ("net", "tax", "fails"),
    [
        ("100.00", "28.00", False),
        ("100.00", "28.01", True),
        ("100.00", "-1.00", True),
        ("-100.00", "-19.00", False),
        ("-100.00", "19.00", True),
        ("0.00", "5.00", True),
        ("0.00", "0.00", False),
    ],
)
def test_tax_keeps_to_what_is_plausible(net: str, tax: str, fails: bool) -> None:
    gross = str(Decimal(net) + Decimal(tax))
    made = invoice({"net_total": net, "tax_total": tax, "gross_total": gross, "amount_due": gross}, [])
    assert [rule for rule, _ in made] == (["tax_plausible"] if fails else [])


AMOUNTS = st.decimals(-9999, 9999, places=2)
RATES = st.sampled_from(["0", "7", "19", "5.5"])
MAYBE = st.one_of(st.none(), AMOUNTS)


@settings(max_examples=30)
@given(MAYBE, MAYBE, MAYBE, MAYBE, MAYBE, st.lists(st.tuples(MAYBE, st.one_of(st.none(), RATES)), max_size=4))
def test_sums_are_what_they_say(
    net: Decimal | None,
    tax: Decimal | None,
    gross: Decimal | None,
    charge: Decimal | None,
    due: Decimal | None,
    lines: list[tuple[Decimal | None, str | None]],
) -> None:
    header = {"net_total": net, "tax_total": tax, "gross_total": gross, "charge_total": charge, "amount_due": due}
    given_header = {name: str(value) for name, value in header.items() if value is not None}
    base: dict[str, Any] = {name: value for name, value in GOOD.items() if name not in header}
    record = record_row("d1")
    children = [record_row("d1", "line", place, record["record_id"]) for place in range(1, len(lines) + 1)]
    values = value_rows(record, base | given_header)
    for child, (amount, rate) in zip(children, lines, strict=True):
        line = {"line_net": None if amount is None else str(amount), "tax_rate": rate}
        values += value_rows(child, {name: value for name, value in line.items() if value is not None})
    failed = {row["rule"] for row in validated([record, *children], values).exceptions}
    assert ("net_plus_tax" in failed) is (
        None not in {net, tax, gross} and abs((net or 0) + (tax or 0) - (gross or 0)) > CENT
    )
    assert ("amount_due" in failed) is (None not in {gross, due} and abs((gross or 0) - (due or 0)) > CENT)
    amounts = [amount for amount, _ in lines if amount is not None]
    whole = bool(lines) and len(amounts) == len(lines) and net is not None
    total = sum(amounts, charge or Decimal(0))
    assert ("lines_add_up" in failed) is (whole and abs(total - (net or 0)) > CENT)
    rated = whole and all(rate is not None for _, rate in lines) and tax is not None
    rated = rated and abs(sum(amounts, Decimal(0)) - (net or 0)) <= CENT
    assert ("tax_by_rate" in failed) is (rated and abs(_tax(lines) - (tax or 0)) > CENT * len(lines))


def _tax(lines: list[tuple[Decimal | None, str | None]]) -> Decimal:
    rates = {rate for _, rate in lines}
    bases = {rate: sum((amount or Decimal(0) for amount, of in lines if of == rate), Decimal(0)) for rate in rates}
    return sum(
        ((base * Decimal(rate or 0) / 100).quantize(CENT, ROUND_HALF_UP) for rate, base in bases.items()), Decimal(0)
    )


def test_an_id_that_is_there_twice_stops_everything() -> None:
    contract: Dictionary = dictionary()
    with pytest.raises(LedgerError, match="d1-invoice-1: is there twice"):
        typed_frames(contract, [record_row("d1"), record_row("d1")], {})


def test_empty_frames_and_columns_of_nothing_are_evaluated_to_nothing() -> None:
    assert validated([], []).exceptions == []
    record = record_row("d1")
    rules = {row["rule"] for row in validated([record], []).exceptions}
    assert rules == {"required"}
