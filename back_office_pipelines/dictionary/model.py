"""The frozen form of a field dictionary: what the code sees instead of raw YAML.

What belongs here: the blocks of the format and rules that one object can check about itself. What does not: its
smallest words (`primitives`), the verbs of checks (`verbs`), reading files (`loader`), choosing a version (`store`),
compiling to backends (`types`, `contract`). DESIGN section 6 describes the format; keys not named here are refused.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from back_office_pipelines.dictionary.gates import Gate
from back_office_pipelines.dictionary.primitives import (
    BaseType,
    Criticality,
    Exact,
    Frozen,
    LaneName,
    Name,
    QuotedDate,
    ReasonCode,
    Tier,
)
from back_office_pipelines.dictionary.verbs import Check


class Identity(Frozen):
    """Block `dictionary`: which contract this is and since when it holds."""

    lane: LaneName
    title: str
    version: Annotated[str, Field(pattern=r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$")]
    status: Literal["draft", "active", "retired"]
    effective_from: QuotedDate
    owner: Annotated[str, Field(pattern=r"^team:[a-z][a-z-]*$")]
    grain: str


class DocumentClass(Frozen):
    """One class of documents a lane can receive; without `record` it gives no record.

    Attributes:
        cues: what headings that name the class begin with, by language.
        ending_cues: what ends such headings and says more than their start ("Faktura VAT korekta"), by language.
        lone_cues: words that are such a heading alone in large print, and something else in a sentence, by language.
        recognised_by: fields that, all found on a page without a deciding heading, make it a document of this class.
    """

    title: str
    record: Name | None = None
    cues: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    ending_cues: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    lone_cues: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    recognised_by: tuple[Name, ...] = ()


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
    checksum: Literal["iban", "vat"] | None = None


RULE_REASONS: Mapping[str, str] = {
    "pattern": "FORMAT",
    "max_length": "FORMAT",
    "minimum": "OUT_OF_RANGE",
    "maximum": "OUT_OF_RANGE",
    "one_of": "CODE_UNKNOWN",
    "checksum": "CHECKSUM",
}
"""Reason of a failed constraint where the field names none of its own."""


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
    """Which reason code an exception on this field carries; without `invalid`, that of the rule that failed."""

    missing: ReasonCode = "MISSING"
    invalid: ReasonCode | None = None

    def of_rule(self, rule: str) -> str:
        """Return the reason of a failed constraint; `pattern` stands for a text that cannot be read at all."""
        return self.invalid or RULE_REASONS[rule]


class Examples(Frozen):
    """Raw texts that must pass and must fail; they are run as tests."""

    accept: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()


Finder = Literal["label", "letterhead", "address_below_letterhead", "only_date", "amount_paid", "local_currency"]
"""Evidence on a page that can give a value (`extraction/slip/unlabelled.py`); `label` is a label alone."""


class FieldSpec(Frozen):
    """One field of a record type.

    Attributes:
        labels: what stands beside its value on a page, by language.
        unlike: longer labels that contain one of these and name something else ("total quantity" beside "total").
        found_by: evidence on a page that gives the value, tried in this order.
        compare: when two values are the same: to the letter, but for letter case, or by letters and digits alone.
    """

    title: str
    description: str
    type: Name
    criticality: Criticality
    nullable: Literal["never", "allowed"] = "allowed"
    constraints: Constraints | None = None
    labels: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    unlike: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    found_by: tuple[Finder, ...] = ("label",)
    compare: Literal["exact", "casefold", "name"] = "exact"
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


class Reason(Frozen):
    """One entry of the taxonomy: what failed, who decides, what they may do, and how fast."""

    title: str
    family: Literal["accuracy", "completeness", "consistency", "compliance", "intake"]
    tier: Tier
    decide: Name
    actions: tuple[Literal["correct", "override", "reject", "redeliver", "approve"], ...]
    counts_against_fpy: bool = True
    playbook: str


class Review(Frozen):
    """Block `review`: what passes without a person.

    Attributes:
        confidence: lowest confidence of a value of each tier that does.
        gates: what never does, however sure and right it is.
    """

    confidence: Mapping[Criticality, Exact]
    gates: Mapping[Name, Gate] = Field(default_factory=dict)


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


class ReferenceColumn(Frozen):
    """One column of a reference table; `match` says how its values are compared with those of records."""

    description: str
    match: Literal["exact", "identifier", "name"] = "exact"


class ReferenceTable(Frozen):
    """A table a client gives us, `data/reference/<client>/<table>/<as_of>.csv`; grain: one row a `key`."""

    title: str
    description: str
    key: tuple[Name, ...]
    columns: Mapping[Name, ReferenceColumn]

    @model_validator(mode="after")
    def _key_exists(self) -> "ReferenceTable":
        for name in self.key:
            if name not in self.columns:
                raise ValueError(f"its key names unknown column {name!r}")
        return self


class Common(Frozen):
    """`_common.yaml`: what every lane shares."""

    roles: Mapping[Name, Role]
    reasons: Mapping[ReasonCode, Reason]
    ageing_caps: Mapping[Tier, Exact]
    reference: Mapping[Name, ReferenceTable] = Field(default_factory=dict)


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
    reference: Mapping[Name, ReferenceTable]
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

    def keeps(self, document_class: str) -> bool:
        """Tell whether documents of a class give records of the lane; those of all others are refused."""
        return self.documents[document_class].record == self.header

    @property
    def children(self) -> tuple[str, ...]:
        """Names of the record types that share the header's fate."""
        return tuple(name for name, record in self.records.items() if record.parent is not None)

    def may_decide(self, role: str, code: str) -> bool:
        """Whether a role has the decision right of a reason, itself or through a role it includes."""
        held = self.roles.get(role)
        owner = self.reasons[code].decide
        return held is not None and (role == owner or owner in held.includes)

    def may_approve(self, role: str, gate: Gate) -> bool:
        """Whether a role may approve what a gate holds, itself or through a role it includes."""
        held = self.roles.get(role)
        return held is not None and any(one == role or one in held.includes for one in gate.roles)

    def value_type(self, record_type: str, field: str) -> ValueType:
        """Return the named type of a field."""
        return self.types[self.records[record_type].fields[field].type]

    def constraints(self, record_type: str, field: str) -> Constraints:
        """Return the limits in force for a field: its own, else those of its type."""
        spec = self.records[record_type].fields[field]
        return spec.constraints if spec.constraints is not None else self.types[spec.type].constraints
