"""Which versions of a lane may follow each other, and which steps they have to take.

What belongs here: order, numbers and the change log. What does not: what a single version says (`loader`), and who
signed it (`signatures`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from back_office_pipelines.dictionary.diff import Difference, differences, needed_step
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.steps import Step, next_version, parse_version, step_between
from back_office_pipelines.errors import DictionaryError


@dataclass(frozen=True)
class VersionProblem:
    """Why a version may not follow the one before.

    Attributes:
        version: the later version.
        culprit: what is wrong with it.
        remedy: what its author can do.
    """

    version: Dictionary
    culprit: str
    remedy: str

    def error(self, more: int = 0) -> DictionaryError:
        """Return the problem as the error that stops a command, saying how many more there are."""
        culprit = f"{self.culprit} (and {more} more)" if more else self.culprit
        return DictionaryError(f"field dictionary {self.version.lane} {self.version.version}", culprit, self.remedy)


def refuse_versions(versions: Sequence[Dictionary]) -> None:
    """Raise the first problem of a lane's versions, if there is one.

    Raises:
        DictionaryError: the versions may not follow each other.
    """
    found = list(version_problems(versions))
    if found:
        raise found[0].error(len(found) - 1)


def version_problems(versions: Sequence[Dictionary]) -> Iterator[VersionProblem]:
    """Yield what is wrong with the versions of one lane, oldest pair first.

    Args:
        versions: every version of the lane that is or was in force, drafts excluded, oldest effective date first.
    """
    for number, version in enumerate(versions):
        earlier = versions[number - 1] if number else None
        if earlier is not None:
            yield from _pair_problems(earlier, version)
        yield from _log_problems(version, earlier)


def _log_problems(version: Dictionary, earlier: Dictionary | None) -> Iterator[VersionProblem]:
    if earlier is None:  # its own log tells whether it is the first, or an earlier file was put away
        due = "first" if {change.version for change in version.changes} == {version.version} else None
    else:
        step = step_between(earlier.version, version.version)
        due = step.word if step else None
    kinds = [change.kind for change in version.changes if change.version == version.version]
    if not kinds:
        yield VersionProblem(
            version, "has no entry for itself under 'changes'", "add a line with version, date, by, kind and note"
        )
    elif due is not None and kinds != [due]:
        yield VersionProblem(
            version, f"'changes' calls it {kinds[0]!r}, but its number makes it {due!r}", f"write 'kind: {due}'"
        )


def _pair_problems(earlier: Dictionary, later: Dictionary) -> Iterator[VersionProblem]:
    since = later.identity.effective_from
    if parse_version(later.version) < parse_version(earlier.version):
        yield VersionProblem(
            later,
            f"takes effect on {since}, after the higher version {earlier.version}",
            "let numbers grow with effective_from",
        )
        return
    yield from _step_problems(earlier, later)
    if since == earlier.identity.effective_from:
        yield VersionProblem(
            later,
            f"takes effect on {since}, the same day as {earlier.version}",
            "give it a later effective_from, so that every batch has one contract",
        )


def _step_problems(earlier: Dictionary, later: Dictionary) -> Iterator[VersionProblem]:
    found = differences(earlier, later)
    needed = needed_step(found)
    taken = step_between(earlier.version, later.version)
    if taken is None:
        allowed = [next_version(earlier.version, step) for step in Step if step >= max(needed, Step.PATCH)]
        yield VersionProblem(
            later, f"is not one step after {earlier.version}", f"call it {' or '.join(allowed)}, file name included"
        )
    elif taken < needed:
        yield VersionProblem(
            later,
            f"is a {taken.word} step from {earlier.version} and needs a {needed.word} one: {_first(found)}",
            f"call it {next_version(earlier.version, needed)}, file name and 'changes' included, or take that back",
        )


def _first(found: tuple[Difference, ...], limit: int = 2) -> str:
    """Return the sentences of the first differences of the largest step, and how many more there are."""
    worst = [one for one in found if one.step == found[0].step]
    more = f"; and {len(worst) - limit} more" if len(worst) > limit else ""
    return "; ".join(one.sentence for one in worst[:limit]) + more
