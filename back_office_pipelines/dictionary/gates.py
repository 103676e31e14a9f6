"""Approval gates: what a record may not pass without the approval of people, however right it is.

What belongs here: what a gate says. What does not: whether a record meets it and whose approvals hold (`validation/`),
and who may approve now (`review/`). A condition is one of a closed set of words, as the verbs of checks are: nothing in
a dictionary is an expression.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from back_office_pipelines.dictionary.primitives import Exact, Frozen, Name, ReasonCode

CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class AmountFrom(Frozen):
    """Condition: an amount reaches the limit of its currency; its sign does not count, so large credits meet it too.

    Attributes:
        amount: decimal field of the header record.
        currency: field with the ISO 4217 code of the amount.
        limits: smallest amount that meets the gate, by currency. A record in another currency, or without amount or
            currency, meets the gate: nothing says that it is small.
    """

    amount: Name
    currency: Name
    limits: Mapping[CurrencyCode, Exact]

    def meets(self, amount: Decimal | None, currency: str | None) -> bool:
        """Tell whether an amount meets the condition."""
        limit = self.limits.get(currency or "")
        return amount is None or limit is None or abs(amount) >= limit


class Gate(Frozen):
    """One gate of a lane; it looks at header records that nothing else holds any more.

    Attributes:
        reason: what the waiting record carries; it brings owner, tier and clock, and allows `approve`.
        approvers: how many different people have to approve.
        roles: who may approve: these, and roles that include them.
    """

    title: str
    description: str
    reason: ReasonCode
    approvers: Annotated[int, Field(ge=1)]
    roles: Annotated[tuple[Name, ...], Field(min_length=1)]
    amount_from: AmountFrom

    @property
    def operands(self) -> tuple[str, ...]:
        """Fields of the header record that the condition reads."""
        return (self.amount_from.amount, self.amount_from.currency)
