"""Version numbers and the three steps between them. Pure arithmetic; what a difference needs is `consequences`."""

from enum import IntEnum

Number = tuple[int, int, int]


class Step(IntEnum):
    """How far a version goes from the one before; a larger step covers what a smaller one may do."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    @property
    def word(self) -> str:
        """Name as `changes` writes it."""
        return self.name.lower()


def parse_version(text: str) -> Number:
    """Return the three numbers of a version such as 1.0.0."""
    major, minor, patch = (int(part) for part in text.split("."))
    return major, minor, patch


def next_version(version: str, step: Step) -> str:
    """Return the version that lies one step after another; no step leaves it as it is."""
    major, minor, patch = parse_version(version)
    following = {
        Step.NONE: (major, minor, patch),
        Step.PATCH: (major, minor, patch + 1),
        Step.MINOR: (major, minor + 1, 0),
        Step.MAJOR: (major + 1, 0, 0),
    }
    return ".".join(str(number) for number in following[step])


def step_between(earlier: str, later: str) -> Step | None:
    """Return the step from one version to the next, None where the numbers are not one step apart."""
    return next((step for step in (Step.PATCH, Step.MINOR, Step.MAJOR) if next_version(earlier, step) == later), None)


def step_over(earlier: str, later: str) -> Step:
    """Return how far a version is from any earlier one: the first of its three numbers that differs."""
    before, after = parse_version(earlier), parse_version(later)
    steps = (Step.MAJOR, Step.MINOR, Step.PATCH)
    return next((step for step, one, other in zip(steps, before, after, strict=True) if one != other), Step.NONE)
