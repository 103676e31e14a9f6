"""Finding contracts: which dictionary version of a lane was in force when a batch was received.

What belongs here: folders, versions and effective dates. What does not: the format (`model`, `loader`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from back_office_pipelines.dictionary.exhibit import Exhibit, load_exhibit
from back_office_pipelines.dictionary.loader import load_common, load_dictionary
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.errors import DictionaryError, SettingsError, UsageError


@dataclass(frozen=True)
class Contracts:
    """All contracts of one folder.

    Attributes:
        lanes: versions of each lane, oldest effective date first.
        exhibits: terms by client.
    """

    lanes: Mapping[str, tuple[Dictionary, ...]]
    exhibits: Mapping[str, Exhibit]

    def latest(self, lane: str) -> Dictionary:
        """Return the newest version of a lane.

        Raises:
            UsageError: there is no such lane.
        """
        if lane not in self.lanes:
            known = ", ".join(sorted(self.lanes)) or "none"
            raise UsageError(f"lane {lane!r}", "has no field dictionary", f"use one of: {known}")
        return self.lanes[lane][-1]

    def in_force(self, lane: str, received_at: datetime) -> Dictionary:
        """Return the version a batch received at this moment is bound to.

        Raises:
            DictionaryError: no version was in force yet.
        """
        self.latest(lane)
        day = received_at.date()
        versions = [version for version in self.lanes[lane] if version.identity.effective_from <= day]
        if not versions:
            raise DictionaryError(
                f"lane {lane!r}", f"no dictionary version was in force on {day}", "correct received_at or add a version"
            )
        return versions[-1]

    def exhibit(self, client: str) -> Exhibit:
        """Return a client's terms.

        Raises:
            UsageError: the client has no exhibit, so no calendar could say when its clocks start.
        """
        if client not in self.exhibits:
            known = ", ".join(sorted(self.exhibits)) or "none"
            raise UsageError(
                f"client {client!r}", "has no exhibit", f"add field_dictionaries/clients/{client}.yaml (known: {known})"
            )
        return self.exhibits[client]


def load_contracts(folder: Path, lanes: frozenset[str] | None = None) -> Contracts:
    """Load every dictionary and exhibit of a folder.

    Args:
        folder: the dictionaries folder.
        lanes: names of the lanes in use; None for all.

    Raises:
        DictionaryError: a file breaks its format.
        SettingsError: a lane in use has no dictionary.
    """
    common = load_common(folder)
    found: dict[str, list[Dictionary]] = {}
    for path in sorted(folder.glob("*/*.yaml")):
        if path.parent.name != "clients" and (lanes is None or path.parent.name in lanes):
            dictionary = load_dictionary(path, common)
            if dictionary.identity.status == "active":
                found.setdefault(dictionary.lane, []).append(dictionary)
    missing = sorted((lanes or frozenset()) - found.keys())
    if missing:
        raise SettingsError("setting BACK_OFFICE_LANES", f"lane {missing[0]!r} has no dictionary", "correct the name")
    for versions in found.values():
        versions.sort(key=version_order)
    exhibits = [load_exhibit(path) for path in sorted((folder / "clients").glob("*.yaml"))]
    return Contracts(
        lanes={lane: tuple(versions) for lane, versions in sorted(found.items())},
        exhibits={exhibit.client: exhibit for exhibit in exhibits},
    )


def version_order(dictionary: Dictionary) -> tuple[date, tuple[int, ...]]:
    """Return the place of a version among those of its lane: by effective date, then by number."""
    return dictionary.identity.effective_from, tuple(int(part) for part in dictionary.version.split("."))
