"""What one difference between two versions means: the small judges that the table of `consequences` names.

A judge sees one difference and says which step it needs and why, in words a process owner understands. The question is
always the same: can a record that passed now be held, wait longer, or be decided by fewer people?
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from back_office_pipelines.dictionary.model import RULE_REASONS
from back_office_pipelines.dictionary.steps import Step

View = Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """The step a difference needs, and why."""

    step: Step
    why: str


@dataclass(frozen=True)
class Change:
    """One difference.

    Attributes:
        path: keys from the top of the dictionary down to what differs.
        before: value of the earlier version, None where it has none.
        after: value of the later version, None where it has none.
        old: the whole earlier version, as `diff.contract_view` shows it.
        new: the whole later version.
    """

    path: tuple[str, ...]
    before: Any
    after: Any
    old: View
    new: View


Judge = Callable[[Change], Verdict]

HELD = Verdict(Step.MAJOR, "records that passed can now be held")
LOOSER = Verdict(Step.MINOR, "nothing that passed is held because of it")
WORDS = Verdict(Step.PATCH, "words only")
RECOGNITION = Verdict(Step.PATCH, "changes what the machine recognises, not what passes")
FIGURES = Verdict(Step.MINOR, "changes figures, no record's fate")
UNCLASSIFIED = Verdict(Step.MAJOR, "nobody has said what such a change does")


def always(verdict: Verdict) -> Judge:
    """Return the judge that always says the same."""
    return lambda _: verdict


def lower_is_worse(worse: Verdict = HELD, better: Verdict = LOOSER) -> Judge:
    """Return the judge of a number whose fall takes something away."""
    return lambda change: worse if change.after < change.before else better


def higher_is_worse(worse: Verdict = HELD, better: Verdict = LOOSER) -> Judge:
    """Return the judge of a number whose rise takes something away."""
    return lambda change: worse if change.after > change.before else better


def losing_is_worse(worse: Verdict, better: Verdict = LOOSER) -> Judge:
    """Return the judge of a list that allows: whatever it no longer names is taken away."""
    return lambda change: better if set(change.before or ()) <= set(change.after or ()) else worse


def towards(value: object) -> Judge:
    """Return the judge of a word of which only one value is known to be the loosest."""
    return lambda change: LOOSER if change.after == value else HELD


def only_if_an_error(judge: Judge) -> Judge:
    """Return the judge of something inside a check: a check of severity `warning` never holds a record."""

    def judged(change: Change) -> Verdict:
        holds = change.new["checks"][change.path[1]]["severity"] == "error"
        return judge(change) if holds else Verdict(Step.MINOR, "the check only warns")

    return judged


def new_check(change: Change) -> Verdict:
    """Judge a new check: it holds records only where it is an error."""
    return HELD if change.after["severity"] == "error" else Verdict(Step.MINOR, "it only warns")


def new_field(change: Change) -> Verdict:
    """Judge a new field: it holds records only where it is required; any value has to be good."""
    return HELD if change.after["nullable"] == "never" else LOOSER


def new_record_type(change: Change) -> Verdict:
    """Judge a new record type: it holds records where it has a required field."""
    required = any(spec["nullable"] == "never" for spec in change.after["fields"].values())
    return HELD if required else LOOSER


def document_record(change: Change) -> Verdict:
    """Judge the records of a document class: one that begins to give some takes nothing away; others do."""
    if change.before is None:
        return Verdict(Step.MINOR, "documents that gave nothing now give records")
    return Verdict(Step.MAJOR, "documents of this class no longer give the records they gave")


def criticality(change: Change) -> Verdict:
    """Judge a field's criticality, which brings the lowest confidence that passes without a person."""
    before, after = (
        view["review"]["confidence"].get(tier)
        for view, tier in ((change.old, change.before), (change.new, change.after))
    )
    return HELD if before is None or after is None or after > before else FIGURES


