"""What was paid: the amount of a slip that its labels name and its sums confirm.

What belongs here: weighing labels, print and repetition for each amount, and the choice. What does not: where amounts
stand (`amounts`), sums (`sums`), and what the choice is worth (`pdf.confidence`).
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from statistics import median

from back_office_pipelines.extraction.pdf.evidence import Choice
from back_office_pipelines.extraction.slip.amounts import Entry
from back_office_pipelines.extraction.slip.sums import (
    CLOSING,
    MOST_ROUNDED,
    ONLY_OTHER,
    Option,
    is_contradicted,
    weigh_sums,
)

LABELLED, SUBTOTAL = 1.0, 0.35
LARGER_PRINT, LARGEST = 1.25, 0.3
"""Height of print, beside the usual one of amounts, from which on it tells, and what it is worth."""
AGAIN, MOST_AGAIN = 0.1, 0.3
"""Worth of each further line that calls the same amount a total."""
LEAST = 0.45
LEAST_MARGIN = 0.15
"""Distance to the next amount below which both may be the total: a person decides, since no such choice was counted."""
OTHERS = frozenset(("tax", "rounding", "change", "discount", "count", "net", "charge", "other"))


def choose_total(field_name: str, entries: Sequence[Entry]) -> tuple[Choice, str] | None:
    """Return the total of a slip with the text it reads as, None where nothing tells.

    Args:
        field_name: name of the field.
        entries: every amount, top to bottom.
    """
    options = _options(entries)
    for option in options.values():
        _weigh_labels(option)
    weigh_sums(options, entries)
    _weigh_print(options, entries)
    ranked = sorted(options.values(), key=lambda one: (-one.weight, -one.entries[-1].row))
    if not ranked or ranked[0].weight < LEAST:
        return None
    best, second = ranked[0], ranked[1] if len(ranked) > 1 else None
    entry = _telling(best)
    margin = best.weight - (max(second.weight, 0.0) if second is not None else 0.0)
    rival = None if second is None or second.weight <= 0 else _telling(second).found
    agreed = len(best.signs & CLOSING.union(("label", "equals", "pair"))) > 2
    evidence = _evidence(best, entries) if margin >= LEAST_MARGIN else "rivalled_total"
    return Choice(field_name, entry.found, evidence, best.weight, margin, best.closes, agreed, rival), entry.told


def _options(entries: Sequence[Entry]) -> dict[Decimal, Option]:
    """Return the amounts that may be the total: no coin's rounding is one."""
    options: dict[Decimal, Option] = {}
    for entry in entries:
        if entry.value > MOST_ROUNDED and not entry.lost:
            options.setdefault(entry.value, Option(entry.value, [])).entries.append(entry)
    for entry in entries:  # digits without their point confirm what is printed with it
        if entry.lost and entry.value in options:
            options[entry.value].entries.append(entry)
    return options


def _telling(option: Option) -> Entry:
    """Return the place that shows an amount best: called a total, with its point, the last of these."""
    return max(option.entries, key=lambda one: (one.role == "total", not one.lost, one.role is None, one.row))


def _evidence(option: Option, entries: Sequence[Entry]) -> str:
    """Return what speaks for a total; nothing was counted for one that the other sums of its slip speak against."""
    if is_contradicted(option, entries):
        return "contradicted_total"
    named = "labelled_total" if "label" in option.signs else "unlabelled_total"
    return f"{named}_closes" if option.closes else f"{named}_paid" if "equals" in option.signs else named


def _weigh_labels(option: Option) -> None:
    called = [entry for entry in option.entries if entry.role == "total" and entry.label is not None]
    if called:
        best = max(entry.label.likeness for entry in called if entry.label is not None)
        option.add("label", LABELLED * best)
        option.weight += min(MOST_AGAIN, AGAIN * (len(called) - 1))
    if any(entry.role == "subtotal" for entry in option.entries):
        option.add("subtotal", SUBTOTAL)
    if option.roles <= OTHERS:
        option.add("other", ONLY_OTHER)


def _weigh_print(options: Mapping[Decimal, Option], entries: Sequence[Entry]) -> None:
    usual = median([entry.height for entry in entries]) if entries else 0.0
    for option in options.values():
        tall = max((entry.height for entry in option.entries if entry.role in ("total", None)), default=0.0)
        if tall >= LARGER_PRINT * usual:
            option.add("print", LARGEST)
