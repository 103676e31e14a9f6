"""Finding contracts: which dictionary version of a lane was in force when a batch was received.

What belongs here: folders, versions and effective dates. What does not: the format (`model`, `loader`).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from back_office_pipelines.dictionary.exhibit import Exhibit, load_exhibit
from back_office_pipelines.dictionary.home import INTAKE_LANE, home_dictionary
from back_office_pipelines.dictionary.loader import load_dictionary
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.signatures import SharedParts, Signatures, refuse_changed
from back_office_pipelines.dictionary.steps import Number, parse_version
from back_office_pipelines.dictionary.versions import refuse_versions
from back_office_pipelines.errors import DictionaryError, SettingsError, UsageError

NO_LANES = frozenset({"clients", "lookups"})
"""Folders beside the lanes; names that begin with an underscore are none either."""


@dataclass(frozen=True)
class Contracts:
    """All contracts of one folder.

    Attributes:
        lanes: versions of each lane, oldest effective date first.
        exhibits: terms by client.
        intake: built-in contract of lane `_intake`; it stands in no folder, so it is none of `lanes`.
        signatures: who signed which version.
    """

    lanes: Mapping[str, tuple[Dictionary, ...]]
    exhibits: Mapping[str, Exhibit]
    intake: Dictionary
    signatures: Signatures = field(default_factory=dict)

    def latest(self, lane: str) -> Dictionary:
        """Return the newest version of a lane.

        Raises:
            UsageError: there is no such lane.
        """
        if lane == INTAKE_LANE:
            return self.intake
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
        DictionaryError: a file breaks its format, or a version takes a smaller step than its differences need.
        SettingsError: a lane in use has no dictionary.
    """
    return _loaded(folder, lanes, _content_of(folder))


def _content_of(folder: Path) -> str:
    """Return a hash of every file of a folder: what was loaded once a process is loaded again only when it changed."""
    known = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            content = path.read_bytes()
        except OSError as problem:
            raise DictionaryError(str(path), str(problem), "restore the file, or let it be read") from None
        known.update(f"{path.relative_to(folder)}\0{hashlib.sha256(content).hexdigest()}\0".encode())
    return known.hexdigest()


@lru_cache(maxsize=8)
def _loaded(folder: Path, lanes: frozenset[str] | None, content: str) -> Contracts:
    del content  # part of the key only
    shared = SharedParts.of(folder)
    found: dict[str, list[Dictionary]] = {}
    for path in version_files(folder):
        if lanes is None or path.parent.name in lanes:
            dictionary = load_dictionary(path, shared.for_file(path))
            refuse_changed(dictionary, shared.signatures)
            if dictionary.identity.status != "draft":
                found.setdefault(dictionary.lane, []).append(dictionary)
    for versions in found.values():
        versions.sort(key=version_order)
        refuse_versions(versions)
    in_use = {
        lane: tuple(one for one in versions if one.identity.status == "active") for lane, versions in found.items()
    }
    in_use = {lane: versions for lane, versions in sorted(in_use.items()) if versions}
    missing = sorted((lanes or frozenset()) - in_use.keys())
    if missing:
        raise SettingsError("setting BACK_OFFICE_LANES", f"lane {missing[0]!r} has no dictionary", "correct the name")
    exhibits = [load_exhibit(path) for path in sorted((folder / "clients").glob("*.yaml"))]
    known = {exhibit.client: exhibit for exhibit in exhibits}
    return Contracts(in_use, known, home_dictionary(shared.present), shared.signatures)


def version_files(folder: Path) -> list[Path]:
    """Return the file of every version of every lane, drafts included.

    Raises:
        DictionaryError: a file ends in `.yml`; it would be passed over, and with it a version somebody wrote.
    """
    for path in sorted(folder.glob("**/*.yml")):
        raise DictionaryError(str(path), "would not be read", f"call it {path.stem}.yaml")
    names = (path for path in sorted(folder.glob("*/*.yaml")) if path.parent.name not in NO_LANES)
    return [path for path in names if not path.parent.name.startswith("_")]


def version_path(folder: Path, lane: str, version: str) -> Path:
    """Return the file of a version, whatever its status.

    Raises:
        UsageError: there is no such lane, or no such version of it.
    """
    known = [path for path in version_files(folder) if path.parent.name == lane]
    if not known:
        names = ", ".join(sorted({path.parent.name for path in version_files(folder)})) or "none"
        raise UsageError(f"lane {lane!r}", "has no field dictionary", f"use one of: {names}")
    found = [path for path in known if path.stem == version]
    if not found:
        names = ", ".join(path.stem for path in known)
        raise UsageError(f"lane {lane!r}", f"has no version {version}", f"use one of: {names}")
    return found[0]


def load_version(folder: Path, lane: str, version: str) -> Dictionary:
    """Load one version of a lane, whatever its status.

    Raises:
        UsageError: there is no such lane, or no such version of it.
        DictionaryError: it breaks the format.
    """
    path = version_path(folder, lane, version)
    return load_dictionary(path, SharedParts.of(folder).for_file(path))


def version_order(dictionary: Dictionary) -> tuple[date, Number]:
    """Return the place of a version among those of its lane: by effective date, then by number."""
    return dictionary.identity.effective_from, parse_version(dictionary.version)
