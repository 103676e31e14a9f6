"""Whoever decided about an exception is found, also where the decision names its record, document or another one."""

from dataclasses import replace
from typing import Any

from back_office_pipelines.reports.answers import answers
from back_office_pipelines.validation.model import Decision
from tests.scenario import GOOD, HOUR, NOON, dictionary, record_row, validated, value_rows

RECORD = record_row("d1")
ID = RECORD["record_id"]
BAD = value_rows(RECORD, GOOD | {"tax_total": "18.00"})
SHORT = value_rows(RECORD, {name: text for name, text in GOOD.items() if name != "seller_name"})


def act(action: str, hours: int, exception: str | None = None, **more: Any) -> Decision:
    made = Decision(action, NOON + hours * HOUR, ID, ID, exception, actor="ada", role="clerk", decision_id=str(hours))
    return replace(made, **more)


def told(values: list[dict[str, Any]], *decided: Decision) -> list[list[str]]:
    """Ids of the decisions found for each exception, after two validations."""
    first = validated([RECORD], values)
    after = validated([RECORD], values, decisions=list(decided), before=first, as_of=NOON + 9 * HOUR)
    found = answers(after.exceptions, decided, [RECORD], dictionary())
    return [[one.decision_id for one in found[row["exception_id"]]] for row in after.exceptions]


def exception_of(values: list[dict[str, Any]]) -> str:
    (row,) = validated([RECORD], values).exceptions
    return str(row["exception_id"])


def test_decisions_that_name_it_come_in_the_order_in_which_they_were_made() -> None:
    own = exception_of(BAD)
    assert told(BAD, act("triage", 2, own), act("escalate", 1, own)) == [["1", "2"]]


def test_the_correction_that_ended_it_is_found_though_it_names_the_record_only() -> None:
    wrong, right = act("correct", 1, field="tax_total", value="20.00"), act("correct", 2, field="tax_total", value="19")
    assert told(BAD, wrong) == [[]]
    assert told(BAD, wrong, right) == [["2"]]
    assert told(SHORT, right) == [[]]  # its rule reads another field


def test_questions_to_the_client_and_rejections_of_the_record_concern_its_exceptions() -> None:
    asked, answered, rejected = act("query_client", 1), act("client_answered", 2), act("reject", 3)
    assert told(BAD, asked, answered) == [["1", "2"]]
    assert told(BAD, rejected) == [["3"]]


def test_nobody_is_named_where_nobody_decided() -> None:
    assert told(BAD) == [[]]
    assert told(BAD, act("qa_score", 1, field="tax_total", value="19.00")) == [[]]
