"""Judging decision lines: recorded, already recorded, or refused with a reason a person can act on."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from back_office_pipelines.cli.decide import canonical_value
from back_office_pipelines.clock import iso
from back_office_pipelines.errors import UsageError
from back_office_pipelines.review.decisions import Judgement, judge
from back_office_pipelines.review.docket import Subject
from back_office_pipelines.review.lines import REQUIRED_COLUMNS, Line, read_lines
from back_office_pipelines.review.shown import Observation
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


def test_a_decision_keeps_what_every_exception_it_concerns_showed() -> None:
    docket = DOCKET | {"e1": replace(TOTALS, observed="118.00", expected="119.00", observed_since=NOON)}
    docket["e2"] = replace(AMBIGUOUS, observed="02/03/2026", expected="one reading", observed_since=NOON)
    (draft,) = judged(GOOD, docket=docket).drafts
    assert draft.payload["shown"] == {"e1": {"observed": "118.00", "expected": "119.00"}}
    whole = replace(GOOD, action="reject", target="d1-invoice-1")
    (draft,) = judged(whole, docket=docket).drafts
    assert draft.payload["shown"].keys() == {"e1", "e2"}


def test_a_decision_made_before_an_exception_showed_what_it_does_keeps_what_it_showed_then() -> None:
    late = replace(TOTALS, observed="118.00", expected="119.00", observed_since=LATER)
    docket = DOCKET | {"e1": late}
    early = replace(GOOD, action="triage", decided_at=iso(NOON))
    asked = []

    def recall(one: Subject, at: datetime) -> Observation:
        asked.append((one.exception_id, at))
        return Observation("117.00", "119.00")

    (draft,) = judge([early], docket, (), LATER, "root", canonical_value, recall).drafts
    assert draft.payload["shown"] == {"e1": {"observed": "117.00", "expected": "119.00"}}
    assert asked == [("e1", NOON)]
    (draft,) = judged(early, docket=docket).drafts
    assert draft.payload["shown"] == {}


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
        ({"action": "approve"}, "approve is not allowed for TOTALS_DISAGREE"),
        ({"action": "approve", "target": "d1-invoice-1"}, "nothing here waits for an approval"),
        ({"action": "approve", "target": "ap_invoices/b1"}, "needs an exception or record id"),
        ({"action": "return", "cause_party": "client", "target": "ap_invoices/b1"}, "return needs a record id"),
        ({"action": "return", "target": "d1-invoice-1"}, "needs a cause_party"),
        ({"action": "return", "target": "d1-invoice-1", "cause_party": "client", "reason": ""}, "needs a reason"),
        ({"action": "return", "target": "d1-invoice-1", "cause_party": "client"}, "is held, where return is illegal"),
        (
            {"action": "return", "target": "d1-invoice-1", "cause_party": "client", "role": "clerk"},
            "no right to return a record; it belongs to reviewer",
        ),
        ({"action": "redeliver", "target": "d1-invoice-1"}, "no return of the record is to be answered"),
        ({"action": "redeliver", "target": "d1-invoice-1", "reason": ""}, "needs a reason"),
        ({"action": "redeliver"}, "not allowed for TOTALS_DISAGREE"),
        ({"action": "sign_off"}, "not supported yet"),
        ({"action": "withdraw", "reason": ""}, "needs a reason"),
        ({"action": "query_client", "reason": ""}, "needs a reason"),
        ({"action": "withdraw", "role": "clerk"}, "no right to decide TOTALS_DISAGREE"),
        ({"action": "withdraw", "target": "d1-invoice-1"}, "needs an exception id"),
        ({"action": "escalate", "target": "d1-invoice-1"}, "needs an exception id"),
        ({"action": "escalate", "role": "qa_keyer"}, "may not escalate"),
        ({"action": "client_answered"}, "is open, where client_answered is illegal"),
        ({"action": "client_answered", "target": "d1-invoice-1"}, "no exception of the record waits"),
        ({"action": "query_client", "target": "ap_invoices/b1"}, "needs an exception or record id"),
        ({"action": "query_client", "target": "d1-invoice-1", "role": "clerk"}, "also decides TOTALS_DISAGREE"),
        ({"action": "correct", "value": "1"}, "name the one that is meant"),
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
    ("docket", "reason"),
    [
        ({"d1-invoice-1": replace(RECORD, state="released"), "e1": TOTALS}, "immutable"),
        ({"e1": replace(TOTALS, state="overridden")}, "resolved"),
        ({"d1-invoice-1": replace(RECORD, state="rejected"), "e1": TOTALS}, "rejected"),
    ],
)
def test_illegal_transitions_are_refused(docket: dict[str, Subject], reason: str) -> None:
    line = replace(GOOD, action="correct", field="gross_total", value="119.00")
    assert reason in judged(line, docket=docket).refused[0][1]


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
    with pytest.raises(UsageError, match="is no text in UTF-8"):
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


def test_while_the_client_is_asked_nothing_ends_the_exception_but_an_answer() -> None:
    docket = {**DOCKET, "e1": replace(TOTALS, state="waiting_client", state_since=NOON)}
    for action in ("override", "withdraw", "correct", "query_client", "reject"):
        line = replace(GOOD, action=action, field="gross_total" if action == "correct" else "")
        judgement = judged(line, docket=docket)
        assert "record client_answered first" in judgement.refused[0][1]
    record = judged(replace(GOOD, action="reject", target="d1-invoice-1"), docket=docket)
    assert "exception e1 waits for the client" in record.refused[0][1]
    answered = replace(GOOD, action="client_answered")
    assert [one.payload["action"] for one in judged(answered, GOOD, docket=docket).drafts] == [
        "client_answered",
        "override",
    ]


def test_acts_on_an_exception_follow_each_other_in_time() -> None:
    query = replace(GOOD, action="query_client", decided_at=iso(NOON + timedelta(minutes=90)))
    answer = replace(GOOD, number=3, action="client_answered", decided_at=iso(NOON + timedelta(minutes=60)))
    assert "after decided_at; correct the time" in judged(query, answer).refused[0][1]
    assert judged(query, replace(answer, decided_at="")).refused == []


@pytest.mark.parametrize("action", ["override", "withdraw"])
def test_nobody_accepts_what_was_not_to_be_seen_yet(action: str) -> None:
    docket = {**DOCKET, "e1": replace(TOTALS, observed_since=NOON + timedelta(hours=1))}
    early = replace(GOOD, action=action, decided_at=iso(NOON + timedelta(minutes=30)))
    assert "look at it again" in judged(early, docket=docket).refused[0][1]
    unreadable = {**DOCKET, "e1": replace(TOTALS, rule="readable")}
    assert "cannot be accepted as it is" in judged(replace(GOOD, action=action), docket=unreadable).refused[0][1]


def test_rejecting_a_document_needs_the_right_on_what_falls_with_it() -> None:
    record = replace(RECORD, document_id="d1")
    totals = replace(TOTALS, document_id="d1", state="triaged")
    document = replace(
        TOTALS, exception_id="e3", record_id=None, subject_id=None, document_id="d1", reason_code="CHECKSUM_MISMATCH"
    )
    docket = {"d1-invoice-1": record, "e1": totals, "e3": document, "ap_invoices/b1": BATCH}
    reject = replace(GOOD, action="reject", target="e3")
    assert "also decides TOTALS_DISAGREE" in judged(replace(reject, role="intake"), docket=docket).refused[0][1]
    judgement = judged(reject, replace(GOOD, number=3), docket=docket)
    assert len(judgement.drafts) == 1
    assert "resolved (rejected)" in judgement.refused[0][1]
