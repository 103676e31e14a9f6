"""The sums of a slip, which lead to what was paid: tender and change, net and tax, charges, discounts, rounding.

What belongs here: finding sums that add up among amounts with labels, and what each is worth. What does not: where
amounts stand (`amounts`), and the choice (`total`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations, pairwise

from back_office_pipelines.extraction.slip.amounts import Entry
from back_office_pipelines.extraction.slip.wording import Role

ZERO = Decimal(0)
MOST_ROUNDED = Decimal("0.05")
"""Largest change that rounding to coins makes (0.05 in most countries without small coins)."""
TENDER_CLOSES, CHANGE_CLOSES, TENDER_EQUALS, PAIR_CLOSES = 1.1, 0.7, 0.5, 0.35
"""Worth of what was handed over less the change, of an amount less the change below it, of the same amount handed over,
and of such a pair without labels."""
PARTS_CLOSE, ITEMS_CLOSE, TAX_CLOSES, ROUNDED, DISCOUNTED = 0.4, 0.4, 0.3, 0.6, 0.5
"""Worth of net and tax that add up, of goods that do, of a rate's row that does, and of being what rounding or a
discount leads to."""
BEFORE_ROUNDING, BEFORE_DISCOUNT, PART_OF, WITHOUT_TAX = -0.5, -0.5, -0.5, -0.5
"""What an amount called a total loses where rounding or a discount leads on from it, where another is the sum of it and
one more so called, and where its line is that of a table of rates, its tax beside it."""
ONLY_OTHER = -1.0
"""Worth of being called nothing but tax, change, discount, a number of things: no total is."""
CLOSING = frozenset(("tender", "parts", "items", "rate", "rounded", "discounted", "totals"))
"""Signs of sums that lead to an amount."""
BASES = frozenset(("net", "subtotal", "total"))
MORE_OR_LESS = frozenset(("discount", "charge", "rounding"))
"""What makes a total another than that of the goods."""
EXPLAINED = frozenset(("tender", "subtotal", "net"))
"""Amounts that a total follows from, once they are read right."""


@dataclass
class Option:
    """One amount that may be the total.

    Attributes:
        weight: of all evidence for it.
        signs: kinds of evidence found.
    """

    value: Decimal
    entries: list[Entry]
    weight: float = 0.0
    signs: set[str] = field(default_factory=set)

    def add(self, sign: str, weight: float) -> None:
        """Count one kind of evidence, once."""
        if sign not in self.signs:
            self.signs.add(sign)
            self.weight += weight

    @property
    def roles(self) -> set[Role | None]:
        """What its labels make of it."""
        return {entry.role for entry in self.entries}

    @property
    def closes(self) -> bool:
        """Whether sums of other amounts lead to it."""
        return not self.signs.isdisjoint(CLOSING)


def weigh_sums(options: Mapping[Decimal, Option], entries: Sequence[Entry]) -> None:
    """Count every sum of a slip for the amounts it leads to, and against those it leads on from.

    Args:
        options: amounts that may be the total.
        entries: every amount, top to bottom.
    """
    for weigh in (
        _weigh_tender,
        _weigh_pairs,
        _weigh_items,
        _weigh_parts,
        _weigh_totals,
        _weigh_discount,
        _weigh_rounding,
    ):
        weigh(options, entries)


def is_contradicted(best: Option, entries: Sequence[Entry]) -> bool:
    """Tell whether a slip shows what a total follows from, and none of it leads to this one: one of them is misread."""
    if best.closes or "equals" in best.signs or "subtotal" in best.signs:
        return False
    return any(entry.role in EXPLAINED and entry.value > MOST_ROUNDED and not entry.lost for entry in entries)


def _weigh_tender(options: Mapping[Decimal, Option], entries: Sequence[Entry]) -> None:
    """Count what was handed over less what came back, or the very amount handed over."""
    tenders = [entry for entry in entries if entry.role == "tender" and entry.value in options and not entry.lost]
    changes = [entry for entry in entries if entry.role == "change" and not entry.lost]
    for tender in tenders:
        for change in changes:
            option = options.get(tender.value - change.value)
            if option is not None and change.value and change.row >= tender.row:
                option.add("tender", TENDER_CLOSES)
    given_back = any(change.value for change in changes)
    for tender in tenders:
        if not given_back:
            options[tender.value].add("equals", TENDER_EQUALS)
        elif "tender" not in options[tender.value].signs and options[tender.value].roles <= {"tender", None}:
            options[tender.value].add("handed", ONLY_OTHER)


def _weigh_pairs(options: Mapping[Decimal, Option], entries: Sequence[Entry]) -> None:
    """Count amounts printed below an amount, one after the other, that differ by it: as tender and change do."""
    for first, second in pairwise(entries):
        option = options.get(first.value - second.value)
        if option is None or not second.value or not option.entries[0].row < first.row < second.row:
            continue
        if second.role == "change":
            option.add("tender", CHANGE_CLOSES)
        elif first.role is None or second.role is None:
            option.add("pair", PAIR_CLOSES)


def _weigh_items(options: Mapping[Decimal, Option], entries: Sequence[Entry]) -> None:
    """Count what the goods add up to: the last amount without a label of each row above the first sum."""
    first = next((entry.row for entry in entries if entry.role in BASES), None)
    if first is None or any(entry.role in MORE_OR_LESS and entry.value for entry in entries):
        return
    goods = {entry.row: entry.value for entry in entries if entry.row < first and entry.role is None and not entry.lost}
    if (option := options.get(sum(goods.values(), ZERO))) is not None and option.entries[-1].row >= first:
        option.add("items", ITEMS_CLOSE)


def _weigh_parts(options: Mapping[Decimal, Option], entries: Sequence[Entry]) -> None:
    """Count a sum without tax, charges, tax and rounding that add up, each by its label; and rows of a rate.

    A sum that is called a total itself leads on only to another one so called, below it.
    """
    for base in (entry for entry in entries if entry.role in BASES and entry.value in options):
        for more in _added(entries, base.value):
            option = options.get(base.value + more)
            if option is None or option.value <= base.value:
                continue
            if base.role != "total":
                option.add("parts", PARTS_CLOSE)
            elif any(entry.role == "total" and entry.row > base.row for entry in option.entries):
                option.add("parts", PARTS_CLOSE)
                options[base.value].add("part_of", PART_OF)
    for base, tax in _rate_rows(entries):
        if base.value in options and (option := options.get(base.value + tax.value)) is not None:
            option.add("rate", TAX_CLOSES)
            named = [entry for entry in options[base.value].entries if entry.role == "total"]
            if named and all(entry.row == base.row for entry in named):
                options[base.value].add("without_tax", WITHOUT_TAX)


def _added(entries: Sequence[Entry], base: Decimal) -> set[Decimal]:
    """Return what tax and charges, with or without rounding, can add to a sum that is larger than each."""
    known = {role: {entry.value for entry in entries if entry.role == role} for role in ("tax", "charge", "rounding")}
    charges = {ZERO, *known["charge"]}
    sums = {tax + charge for tax in {ZERO, *known["tax"]} for charge in charges if tax < base and charge < base} - {
        ZERO
    }
    steps = {ZERO, *(step for one in known["rounding"] if one <= MOST_ROUNDED for step in (one, -one))}
    return {one + step for one in sums for step in steps}


def _weigh_totals(options: Mapping[Decimal, Option], entries: Sequence[Entry]) -> None:
    """Count two amounts called totals that make up a third below them: those of the goods of two rates."""
    named = {entry.value: entry.row for entry in entries if entry.role == "total" and entry.value in options}
    for (one, first), (other, second) in combinations(named.items(), 2):
        if named.get(one + other, -1) > max(first, second):
            options[one + other].add("totals", PARTS_CLOSE)
            options[one].add("part_of", PART_OF)
            options[other].add("part_of", PART_OF)


def _weigh_discount(options: Mapping[Decimal, Option], entries: Sequence[Entry]) -> None:
    """Count what an amount called a total is once a discount below it is taken off, up to rounding."""
    named = [option for option in options.values() if option.roles & {"total", "subtotal"}]
    for less in (entry for entry in entries if entry.role == "discount" and entry.value and not entry.lost):
        for before in (one for one in named if one.entries[0].row < less.row):
            for after in (one for one in named if one is not before):
                rest = before.value - less.value - after.value
                if abs(rest) < MOST_ROUNDED and after.entries[-1].row > less.row:
                    after.add("nearly_discounted" if rest else "discounted", DISCOUNTED)
                    before.add("before_discount", BEFORE_DISCOUNT)


def _rate_rows(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Yield two amounts of one row of which the second is less than a third of the first: a rate's base and its tax."""
    by_row: dict[int, list[Entry]] = {}
    for entry in entries:
        by_row.setdefault(entry.row, []).append(entry)
    for row in by_row.values():
        for first, second in combinations(row, 2):
            if ZERO < second.value < first.value / 3:
                yield first, second


def _weigh_rounding(options: Mapping[Decimal, Option], entries: Sequence[Entry]) -> None:
    """Count what rounding leads to, where it is printed below and not as what was handed over alone."""
    for rounding in (entry for entry in entries if _may_round(entry)):
        for option in list(options.values()):
            for value in (option.value + rounding.value, option.value - rounding.value):
                rounded = options.get(value)
                if rounded is None or option.entries[0].row > rounding.row:
                    continue
                below = [entry for entry in rounded.entries if entry.row >= rounding.row and entry.role != "tender"]
                if below and option.roles & {"total", "subtotal"}:
                    rounded.add("rounded", ROUNDED)
                    option.add("before_rounding", BEFORE_ROUNDING)


def _may_round(entry: Entry) -> bool:
    """Tell whether an amount is called rounding, or is as small and called nothing known."""
    return entry.role in ("rounding", None) and ZERO < entry.value <= MOST_ROUNDED
