"""A bill in words: every value as its sender's style shows it, and what of it can be read on the page.

What belongs here: number and date formats, labels, which facts, columns and totals are shown. What does not: places on
the page (`heads`, `openings`, `closings`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from back_office_pipelines.samples.bill import Bill
from back_office_pipelines.samples.fields import Values, header_values, line_values
from back_office_pipelines.samples.model import Column, Line
from back_office_pipelines.samples.pages.style import Style
from back_office_pipelines.samples.tree import plain

Pair = tuple[str, str]
SIGNS: Mapping[str, str] = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF "}


@dataclass(frozen=True)
class Row:
    """One row of the item table; `detail` stands below the description, one line each."""

    cells: Mapping[Column, str]
    detail: tuple[str, ...]


@dataclass(frozen=True)
class TotalRow:
    """One row of the totals; `strong` rows are the ones a reader looks for."""

    label: str
    value: str
    strong: bool = False


@dataclass(frozen=True)
class Printed:
    """Everything a layout puts on paper.

    Attributes:
        meta: label and value of what identifies the bill.
        registry: label and value of the sender's numbers.
        bank: label and value of where to pay.
        terms: sentences below the sums.
        header: fields of record `invoice` that can be read on the page.
        lines: fields of its lines that can be read.
    """

    bill: Bill
    style: Style
    title: str
    meta: tuple[Pair, ...]
    registry: tuple[Pair, ...]
    bank: tuple[Pair, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    totals: tuple[TotalRow, ...]
    tax_table: tuple[tuple[str, str, str], ...]
    terms: tuple[str, ...]
    header: Values
    lines: tuple[Values, ...]

    @property
    def words(self) -> Mapping[str, str]:
        """Words of the style."""
        return self.style.words

    @property
    def shows(self) -> frozenset[str]:
        """Optional facts of the style."""
        return self.style.shows

    def label(self, text: str) -> str:
        """Return a label that stands before its value."""
        return f"{text}:" if "colon" in self.shows else text

    def page_label(self, page: int, pages: int) -> str:
        """Return the words for a page number."""
        return self.words["page"].format(page=page, pages=pages)

    def country(self, code: str) -> str:
        """Return the name of a country in the language of the style."""
        return self.style.countries[code]


@dataclass(frozen=True)
class Hand:
    """How one sender writes numbers and dates."""

    style: Style
    currency: str

    def number(self, number: Decimal, decimals: int = 0) -> str:
        """Write a number with at least so many decimals, grouped by thousands."""
        shown = max(decimals, -int(Decimal(plain(number)).as_tuple().exponent))
        whole, _, rest = f"{number:,.{shown}f}".partition(".")
        text = whole.replace(",", self.style.group)
        return f"{text}{self.style.decimal}{rest}" if rest else text

    def amount(self, amount: Decimal) -> str:
        """Write an amount without its currency."""
        return self.number(amount, 2)

    def money(self, amount: Decimal) -> str:
        """Write an amount with its currency."""
        sign = SIGNS[self.currency]
        pattern = self.style.money.replace("€", sign.strip()).replace("EUR", self.currency)
        return pattern.format(self.amount(amount), sign=sign, code=self.currency)

    def percent(self, rate: Decimal) -> str:
        """Write a rate."""
        return self.style.percent.format(self.number(rate))

    def day(self, day: date) -> str:
        """Write a date."""
        month = self.style.months[day.month - 1]
        return self.style.date.format(d=day.day, m=day.month, y=day.year, yy=day.year % 100, month=month, mon=month[:3])


def print_bill(bill: Bill, style: Style) -> Printed:
    """Return the bill in the words of its sender."""
    words, hand = style.words, Hand(style, bill.invoice.currency)
    columns = _columns(bill, style)
    rows = tuple(_row(bill, at, line, hand) for at, line in enumerate(bill.invoice.lines))
    meta, due = _meta(bill, style, hand), _shows_due(bill, style)
    return Printed(
        bill=bill,
        style=style,
        title=words[f"title_{bill.invoice.type}"],
        meta=tuple(meta.values()),
        registry=_registry(bill, style),
        bank=_bank(bill, style),
        columns=columns,
        rows=rows,
        totals=_totals(bill, words, hand, due=due),
        tax_table=tuple(
            (hand.percent(group.rate), hand.amount(group.basis), hand.amount(group.tax))
            for group in bill.totals.tax_groups
        ),
        terms=_terms(bill, style),
        header=_header(bill, set(meta), due=due),
        lines=_lines(bill, columns, rows),
    )


def grouped_iban(iban: str) -> str:
    """Write an IBAN in groups of four, as on paper."""
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def _meta(bill: Bill, style: Style, hand: Hand) -> dict[str, Pair]:
    """Return what identifies the bill, by field name."""
    invoice, words = bill.invoice, style.words
    number = "number_381" if invoice.type == "381" else "number"
    wanted: dict[str, Pair | None] = {
        "invoice_number": (words[number], invoice.number),
        "issue_date": (words["issue_date"], bill.written_date or hand.day(invoice.issue_date)),
        "due_date": (words["due_date"], hand.day(invoice.due_date)) if invoice.due_date else None,
        "delivery_date": _if(
            style, "delivery_date", hand.day(invoice.delivery_date) if invoice.delivery_date else None
        ),
        "purchase_order": (words["purchase_order"], invoice.purchase_order) if invoice.purchase_order else None,
        "customer": _if(style, "customer", f"{sum(map(ord, bill.buyer.name + bill.seller.name)) % 90000 + 10000}"),
        "buyer_vat_id": _if(style, "buyer_vat_id", bill.buyer.vat_id),
        "currency": (words["currency"], invoice.currency) if _names_currency(style) else None,
    }
    return {name: pair for name, pair in wanted.items() if pair is not None and name not in bill.omits}


def _if(style: Style, name: str, value: str | None) -> Pair | None:
    return (style.words[name], value) if value and name in style.shows else None


def _names_currency(style: Style) -> bool:
    return "currency" in style.shows or style.money == "{}"


def _registry(bill: Bill, style: Style) -> tuple[Pair, ...]:
    seller = bill.seller
    pairs = [(style.words["seller_vat_id"], seller.vat_id or "")]
    if "tax_number" in style.shows:
        pairs.append((style.words["tax_number"], seller.tax_number or seller.legal_id or ""))
    return tuple(pair for pair in pairs if pair[1])


def _bank(bill: Bill, style: Style) -> tuple[Pair, ...]:
    account, words = bill.seller.account, style.words
    if account is None:
        return ()
    pairs = [(words["bank"], account.bank), *account.details.items()]
    if account.iban:
        pairs.append((words["iban"], grouped_iban(account.iban)))
    if account.bic and "bic" in style.shows:
        pairs.append((words["bic"], account.bic))
    return tuple(pairs)


def _columns(bill: Bill, style: Style) -> tuple[Column, ...]:
    """Return the style's columns, with those that this bill cannot do without and without empty ones."""
    lines = bill.invoice.lines
    columns = list(style.columns)
    if len({line.tax_rate for line in lines}) > 1 and "tax_rate" not in columns:
        columns.insert(columns.index("line_net"), "tax_rate")
    discounts = any(line.discount for line in lines)
    if discounts and "discount" not in columns:
        columns.insert(columns.index("line_net"), "discount")
    if discounts and "unit_price" not in columns:
        columns[columns.index("discount") : columns.index("discount")] = ["quantity", "unit_price"]
    empty: set[Column] = set() if discounts else {"discount"}
    return tuple(column for column in columns if column not in empty | (set() if lines[0].item else {"item"}))


