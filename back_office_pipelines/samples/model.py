"""Companies and invoices as frozen objects: what is sold to whom, before any medium.

What belongs here: the shapes. What does not: sums (`arithmetic`), words on paper (`pages/printed`), and the world they
are part of (`world/`).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from back_office_pipelines.dictionary.primitives import Exact, Frozen, QuotedDate

Language = Literal["de", "en", "es", "fr", "it", "nl"]
Country = Literal["AT", "CH", "DE", "ES", "FR", "GB", "IT", "NL", "US"]
Currency = Literal["CHF", "EUR", "GBP", "USD"]
Column = Literal[
    "position", "item", "description", "quantity", "unit", "unit_price", "discount", "tax_rate", "line_net"
]  # fmt: skip


class Account(Frozen):
    """Where a seller wants to be paid; `iban` is empty where the country has none."""

    bank: str
    iban: str | None = None
    bic: str | None = None
    details: Mapping[str, str] = Field(default_factory=dict)


class Party(Frozen):
    """A company of the world; sellers also have an account."""

    name: str
    street: str
    postcode: str
    city: str
    country: Country
    region: str | None = None
    vat_id: str | None = None
    tax_number: str | None = None
    legal_id: str | None = None
    contact: str
    phone: str
    email: str
    registration: tuple[str, ...] = ()
    tagline: str = ""
    account: Account | None = None

    @property
    def place(self) -> str:
        """Town line of the postal address, in the order of the country."""
        if self.country == "US":
            return f"{self.city}, {self.region} {self.postcode}"
        return f"{self.postcode} {self.city}"


class Line(Frozen):
    """One invoice line.

    Attributes:
        detail: printed below the description.
        unit: code of UN/ECE Recommendation 20.
        discount: percentage taken off quantity times price, on paper only.
    """

    item: str | None = None
    description: str
    detail: str | None = None
    quantity: Exact
    unit: str = "C62"
    unit_price: Exact
    base_quantity: Exact = Decimal(1)
    discount: Exact | None = None
    tax_rate: Exact


class Adjustment(Frozen):
    """An allowance or charge on document level, for one tax rate: a fixed amount or a percentage of its lines."""

    reason: str
    tax_rate: Exact
    amount: Exact | None = None
    percent: Exact | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.amount is None) == (self.percent is None):
            raise ValueError("give either 'amount' or 'percent'")
        return self


class Exemption(Frozen):
    """Why lines at rate zero carry no tax: category of UNTDID 5305 and the sentence for it."""

    category: Literal["Z", "G", "AE", "K", "E"]
    reason: str


class Invoice(Frozen):
    """One invoice or credit note as its seller means it; nothing here is computed."""

    number: str
    type: Literal["380", "381"] = "380"
    issue_date: QuotedDate
    due_date: QuotedDate | None = None
    delivery_date: QuotedDate | None = None
    currency: Currency
    language: Language
    seller: str
    buyer: str
    purchase_order: str | None = None
    preceding_invoice: str | None = None
    lines: Annotated[tuple[Line, ...], Field(min_length=1)]
    allowances: tuple[Adjustment, ...] = ()
    charges: tuple[Adjustment, ...] = ()
    prepaid: Exact = Decimal(0)
    prepaid_words: str | None = None
    zero_rate: Exemption | None = None
    intro: str | None = None
    notes: tuple[str, ...] = ()
    terms: str | None = None


class CsvForm(Frozen):
    """How a CSV file is written: delimiter, decimal mark, date pattern, and its columns (field name to heading)."""

    grain: Literal["invoice", "line"]
    delimiter: Literal[",", ";"]
    decimal: Literal[".", ","]
    date: str
    byte_order_mark: bool = False
    columns: Mapping[str, str]
