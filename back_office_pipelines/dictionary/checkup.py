"""Everything that can be said against a folder of dictionaries, all at once: what `dictionary check` prints.

What belongs here: going on after the first problem. What does not: the rules themselves; `load_contracts` applies those
that stop a run, and stops at the first.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from back_office_pipelines.dictionary.exhibit import Exhibit, load_exhibit
from back_office_pipelines.dictionary.loader import load_dictionary
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.signatures import SharedParts, signature_problems, unsigned
from back_office_pipelines.dictionary.store import version_files, version_order
from back_office_pipelines.dictionary.taxonomy import GENERIC, lane_prefix, used_reasons
from back_office_pipelines.dictionary.versions import version_problems
from back_office_pipelines.errors import BackOfficeError, DictionaryProblemsError


@dataclass
class Checkup:
    """What was found.

    Attributes:
        dictionaries: every version that loads, drafts included, by path.
        exhibits: every exhibit that loads.
        broken: problems that stop every command that reads the folder.
        refused: what must not be released: signatures (an edited signed version also stops every command), examples,
            reasons nobody uses.
        unsigned: active versions that nobody has signed yet.
    """

    shared: SharedParts
    dictionaries: dict[Path, Dictionary] = field(default_factory=dict)
    exhibits: list[Exhibit] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unsigned: list[Dictionary] = field(default_factory=list)


Examples = Callable[[Dictionary], Iterable[str]]


def check_folder(folder: Path, examples: Examples) -> Checkup:
    """Check a whole folder.

    Args:
        folder: the dictionaries folder.
        examples: yields a sentence for each example of a dictionary that does not do what it says.

    Raises:
        DictionaryError: the shared part or the list of signatures is broken, so that nothing else can be read.
    """
    found = Checkup(SharedParts.of(folder))
    for path in version_files(folder):
        _load(path, found)
    for path in sorted((folder / "clients").glob("*.yaml")):
        try:
            found.exhibits.append(load_exhibit(path))
        except BackOfficeError as problem:
            found.broken.append(str(problem))
    for versions in lanes(found.dictionaries.values()).values():
        published = [one for one in versions if one.identity.status != "draft"]
        found.broken += [str(problem.error()) for problem in version_problems(published)]
    found.refused += _refused(folder, found, examples)
    found.unsigned += unsigned(found.shared.signatures, found.dictionaries)
    return found


def lanes(dictionaries: Iterable[Dictionary]) -> dict[str, list[Dictionary]]:
    """Return versions by lane, oldest first."""
    grouped: dict[str, list[Dictionary]] = {}
    for dictionary in sorted(dictionaries, key=version_order):
        grouped.setdefault(dictionary.lane, []).append(dictionary)
    return dict(sorted(grouped.items()))


def _load(path: Path, found: Checkup) -> None:
    try:
        found.dictionaries[path] = load_dictionary(path, found.shared.for_file(path))
    except DictionaryProblemsError as problem:
        found.broken += problem.sentences
    except BackOfficeError as problem:
        found.broken.append(str(problem))


def _refused(folder: Path, found: Checkup, examples: Examples) -> Iterator[str]:
    yield from signature_problems(folder, found.shared.signatures, found.dictionaries)
    for path, dictionary in found.dictionaries.items():
        yield from (f"{path}: {sentence}" for sentence in examples(dictionary))
    yield from _prefix_problems(found)
    if not found.broken:
        yield from _unused_shared(folder, found)
        for exhibit in found.exhibits:
            for lane in sorted(exhibit.targets.keys() - lanes(found.dictionaries.values()).keys()):
                yield f"client {exhibit.client}: has targets for lane {lane!r}, which has no dictionary"


def _prefix_problems(found: Checkup) -> Iterator[str]:
    prefixes = {
        (one.lane, prefix)
        for one in found.dictionaries.values()
        if (prefix := lane_prefix(one.source["content"], one.source["common"])) is not None
    }
    for (lane, prefix), (other, same) in combinations(sorted(prefixes), 2):
        if prefix == same and lane != other:
            yield f"lanes {lane} and {other}: both begin their reasons with {prefix}-; a prefix belongs to one lane"


def _unused_shared(folder: Path, found: Checkup) -> Iterator[str]:
    used = {code for one in found.dictionaries.values() for code in used_reasons(one)} | GENERIC
    for code in sorted(found.shared.present["reasons"].keys() - used):
        yield f"{folder}: shared reason {code!r} is used by no lane; remove it from _common.yaml or use it"
