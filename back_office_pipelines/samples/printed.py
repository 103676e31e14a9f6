"""A bill in words: every value as the seller's paper shows it, in its language and with its labels.

What belongs here: number and date formats, labels, and which lines and totals are shown. What does not: places on the
page (`layouts`). `truth` asks here what can be read on a page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from back_office_pipelines.samples.bill import Bill
from back_office_pipelines.samples.model import Column, Line, Paper, Party, Story, Vocabulary
from back_office_pipelines.samples.tree import plain

Pair = tuple[str, str]


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
    """Everything a layout puts on paper."""

    bill: Bill
    paper: Paper
    title: str
    words: Mapping[str, str]
    meta: tuple[Pair, ...]
    headings: tuple[tuple[Column, str], ...]
    rows: tuple[Row, ...]
    totals: tuple[TotalRow, ...]
    tax_table: tuple[tuple[str, str, str], ...]
    bank: tuple[Pair, ...]

    def page_label(self, page: int, pages: int) -> str:
        """Return the words for a page number."""
        return self.words["page"].format(page=page, pages=pages)


@dataclass(frozen=True)
class Hand:
    """How one seller writes numbers and dates."""

    vocabulary: Vocabulary
    paper: Paper

    def number(self, number: Decimal, decimals: int = 0) -> str:
        """Write a number with at least so many decimals, grouped by thousands."""
        shown = max(decimals, -int(Decimal(plain(number)).as_tuple().exponent))
        whole, _, rest = f"{number:,.{shown}f}".partition(".")
        text = whole.replace(",", self.vocabulary.group)
        return f"{text}{self.vocabulary.decimal}{rest}" if rest else text

    def amount(self, amount: Decimal) -> str:
        """Write an amount without its currency."""
        return self.number(amount, 2)

    def money(self, amount: Decimal) -> str:
        """Write an amount with its currency."""
        return self.paper.money.format(self.amount(amount))

    def percent(self, rate: Decimal) -> str:
        """Write a rate."""
        return self.vocabulary.percent.format(self.number(rate))

    def day(self, day: date) -> str:
        """Write a date."""
        month = self.vocabulary.months[day.month - 1]
        return self.paper.date.format(d=day.day, m=day.month, y=day.year, month=month)


def print_bill(bill: Bill, paper: Paper, story: Story) -> Printed:
    """Return the bill in the words of its seller."""
    vocabulary = story.vocabularies[bill.invoice.language]
    words = {**vocabulary.words, **paper.words}
    hand = Hand(vocabulary, paper)
    return Printed(
        bill=bill,
        paper=paper,
        title=words[f"title_{bill.invoice.type}"],
        words=words,
        meta=_meta(bill, words, hand),
        headings=tuple((column, words[column]) for column in paper.columns),
        rows=tuple(_row(bill, at, line, hand) for at, line in enumerate(bill.invoice.lines)),
        totals=_totals(bill, words, hand),
        tax_table=tuple(
            (hand.percent(group.rate), hand.money(group.basis), hand.money(group.tax))
            for group in bill.totals.tax_groups
        ),
        bank=_bank(bill.seller, words),
    )


def grouped_iban(iban: str) -> str:
    """Write an IBAN in groups of four, as on paper."""
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def _meta(bill: Bill, words: Mapping[str, str], hand: Hand) -> tuple[Pair, ...]:
    invoice = bill.invoice
    days = {name: getattr(invoice, name) for name in ("issue_date", "due_date", "delivery_date")}
    values = {
        "number": invoice.number,
        **{name: hand.day(day) for name, day in days.items() if day},
        "purchase_order": invoice.purchase_order,
        "buyer_vat_id": bill.buyer.vat_id,
        "currency": invoice.currency if "currency" in words else None,
    }
    return tuple((words[name], value) for name, value in values.items() if value)


def _row(bill: Bill, at: int, line: Line, hand: Hand) -> Row:
    cells: dict[Column, str] = {
        "position": str(at + 1),
        "item": line.item or "",
        "description": line.description,
        "quantity": hand.number(line.quantity),
        "unit": hand.vocabulary.units.get(line.unit, line.unit),
        "unit_price": hand.number(line.unit_price, decimals_of(line.unit_price)),
        "tax_rate": hand.percent(line.tax_rate),
        "line_net": hand.amount(bill.totals.line_nets[at]),
    }
    return Row(cells, tuple((line.detail or "").splitlines()))


def decimals_of(price: Decimal) -> int:
    """Return how many decimals a price is written with: as the story has them, at least two."""
    return max(2, -int(price.as_tuple().exponent))


def _totals(bill: Bill, words: Mapping[str, str], hand: Hand) -> tuple[TotalRow, ...]:
    totals, invoice = bill.totals, bill.invoice
    rows = []
    if totals.allowances or totals.charges:
        rows.append(TotalRow(words["line_total"], hand.money(totals.line_total)))
    rows += [TotalRow(entry.adjustment.reason, "-" + hand.money(entry.amount)) for entry in totals.allowances]
    rows += [TotalRow(entry.adjustment.reason, hand.money(entry.amount)) for entry in totals.charges]
    rows.append(TotalRow(words["net_total"], hand.money(totals.net_total)))
    rows += _tax_rows(bill, words, hand)
    rows.append(TotalRow(words["gross_total"], hand.money(totals.gross_total), strong=True))
    if totals.prepaid_total:
        label = invoice.prepaid_words or words["prepaid_total"]
        rows.append(TotalRow(label, hand.money(totals.prepaid_total)))
    if shows_amount_due(bill, hand.paper):
        rows.append(TotalRow(words["amount_due"], hand.money(totals.amount_due), strong=True))
    return tuple(rows)


def shows_amount_due(bill: Bill, paper: Paper) -> bool:
    """Tell whether the amount due has a line of its own."""
    return paper.prints_due or bool(bill.totals.prepaid_total)


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


def _bank(seller: Party, words: Mapping[str, str]) -> tuple[Pair, ...]:
    account = seller.account
    if account is None:
        return ()
    pairs = [(words["bank"], account.bank), *account.details.items()]
    if account.iban:
        pairs.append((words["iban"], grouped_iban(account.iban)))
    if account.bic:
        pairs.append((words["bic"], account.bic))
    return tuple(pairs)