def fate_of_reason(before: str | None, after: str | None, change: Change) -> Verdict:
    """Compare what two reason codes bring a held record: who may decide, what they may do, how long it may wait."""
    old, new = change.old["reasons"].get(before), change.new["reasons"].get(after)
    if old is None or new is None:
        return UNCLASSIFIED
    if deciders(change.old, old["decide"]) - deciders(change.new, new["decide"]):
        return Verdict(Step.MAJOR, "people who could decide no longer can")
    if set(old["actions"]) - set(new["actions"]):
        return Verdict(Step.MAJOR, "what could be done about it no longer can")
    if URGENCY[new["tier"]] < URGENCY[old["tier"]]:
        return Verdict(Step.MAJOR, "it may stay open longer")
    if new["counts_against_fpy"] and not old["counts_against_fpy"]:
        return Verdict(Step.MAJOR, "it now counts against first-pass yield")
    return Verdict(Step.MINOR, "the same people can do at least as much")


def reason_code(change: Change) -> Verdict:
    """Judge another code by what it brings a held record."""
    return fate_of_reason(change.before, change.after, change)


def invalid_reason(change: Change) -> Verdict:
    """Judge the code of a field's failures rule by rule: without one of its own, they carry that of the rule."""
    verdicts = [
        fate_of_reason(change.before or RULE_REASONS[rule], change.after or RULE_REASONS[rule], change)
        for rule in RULE_REASONS
    ]
    return max(verdicts, key=lambda verdict: verdict.step)


def deciders(view: View, owner: str) -> frozenset[str]:
    """Return the roles that may take the decisions of an owner."""
    return frozenset(name for name, role in view["roles"].items() if name == owner or owner in role["includes"])


def decide(change: Change) -> Verdict:
    """Judge another owner: worse where somebody who could decide no longer can."""
    lost = deciders(change.old, change.before) - deciders(change.new, change.after)
    if lost:
        return Verdict(Step.MAJOR, f"{', '.join(sorted(lost))} can no longer decide")
    return Verdict(Step.MINOR, "everybody who could decide still can")


URGENCY: Mapping[str, int] = {"low": 1, "medium": 2, "high": 3}


def tier(change: Change) -> Verdict:
    """Judge the tier of a reason: a less urgent one lets a record wait longer."""
    if URGENCY[change.after] < URGENCY[change.before]:
        return Verdict(Step.MAJOR, "it may stay open longer")
    return Verdict(Step.MINOR, "it is dealt with sooner")


def counts(change: Change) -> Verdict:
    """Judge counting: a failure that begins to count is worse for the record; one that stops is not."""
    return Verdict(Step.MAJOR, "it now counts against first-pass yield") if change.after else FIGURES


def agreement(change: Change) -> Verdict:
    """Judge what must agree: with fewer columns less fails; with none the check means something else."""
    kept = set((change.after or {}).items())
    return LOOSER if kept and kept < set((change.before or {}).items()) else HELD


def key_parts(change: Change) -> Verdict:
    """Judge the parts of a key: with more of them it finds fewer duplicates."""
    return LOOSER if set(change.before) <= set(change.after) else HELD


def through_fields(judge: Judge, *, of_limits: bool = False) -> Judge:
    """Return the judge of a named type: it holds records only through the fields that use it.

    Args:
        judge: judge of the difference itself.
        of_limits: whether it lies in the type's limits, which a field's own limits replace.
    """

    def judged(change: Change) -> Verdict:
        used = type_users(change, of_limits=of_limits)
        return judge(change) if used else Verdict(Step.PATCH, "no field takes it from this type in both versions")

    return judged


def type_users(change: Change, *, of_limits: bool) -> list[str]:
    """Return the fields that have the changed type in both versions, as `record.field`."""
    return [
        f"{record}.{field}"
        for record, block in change.new["records"].items()
        for field, spec in block["fields"].items()
        if spec["type"] == change.path[1]
        and _same_type_before(change.old, record, field, change.path[1])
        and not (of_limits and spec.get("constraints") is not None)
    ]


def _same_type_before(old: View, record: str, field: str, name: str) -> bool:
    spec = old["records"].get(record, {}).get("fields", {}).get(field)
    return spec is not None and spec["type"] == name


def shown(value: Any) -> str:
    """Write a value of a dictionary as people do."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {shown(each)}" for key, each in value.items() if each not in (None, (), {}))
    if isinstance(value, tuple | list):
        return ", ".join(shown(each) for each in value) or "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
