"""The smallest words of the dictionary format: names, codes, exact values and the frozen base of every block.

What belongs here: what more than one block needs. What does not: the blocks themselves (`model`, `verbs`).
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

BaseType = Literal["string", "decimal", "date", "integer", "boolean"]
Criticality = Literal["critical", "major", "minor"]
Severity = Literal["error", "warning"]
Tier = Literal["high", "medium", "low"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
LaneName = Annotated[str, Field(pattern=r"^(_intake|[a-z][a-z0-9_]*)$")]
ReasonCode = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_-]*$")]


def _quoted_decimal(value: object) -> object:
    """Refuse bare floats: YAML would have rounded them before we saw them."""
    if isinstance(value, float):
        raise ValueError(f"{value} is a bare float; quote it so that it stays exact")
    return value


def _quoted_date(value: object) -> object:
    """Take dates as quoted text only, so that every reader of the file sees the same thing."""
    if not isinstance(value, str):
        raise ValueError(f"{value!r} must be quoted text like '2026-01-31'")
    return date.fromisoformat(value)


_EXACT_SCHEMA = {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}]}

Exact = Annotated[Decimal, BeforeValidator(_quoted_decimal), WithJsonSchema(_EXACT_SCHEMA)]
QuotedDate = Annotated[date, BeforeValidator(_quoted_date)]


class Frozen(BaseModel):
    """Base of every block: immutable, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