def _row(bill: Bill, at: int, line: Line, hand: Hand) -> Row:
    cells: dict[Column, str] = {
        "position": str(at + 1),
        "item": line.item or "",
        "description": line.description,
        "quantity": hand.number(line.quantity),
        "unit": hand.style.units.get(line.unit, line.unit),
        "unit_price": hand.number(line.unit_price, decimals_of(line.unit_price)),
        "discount": hand.number(line.discount) if line.discount else "",
        "tax_rate": hand.percent(line.tax_rate),
        "line_net": hand.amount(bill.totals.line_nets[at]),
    }
    return Row(cells, tuple((line.detail or "").splitlines()))


def decimals_of(price: Decimal) -> int:
    """Return how many decimals a price is written with: as the bill has them, at least two."""
    return max(2, -int(price.as_tuple().exponent))


def _shows_due(bill: Bill, style: Style) -> bool:
    return "amount_due" in style.shows or style.opening == "amount" or bool(bill.totals.prepaid_total)


def _totals(bill: Bill, words: Mapping[str, str], hand: Hand, *, due: bool) -> tuple[TotalRow, ...]:
    totals = bill.totals
    rows = []
    if totals.allowances or totals.charges:
        rows.append(TotalRow(words["line_total"], hand.money(totals.line_total)))
    rows += [TotalRow(entry.adjustment.reason, "-" + hand.money(entry.amount)) for entry in totals.allowances]
    rows += [TotalRow(entry.adjustment.reason, hand.money(entry.amount)) for entry in totals.charges]
    rows.append(TotalRow(words["net_total"], hand.money(totals.net_total)))
    rows += _tax_rows(bill, words, hand)
    rows.append(TotalRow(words["gross_total"], hand.money(totals.gross_total), strong=True))
    if totals.prepaid_total:
        rows.append(TotalRow(words["prepaid_total"], hand.money(totals.prepaid_total)))
    if due:
        rows.append(TotalRow(words["amount_due"], hand.money(totals.amount_due), strong=True))
    return tuple(rows)


