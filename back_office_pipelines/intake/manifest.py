"""The manifest of a batch (DESIGN 7.1): strict, because everything later trusts it.

What belongs here: reading one, and writing one where we deliver a batch ourselves. What does not: what a batch is bound
to (`registration`).
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from back_office_pipelines.clock import iso, parse_moment
from back_office_pipelines.dictionary.problems import sentences
from back_office_pipelines.dictionary.strict_yaml import load_mapping
from back_office_pipelines.errors import UsageError
from back_office_pipelines.values.text import holds_nul

FILE_NAME = "manifest.yaml"
BATCH_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
"""Names of batches; files of the product are called after them, with something before and behind."""


def _moment(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError("quote the time so that its offset is kept")
    try:
        return parse_moment(value, "received_at")
    except UsageError as problem:
        raise ValueError(f"{problem.culprit}; {problem.remedy}") from None


def _exact(value: object) -> Decimal:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} must be quoted so that it stays exact")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"{value!r} is no number; write it like '12345.67'") from None
    if not number.is_finite():
        raise ValueError(f"{value!r} is no amount")
    return number


ManifestChannel = Literal["email", "portal", "sftp", "api", "scan"]


class Manifest(BaseModel):
    """What the sender says about a batch."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    client: Annotated[str, Field(min_length=1)]
    entity: str | None = None
    channel: ManifestChannel | None = None
    priority: Literal["standard", "priority"] = "standard"
    received_at: Annotated[datetime, BeforeValidator(_moment)]
    delivery: Annotated[int, Field(ge=1)] = 1
    document_count: Annotated[int, Field(ge=0)] | None = None
    control_totals: Mapping[str, Mapping[str, Annotated[Decimal, BeforeValidator(_exact)]]] = Field(
        default_factory=dict
    )
    checksums: Mapping[str, Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]] = Field(default_factory=dict)


MOST_TOLD = 8
"""Faults of a manifest that are told one by one."""
LONGEST = 1 << 20
"""Bytes of a manifest; one that names ten thousand checksums has that many."""


def _loaded(path: Path, thing: str) -> dict[str, Any]:
    """Return the content of a manifest as text that a ledger can keep."""
    name = f"manifest of batch {thing}"
    if path.stat().st_size > LONGEST:
        raise UsageError(name, f"it is larger than {LONGEST} bytes", "write what section 7.1 names and nothing else")
    try:
        content = load_mapping(path)
        text = json.dumps(content, ensure_ascii=False, default=str)
        text.encode()
    except (YAMLError, RecursionError, ValueError) as problem:
        nested = isinstance(problem, RecursionError)
        culprit = "it is nested without end" if nested else str(problem).splitlines()[0]
        raise UsageError(name, f"cannot be read: {culprit}", "have the sender write plain YAML") from None
    if holds_nul(text):
        raise UsageError(name, "it holds a NUL character", "have the sender remove it")
    return content


def read_manifest(path: Path, thing: str) -> Manifest:
    """Read a manifest.

    Args:
        path: the file.
        thing: how people name the batch, for the message.

    Raises:
        UsageError: the manifest cannot be read, has unknown or missing keys, or a value is not what it must be.
    """
    content = _loaded(path, thing)
    try:
        return Manifest.model_validate(content)
    except ValidationError as problem:
        raise UsageError(
            f"manifest of batch {thing}",
            _all_told(tuple(sentences(problem, Manifest))),
            "have the sender correct it; the files stay in the inbox",
        ) from None


def _all_told(faults: Sequence[str]) -> str:
    """Return all faults, so that the sender need not correct them one by one; of very many the first."""
    more = [f"and {len(faults) - MOST_TOLD} more"] if len(faults) > MOST_TOLD else []
    return "; ".join([*faults[:MOST_TOLD], *more])


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write the manifest of a batch; what is not said in it is left out.

    Args:
        path: the file, which must not exist.
        manifest: names of files in it are text that can be stored (`problems.shown_name`).
    """
    said = manifest.model_dump(exclude_defaults=True) | {"received_at": iso(manifest.received_at)}
    totals = {
        currency: {name: str(total) for name, total in sums.items()}
        for currency, sums in manifest.control_totals.items()
    }
    writer = YAML(typ="safe", pure=True)
    writer.allow_unicode = False  # escaped: some characters that names may have would be taken for line breaks
    writer.width = 1 << 16  # a name folded over two lines would be no key any more
    writer.default_flow_style = False
    writer.representer.sort_base_mapping_type_on_output = False
    with path.open("x", encoding="utf-8") as file:
        writer.dump(said | ({"control_totals": totals} if totals else {}), file)
