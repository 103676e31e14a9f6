"""The worklist says what may be decided now: what the reason allows, as far as the state of the exception does."""

import pytest

from back_office_pipelines.review.worklist import worklist_rows
from back_office_pipelines.validation.model import Decision
from tests.scenario import GOOD, HOUR, NOON, dictionary, record_row, validated, value_rows

RECORD = record_row("d1")
VALUES = value_rows(RECORD, GOOD | {"tax_total": "18.00"})


@pytest.mark.parametrize(
    ("acts", "may"),
    [
        ([], "correct | override | reject | triage | query_client | withdraw | escalate"),
        (["triage"], "correct | override | reject | query_client | withdraw | escalate"),
        (["escalate", "query_client"], "client_answered | escalate"),
        (["override"], None),
    ],
)
def test_what_may_be_decided_follows_the_state(acts: list[str], may: str | None) -> None:
    first = validated([RECORD], VALUES)
    name = first.exceptions[0]["exception_id"]
    record = RECORD["record_id"]
    decisions = [Decision(act, NOON + HOUR, record, record, name) for act in acts]
    made = validated([RECORD], VALUES, decisions=decisions, before=first, as_of=NOON + 2 * HOUR)
    rows = worklist_rows(made.exceptions, [], VALUES, dictionary())
    assert [row["may"] for row in rows] == ([] if may is None else [may])
    assert [row["escalation"] for row in rows] == ([] if may is None else [str(acts.count("escalate"))])
