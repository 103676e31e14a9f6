"""Which versions were signed, by whom, and with which content: `field_dictionaries/_active.yaml`.

A version that is in force never changes. The list keeps the hash of what was signed; a copy of `_common.yaml` as it was
on that day lies in `_commons/`, and a signed version is loaded with that copy for good. So a change of `_common.yaml`
reaches a lane only through a new version of it, whose step has to cover the change (decision record: signatures).

What belongs here: reading and writing the list. What does not: who may sign (the repository's review), and whether the
versions may follow each other (`versions`).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from back_office_pipelines.dictionary.loader import COMMON_FILE, load_common, load_common_file
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.primitives import Frozen, QuotedDate
from back_office_pipelines.dictionary.problems import sentences
from back_office_pipelines.dictionary.strict_yaml import fingerprint, load_mapping
from back_office_pipelines.errors import DictionaryError, DictionaryProblemsError

LIST_FILE = "_active.yaml"
COMMONS_FOLDER = "_commons"
_HEAD = """\
# Versions that somebody has put a name to. Written by `back-office dictionary sign`; `dictionary check` compares.
# content: sha256 of the version's own file as parsed, its status apart; common: that of _common.yaml on that day,
# kept in _commons/; fingerprint: that of both together, which every batch and record bound to it carries.
"""


class Signature(Frozen):
    """One signed version; `renews` is the fingerprint it replaced, where it was signed before."""

    signed_by: str
    signed_on: QuotedDate
    content: str
    common: str
    fingerprint: str
    renews: str | None = None

    def covers(self, content: Mapping[str, Any]) -> bool:
        """Whether parsed content of a lane file is what was signed."""
        return content_hash(content) == self.content


class _Lane(Frozen):
    versions: Mapping[str, Signature]


Signatures = Mapping[str, Mapping[str, Signature]]


def load_signatures(folder: Path) -> Signatures:
    """Return every signature by lane and version; a folder without a list has none.

    Raises:
        DictionaryProblemsError: the list breaks its format.
    """
    path = folder / LIST_FILE
    if not path.is_file():
        return {}
    try:
        return {
            lane: _Lane.model_validate({"versions": versions}).versions for lane, versions in load_mapping(path).items()
        }
    except ValidationError as problem:
        found = tuple(sentences(problem, _Lane))
        raise DictionaryProblemsError(str(path), found, "restore the list from the repository") from None


def content_hash(content: Mapping[str, Any]) -> str:
    """Return the sha256 of a lane file as parsed; its status does not count, so that a version can be retired."""
    identity = {key: value for key, value in content["dictionary"].items() if key != "status"}
    return fingerprint({**content, "dictionary": identity})


@dataclass(frozen=True)
class SharedParts:
    """The shared part each version is loaded with: the one it was signed with, else the present one.

    Attributes:
        folder: the dictionaries folder.
        signatures: signatures by lane and version.
        present: parsed content of `_common.yaml`.
    """

    folder: Path
    signatures: Signatures
    present: dict[str, Any]

    @classmethod
    def of(cls, folder: Path) -> "SharedParts":
        """Read the list and the present shared part of a folder."""
        return cls(folder, load_signatures(folder), load_common(folder))

    def for_file(self, path: Path) -> dict[str, Any]:
        """Return the shared part of a lane file: what it was signed with, if it still says what was signed.

        Raises:
            DictionaryError: the copy it was signed with is gone or was changed.
        """
        signature = self.signatures.get(path.parent.name, {}).get(path.stem)
        if signature is None or signature.common == fingerprint(self.present) or not self._unchanged(path, signature):
            return self.present
        copy = common_path(self.folder, signature.common)
        if not copy.is_file():
            raise DictionaryError(
                str(path), f"was signed with {copy.name} of {COMMONS_FOLDER}, which is gone", "restore that file"
            )
        content = load_common_file(copy)
        if fingerprint(content) != signature.common:
            raise DictionaryError(str(copy), "is not what was signed", "restore that file from the repository")
        return content

    def _unchanged(self, path: Path, signature: Signature) -> bool:
        content = load_mapping(path)
        return isinstance(content.get("dictionary"), dict) and signature.covers(content)


def common_path(folder: Path, common: str) -> Path:
    """Return where the copy of a shared part lies."""
    return folder / COMMONS_FOLDER / f"{common[:16]}.yaml"


def signature_problems(folder: Path, signatures: Signatures, loaded: Mapping[Path, Dictionary]) -> Iterator[str]:
    """Yield one sentence for each signed version that is not what was signed.

    Args:
        folder: the dictionaries folder.
        signatures: signatures by lane and version.
        loaded: every dictionary of the folder that could be loaded, by path.
    """
    for lane, versions in signatures.items():
        for version, signature in versions.items():
            path = folder / lane / f"{version}.yaml"
            who = f"{lane} {version}, signed by {signature.signed_by} on {signature.signed_on},"
            if not path.is_file():
                yield f"{who} is gone; restore {path}"
            elif path in loaded:
                yield from (f"{who} {one}" for one in _changed(folder, loaded[path], signature))


def refuse_changed(dictionary: Dictionary, signatures: Signatures) -> None:
    """Refuse a version whose file no longer says what was signed: two texts would go by one number.

    Raises:
        DictionaryError: it was changed after it was signed.
    """
    signature = signatures.get(dictionary.lane, {}).get(dictionary.version)
    if signature is not None and not signature.covers(dictionary.source["content"]):
        raise DictionaryError(
            f"field dictionary {dictionary.lane} {dictionary.version}",
            f"has been changed since {signature.signed_by} signed it on {signature.signed_on}",
            "restore the file and write the change as a new version",
        )


def _changed(folder: Path, dictionary: Dictionary, signature: Signature) -> Iterator[str]:
    if not signature.covers(dictionary.source["content"]):
        yield "has been changed since; restore the file and write the change as a new version"
    elif dictionary.identity.status == "draft":
        yield "is called a draft again; call it retired if it is out of force"
    elif not common_path(folder, signature.common).is_file():
        yield f"lacks the copy of {COMMON_FILE} it was signed with; restore {common_path(folder, signature.common)}"


def outdated_commons(shared: SharedParts, loaded: Mapping[Path, Dictionary]) -> list[Dictionary]:
    """Return the signed versions that are loaded with an older shared part than the present one."""
    present = fingerprint(shared.present)
    return [one for one in loaded.values() if fingerprint(one.source["common"]) != present]


def unsigned(signatures: Signatures, loaded: Mapping[Path, Dictionary]) -> list[Dictionary]:
    """Return the active versions nobody has signed."""
    return [
        one
        for one in loaded.values()
        if one.identity.status == "active" and one.version not in signatures.get(one.lane, {})
    ]


def signed(signatures: Signatures, dictionary: Dictionary, by: str, on: date) -> Signatures:
    """Return the list with the signature of one version added or renewed; a renewal keeps what it replaced."""
    before = signatures.get(dictionary.lane, {})
    old = before.get(dictionary.version)
    signature = Signature(
        signed_by=by,
        signed_on=on.isoformat(),  # type: ignore[arg-type]  # the model takes dates as quoted text only
        content=content_hash(dictionary.source["content"]),
        common=fingerprint(dictionary.source["common"]),
        fingerprint=dictionary.fingerprint,
        renews=old.fingerprint if old else None,
    )
    return {**signatures, dictionary.lane: {**before, dictionary.version: signature}}


def list_text(signatures: Signatures) -> str:
    """Return the text of the list, lanes and versions in order."""
    lines = []
    for lane, versions in sorted(signatures.items()):
        lines.append(f"{lane}:")
        for version, one in sorted(versions.items(), key=lambda item: [int(part) for part in item[0].split(".")]):
            lines.append(f'  "{version}":')
            fields = one.model_dump(mode="json", exclude_none=True)
            lines += [f"    {name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items()]
    return _HEAD + "".join(f"{line}\n" for line in lines)
