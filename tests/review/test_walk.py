"""Whatever people decide, in whatever order: records and exceptions make legal moves only, and none is lost.

Generated decision lines go through the real `judge`, `validate` and `release`; `house` holds every validation against
conservation, the transition tables and the docket's prediction.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from back_office_pipelines.clock import iso
from back_office_pipelines.review.decisions import ACTIONS
from back_office_pipelines.review.docket import Subject
from back_office_pipelines.review.lines import Line
from back_office_pipelines.validation.states import RECORDS as RECORD_STATES
from tests.dictionary.variants import version
from tests.review.house import House
from tests.scenario import GOOD, HOUR, NOON, record_row, value_rows

HEADERS = [record_row(f"d{number}") for number in (1, 2, 3, 4)]
TWO_APPROVERS = version(lambda own, shared: own["review"]["gates"]["high_value"].update(approvers=2))
LINE = record_row("d1", "line", 1, HEADERS[0]["record_id"])
RECORDS = [*HEADERS, LINE]
FINDINGS = [
    {"subject_kind": "record", "subject_id": "d2-invoice-1", "rule": "extraction_1", "reason_code": "FORMAT",
     "observed": "a ragged row", "expected": "one reading", "field": "", "document_id": "d2"},
    {"subject_kind": "document", "subject_id": "d3", "rule": "checksum", "reason_code": "CHECKSUM_MISMATCH",
     "observed": "one", "expected": "another", "field": "", "document_id": "d3"},
]  # fmt: skip
CELLS = [
    ("tax_total", "19.00"), ("tax_total", "20.00"), ("gross_total", "119.00"), ("gross_total", "118.00"),
    ("seller_name", "Other"), ("seller_name", ""), ("line_net", "100.00"), ("", "1"), ("currency", "JPY"),
]  # fmt: skip


def values(tax: str, line_net: str, seller: bool) -> list[dict[str, Any]]:
    named = {name: value for name, value in GOOD.items() if seller or name != "seller_name"}
    return [
        *value_rows(HEADERS[0], GOOD | {"tax_total": tax}),
        *value_rows(HEADERS[1], named),
        *value_rows(HEADERS[2], GOOD | {"tax_total": "1.00"}),
        *value_rows(HEADERS[3], GOOD | {"invoice_number": "R-9", "currency": "JPY"}),  # waits for approvals
        *value_rows(LINE, {"line_net": line_net}),
    ]


DATA = st.builds(values, st.sampled_from(["18.00", "19.00"]), st.sampled_from(["99.00", "100.00"]), st.booleans())
LINES = st.tuples(
    st.sampled_from([*sorted({*ACTIONS} - {"reject"}) * 2, "reject", *["approve"] * 8]),
    st.sampled_from(["supervisor", "supervisor", "supervisor", "clerk", "qa_keyer", *["approver"] * 3]),
    st.sampled_from(["ada", "ben", "cleo"]),
    st.integers(0, 14),
    st.sampled_from(CELLS),
    st.sampled_from([0, 0, 0, 30, -30, -90]),
)
ROUNDS = st.lists(st.tuples(st.lists(LINES, max_size=8), DATA, st.booleans()), min_size=1, max_size=4)


def play(rounds: list[Any]) -> House:
    """Validate once, then let each round decide, change the data while nothing is released, validate and release."""
    house = House(RECORDS, values("18.00", "99.00", seller=False), FINDINGS, under=TWO_APPROVERS)
    house.validate(NOON)
    for number, (choices, data, hands_over) in enumerate(rounds, start=1):
        as_of = NOON + number * HOUR
        docket = house.docket()
        lines = [_line(at, choice, docket, as_of) for at, choice in enumerate(choices)]
        house.decide(lines, as_of)
        if not house.releases:
            house.values = data
        house.validate(as_of)
        if hands_over:
            house.release(as_of)
        counts = Counter(house.states().values())
        assert counts.keys() <= RECORD_STATES.states
        assert counts.total() == len(HEADERS)
    return house


def _line(at: int, choice: Any, docket: Mapping[str, Subject], as_of: datetime) -> Line:
    """One line of a file; what is approved waits for that, where anything does."""
    action, role, actor, target, cell, minutes = choice
    names = sorted(docket, key=lambda name: (docket[name].kind, name))  # exceptions stand before records
    waiting = [name for name in names if docket[name].reason_code == "APPROVAL_REQUIRED"] if action == "approve" else []
    chosen = waiting or names
    keyed = cell if action in {"correct", "qa_score"} else ("", "")
    when = iso(as_of + minutes * HOUR / 60)
    return Line(at, when, actor, role, action, chosen[target % len(chosen)], *keyed, "", "because")


@settings(max_examples=10)
@given(ROUNDS)
def test_only_legal_moves_and_nothing_lost(rounds: list[Any]) -> None:
    house = play(rounds)
    as_of = NOON + (len(rounds) + 1) * HOUR
    before = house.made
    assert before is not None
    again = house.validate(as_of)
    for name, key in (("exceptions", "exception_id"), ("client_waits", "exception_id"), ("record_states", "record_id")):
        after, earlier = (sorted(getattr(made, name), key=lambda row: str(row[key])) for made in (again, before))
        assert after == earlier


@settings(max_examples=3)
@given(ROUNDS)
def test_the_same_decisions_in_the_same_order_give_the_same_rows(rounds: list[Any]) -> None:
    first, second = play(rounds), play(rounds)
    assert (first.made, first.releases, first.deliveries) == (second.made, second.releases, second.deliveries)
