"""The closed set of verbs a check can use, and the check that carries one of them.

What belongs here: what each verb says and which fields it reads. What does not: evaluating it (`validation/`), one
tested function a verb. Nothing in a dictionary is an expression; a new idea is a new verb, reviewed as code.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from back_office_pipelines.dictionary.primitives import Exact, Frozen, Name, ReasonCode, Severity

KeyPart = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.year)?$")]
"""A field that is part of a key; `issue_date.year` takes the year of a date."""


class SumEquals(Frozen):
    """Verb: the sum of `plus` less the sum of `minus` is `total`.

    Absent parts count as zero, but those under `needs` must be present for the check to be evaluated.
    """

    plus: tuple[Name, ...]
    minus: tuple[Name, ...] = ()
    total: Name
    needs: tuple[Name, ...]
    within: Exact

    @property
    def operands(self) -> tuple[str, ...]:
        """Fields of the check's own record type that it reads."""
        return (*self.plus, *self.minus, self.total, *self.needs)


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

    @property
    def operands(self) -> tuple[str, ...]:
        """Fields of the check's own record type that it reads."""
        return (*self.plus, *self.minus, self.total)

    @property
    def child_operands(self) -> tuple[str, ...]:
        """Fields of the child type that it reads."""
        return (self.field,)


class TaxByRate(Frozen):
    """Verb: the children's bases, taxed each at its rate, give the record's tax.

    The tax of a rate is that of the sum of its bases, rounded half up to cents (EN 16931 BR-S-09); `within` is what
    sellers who round a line may differ, for each line. Not evaluated without children, where one of them lacks base or
    rate, or where the bases are not `net` (allowances and charges have rates of their own, which lines do not tell).
    """

    child: Name
    base: Name
    rate: Name
    net: Name
    tax: Name
    within: Exact

    @property
    def operands(self) -> tuple[str, ...]:
        """Fields of the check's own record type that it reads."""
        return (self.net, self.tax)

    @property
    def child_operands(self) -> tuple[str, ...]:
        """Fields of the child type that it reads."""
        return (self.base, self.rate)


class RatioBetween(Frozen):
    """Verb: `part` divided by `whole` lies between two limits; of a `whole` of zero only zero is a part.

    Not evaluated where either is absent.
    """

    part: Name
    whole: Name
    least: Exact
    most: Exact

    @property
    def operands(self) -> tuple[str, ...]:
        """Fields of the check's own record type that it reads."""
        return (self.part, self.whole)


class NotBefore(Frozen):
    """Verb: `later` is on or after `earlier`; not evaluated where either is absent."""

    earlier: Name
    later: Name

    @property
    def operands(self) -> tuple[str, ...]:
        """Fields of the check's own record type that it reads."""
        return (self.earlier, self.later)


class Unique(Frozen):
    """Verb: no earlier record of the same client and lane has one of these keys; the first to come keeps a key.

    Texts are compared without letter case, spaces and punctuation. A key is not evaluated where one of its parts is
    absent. Who is validated first was first; `run` validates in the order of intake.
    """

    keys: Mapping[Name, tuple[KeyPart, ...]]

    @property
    def operands(self) -> tuple[str, ...]:
        """Fields of the check's own record type that it reads."""
        return tuple({part.partition(".")[0]: None for parts in self.keys.values() for part in parts})


class NearlyUnique(Frozen):
    """Verb: no earlier record agrees in all of `same` and nearly in `similar`.

    Nearly, `by: look_alikes`: the same once look-alike characters (O and 0, I and 1, …) are made one, and zeros before
    digits and separators dropped. `by: one_edit`: one insertion, deletion, exchange or transposition of neighbours
    apart (Damerau 1964); consecutive numbers are that, so `same` should name amount and date. Equal ones are the
    business of `unique`.
    """

    same: tuple[KeyPart, ...]
    similar: Name
    by: Literal["look_alikes", "one_edit"]

    @property
    def operands(self) -> tuple[str, ...]:
        """Fields of the check's own record type that it reads."""
        return (*(part.partition(".")[0] for part in self.same), self.similar)


class Lookup(Frozen):
    """A field and the column of a reference table it is looked up in."""

    field: Name
    column: Name


class InReference(Frozen):
    """Verb: the record is found in a reference table and agrees with it.

    `find_by` is tried in the order written; the first field that finds rows decides which rows are meant. `agree` maps
    fields to columns one of those rows must have. Without `agree` the check fails where nothing is found; with it,
    records that are not found are not evaluated. Not evaluated at all for clients without that table.
    """

    table: Name
    find_by: tuple[Lookup, ...]
    agree: Mapping[Name, Name] = Field(default_factory=dict)

    @property
    def operands(self) -> tuple[str, ...]:
        """Fields of the check's own record type that it reads."""
        return (*(one.field for one in self.find_by), *self.agree)


Verb = SumEquals | ChildrenSum | TaxByRate | RatioBetween | NotBefore | Unique | NearlyUnique | InReference


class Check(Frozen):
    """A rule on more than one cell: exactly one verb, a severity, and the reason its failures carry."""

    VERBS: ClassVar[tuple[str, ...]] = (
        "sum_equals", "children_sum", "tax_by_rate", "ratio_between", "not_before", "unique", "nearly_unique",
        "in_reference",
    )  # fmt: skip

    description: str
    record: Name
    severity: Severity = "error"
    reason: ReasonCode
    sum_equals: SumEquals | None = None
    children_sum: ChildrenSum | None = None
    tax_by_rate: TaxByRate | None = None
    ratio_between: RatioBetween | None = None
    not_before: NotBefore | None = None
    unique: Unique | None = None
    nearly_unique: NearlyUnique | None = None
    in_reference: InReference | None = None

    @model_validator(mode="after")
    def _exactly_one_verb(self) -> "Check":
        if sum(getattr(self, name) is not None for name in self.VERBS) != 1:
            raise ValueError(f"a check has exactly one of {', '.join(self.VERBS)}")
        return self

    @property
    def verb(self) -> Verb:
        """The one verb it has."""
        found: Verb = next(verb for name in self.VERBS if (verb := getattr(self, name)) is not None)
        return found

    @property
    def operands(self) -> tuple[str, ...]:
        """Fields of the check's own record type that it reads."""
        return self.verb.operands

    @property
    def child(self) -> str | None:
        """Child record type that it reads, None where it reads none."""
        return getattr(self.verb, "child", None)

    @property
    def child_operands(self) -> tuple[str, ...]:
        """Fields of the child type that it reads."""
        return getattr(self.verb, "child_operands", ())
