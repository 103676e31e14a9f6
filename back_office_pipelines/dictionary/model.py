"""The frozen form of a field dictionary: what the code sees instead of raw YAML.

What belongs here: the format itself (blocks, keys, closed sets of words) and rules that one object can check about
itself. What does not: reading files (`loader`), choosing a version (`store`), compiling to backends (`types`,
`contract`). The format is described in DESIGN section 6; every key is refused unless it is named below.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

BaseType = Literal["string", "decimal", "date", "integer", "boolean"]
Criticality = Literal["critical", "major", "minor"]
Severity = Literal["error", "warning"]
Tier = Literal["high", "medium", "low"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
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


Exact = Annotated[Decimal, BeforeValidator(_quoted_decimal)]
QuotedDate = Annotated[date, BeforeValidator(_quoted_date)]


class Frozen(BaseModel):
    """Base of every block: immutable, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Identity(Frozen):
    """Block `dictionary`: which contract this is and since when it holds."""

    lane: Name
    title: str
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    status: Literal["draft", "active", "retired"]
    effective_from: QuotedDate
    owner: Annotated[str, Field(pattern=r"^team:[a-z][a-z-]*$")]
    grain: str


class DocumentClass(Frozen):
    """One class of documents a lane can receive; without `record` it gives no record."""

    title: str
    record: Name | None = None
    cues: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)


class CriticalityTier(Frozen):
    """What an error in a field of this tier costs, relative to the others."""

    weight: int
    accuracy_target: Exact


def _pattern(value: object) -> object:
    """Refuse a pattern that is no regular expression."""
    try:
        re.compile(str(value))
    except re.error as problem:
        raise ValueError(f"{value!r} is no regular expression: {problem}") from None
    return value


class Constraints(Frozen):
    """Limits on a single value after it has been typed; a pattern must match the whole text."""

    pattern: Annotated[str, BeforeValidator(_pattern)] | None = None
    max_length: int | None = None
    minimum: Exact | None = None
    maximum: Exact | None = None
    one_of: tuple[str, ...] | None = None


class ValueType(Frozen):
    """A named type: base type, storage precision, and how raw text becomes canonical."""

    type: BaseType
    precision: int | None = None
    scale: int | None = None
    normalise: tuple[Name, ...] = ()
    constraints: Constraints = Constraints()

    @model_validator(mode="after")
    def _decimals_have_a_scale(self) -> "ValueType":
        if (self.type == "decimal") != (self.precision is not None and self.scale is not None):
            raise ValueError("precision and scale belong to decimal types, and only to them")
        return self


class FieldReasons(Frozen):
    """Which reason code an exception on this field carries."""

    missing: ReasonCode = "MISSING"
    invalid: ReasonCode = "FORMAT"


class Examples(Frozen):
    """Raw texts that must pass and must fail; they are run as tests."""

    accept: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()


class FieldSpec(Frozen):
    """One field of a record type."""

    title: str
    description: str
    type: Name
    criticality: Criticality
    nullable: Literal["never", "allowed"] = "allowed"
    constraints: Constraints | None = None
    labels: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    compare: Literal["exact", "casefold"] = "exact"
    examples: Examples = Examples()
    reasons: FieldReasons = FieldReasons()
    sensitivity: Literal["public", "internal", "personal"] = "internal"
    source: str | None = None


class RecordType(Frozen):
    """One record type of a lane. A type with a `parent` shares its parent's fate."""

    title: str
    description: str
    parent: Name | None = None
    fields: Mapping[Name, FieldSpec]


class SumEquals(Frozen):
    """Verb: the sum of `plus` less the sum of `minus` is `total`.

    Absent parts count as zero, but those under `needs` must be present for the check to be evaluated.
    """

    plus: tuple[Name, ...]
    minus: tuple[Name, ...] = ()
    total: Name
    needs: tuple[Name, ...]
    within: Exact


class ChildrenSum(Frozen):
    """Verb: the sum of a child field, less `minus`, plus `plus`, is `total`.

    Not evaluated without children, or where one of them lacks the field.
    """

    child: Name
    field: Name
    plus: tuple[Name, ...] = ()
    minus: tuple[Name, ...] = ()
    total: Name
    within: Exact


class NotBefore(Frozen):
    """Verb: `later` is on or after `earlier`; not evaluated where either is absent."""

    earlier: Name
    later: Name


