"""What was paid: the amount of a slip that its labels name and its sums confirm.

What belongs here: weighing labels, tender and change, net and tax, rounding, print and repetition for each amount. What
does not: where amounts stand (`amounts`), and what the choice is worth (`pdf.confidence`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations, pairwise
from statistics import median

from back_office_pipelines.extraction.pdf.evidence import Choice
from back_office_pipelines.extraction.slip.amounts import Entry
from back_office_pipelines.extraction.slip.wording import Role

ZERO = Decimal(0)
MOST_ROUNDED = Decimal("0.05")
"""Largest change that rounding to coins makes (0.05 in most countries without small coins)."""
LABELLED, SUBTOTAL = 1.0, 0.35
TENDER_CLOSES, CHANGE_CLOSES, TENDER_EQUALS, PAIR_CLOSES = 1.1, 0.7, 0.5, 0.35
"""Worth of what was handed over less the change, of an amount less the change below it, of the same amount handed over,
and of such a pair without labels."""
PARTS_CLOSE, TAX_CLOSES, ROUNDED, DISCOUNTED = 0.4, 0.3, 0.6, 0.5
"""Worth of net and tax that add up, of a rate's row that does, and of being what rounding or a discount leads to."""
BEFORE_ROUNDING, BEFORE_DISCOUNT, PART_OF, WITHOUT_TAX = -0.5, -0.5, -0.5, -0.5
"""What an amount called a total loses where rounding or a discount leads on from it, where another is the sum of it and
one more so called, and where its line is that of a table of rates, its tax beside it."""
LARGER_PRINT, LARGEST = 1.25, 0.3
"""Height of print, beside the usual one of amounts, from which on it tells, and what it is worth."""
AGAIN, MOST_AGAIN = 0.1, 0.3
"""Worth of each further line that calls the same amount a total."""
ONLY_OTHER = -1.0
"""Worth of being called nothing but tax, change, discount, a number of things: no total is."""
LEAST = 0.45
CLOSING = frozenset(("tender", "parts", "rate", "rounded", "discounted", "totals"))
"""Signs of sums that lead to an amount."""
BASES = frozenset(("net", "subtotal", "total"))
OTHERS = frozenset(("tax", "rounding", "change", "discount", "count", "net", "charge", "other"))


@dataclass
class _Option:
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
    def closes(self) -> bool:
        """Whether sums of other amounts lead to it."""
        return not self.signs.isdisjoint(CLOSING)


def choose_total(field_name: str, entries: Sequence[Entry]) -> tuple[Choice, str] | None:
    """Return the total of a slip with the text it reads as, None where nothing tells.

    Args:
        field_name: name of the field.
        entries: every amount, top to bottom.
    """
    options = _options(entries)
    for option in options.values():
        _weigh_labels(option)
    _weigh_tender(options, entries)
    _weigh_pairs(options, entries)
    _weigh_parts(options, entries)
    _weigh_totals(options, entries)
    _weigh_discount(options, entries)
    _weigh_rounding(options, entries)
    _weigh_print(options, entries)
    ranked = sorted(options.values(), key=lambda one: (-one.weight, -one.entries[-1].row))
    if not ranked or ranked[0].weight < LEAST:
        return None
    best, second = ranked[0], ranked[1] if len(ranked) > 1 else None
    entry = _telling(best)
    margin = best.weight - (max(second.weight, 0.0) if second is not None else 0.0)
    rival = None if second is None or second.weight <= 0 else _telling(second).found
    agreed = len(best.signs & CLOSING.union(("label", "equals", "pair"))) > 2
    return Choice(field_name, entry.found, _evidence(best), best.weight, margin, best.closes, agreed, rival), entry.told


def _options(entries: Sequence[Entry]) -> dict[Decimal, _Option]:
    options: dict[Decimal, _Option] = {}
    for entry in entries:
        if entry.value > 0 and not entry.lost:
            options.setdefault(entry.value, _Option(entry.value, [])).entries.append(entry)
    for entry in entries:  # digits without their point confirm what is printed with it
        if entry.lost and entry.value in options:
            options[entry.value].entries.append(entry)
    return options


def _telling(option: _Option) -> Entry:
    """Return the place that shows an amount best: called a total, with its point, the last of these."""
    return max(option.entries, key=lambda one: (one.role == "total", not one.lost, one.role is None, one.row))


def _evidence(option: _Option) -> str:
    named = "labelled_total" if "label" in option.signs else "unlabelled_total"
    return f"{named}_closes" if option.closes else f"{named}_paid" if "equals" in option.signs else named


def _weigh_labels(option: _Option) -> None:
    called = [entry for entry in option.entries if entry.role == "total" and entry.label is not None]
    if called:
        best = max(entry.label.likeness for entry in called if entry.label is not None)
        option.add("label", LABELLED * best)
        option.weight += min(MOST_AGAIN, AGAIN * (len(called) - 1))
    if any(entry.role == "subtotal" for entry in option.entries):
        option.add("subtotal", SUBTOTAL)
    roles = {entry.role for entry in option.entries}
    if roles <= OTHERS:
        option.add("other", ONLY_OTHER)


