"""Putting a name to a version: everything about it is checked, then its hash and its shared part are kept.

What belongs here: the act. What does not: the list and what it means (`signatures`).
"""

from datetime import date
from pathlib import Path

from back_office_pipelines.dictionary.checkup import Examples
from back_office_pipelines.dictionary.loader import COMMON_FILE, load_dictionary
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.problems import refuse
from back_office_pipelines.dictionary.signatures import (
    COMMONS_FOLDER,
    LIST_FILE,
    SharedParts,
    Signature,
    Signatures,
    common_path,
    list_text,
    signed,
)
from back_office_pipelines.dictionary.store import version_files, version_order, version_path
from back_office_pipelines.dictionary.strict_yaml import fingerprint
from back_office_pipelines.dictionary.versions import refuse_versions
from back_office_pipelines.errors import DictionaryError
from back_office_pipelines.storage.files import write_text


def sign_version(
    folder: Path, lane: str, version: str, by: str, on: date, examples: Examples, *, renew: bool = False
) -> Signature:
    """Check a version as it stands with the present `_common.yaml`, and put it on the list.

    Args:
        folder: the dictionaries folder.
        lane: name of the lane.
        version: number of the version.
        by: who signs.
        on: day of the signature.
        examples: yields a sentence for each example that does not do what it says.
        renew: replace an earlier signature of other content; only before the version was ever used.

    Raises:
        DictionaryError: the version is broken, a draft, too small a step, or was signed with other content.
    """
    shared = SharedParts.of(folder)
    path = version_path(folder, lane, version)
    dictionary = load_dictionary(path, shared.present)
    thing = f"field dictionary {lane} {version}"
    if dictionary.identity.status != "active":
        raise DictionaryError(thing, f"is {dictionary.identity.status}", "set its status to active before signing")
    refuse(thing, examples(dictionary), "correct the field or the example")
    _refuse_wrong_step(folder, dictionary, shared)
    before = shared.signatures.get(lane, {}).get(version)
    if before is not None and before.fingerprint == dictionary.fingerprint:
        return before
    if before is not None and not renew:
        part = COMMON_FILE if before.covers(dictionary.source["content"]) else path.name
        raise DictionaryError(
            thing,
            f"was signed by {before.signed_by} on {before.signed_on}, and {part} says something else now",
            "write the change as a new version (or --renew, if no batch was ever bound to it)",
        )
    signatures = signed(shared.signatures, dictionary, by, on)
    _keep_common(folder, signatures, dictionary)
    write_text(folder / LIST_FILE, list_text(signatures))
    return signatures[lane][version]


def _refuse_wrong_step(folder: Path, dictionary: Dictionary, shared: SharedParts) -> None:
    others = [
        load_dictionary(path, shared.for_file(path))
        for path in version_files(folder)
        if path.parent.name == dictionary.lane and path.stem != dictionary.version
    ]
    published = [one for one in others if one.identity.status != "draft"]
    refuse_versions(sorted([*published, dictionary], key=version_order))


def _keep_common(folder: Path, signatures: Signatures, dictionary: Dictionary) -> None:
    """Keep a copy of the shared part, and drop copies that no signature names any more."""
    copy = common_path(folder, fingerprint(dictionary.source["common"]))
    write_text(copy, (folder / COMMON_FILE).read_text(encoding="utf-8"))
    named = {common_path(folder, one.common) for versions in signatures.values() for one in versions.values()}
    for path in sorted((folder / COMMONS_FOLDER).glob("*.yaml")):
        if path not in named:
            path.unlink()