class Check(Frozen):
    """A cross-field check: exactly one verb, a severity, and the reason its failures carry."""

    description: str
    record: Name
    severity: Severity = "error"
    reason: ReasonCode
    sum_equals: SumEquals | None = None
    children_sum: ChildrenSum | None = None
    not_before: NotBefore | None = None

    @model_validator(mode="after")
    def _exactly_one_verb(self) -> "Check":
        if sum(verb is not None for verb in (self.sum_equals, self.children_sum, self.not_before)) != 1:
            raise ValueError("a check has exactly one of sum_equals, children_sum, not_before")
        return self

    @property
    def operands(self) -> tuple[str, ...]:
        """Fields of the check's own record type that it reads."""
        if self.sum_equals is not None:
            return (*self.sum_equals.plus, *self.sum_equals.minus, self.sum_equals.total, *self.sum_equals.needs)
        if self.children_sum is not None:
            return (*self.children_sum.plus, *self.children_sum.minus, self.children_sum.total)
        assert self.not_before is not None  # noqa: S101 - exactly one verb is there
        return (self.not_before.earlier, self.not_before.later)

    @property
    def child(self) -> str | None:
        """Child record type that it reads, None where it reads none."""
        return None if self.children_sum is None else self.children_sum.child

    @property
    def child_operands(self) -> tuple[str, ...]:
        """Fields of the child type that it reads."""
        return () if self.children_sum is None else (self.children_sum.field,)


class Reason(Frozen):
    """One entry of the taxonomy: what failed, who decides, what they may do, and how fast."""

    title: str
    family: Literal["accuracy", "completeness", "consistency", "compliance", "intake"]
    tier: Tier
    decide: Name
    actions: tuple[Literal["correct", "override", "reject"], ...]
    counts_against_fpy: bool = True
    playbook: str


class Review(Frozen):
    """Block `review`: the lowest confidence at which a value of each tier passes without a person."""

    confidence: Mapping[Criticality, Exact]


class Change(Frozen):
    """One line of the dictionary's own history."""

    version: str
    date: QuotedDate
    by: str
    kind: Literal["major", "minor", "patch", "first"]
    note: str


class Role(Frozen):
    """What a role is for, and which other roles' decisions it may take."""

    description: str
    includes: tuple[Name, ...] = ()


class Common(Frozen):
    """`_common.yaml`: what every lane shares."""

    roles: Mapping[Name, Role]
    reasons: Mapping[ReasonCode, Reason]
    ageing_caps: Mapping[Tier, Exact]


class Dictionary(Frozen):
    """A whole field dictionary, with the shared taxonomy merged in and its content fingerprint."""

    identity: Identity
    documents: Mapping[Name, DocumentClass]
    criticality: Mapping[Criticality, CriticalityTier]
    types: Mapping[Name, ValueType]
    records: Mapping[Name, RecordType]
    checks: Mapping[Name, Check]
    reasons: Mapping[ReasonCode, Reason]
    review: Review
    changes: tuple[Change, ...]
    ageing_caps: Mapping[Tier, Exact]
    roles: Mapping[Name, Role]
    fingerprint: str
    source: Mapping[str, Any]
    """Parsed content it was built from (`content`, `common`); the ledger keeps it under the fingerprint."""

    @property
    def lane(self) -> str:
        """Name of the lane this dictionary defines."""
        return self.identity.lane

    @property
    def version(self) -> str:
        """Semantic version of the contract."""
        return self.identity.version

    @property
    def header(self) -> str:
        """Name of the top record type, the unit of first-pass yield and SLA."""
        return next(name for name, record in self.records.items() if record.parent is None)

    @property
    def children(self) -> tuple[str, ...]:
        """Names of the record types that share the header's fate."""
        return tuple(name for name, record in self.records.items() if record.parent is not None)

    def may_decide(self, role: str, code: str) -> bool:
        """Whether a role has the decision right of a reason, itself or through a role it includes."""
        held = self.roles.get(role)
        owner = self.reasons[code].decide
        return held is not None and (role == owner or owner in held.includes)

    def value_type(self, record_type: str, field: str) -> ValueType:
        """Return the named type of a field."""
        return self.types[self.records[record_type].fields[field].type]

    def constraints(self, record_type: str, field: str) -> Constraints:
        """Return the limits in force for a field: its own, else those of its type."""
        spec = self.records[record_type].fields[field]
        return spec.constraints if spec.constraints is not None else self.types[spec.type].constraints
