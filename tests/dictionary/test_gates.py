"""Approval gates as data: strictly loaded, exact at their limits, said in words on the page and in the exports."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.dictionary.exports.odcs import odcs_contract
from back_office_pipelines.dictionary.gates import AmountFrom, Gate
from back_office_pipelines.dictionary.page import dictionary_page
from back_office_pipelines.dictionary.words import approvals_in_words, gate_in_words
from back_office_pipelines.errors import DictionaryProblemsError
from tests.dictionary.variants import Edit, version

LARGE = AmountFrom(amount="gross_total", currency="currency", limits={"EUR": Decimal("50000"), "SEK": Decimal("1")})


def gate(own: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = own["review"]["gates"]["high_value"]
    return found


@pytest.mark.parametrize(
    ("amount", "currency", "meets"),
    [
        ("50000", "EUR", True),
        ("50000.0000", "EUR", True),
        ("49999.9999", "EUR", False),
        ("50000.0001", "EUR", True),
        ("-50000", "EUR", True),
        ("-49999.9999", "EUR", False),
        ("0", "EUR", False),
        ("0.9999", "SEK", False),
        ("1", "SEK", True),
        ("0", "JPY", True),
        ("1", None, True),
        (None, "EUR", True),
    ],
)
def test_a_limit_is_exact_and_what_nothing_is_known_of_meets_it(
    amount: str | None, currency: str | None, *, meets: bool
) -> None:
    assert LARGE.meets(None if amount is None else Decimal(amount), currency) is meets


@given(st.decimals(-99999, 99999, places=4), st.decimals(-99999, 99999, places=4))
def test_a_larger_amount_never_meets_less(one: Decimal, other: Decimal) -> None:
    smaller, larger = sorted((one, other), key=abs)
    assert LARGE.meets(larger, "EUR") >= LARGE.meets(smaller, "EUR")


@pytest.mark.parametrize(
    ("change", "culprit"),
    [
        (lambda o, s: gate(o)["amount_from"].update(amount="gros_total"), "unknown field 'gros_total'; did you mean"),
        (lambda o, s: gate(o)["amount_from"].update(amount="issue_date"), "needs a decimal, and field 'issue_date'"),
        (lambda o, s: gate(o)["amount_from"].update(currency="tax_total"), "needs a string, and field 'tax_total'"),
        (lambda o, s: gate(o)["amount_from"]["limits"].update(euro="1"), "must match"),
        (lambda o, s: gate(o)["amount_from"]["limits"].update(EUR=1.5), "bare float"),
        (lambda o, s: gate(o).update(approvers=0), "must be at least 1"),
        (lambda o, s: gate(o).update(roles=[]), "at least 1 item"),
        (lambda o, s: gate(o).update(aprovers=2), "unknown key 'aprovers'; did you mean 'approvers'"),
        (lambda o, s: gate(o).update(roles=["aprover"]), "unknown role 'aprover'; did you mean 'approver'"),
        (lambda o, s: gate(o).update(roles=["clerk"]), "lets 'clerk' approve, who may not decide"),
        (lambda o, s: gate(o).update(reason="APPROVAL"), "unknown reason 'APPROVAL'; did you mean 'APPROVAL_REQUIRED'"),
        (lambda o, s: gate(o).update(reason="MISSING"), "must allow 'approve' and not 'override'"),
        (lambda o, s: s["reasons"]["APPROVAL_REQUIRED"].update(actions=["approve", "override"]), "and not 'override'"),
        (lambda o, s: o["review"].update(gate={}), "unknown key 'gate'; did you mean 'gates'"),
    ],
)
def test_a_gate_that_cannot_be_meant_is_refused(change: Edit, culprit: str) -> None:
    with pytest.raises(DictionaryProblemsError) as caught:
        version(change)
    assert any(culprit in sentence for sentence in caught.value.sentences), caught.value.sentences


def test_a_gate_is_said_in_words_on_the_page_and_in_the_export() -> None:
    dictionary = version()
    high_value = dictionary.review.gates["high_value"]
    assert "gross_total, without its sign, of at least 50000 EUR or" in gate_in_words(high_value)
    assert gate_in_words(high_value).endswith("; any amount in another currency")
    assert approvals_in_words(high_value) == "1 approval as approver"
    two = Gate.model_validate(high_value.model_dump() | {"approvers": 2, "roles": ("approver", "supervisor")})
    assert approvals_in_words(two) == "2 approvals of different people as approver or supervisor"
    page = dictionary_page(dictionary)
    assert f"| `high_value` | {high_value.title}. {high_value.description} |" in page
    assert "## Approval gates" not in dictionary_page(version(lambda o, s: o["review"].pop("gates")))
    contract = odcs_contract(dictionary, [])
    (exported,) = (one["value"] for one in contract["customProperties"] if one["property"] == "approvalGates")
    assert exported["high_value"]["amount_from"]["limits"]["EUR"] == 50000
    (approver,) = (one for one in contract["roles"] if one["role"] == "approver")
    assert {"property": "approvesGates", "value": ["high_value"]} in approver["customProperties"]


def test_who_may_approve_is_named_or_includes_who_is() -> None:
    def edit(own: dict[str, Any], shared: dict[str, Any]) -> None:
        del own
        shared["roles"]["controller"] = {"description": "Approves too.", "includes": ["approver"]}

    dictionary = version(edit)
    high_value = dictionary.review.gates["high_value"]
    entitled = {role for role in dictionary.roles if dictionary.may_approve(role, high_value)}
    assert entitled == {"approver", "controller"}
    assert not dictionary.may_approve("nobody", high_value)
