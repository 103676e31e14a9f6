"""Rules on reason codes: which must exist, which must be used, and which name nothing.

What belongs here: rules that need the whole taxonomy of a lane. What does not: what one reason says (`model`).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from back_office_pipelines.dictionary.model import Dictionary

EMITTED = frozenset(
    {
        "AMBIGUOUS", "BATCH_CONFLICT", "BATCH_INCOMPLETE", "CHECKSUM", "CHECKSUM_MISMATCH", "CLIENT_RETURN",
        "CODE_UNKNOWN", "CONTROL_TOTAL", "DOCUMENT_COUNT", "DUPLICATE_DOCUMENT", "EMPTY_FILE", "ENCRYPTED", "FORMAT",
        "LANE_UNKNOWN",
        "LIMIT_EXCEEDED", "LOW_CONFIDENCE", "MANIFEST_INVALID", "MISSING", "NOT_THIS_LANE", "OUT_OF_RANGE",
        "REFERENCE_INVALID",
        "SAMPLING_HOLD", "UNCLASSIFIED", "UNREADABLE", "UNSUPPORTED_MEDIA", "VISIBLE_XML_MISMATCH",
    }
)  # fmt: skip
"""Codes that the machine itself gives, whatever a dictionary says; every taxonomy needs them."""

GENERIC = EMITTED | {
    "APPROVAL_REQUIRED", "DATE_ORDER", "DUPLICATE_RECORD", "LINES_DISAGREE", "MASTER_MISMATCH", "NEAR_DUPLICATE",
    "RECORD_COUNT_CHANGED", "TOTALS_DISAGREE",
}  # fmt: skip
"""Codes every lane can have (DESIGN 7.8); they may stand in `_common.yaml` before a lane uses them."""

_CATCH_ALL = frozenset(
    {"MISC", "MISCELLANEOUS", "OTHER", "OTHERS", "VARIOUS", "DIVERSE", "DIVERS", "SONSTIGE", "SONSTIGES", "AUTRE"}
)
"""Words that no code may hold."""

_VAGUE = _CATCH_ALL | {
    "GENERAL", "GENERIC", "UNKNOWN", "UNSPECIFIED", "UNDEFINED", "UNCLEAR", "NA", "N", "A", "NONE", "TBD", "TBA",
    "TODO", "ERROR", "ERRORS", "ERR", "FAILURE", "FAILED", "PROBLEM", "PROBLEMS", "ISSUE", "ISSUES", "INVALID", "WRONG",
    "BAD", "EXCEPTION", "REASON", "REASONS", "ELSE", "ETC", "DEFAULT", "CATCHALL", "CATCH", "ALL", "ANY", "ANYTHING",
    "SOMETHING", "THE", "AND", "OR", "NOT", "APPLICABLE", "DEFINED", "REST",
}  # fmt: skip
"""Words of which a code or title may not consist alone."""

_PREFIXED = re.compile(r"^([A-Z][A-Z0-9]*)-[A-Z0-9][A-Z0-9_-]*$")


def taxonomy_problems(dictionary: Dictionary, content: Mapping[str, Any], common: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the reasons of a lane.

    Args:
        dictionary: the lane's dictionary, shared reasons merged in.
        content: parsed content of its own file.
        common: parsed content of `_common.yaml`.
    """
    own = set(content.get("reasons") or {})
    for code, reason in dictionary.reasons.items():
        if names_nothing(code, reason.title):
            yield f"reason {code!r} ({reason.title}) is a catch-all; name what failed"
    for code in sorted(EMITTED - dictionary.reasons.keys()):
        yield f"reason {code!r} is missing from the taxonomy, and the machine itself gives it"
    yield from _prefix_problems(sorted(own - set(common["reasons"])))
    for code in sorted(own - used_reasons(dictionary) - GENERIC):
        yield f"reason {code!r} is used by no check, no field and no gate"


def used_reasons(dictionary: Dictionary) -> frozenset[str]:
    """Return the codes that checks, fields and gates of a dictionary name."""
    fields = [spec.reasons for record in dictionary.records.values() for spec in record.fields.values()]
    named = {code for reasons in fields for code in (reasons.missing, reasons.invalid) if code is not None}
    gates = {gate.reason for gate in dictionary.review.gates.values()}
    return frozenset(named | gates | {check.reason for check in dictionary.checks.values()})


def lane_prefix(content: Mapping[str, Any], common: Mapping[str, Any]) -> str | None:
    """Return the prefix of a lane's own reasons, None where it has none."""
    found = (_PREFIXED.match(code) for code in sorted(set(content.get("reasons") or {}) - set(common["reasons"])))
    return next((match.group(1) for match in found if match), None)


def names_nothing(code: str, title: str) -> bool:
    """Whether a code or its title says nothing about what failed; letter case, separators and digits do not count."""
    parts = _words(code)
    bare = parts[1:] if _PREFIXED.match(code) and len(parts) > 1 else parts
    if _CATCH_ALL & set(parts) or _vague(bare) or _vague(parts):
        return True
    return _vague(_words(title))


def _vague(words: list[str]) -> bool:
    return all(word in _VAGUE for word in words) or "".join(words) in _VAGUE


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[^A-Z]+", text.upper()) if word]


def _prefix_problems(own: list[str]) -> Iterator[str]:
    prefixes: dict[str, str] = {}
    for code in own:
        match = _PREFIXED.match(code)
        if match is None:
            yield f"reason {code!r} is the lane's own and needs a prefix, such as AP-{code}"
        else:
            prefixes.setdefault(match.group(1), code)
    if len(prefixes) > 1:
        yield f"reasons {' and '.join(sorted(prefixes.values()))} have different prefixes; a lane has one"
