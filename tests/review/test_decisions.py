"""Judging decision lines: recorded, already recorded, or refused with a reason a person can act on."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from back_office_pipelines.cli.decide import canonical_value
from back_office_pipelines.clock import iso
from back_office_pipelines.errors import UsageError
from back_office_pipelines.review.decisions import Judgement, judge
from back_office_pipelines.review.docket import Subject
from back_office_pipelines.review.lines import REQUIRED_COLUMNS, Line, read_lines
from tests.scenario import NOON, dictionary

KEY = ("ap_invoices", "b1")
RECORD = Subject("record", KEY, NOON, dictionary(), "d1-invoice-1", "d1-invoice-1", "invoice", state="held")
TOTALS = replace(RECORD, kind="exception", exception_id="e1", reason_code="TOTALS_DISAGREE", state="open")
AMBIGUOUS = replace(TOTALS, exception_id="e2", reason_code="AMBIGUOUS", field="issue_date")
BATCH = Subject("batch", KEY, NOON, dictionary())
DOCKET = {"d1-invoice-1": RECORD, "e1": TOTALS, "e2": AMBIGUOUS, "ap_invoices/b1": BATCH}
GOOD = Line(2, "", "ada", "supervisor", "override", "e1", "", "", "", "checked with the seller")
LATER = NOON + timedelta(hours=2)


def judged(*lines: Line, docket: dict[str, Subject] | None = None, recorded: frozenset[str] = frozenset()) -> Judgement:
    return judge(lines, docket or DOCKET, recorded, LATER, "root", canonical_value)


def test_a_good_line_is_recorded_with_who_what_when_why() -> None:
    (draft,) = judged(GOOD).drafts
    assert (draft.actor, draft.as_of, draft.lane, draft.batch_id) == ("ada", LATER, *KEY)
    assert draft.payload["action"] == "override"
    assert draft.payload["exception_id"] == "e1"
    assert draft.payload["record_id"] == "d1-invoice-1"
    assert draft.payload["submitter"] == "root"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"target": "nothing"}, "unknown target"),
        ({"action": "delete"}, "unknown action"),
        ({"role": "king"}, "unknown role"),
        ({"role": "clerk"}, "no right to decide TOTALS_DISAGREE"),
        ({"role": "qa_keyer"}, "may not override"),
        ({"reason": ""}, "needs a reason"),
        ({"actor": ""}, "no actor"),
        ({"reason": "a\x00b"}, "NUL"),
        ({"value": "77"}, "takes no value"),
        ({"action": "correct", "field": "due_date", "reason": ""}, "not on the document"),
        ({"cause_party": "moon"}, "unknown cause_party"),
        ({"decided_at": "yesterday"}, "no ISO 8601 time"),
        ({"decided_at": "2026-11-20T13:00:00"}, "no offset"),
        ({"decided_at": iso(LATER + timedelta(seconds=1))}, "after the as-of time"),
        ({"decided_at": iso(NOON - timedelta(seconds=1))}, "before the exception existed"),
        ({"target": "e2"}, "not allowed for AMBIGUOUS"),
        ({"target": "d1-invoice-1"}, "needs an exception id"),
        ({"target": "ap_invoices/b1", "action": "reject"}, "needs an exception or record id"),
        ({"action": "correct", "field": "colour", "value": "red"}, "unknown field"),
        ({"action": "correct", "field": "gross_total", "value": "1.234"}, "cannot be taken"),
        ({"action": "qa_score", "role": "qa_keyer"}, "needs a record id"),
        ({"action": "qa_score", "role": "clerk", "target": "d1-invoice-1"}, "belongs to qa_keyer"),
        (
            {"action": "qa_score", "role": "qa_keyer", "target": "d1-invoice-1", "field": "gross_total"},
            "needs what was read",
        ),
    ],
)
def test_refusals_say_why(changes: dict[str, str], reason: str) -> None:
    judgement = judged(replace(GOOD, **changes))  # type: ignore[arg-type]
    assert judgement.drafts == []
    assert reason in judgement.refused[0][1]


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        (replace(TOTALS, released=True), "immutable"),
        (replace(TOTALS, state="resolved"), "resolved"),
        (replace(RECORD, state="rejected"), "rejected"),
    ],
)
def test_illegal_transitions_are_refused(subject: Subject, reason: str) -> None:
    line = replace(GOOD, action="correct", field="gross_total", value="119.00")
    assert reason in judged(line, docket={"e1": subject}).refused[0][1]


def test_a_correction_is_stored_in_canonical_form() -> None:
    line = replace(GOOD, action="correct", field="gross_total", value="1190.5")
    assert judged(line).drafts[0].payload["value"] == "1190.5"


@pytest.mark.parametrize("word", ["absent", "Illegible", "119.00"])
def test_qa_words_are_values(word: str) -> None:
    line = replace(
        GOOD, action="qa_score", role="qa_keyer", target="d1-invoice-1", field="gross_total", value=word, sample_id="s1"
    )
    assert judged(line).drafts[0].payload["value"] == word.lower()


def test_the_same_line_again_is_already_recorded_and_no_refusal() -> None:
    judgement = judged(GOOD, replace(GOOD, number=3))
    assert (len(judgement.drafts), len(judgement.already), judgement.refused) == (1, 1, [])
    assert judged(GOOD, recorded=frozenset({GOOD.decision_id})).already == [GOOD]


def test_later_lines_see_what_earlier_ones_did() -> None:
    triage = replace(GOOD, action="triage", reason="")
    again = replace(triage, number=3, reason="second look")
    after = replace(GOOD, number=4, action="triage", reason="after the override")
    judgement = judged(triage, again, GOOD, after)
    assert [line.number for line, _ in judgement.refused] == [3, 4]
    rejected = judged(replace(GOOD, action="reject"), replace(GOOD, number=3, target="e2", action="correct"))
    assert "resolved" in rejected.refused[0][1]


def test_a_file_with_a_missing_column_or_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text("actor,role\n", encoding="utf-8")
    with pytest.raises(UsageError, match="lacks column"):
        read_lines(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="cannot be read"):
        read_lines(path)
    path.write_text(",".join(REQUIRED_COLUMNS) + "\n,ada,clerk,,e1,,,,\n,ada,clerk,triage,e1,,,,\n", encoding="utf-8")
    assert [line.number for line in read_lines(path)] == [2, 3]


def test_a_decision_right_cannot_be_gone_round() -> None:
    clerk = replace(GOOD, role="clerk", action="correct")
    docket = {**DOCKET, "e1": replace(TOTALS, rule="net_plus_tax"), "e2": AMBIGUOUS}
    for line in (
        replace(clerk, target="d1-invoice-1", field="gross_total", value="119.00"),
        replace(clerk, target="e2", field="gross_total", value="119.00"),
        replace(clerk, target="d1-invoice-1", action="reject"),
        replace(clerk, target="e2", action="reject"),
        replace(clerk, role="intake", target="d1-invoice-1", field="seller_name", value="x"),
    ):
        assert judged(line, docket=docket).drafts == [], line
    allowed = replace(clerk, target="e2", value="2026-11-02")
    assert judged(allowed, docket=docket).drafts[0].payload["field"] == "issue_date"


def test_an_unreadable_text_cannot_be_accepted_as_it_is() -> None:
    unreadable = replace(TOTALS, reason_code="FORMAT", rule="readable", field="gross_total")
    assert "cannot be accepted as it is" in judged(replace(GOOD), docket={"e1": unreadable}).refused[0][1]


def test_a_line_with_more_cells_than_its_header_is_refused_not_misread(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    header = ",".join(REQUIRED_COLUMNS)
    path.write_text(f"{header}\n,ada,clerk,correct,e1,gross_total,1,190.00,,why\n", encoding="utf-8")
    with pytest.raises(UsageError, match="line 2 has more cells"):
        read_lines(path)
