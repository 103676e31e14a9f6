"""Approvers of the story: what they say follows from the truth and from who worked on the record."""

from dataclasses import replace
from datetime import UTC, datetime

from back_office_pipelines.samples.world.cases import Case, Open, Said
from back_office_pipelines.samples.world.deciding import TURNED_AWAY, decide_on
from back_office_pipelines.samples.world.people import people
from back_office_pipelines.samples.world.truth import DocumentTruth

NOW = datetime(2026, 10, 6, 11, 30, tzinfo=UTC)
VALUES = {
    "invoice_number": "R-1", "issue_date": "2026-10-01", "currency": "EUR", "seller_name": "Quarz OHG",
    "gross_total": "60000.00",
}  # fmt: skip
TRUTH = DocumentTruth("b1", "a.pdf", None, "pdf", None, None, (VALUES,), (VALUES,))
WAITING = Open("e1", "d1-invoice-1", "d1-invoice-1", "", "APPROVAL_REQUIRED", "approver", ("approve", "reject"), 1)
CASE = Case("d1-invoice-1", "northwind", (WAITING,), TRUTH, 1, VALUES)
TEAM = people().roles["approver"].names


def said_over_seeds(case: Case) -> list[list[Said]]:
    return [decide_on(case, seed, NOW) for seed in range(60)]


def test_what_is_right_is_approved_by_one_and_a_few_are_sent_back() -> None:
    all_said = said_over_seeds(CASE)
    actions = [[one.action for one in said] for said in all_said]
    assert all(one in (["approve"], ["reject"]) for one in actions)
    assert 0 < actions.count(["reject"]) < 15
    assert {one.role for said in all_said for one in said} == {"approver"}
    assert {one.actor for said in all_said for one in said} == set(TEAM)
    assert all(one.reason and one.decided_at > NOW for said in all_said for one in said)


def test_two_approvals_come_from_two_people_one_after_the_other() -> None:
    for said in said_over_seeds(replace(CASE, exceptions=(replace(WAITING, approvers=2),))):
        approvers = [one.actor for one in said if one.action == "approve"]
        assert len(set(approvers)) == len(approvers) == (0 if said[-1].action == "reject" else 2)
        assert [one.decided_at for one in said] == sorted(one.decided_at for one in said)


def test_who_keyed_it_tries_and_somebody_else_approves() -> None:
    tried = [said for said in said_over_seeds(replace(CASE, hands=frozenset({"mina"}))) if said[0].actor == "mina"]
    approved = [said for said in tried if said[0].action == "approve"]
    assert approved
    for said in approved:
        assert [one.refused for one in said] == [TURNED_AWAY, ""]
        assert said[1].actor != "mina"
        assert "refused" not in said[0].cells()


def test_what_is_wrong_is_never_approved() -> None:
    wrong = replace(CASE, read=VALUES | {"gross_total": "600000.00"})
    for (said,) in said_over_seeds(wrong):
        assert (said.action, said.reason) == ("reject", "gross_total is not what the document says")