def _tax_rows(bill: Bill, words: Mapping[str, str], hand: Hand) -> list[TotalRow]:
    """One row a rate that bears tax; their sum where there are several, or none."""
    taxed = [group for group in bill.totals.tax_groups if group.tax]
    rows = [
        TotalRow(
            words["tax_line"].format(rate=hand.percent(group.rate), basis=hand.amount(group.basis)),
            hand.money(group.tax),
        )
        for group in taxed
    ]
    if len(taxed) != 1:
        rows.append(TotalRow(words["tax_total"], hand.money(bill.totals.tax_total)))
    return rows


def _terms(bill: Bill, style: Style) -> tuple[str, ...]:
    invoice, words = bill.invoice, style.words
    days = (invoice.due_date - invoice.issue_date).days if invoice.due_date else 0
    terms = invoice.terms or (words["terms"].format(days=days) if days else None)
    credit = words["credit"].format(number=invoice.preceding_invoice) if invoice.preceding_invoice else None
    closing = words["closing"] if "closing" in style.shows else None
    exempt = bill.exemption(Decimal(0)) if any(line.tax_rate == 0 for line in invoice.lines) else None
    return tuple(text for text in (terms, credit, exempt, *invoice.notes, closing) if text)


def _header(bill: Bill, meta: set[str], *, due: bool) -> Values:
    optional = {"due_date", "purchase_order", "buyer_vat_id"} - meta | (set() if due else {"amount_due"})
    return {name: value for name, value in header_values(bill).items() if name not in optional | bill.omits}


def _lines(bill: Bill, columns: tuple[Column, ...], rows: tuple[Row, ...]) -> tuple[Values, ...]:
    """Return what the item table shows: its columns, units in words, details as part of the description."""
    shown: list[Values] = []
    for line, row in zip(line_values(bill), rows, strict=True):
        words = {"description": " ".join([row.cells["description"], *row.detail]), "unit": row.cells["unit"]}
        shown.append({name: value for name, value in {**line, **words}.items() if name in set(columns)})
    return tuple(shown)
