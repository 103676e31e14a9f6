"""The difference between two versions of a contract, in meaning: by name, never by position or layout.

What belongs here: laying two versions side by side and finding what differs. What does not: what a difference needs
(`consequences`, `judgement`), and whether a lane's versions may follow each other (`versions`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from back_office_pipelines.dictionary.consequences import NOT_COMPARED, RULES, Rule
from back_office_pipelines.dictionary.judgement import UNCLASSIFIED, Change, View, always, shown
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.steps import Step, parse_version

Path = tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """One thing that two versions say differently.

    Attributes:
        path: where, with dots, as the file writes it.
        step: smallest step of the version number that may carry it.
        what: what changed, in words.
        why: why it needs that step.
    """

    path: str
    step: Step
    what: str
    why: str

    @property
    def sentence(self) -> str:
        """What changed and why it needs its step."""
        return f"{self.what} ({self.why})"


def differences(old: Dictionary, new: Dictionary) -> tuple[Difference, ...]:
    """Return everything in which a version differs from an earlier one, largest step first, then by place.

    What `_common.yaml` gives both versions is compared as well.
    """
    return _differences(_Versions(old, new))


def needed_step(found: tuple[Difference, ...]) -> Step:
    """Return the step that carries all differences: the largest of them."""
    return max((one.step for one in found), default=Step.NONE)


class _Versions:
    """Two versions, equal to another pair when their fingerprints are: comparing is done once a process."""

    def __init__(self, old: Dictionary, new: Dictionary) -> None:
        self.old, self.new = old, new
        self._key = (old.fingerprint, new.fingerprint)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Versions) and self._key == other._key


@lru_cache(maxsize=256)
def _differences(pair: _Versions) -> tuple[Difference, ...]:
    known = pair.old.version
    return compare(contract_view(pair.old, known), contract_view(pair.new, known))


def contract_view(dictionary: Dictionary, history_until: str) -> dict[str, Any]:
    """Return a version as nested mappings by name, ready to be compared.

    Args:
        dictionary: the version.
        history_until: lines of the change log after this version are left out; new ones are no difference.
    """
    view = dictionary.model_dump(exclude={"fingerprint": True, "source": True})
    for block in view["types"].values():
        precision, scale = block.pop("precision"), block["scale"]
        block["whole_digits"] = None if precision is None else precision - scale
    last = parse_version(history_until)
    view["changes"] = {
        line["version"]: f"{line['date']} {line['by']} ({line['kind']}): {line['note']}"
        for line in view["changes"]
        if parse_version(line["version"]) <= last
    }
    return view


def compare(old: View, new: View) -> tuple[Difference, ...]:
    """Return the differences of two views, largest step first, then by path."""
    _resolve_values(old, new)
    found = [_difference(path, before, after, old, new) for path, before, after in _walk((), old, new, _places())]
    return tuple(sorted(found, key=lambda one: (-one.step, one.path)))


def _resolve_values(old: View, new: View) -> None:
    """Where a field changed its type or began or ceased to have limits of its own, compare what is in force."""
    for record in old["records"].keys() & new["records"].keys():
        before, after = (view["records"][record]["fields"] for view in (old, new))
        for field in before.keys() & after.keys():
            sides = (before[field], after[field])
            types = {side["type"] for side in sides}
            owned = {side["constraints"] is not None for side in sides}
            if len(types) > 1 or len(owned) > 1:
                for side, view in zip(sides, (old, new), strict=True):
                    own = side.pop("constraints")
                    in_force = dict(view["types"][side["type"]])
                    side["value"] = in_force if own is None else {**in_force, "constraints": own}


class _Place(dict[str, "_Place"]):
    """One place of the format: what may stand below it, and the rule of the place itself."""

    rule: Rule | None = None


@cache
def _places() -> _Place:
    top = _Place()
    for path, rule in RULES.items():
        place = top
        for part in path.split("."):
            place = place.setdefault(part, _Place())
        place.rule = rule
    return top


_UNKNOWN = _Place()


def _walk(path: Path, before: Any, after: Any, place: _Place) -> Iterator[tuple[Path, Any, Any]]:
    """Yield every place that differs; a thing only one version has is one difference, not one for each of its parts."""
    if ".".join(path) in NOT_COMPARED:
        return
    if place and isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted(before.keys() | after.keys()):
            below = place.get("*", place.get(name, _UNKNOWN))
            yield from _walk((*path, name), before.get(name), after.get(name), below)
    elif _meaning(before, place) != _meaning(after, place):
        yield path, before, after


def _meaning(value: Any, place: _Place) -> Any:
    if isinstance(value, tuple) and not (place.rule and place.rule.ordered):
        return tuple(sorted(value))
    return value


def rule_at(path: Path) -> Rule | None:
    """Return the rule of a place, None where nobody wrote one."""
    place = _places()
    for part in path:
        place = place.get("*", place.get(part, _UNKNOWN))
    return place.rule


def _difference(path: Path, before: Any, after: Any, old: View, new: View) -> Difference:
    rule = rule_at(path) or Rule("something", always(UNCLASSIFIED))
    change = Change(path, before, after, old, new)
    judge = rule.changed
    if before is None:
        judge = rule.added or judge
    elif after is None:
        judge = rule.removed or judge
    verdict = judge(change)
    return Difference(".".join(_as_written(path)), verdict.step, _in_words(rule.noun, change), verdict.why)


def _as_written(path: Path) -> Path:
    return ("dictionary", *path[1:]) if path[0] == "identity" else tuple(part for part in path if part != "value")


def _in_words(noun: str, change: Change) -> str:
    subject = _subject(change.path)
    if _names_itself(change.path):
        return f"{subject} is {'new' if change.before is None else 'gone'}"
    if change.before is None:
        return f"{subject}: {noun} is now {shown(change.after)}, there was none"
    if change.after is None:
        return f"{subject}: {noun} was {shown(change.before)} and is gone"
    if isinstance(change.before, tuple):
        return f"{subject}: {noun}{_listed(change.before, change.after)}"
    return f"{subject}: {noun} was {shown(change.before)}, is now {shown(change.after)}"


def _listed(before: tuple[Any, ...], after: tuple[Any, ...]) -> str:
    gained = [shown(one) for one in after if one not in before]
    lost = [shown(one) for one in before if one not in after]
    parts = [f" gained {', '.join(gained)}"] if gained else []
    parts += [f" lost {', '.join(lost)}"] if lost else []
    return " and".join(parts) or f" was {shown(before)}, is now {shown(after)}"


_SUBJECTS: Mapping[Path, str] = {
    ("records", "*", "fields", "*"): "Field {1}.{3}",
    ("reference", "*", "columns", "*"): "Column {3} of reference table {1}",
    ("review", "confidence", "*"): "Tier {2}",
    ("review", "gates", "*"): "Gate {2}",
    ("documents", "*"): "Document class {1}",
    ("criticality", "*"): "Tier {1}",
    ("types", "*"): "Type {1}",
    ("records", "*"): "Record type {1}",
    ("checks", "*"): "Check {1}",
    ("reasons", "*"): "Reason {1}",
    ("ageing_caps", "*"): "Tier {1}",
    ("roles", "*"): "Role {1}",
    ("reference", "*"): "Reference table {1}",
    ("changes", "*"): "Version {1}",
}


def _subject(path: Path) -> str:
    for pattern, words in _SUBJECTS.items():
        if _starts_with(path, pattern):
            return words.format(*path)
    return "The dictionary"


def _names_itself(path: Path) -> bool:
    """Whether a place is a named thing as a whole, so that it can only come or go."""
    named = any(len(path) == len(pattern) and _starts_with(path, pattern) for pattern in _SUBJECTS)
    return named and path[0] not in {"ageing_caps", "changes"} and path[:2] != ("review", "confidence")


def _starts_with(path: Path, pattern: Path) -> bool:
    return len(path) >= len(pattern) and all(one in {"*", part} for part, one in zip(path, pattern, strict=False))
