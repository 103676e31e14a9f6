"""The table of consequences: for every place of a dictionary, the step that a difference there needs (DESIGN 6).

What belongs here: one line a place, `*` standing for any name. What does not: finding differences (`diff`) and the
judges (`judgement`). A place without a line is judged MAJOR, and a test walks the model so that none is forgotten.

Three lines that could have been drawn elsewhere:

- *Labels and cues* are patches. They say where to look, not what passes: a value found by a new label is held against
  the same limits and confidence, and what an old label no longer finds becomes an exception with an owner, never a
  silent loss. Extraction code improves in the same way without any version.
- *A new optional field* is minor although its value can be broken: nothing that was looked at before is judged more
  strictly.
- *A tier* is judged by the wait it allows: less urgent is worse for the record, more urgent is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from back_office_pipelines.dictionary import judgement as judge
from back_office_pipelines.dictionary.judgement import FIGURES, HELD, LOOSER, RECOGNITION, WORDS, Judge, Verdict
from back_office_pipelines.dictionary.steps import Step


@dataclass(frozen=True)
class Rule:
    """What is said of one place.

    Attributes:
        noun: what stands there, for people.
        changed: judge of another value.
        added: judge of a value where there was none; None: as `changed`.
        removed: judge of a value that is gone; None: as `changed`.
        ordered: whether the order of a list means something.
    """

    noun: str
    changed: Judge
    added: Judge | None = None
    removed: Judge | None = None
    ordered: bool = False


_HELD, _LOOSER, _WORDS, _FIGURES = (judge.always(verdict) for verdict in (HELD, LOOSER, WORDS, FIGURES))
_GONE = judge.always(Verdict(Step.MAJOR, "whoever relies on it no longer finds it"))
_OTHER = judge.always(Verdict(Step.MAJOR, "it means something else now"))
_WAITS = Verdict(Step.MAJOR, "records can wait longer for a decision")
_SOONER = Verdict(Step.MINOR, "records wait no longer than before")
_LOST_RIGHT = Verdict(Step.MAJOR, "what people could do they no longer can")


def _words(noun: str) -> Rule:
    return Rule(noun, _WORDS)


def _recognition(noun: str) -> Rule:
    return Rule(noun, judge.always(RECOGNITION))


def _limit(noun: str, changed: Judge) -> Rule:
    return Rule(noun, changed, added=_HELD, removed=_LOOSER)


def _thing(noun: str, added: Judge = _LOOSER, removed: Judge = _GONE) -> Rule:
    return Rule(noun, _OTHER, added=added, removed=removed)


_LIMITS: Mapping[str, Rule] = {
    "pattern": _limit("the pattern", _HELD),
    "max_length": _limit("the longest text", judge.lower_is_worse()),
    "minimum": _limit("the lowest value", judge.higher_is_worse()),
    "maximum": _limit("the highest value", judge.lower_is_worse()),
    "one_of": _limit("the list of values", judge.losing_is_worse(HELD)),
    "checksum": _limit("the check digits", _HELD),
}
_VALUE: Mapping[str, Rule] = {
    "type": Rule("the base type", _OTHER),
    "whole_digits": Rule("the number of digits before the point", judge.lower_is_worse(), _HELD, _LOOSER),
    "scale": Rule("the number of decimals", judge.lower_is_worse(), _HELD, _LOOSER),
    "normalise": Rule("the list of normalisers", _HELD, ordered=True),
}


def _verb(**operands: Judge) -> Mapping[str, Rule]:
    """Return the rules of a verb: each operand with its judge, where the check is an error."""
    return {
        name: Rule(f"'{name}'", judge.only_if_an_error(one), added=judge.only_if_an_error(_HELD))
        for name, one in operands.items()
    }


_TOLERANCE = judge.lower_is_worse()
_MORE_NEEDED = judge.losing_is_worse(HELD)
_VERBS: Mapping[str, Mapping[str, Rule]] = {
    "sum_equals": _verb(plus=_HELD, minus=_HELD, total=_HELD, needs=_MORE_NEEDED, within=_TOLERANCE),
    "children_sum": _verb(child=_HELD, field=_HELD, plus=_HELD, minus=_HELD, total=_HELD, within=_TOLERANCE),
    "tax_by_rate": _verb(child=_HELD, base=_HELD, rate=_HELD, net=_HELD, tax=_HELD, within=_TOLERANCE),
    "ratio_between": _verb(part=_HELD, whole=_HELD, least=judge.higher_is_worse(), most=judge.lower_is_worse()),
    "not_before": _verb(earlier=_HELD, later=_HELD),
    "nearly_unique": _verb(same=judge.key_parts, similar=_HELD, by=_HELD),
    "in_reference": {
        **_verb(table=_HELD, agree=judge.agreement),
        "find_by": Rule("'find_by'", judge.only_if_an_error(_HELD), added=judge.only_if_an_error(_HELD), ordered=True),
    },
}


def _under(prefix: str, rules: Mapping[str, Rule]) -> dict[str, Rule]:
    return {f"{prefix}.{name}": rule for name, rule in rules.items()}


def _of_type(rules: Mapping[str, Rule], *, limits: bool) -> dict[str, Rule]:
    def through(one: Judge | None) -> Judge | None:
        return None if one is None else judge.through_fields(one, of_limits=limits)

    return {
        name: Rule(
            rule.noun,
            judge.through_fields(rule.changed, of_limits=limits),
            through(rule.added),
            through(rule.removed),
            rule.ordered,
        )
        for name, rule in rules.items()
    }


_CHECK: Mapping[str, Rule] = {
    "description": _words("the description"),
    "record": Rule("the record type", judge.only_if_an_error(_HELD)),
    "severity": Rule("the severity", judge.towards("warning")),
    "reason": Rule("the reason", judge.only_if_an_error(judge.reason_code)),
    "unique": _thing("the verb 'unique'", judge.only_if_an_error(_HELD), judge.only_if_an_error(_HELD)),
    "unique.keys.*": Rule(
        "the key",
        judge.only_if_an_error(judge.key_parts),
        judge.only_if_an_error(_HELD),
        judge.only_if_an_error(_LOOSER),
    ),
    **{
        name: _thing(f"the verb '{name}'", judge.only_if_an_error(_HELD), judge.only_if_an_error(_HELD))
        for name in _VERBS
    },
    **{path: rule for name, rules in _VERBS.items() for path, rule in _under(name, rules).items()},
}
_FIELD: Mapping[str, Rule] = {
    "title": _words("the title"),
    "description": _words("the description"),
    "source": _words("the source"),
    "type": Rule("the name of the type", judge.always(Verdict(Step.PATCH, "what the type does is compared apart"))),
    "criticality": Rule("the criticality", judge.criticality),
    "nullable": Rule("absence", judge.towards("allowed")),
    "constraints": Rule("the limits of its own", _HELD),
    "labels.*": _recognition("the list of labels"),
    "unlike.*": _recognition("the list of labels of other things"),
    "found_by": _recognition("the evidence beside labels"),
    "compare": Rule("the comparison for accuracy", _FIGURES),
    "examples.accept": _words("the list of examples that pass"),
    "examples.reject": _words("the list of examples that fail"),
    "reasons.missing": Rule("the reason where it is missing", judge.reason_code),
    "reasons.invalid": Rule("the reason where it is invalid", judge.invalid_reason),
    "sensitivity": Rule(
        "the sensitivity", judge.always(Verdict(Step.MINOR, "changes who may see it, no record's fate"))
    ),
    **_under("constraints", _LIMITS),
    **_under("value", _VALUE),
    **_under("value.constraints", _LIMITS),
}
_REASON: Mapping[str, Rule] = {
    "title": _words("the title"),
    "playbook": _words("the playbook"),
    "family": Rule("the family", _FIGURES),
    "tier": Rule("the tier", judge.tier),
    "decide": Rule("the role that decides", judge.decide),
    "actions": Rule("the list of actions", judge.losing_is_worse(_LOST_RIGHT)),
    "counts_against_fpy": Rule("counting against first-pass yield", judge.counts),
}
_MORE_PEOPLE = Verdict(Step.MAJOR, "more people have to approve")
_FEWER_PEOPLE = Verdict(Step.MINOR, "fewer people have to approve")
_GATE: Mapping[str, Rule] = {
    "title": _words("the title"),
    "description": _words("the description"),
    "reason": Rule("the reason", judge.reason_code),
    "approvers": Rule("the number of approvers", judge.higher_is_worse(_MORE_PEOPLE, _FEWER_PEOPLE)),
    "roles": Rule("the list of roles that may approve", judge.losing_is_worse(_LOST_RIGHT)),
    "amount_from.amount": Rule("the amount", _HELD),
    "amount_from.currency": Rule("the currency of the amount", _HELD),
    "amount_from.limits.*": Rule("the smallest amount", judge.lower_is_worse(), added=_LOOSER, removed=_HELD),
}
_REFERENCE: Mapping[str, Rule] = {
    "title": _words("the title"),
    "description": _words("the description"),
    "key": Rule("the key", _OTHER),
    "columns.*": _thing("column", judge.always(Verdict(Step.MAJOR, "tables that clients deliver no longer fit"))),
    "columns.*.description": _words("the description"),
    "columns.*.match": Rule("the comparison of its values", _HELD),
}

RULES: Mapping[str, Rule] = {
    "identity.lane": Rule("the lane", _OTHER),
    "identity.title": _words("the title"),
    "identity.owner": _words("the owner"),
    "identity.grain": _words("the grain"),
    "documents.*": _thing("document class"),
    "documents.*.title": _words("the title"),
    "documents.*.record": Rule("the record type it gives", judge.document_record),
    "documents.*.cues.*": _recognition("the list of cues"),
    "documents.*.ending_cues.*": _recognition("the list of cues that end a title"),
    "documents.*.lone_cues.*": _recognition("the list of cues that are a title alone"),
    "documents.*.recognised_by": _recognition("the list of fields it is recognised by"),
    "criticality.*": _thing("tier of criticality"),
    "criticality.*.weight": Rule("the weight", _FIGURES),
    "criticality.*.accuracy_target": Rule("the accuracy target", _FIGURES),
    "types.*": Rule("type", judge.always(Verdict(Step.PATCH, "fields that use it are compared apart"))),
    **_under("types.*", _of_type(_VALUE, limits=False)),
    **_under("types.*.constraints", _of_type(_LIMITS, limits=True)),
    "records.*": _thing("record type", judge.new_record_type),
    "records.*.title": _words("the title"),
    "records.*.description": _words("the description"),
    "records.*.parent": Rule("the record type it belongs to", _OTHER),
    "records.*.fields.*": _thing("field", judge.new_field),
    **_under("records.*.fields.*", _FIELD),
    "checks.*": _thing("check", judge.new_check, _LOOSER),
    **_under("checks.*", _CHECK),
    "reasons.*": _thing("reason"),
    **_under("reasons.*", _REASON),
    "review.confidence.*": Rule("the lowest confidence", judge.higher_is_worse(), _HELD, _LOOSER),
    "review.gates.*": _thing("gate", _HELD, _LOOSER),
    **_under("review.gates.*", _GATE),
    "changes.*": _words("a line of the change log"),
    "ageing_caps.*": Rule("the ageing cap in days", judge.higher_is_worse(_WAITS, _SOONER), _LOOSER, _GONE),
    "roles.*": _thing("role"),
    "roles.*.description": _words("the description"),
    "roles.*.includes": Rule("the list of included roles", judge.losing_is_worse(_LOST_RIGHT)),
    "reference.*": _thing("reference table"),
    **_under("reference.*", _REFERENCE),
}

NOT_COMPARED = frozenset({"identity.version", "identity.status", "identity.effective_from", "fingerprint", "source"})
"""What tells versions apart rather than what they say."""