def _weigh_tender(options: Mapping[Decimal, _Option], entries: Sequence[Entry]) -> None:
    """Count what was handed over less what came back, or the very amount handed over."""
    tenders = [entry for entry in entries if entry.role == "tender" and entry.value and not entry.lost]
    changes = [entry for entry in entries if entry.role == "change"]
    for tender in tenders:
        for change in changes:
            option = options.get(tender.value - change.value)
            if option is not None and change.value and change.row >= tender.row:
                option.add("tender", TENDER_CLOSES)
    given_back = any(change.value for change in changes)
    for tender in tenders:
        if not given_back:
            options[tender.value].add("equals", TENDER_EQUALS)
        elif "tender" not in options[tender.value].signs and _roles(options[tender.value]) <= {"tender", None}:
            options[tender.value].add("handed", ONLY_OTHER)


def _weigh_pairs(options: Mapping[Decimal, _Option], entries: Sequence[Entry]) -> None:
    """Count amounts printed below an amount, one after the other, that differ by it: as tender and change do."""
    for first, second in pairwise(entries):
        option = options.get(first.value - second.value)
        if option is None or not second.value or not option.entries[0].row < first.row < second.row:
            continue
        if second.role == "change":
            option.add("tender", CHANGE_CLOSES)
        elif first.role is None or second.role is None:
            option.add("pair", PAIR_CLOSES)


def _weigh_parts(options: Mapping[Decimal, _Option], entries: Sequence[Entry]) -> None:
    """Count a sum without tax, charges, tax and rounding that add up, each by its label; and rows of a rate.

    A sum that is called a total itself leads on only to another one so called, below it.
    """
    for base in (entry for entry in entries if entry.role in BASES and entry.value and not entry.lost):
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
        if (option := options.get(base.value + tax.value)) is not None:
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


def _weigh_totals(options: Mapping[Decimal, _Option], entries: Sequence[Entry]) -> None:
    """Count two amounts called totals that make up a third below them: those of the goods of two rates."""
    named = {entry.value: entry.row for entry in entries if entry.role == "total" and not entry.lost}
    for (one, first), (other, second) in combinations(named.items(), 2):
        if named.get(one + other, -1) > max(first, second):
            options[one + other].add("totals", PARTS_CLOSE)
            options[one].add("part_of", PART_OF)
            options[other].add("part_of", PART_OF)


def _weigh_discount(options: Mapping[Decimal, _Option], entries: Sequence[Entry]) -> None:
    """Count what an amount called a total is once a discount below it is taken off, up to rounding."""
    named = [option for option in options.values() if _roles(option) & {"total", "subtotal"}]
    for less in (entry for entry in entries if entry.role == "discount" and entry.value and not entry.lost):
        for before in (one for one in named if one.entries[0].row < less.row):
            for after in named:
                rest = before.value - less.value - after.value
                if abs(rest) < MOST_ROUNDED and after.entries[-1].row > less.row:
                    after.add("discounted", DISCOUNTED)
                    before.add("before_discount", BEFORE_DISCOUNT)


def _roles(option: _Option) -> set[Role | None]:
    return {entry.role for entry in option.entries}


def _rate_rows(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Yield two amounts of one row of which the second is less than a third of the first: a rate's base and its tax."""
    by_row: dict[int, list[Entry]] = {}
    for entry in entries:
        by_row.setdefault(entry.row, []).append(entry)
    for row in by_row.values():
        for first, second in combinations(row, 2):
            if ZERO < second.value < first.value / 3:
                yield first, second


def _weigh_rounding(options: Mapping[Decimal, _Option], entries: Sequence[Entry]) -> None:
    """Count what rounding leads to, where it is printed below and not as what was handed over alone."""
    for rounding in (entry for entry in entries if _may_round(entry)):
        for option in list(options.values()):
            for value in (option.value + rounding.value, option.value - rounding.value):
                rounded = options.get(value)
                if rounded is None or option.entries[0].row > rounding.row:
                    continue
                below = [entry for entry in rounded.entries if entry.row >= rounding.row and entry.role != "tender"]
                if below and {entry.role for entry in option.entries} & {"total", "subtotal"}:
                    rounded.add("rounded", ROUNDED)
                    option.add("before_rounding", BEFORE_ROUNDING)


def _may_round(entry: Entry) -> bool:
    """Tell whether an amount is called rounding, or is as small and called nothing known."""
    return entry.role in ("rounding", None) and ZERO < entry.value <= MOST_ROUNDED


def _weigh_print(options: Mapping[Decimal, _Option], entries: Sequence[Entry]) -> None:
    usual = median([entry.height for entry in entries]) if entries else 0.0
    for option in options.values():
        tall = max((entry.height for entry in option.entries if entry.role in ("total", None)), default=0.0)
        if tall >= LARGER_PRINT * usual:
            option.add("print", LARGEST)
