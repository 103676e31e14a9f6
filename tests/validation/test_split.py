"""The split: every rule fires once, for its reason, and nothing is lost."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from back_office_pipelines.validation.automation import critical_fields
from back_office_pipelines.validation.conservation import illegal_moves, lost_records
from back_office_pipelines.validation.model import Decision
from back_office_pipelines.validation.split import Validated
from tests.scenario import GOOD, HOUR, NOON, batch, dictionary, record_row, validated, value_rows


def one(
    changes: dict[str, str | None], drop: tuple[str, ...] = (), confidence: float = 1.0, **kwargs: Any
) -> Validated:
    record = record_row("d1")
    values = {name: value for name, value in (GOOD | changes).items() if name not in drop}
    return validated([record], value_rows(record, values, confidence), **kwargs)


def reasons(made: Validated) -> list[tuple[str, str, str]]:
    return sorted((row["reason_code"], row["rule"], row["field"]) for row in made.exceptions)


def test_a_clean_record_is_accepted_with_its_values_typed() -> None:
    made = one({})
    assert made.exceptions == []
    assert [row["state"] for row in made.record_states] == ["accepted"]
    assert made.accepted["invoice"][0]["gross_total"] == Decimal("119.00")
    assert made.accepted["invoice"][0]["purchase_order"] is None


@pytest.mark.parametrize(
    ("changes", "drop", "expected"),
    [
        ({"gross_total": "119.02", "amount_due": "119.02"}, (), [("TOTALS_DISAGREE", "net_plus_tax", "")]),
        ({"gross_total": "119.01", "amount_due": "119.01"}, (), []),
        ({"amount_due": "100.00"}, (), [("TOTALS_DISAGREE", "amount_due", "")]),
        ({"amount_due": "100.00", "prepaid_total": "19.00"}, (), []),
        ({}, ("seller_name",), [("MISSING", "required", "seller_name")]),
        ({"issue_date": None}, (), [("FORMAT", "readable", "issue_date")]),
        ({"due_date": "2026-11-01"}, (), [("DATE_ORDER", "due_after_issue", "")]),
        ({"due_date": "2026-11-02"}, (), []),
        ({"currency": "EURO"}, (), [("FORMAT", "pattern", "currency")]),
        ({"invoice_type": "38A"}, (), [("FORMAT", "pattern", "invoice_type")]),
        ({}, ("tax_total",), []),
    ],
)
def test_each_fault_has_its_own_reason(
    changes: dict[str, str | None], drop: tuple[str, ...], expected: list[tuple[str, str, str]]
) -> None:
    made = one(changes, drop)
    assert reasons(made) == expected
    assert made.record_states[0]["state"] == ("held" if expected else "accepted")


def test_one_unreadable_cell_hides_no_other_record_of_its_column() -> None:
    first, second, third = record_row("d1"), record_row("d2"), record_row("d3")
    values = [
        *value_rows(first, GOOD | {"gross_total": None}),
        *value_rows(second, GOOD | {"currency": "E"}),
        *value_rows(third, GOOD),
    ]
    made = validated([first, second, third], values)
    assert reasons(made) == [("FORMAT", "pattern", "currency"), ("FORMAT", "readable", "gross_total")]
    assert [row["state"] for row in made.record_states] == ["held", "held", "accepted"]


def test_low_confidence_holds_by_criticality() -> None:
    made = one({}, confidence=0.9)
    assert {row["field"] for row in made.exceptions} == {
        "invoice_number", "issue_date", "currency", "seller_name", "gross_total",
    }  # fmt: skip
    assert {row["reason_code"] for row in made.exceptions} == {"LOW_CONFIDENCE"}


def test_a_confidence_at_the_threshold_passes() -> None:
    assert one({}, confidence=0.95).exceptions == []


def test_while_automation_is_off_a_person_validates_what_was_read_from_a_page() -> None:
    made = one({}, confidence=0.999, of=batch(automation={}))
    assert reasons(made) == [("SAMPLING_HOLD", "automation", "")]
    assert made.exceptions[0]["expected"].endswith("automation is off for northwind in lane ap_invoices")
    assert not made.exceptions[0]["counts_against_fpy"]
    stated = one({}, confidence=1.0, of=batch(automation={}))
    assert stated.exceptions == []


@pytest.mark.parametrize(("confidence", "held"), [(0.699, True), (0.70, False), (0.9, False)])
def test_the_proved_threshold_takes_the_place_of_the_dictionarys_for_critical_fields(
    confidence: float, held: bool
) -> None:
    record = record_row("d1")
    critical = critical_fields(dictionary())
    values = [
        row
        for name, value in GOOD.items()
        for row in value_rows(record, {name: value}, confidence if name in critical else 1.0)
    ]
    proved = batch(automation={"threshold": "0.70", "audited": "420", "entry": "7"})
    made = validated([record], values, of=proved)
    assert {row["field"] for row in made.exceptions} == (critical & GOOD.keys() if held else set())
    assert {row["expected"] for row in made.exceptions} <= {"confidence of at least 0.70, proved on 420 documents"}


def test_a_hold_ends_when_every_critical_value_was_keyed_and_not_before() -> None:
    off = batch(automation={})
    record = record_row("d1")
    values = value_rows(record, GOOD, 0.99)
    first = validated([record], values, of=off)
    keyed = [
        Decision("correct", NOON + HOUR, record["record_id"], record["record_id"], field=name, value=GOOD[name])
        for name in sorted(critical_fields(dictionary()) & GOOD.keys())
    ]
    most = validated([record], values, of=off, before=first, decisions=keyed[:-1], as_of=NOON + HOUR)
    assert [row["state"] for row in most.exceptions] == ["open"]
    every = validated([record], values, of=off, before=first, decisions=keyed, as_of=NOON + HOUR)
    assert [row["state"] for row in every.exceptions] == ["resolved"]
    assert [row["state"] for row in every.record_states] == ["accepted"]


def test_lines_add_up_with_allowances_and_charges() -> None:
    header = record_row("d1")
    lines = [record_row("d1", "line", number, header["record_id"]) for number in (1, 2)]
    values = [
        *value_rows(header, GOOD | {"allowance_total": "10.00", "charge_total": "5.00"}),
        *value_rows(lines[0], {"line_net": "60.00"}),
        *value_rows(lines[1], {"line_net": "45.00"}),
    ]
    assert reasons(validated([header, *lines], values)) == []
    values[-1] = value_rows(lines[1], {"line_net": "44.00"})[0]
    made = validated([header, *lines], values)
    assert reasons(made) == [("LINES_DISAGREE", "lines_add_up", "")]
    assert made.exceptions[0]["observed"] == "sum 99.00"
    assert made.exceptions[0]["expected"] == "net_total 100.00"


def test_lines_are_not_summed_where_one_has_no_amount() -> None:
    header = record_row("d1")
    lines = [record_row("d1", "line", number, header["record_id"]) for number in (1, 2)]
    values = [
        *value_rows(header, GOOD),
        *value_rows(lines[0], {"line_net": "1.00"}),
        *value_rows(lines[1], {"unit": "H"}),
    ]
    assert reasons(validated([header, *lines], values)) == []


def test_a_childs_failure_holds_its_header_and_all_its_lines() -> None:
    header = record_row("d1")
    lines = [record_row("d1", "line", number, header["record_id"]) for number in (1, 2)]
    values = [
        *value_rows(header, GOOD),
        *value_rows(lines[0], {"line_net": "50.00", "tax_rate": "190"}),
        *value_rows(lines[1], {"line_net": "50.00"}),
    ]
    made = validated([header, *lines], values)
    assert reasons(made) == [("OUT_OF_RANGE", "maximum", "tax_rate")]
    assert made.exceptions[0]["record_id"] == header["record_id"]
    assert made.accepted == {"invoice": [], "line": []}


@pytest.mark.parametrize(("total", "held"), [("119.00", False), ("119.01", True)])
def test_control_totals_are_held_to_the_cent(total: str, *, held: bool) -> None:
    made = one({}, of=batch(control_totals={"EUR": {"gross_total": total}}))
    assert [row["subject_kind"] for row in made.exceptions] == (["batch"] if held else [])
    assert made.record_states[0]["state"] == "accepted"


def corrected(of: str, gross: str) -> list[Decision]:
    """A person corrects a gross total, and what follows from it."""
    changes = {"gross_total": gross, "amount_due": gross, "net_total": str(Decimal(gross) - 19)}
    return [Decision("correct", NOON, of, of, field=name, value=value) for name, value in changes.items()]


@pytest.mark.parametrize(
    ("total", "held"),
    [
        ("238.00", False),  # both as read: what was corrected is wrong on the document
        ("241.00", False),  # both as corrected: they were misread
        ("239.00", False),  # one of each
        ("240.00", False),
        ("242.00", True),
    ],
)
def test_a_declared_total_holds_by_values_as_read_or_as_corrected(total: str, *, held: bool) -> None:
    records = [record_row("d1"), record_row("d2")]
    values = [*value_rows(records[0], GOOD), *value_rows(records[1], GOOD | {"invoice_number": "R-2"})]
    decisions = [*corrected(records[0]["record_id"], "120.00"), *corrected(records[1]["record_id"], "121.00")]
    made = validated(records, values, decisions=decisions, of=batch(control_totals={"EUR": {"gross_total": total}}))
    assert [row["observed"] for row in made.exceptions if row["subject_kind"] == "batch"] == ["241.00 EUR"] * held


def test_of_many_corrections_all_count_for_a_declared_total_or_none() -> None:
    records = [record_row(f"d{number}") for number in range(12)]
    values = [
        row for at, record in enumerate(records) for row in value_rows(record, GOOD | {"invoice_number": f"R-{at}"})
    ]
    decisions = [one for record in records for one in corrected(record["record_id"], "120.00")]

    def observed(total: str) -> list[str]:
        declared = batch(control_totals={"EUR": {"gross_total": total}})
        made = validated(records, values, decisions=decisions, of=declared)
        return [row["observed"] for row in made.exceptions if row["subject_kind"] == "batch"]

    found = {total: observed(total) for total in ("1428.00", "1440.00", "1434.00")}
    assert found == {"1428.00": [], "1440.00": [], "1434.00": ["1440.00 EUR"]}


def test_an_empty_batch_has_no_records_and_no_exceptions() -> None:
    made = validated([], [])
    assert (made.exceptions, made.record_states, made.accepted) == ([], [], {"invoice": [], "line": []})


def test_a_column_that_is_null_everywhere_is_missing_everywhere() -> None:
    records = [record_row(f"d{number}") for number in range(3)]
    values = [row for record in records for row in value_rows(record, {"invoice_number": "1"})]
    made = validated(records, values)
    assert len(made.exceptions) == 3 * 4
    assert {row["reason_code"] for row in made.exceptions} == {"MISSING"}


AMOUNTS = st.decimals(min_value=-1000, max_value=1000, places=2).map(str)
TEXTS = st.one_of(st.none(), st.sampled_from(["EUR", "X", "2026-11-02"]))
FIELDS: dict[str, st.SearchStrategy[str | None]] = {
    "invoice_number": st.one_of(st.none(), st.text("AB1", min_size=1, max_size=3)),
    "issue_date": st.sampled_from([None, "2026-11-02", "2026-11-30"]),
    "due_date": st.sampled_from([None, "2026-11-10"]),
    "currency": st.sampled_from([None, "EUR", "EURO"]),
    "seller_name": st.sampled_from([None, "S"]),
    "net_total": st.one_of(st.none(), AMOUNTS),
    "tax_total": st.one_of(st.none(), AMOUNTS),
    "gross_total": st.one_of(st.none(), AMOUNTS),
}
HEADERS = st.fixed_dictionaries({}, optional=FIELDS)
LINES = st.lists(st.fixed_dictionaries({}, optional={"line_net": st.one_of(st.none(), AMOUNTS)}), max_size=3)


@settings(max_examples=25)
@given(st.lists(st.tuples(HEADERS, LINES), max_size=5))
def test_conservation_whatever_the_records(batch_of: list[tuple[dict[str, Any], list[dict[str, Any]]]]) -> None:
    records, values = [], []
    for number, (fields, lines) in enumerate(batch_of):
        header = record_row(f"d{number}")
        records.append(header)
        values += value_rows(header, fields)
        for ordinal, line in enumerate(lines, start=1):
            child = record_row(f"d{number}", "line", ordinal, header["record_id"])
            records.append(child)
            values += value_rows(child, line)
    made = validated(records, values)
    assert lost_records(records, made.record_states, made.accepted, made.exceptions) == []
    assert len({row["exception_id"] for row in made.exceptions}) == len(made.exceptions)


def test_conservation_sees_a_lost_and_a_doubled_record() -> None:
    record = record_row("d1")
    made = validated([record], value_rows(record, GOOD))
    assert lost_records([record], [], made.accepted, []) != []
    doubled = {"invoice": made.accepted["invoice"] * 2, "line": []}
    assert lost_records([record], made.record_states, doubled, []) != []
    assert lost_records([record], made.record_states, {"invoice": [], "line": []}, []) != []


def moved(**changes: Any) -> list[str]:
    """What conservation says when a validation turns the one exception and its record from one row into another."""
    before, after = (
        {"exception_id": "e", "record_id": "r", "opened_at": 1, "triaged_at": 2, "resolved_at": 3, "escalation": 1}
        | {"state": "resolved", "resolution": "overridden"}
        for _ in range(2)
    )
    was = {"record_id": "r", "state": changes.pop("was", "held"), "revision": 1}
    now = {"record_id": "r", "state": changes.pop("now", "accepted"), "revision": changes.pop("revision", 1)}
    states = [was], [now]
    failing, released, returned = (changes.pop(name, ()) for name in ("failing", "released", "returned"))
    rows = [after | changes] if changes.get("exception_id", "e") else []
    return illegal_moves((states[0], [before]), (states[1], rows), failing, released, returned)


OPEN = {"state": "triaged", "resolution": None, "resolved_at": None}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, None),
        ({"failing": {"e"}} | OPEN, None),
        (OPEN, "still passes, and lost its ending"),
        ({"resolved_at": 4}, "still passes, and lost its ending"),
        ({"resolution": "superseded", "failing": {"e"}}, "went from overridden to superseded"),
        ({"state": "open", "resolution": None, "failing": {"e"}}, "went from overridden to open"),
        ({"opened_at": 2}, "lost its opening time"),
        ({"escalation": 0}, "lost an escalation"),
        ({"exception_id": ""}, "exception e is gone"),
        ({"was": "rejected"}, "record r went from rejected to accepted"),
        ({"released": {"r"}}, "record r is released and changed"),
        ({"released": {"r"}, "was": "accepted"}, None),
        ({"released": {"r"}, "was": "accepted", "observed": "x"}, "belongs to a released record and changed"),
        ({"returned": {"r"}, "was": "accepted", "now": "returned", "revision": 2}, None),
        ({"returned": {"r"}, "was": "accepted", "now": "returned"}, "record r has revision 1 instead of 2"),
        ({"was": "accepted", "revision": 2}, "record r has revision 2 instead of 1"),
        ({"returned": {"r"}, "was": "accepted", "now": "held", "revision": 2}, "went from released to held"),
    ],
)
def test_conservation_sees_an_illegal_move(changes: dict[str, Any], problem: str | None) -> None:
    found = moved(**changes)
    assert (problem is None and found == []) or (problem is not None and problem in found[0]), found


def test_conservation_sees_an_exception_that_ended_while_it_fails() -> None:
    made = one({"tax_total": "18.00"})
    ended = [row | {"state": "resolved", "resolution": "superseded"} for row in made.exceptions]
    states = made.record_states
    (problem,) = illegal_moves((states, made.exceptions), (states, ended), made.failing)
    assert "is superseded and still fails" in problem
