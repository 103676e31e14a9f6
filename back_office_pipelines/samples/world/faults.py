"""Planting faults: an honest bill becomes one that states something wrong, exactly one thing at a time.

What belongs here: how each kind of `faults.yaml` changes a bill. What does not: files that are damaged as files
(`draw`), and copies of earlier documents (`story`).
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from back_office_pipelines.dictionary.primitives import Frozen
from back_office_pipelines.dictionary.strict_yaml import load_mapping
from back_office_pipelines.samples.arithmetic import cents
from back_office_pipelines.samples.bill import Bill
from back_office_pipelines.samples.pages.style import Style
from back_office_pipelines.samples.world.numbers import account_number, with_wrong_digit
from back_office_pipelines.samples.world.plan import Planted

HERE = Path(__file__).parent
IMPOSSIBLE_TAX = Decimal("0.31")
"""Share of the net total that no tax of Europe reaches."""


class Kind(Frozen):
    """One kind of fault, as `faults.yaml` describes it."""

    codes: tuple[str, ...]
    media: tuple[str, ...]
    weight: int
    says: str


@cache
def kinds() -> Mapping[str, Kind]:
    """Return every kind of fault by name."""
    return {name: Kind.model_validate(entry) for name, entry in load_mapping(HERE / "faults.yaml").items()}


def planted(kind: str, record: int | None = None) -> Planted:
    """Return a fault as the truth tells it."""
    spec = kinds()[kind]
    return Planted(kind, spec.codes, spec.says, record)


@dataclass(frozen=True)
class Hand:
    """How the sender of a bill writes a date: the style of its page, else ISO."""

    style: Style | None

    def day(self, day: int, month: int, year: int) -> str:
        """Write a date that need not exist."""
        if self.style is None:
            return f"{year:04}-{month:02}-{day:02}"
        name = self.style.months[month - 1]
        return self.style.date.format(d=day, m=month, y=year, yy=year % 100, month=name, mon=name[:3])


Change = Callable[[Bill, random.Random, Hand], Bill]


def spoil(kind: str, bill: Bill, draw: random.Random, hand: Hand) -> Bill:
    """Return a bill with a fault of a kind that lies in what it states."""
    return CHANGES[kind](bill, draw, hand)


def is_of_content(kind: str) -> bool:
    """Tell whether a kind lies in what a bill states."""
    return kind in CHANGES


def fits(kind: str, bill: Bill) -> bool:
    """Tell whether a bill has what a kind of fault spoils."""
    seller, invoice = bill.seller, bill.invoice
    iban = seller.account.iban if seller.account else None
    needs: dict[str, bool] = {
        "bad_vat_id": seller.vat_id is not None,
        "bad_iban": iban is not None,
        "other_account": iban is not None,
        "date_order": invoice.due_date is not None,
        "wrong_tax": bill.totals.net_total > 20,
        "wrong_line": bill.totals.line_nets[0] > 1,
    }
    return needs.get(kind, True)


def _off(draw: random.Random) -> Decimal:
    return Decimal(draw.choice((900, 1800, 4500, 9000, 10000, 27000))) / 100


def _wrong_gross(bill: Bill, draw: random.Random, hand: Hand) -> Bill:
    del hand
    off, totals = _off(draw), bill.totals
    changed = replace(totals, gross_total=totals.gross_total + off, amount_due=totals.amount_due + off)
    return replace(bill, totals=changed)


def _wrong_line(bill: Bill, draw: random.Random, hand: Hand) -> Bill:
    del hand
    nets = list(bill.totals.line_nets)
    at = max(range(len(nets)), key=nets.__getitem__)
    nets[at] += _off(draw)
    return replace(bill, totals=replace(bill.totals, line_nets=tuple(nets)))


def _wrong_tax(bill: Bill, draw: random.Random, hand: Hand) -> Bill:
    del draw, hand
    totals = bill.totals
    tax = cents(totals.net_total * IMPOSSIBLE_TAX)
    more = tax - totals.tax_total
    groups = [replace(group) for group in totals.tax_groups]
    groups[0] = replace(groups[0], tax=groups[0].tax + more)
    changed = replace(
        totals,
        tax_groups=tuple(groups),
        tax_total=tax,
        gross_total=totals.gross_total + more,
        amount_due=totals.amount_due + more,
    )
    return replace(bill, totals=changed)


def _omit(field: str) -> Change:
    def omit(bill: Bill, draw: random.Random, hand: Hand) -> Bill:
        del draw, hand
        return replace(bill, omits=bill.omits | {field})

    return omit


def _bad_vat_id(bill: Bill, draw: random.Random, hand: Hand) -> Bill:
    del hand
    wrong = with_wrong_digit(str(bill.seller.vat_id), draw)
    return replace(bill, seller=bill.seller.model_copy(update={"vat_id": wrong}))


def _with_iban(bill: Bill, iban: str) -> Bill:
    assert bill.seller.account is not None  # noqa: S101 - `fits` asked before
    account = bill.seller.account.model_copy(update={"iban": iban})
    return replace(bill, seller=bill.seller.model_copy(update={"account": account}))


def _bad_iban(bill: Bill, draw: random.Random, hand: Hand) -> Bill:
    del hand
    iban = bill.seller.account.iban if bill.seller.account else None
    return _with_iban(bill, with_wrong_digit(str(iban), draw))


def _other_account(bill: Bill, draw: random.Random, hand: Hand) -> Bill:
    del hand
    return _with_iban(bill, str(account_number(bill.seller.country, draw)))


def _date_order(bill: Bill, draw: random.Random, hand: Hand) -> Bill:
    del hand
    due = bill.invoice.issue_date - timedelta(days=draw.randint(5, 40))
    return replace(bill, invoice=bill.invoice.model_copy(update={"due_date": due}))


def _impossible_date(bill: Bill, draw: random.Random, hand: Hand) -> Bill:
    del draw
    return replace(bill, written_date=hand.day(30, 2, bill.invoice.issue_date.year))


def _ambiguous_date(bill: Bill, draw: random.Random, hand: Hand) -> Bill:
    """Write day and month as numbers that could be either; the day is one that is no month's own number."""
    del draw, hand
    issued = bill.invoice.issue_date
    return replace(bill, written_date=f"{issued.day:02}/{issued.month:02}/{issued.year}")


CHANGES: Mapping[str, Change] = {
    "wrong_gross": _wrong_gross, "wrong_line": _wrong_line, "wrong_tax": _wrong_tax,
    "missing_number": _omit("invoice_number"), "missing_date": _omit("issue_date"),
    "missing_seller": _omit("seller_name"), "bad_vat_id": _bad_vat_id, "bad_iban": _bad_iban,
    "other_account": _other_account, "date_order": _date_order, "impossible_date": _impossible_date,
    "ambiguous_date": _ambiguous_date,
}  # fmt: skip
