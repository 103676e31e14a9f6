"""The manifest of a batch (DESIGN 7.1): strict, because everything later trusts it."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from back_office_pipelines.clock import parse_moment
from back_office_pipelines.dictionary.strict_yaml import load_mapping
from back_office_pipelines.errors import UsageError

FILE_NAME = "manifest.yaml"
BATCH_ID = re.compile(r"[A-Za-z0-9_-]+")


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


class Manifest(BaseModel):
    """What the sender says about a batch."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    client: Annotated[str, Field(min_length=1)]
    entity: str | None = None
    channel: Literal["email", "portal", "sftp", "api", "scan"] | None = None
    priority: Literal["standard", "priority"] = "standard"
    received_at: Annotated[datetime, BeforeValidator(_moment)]
    delivery: Annotated[int, Field(ge=1)] = 1
    document_count: Annotated[int, Field(ge=0)] | None = None
    control_totals: Mapping[str, Mapping[str, Annotated[Decimal, BeforeValidator(_exact)]]] = Field(
        default_factory=dict
    )
    checksums: Mapping[str, Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]] = Field(default_factory=dict)


def read_manifest(path: Path, thing: str) -> Manifest:
    """Read a manifest.

    Args:
        path: the file.
        thing: how people name the batch, for the message.

    Raises:
        UsageError: the manifest cannot be read, has unknown or missing keys, or a value is not what it must be.
    """
    content = load_mapping(path)
    try:
        return Manifest.model_validate(content)
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UsageError(
            f"manifest of batch {thing}",
            f"{where}: {first['msg']}",
            "have the sender correct it; the files stay in the inbox",
        ) from None
