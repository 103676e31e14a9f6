"""An invoice on pages: every header field by all that the document shows, chosen with regard to one another.

What belongs here: the order of the steps. What does not: any of them (`rows`, `pairing`, `totals`, `days`,
`identifiers`, `parties`, `money`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.pdf.countries import Seat
from back_office_pipelines.extraction.pdf.evidence import Choice, Undecided
from back_office_pipelines.extraction.pdf.facts.candidate import Candidate
from back_office_pipelines.extraction.pdf.facts.days import choose_days
from back_office_pipelines.extraction.pdf.facts.doubled import doubled
from back_office_pipelines.extraction.pdf.facts.identifiers import (
    choose_iban,
    choose_reference,
    numbers_by_page,
    numbers_invoice,
)
from back_office_pipelines.extraction.pdf.facts.pairing import candidates
from back_office_pipelines.extraction.pdf.facts.vat_ids import choose_vat_ids
from back_office_pipelines.extraction.pdf.lines.airtime import bills_airtime
from back_office_pipelines.extraction.pdf.lines.item import ItemLine
from back_office_pipelines.extraction.pdf.lines.items import read_items
from back_office_pipelines.extraction.pdf.lines.rates import with_rates
from back_office_pipelines.extraction.pdf.money.adjustments import before_tax, choose_adjustments, leads_to
from back_office_pipelines.extraction.pdf.money.amounts import ZERO, Amount, printed_in
from back_office_pipelines.extraction.pdf.money.cents import in_cents
from back_office_pipelines.extraction.pdf.money.currency import crown_of, currency_of
from back_office_pipelines.extraction.pdf.money.payment import choose_payment
from back_office_pipelines.extraction.pdf.money.solutions import Totals
from back_office_pipelines.extraction.pdf.money.totals import choose_totals
from back_office_pipelines.extraction.pdf.page.blocks import blocks_of
from back_office_pipelines.extraction.pdf.page.rows import Kind, Row, number_of, rows_of
from back_office_pipelines.extraction.pdf.page.spans import Found
from back_office_pipelines.extraction.pdf.page.vocabulary import vocabulary_of
from back_office_pipelines.extraction.pdf.page.words import Line
from back_office_pipelines.extraction.pdf.parties.parties import choose_parties
from back_office_pipelines.values.evidence import decide_style
from back_office_pipelines.values.numbers import canonical_decimal, parse_decimal
from back_office_pipelines.values.style import Style

Derived = tuple[Choice, str | None]
NUMBERED: tuple[Kind, ...] = ("vat_id", "iban")
"""Numbers that begin with the country of their holder."""
DEDUCTED = ("allowance_total", "prepaid_total")
"""Amounts that some pages print with a minus: what they are is how much is taken off (EN 16931)."""
SIGNS = 2
"""Kinds of evidence for a name beyond which a further one confirms what is confirmed already."""
CLEAR = 4
"""How many times more often one decimal mark must be proved than the other to be the document's."""


@dataclass(frozen=True)
class Header:
    """The header fields of an invoice, and its lines.

    Attributes:
        adds_up: the lines lead to the net total, by way of allowances and charges where there are any.
        numbers: what each page calls the number of the document, as `numbers_by_page`, of documents of several pages.
    """

    style: Style
    fields: dict[str, Derived]
    undecided: tuple[Undecided, ...]
    items: tuple[ItemLine, ...]
    adds_up: bool
    numbers: Mapping[int, Mapping[str, float]]


def read_header(lines: Sequence[Line], dictionary: Dictionary, language: str | None, seat: Seat | None) -> Header:
    """Return the header fields of an invoice, each with its evidence, and those whose candidates contradict each other.

    Args:
        lines: of all pages.
        dictionary: the lane; only its fields are returned.
        language: of the document, None where unknown.
        seat: country of the document, None where unknown.
    """
    vocabulary = vocabulary_of(dictionary, language)
    rows = rows_of(lines, vocabulary)
    style = style_of(rows, language, seat)
    items = read_items(rows, style, vocabulary)
    within = {item.row for item in items}
    proposed = [one for one in candidates(rows) if one.mention.kind != "amount" or one.mention.row not in within]
    proposed += doubled(rows, vocabulary)
    parties = choose_parties(rows, blocks := blocks_of(lines))
    found: dict[str, Derived] = {}
    undecided: list[Undecided] = []
    for name, party in parties.items():
        margin, held, agreed = party.margin, party.kinds > 1, party.kinds > SIGNS
        found[name] = Choice(name, party.found, party.evidence, party.score, margin, held, agreed, party.other), None
    for field in ("invoice_number", "purchase_order"):
        _keep(choose_reference(field, rows, proposed), found, undecided)
    number = found["invoice_number"][0].found if "invoice_number" in found else None
    if "purchase_order" in found and _is_sellers_own(found["purchase_order"][0], found.get("invoice_number"), rows):
        del found["purchase_order"]
    for chosen in choose_days(rows, proposed, number, style).values():
        _keep(chosen, found, undecided)
    found.update(choose_vat_ids(rows, blocks, proposed, parties, seat))
    _keep(choose_iban(rows, proposed), found, undecided)
    adds_up = _add_money(rows, proposed, style, seat, items, found)
    if "currency" not in found and (crown := crown_of(rows, seat, language)) is not None:
        found["currency"] = crown
    net = parse_decimal(found["net_total"][0].found.text, style) if "net_total" in found else None
    items = with_rates(items, rows, style, net if isinstance(net, Decimal) else None)
    fields = dictionary.records[dictionary.header].fields
    kept = {name: one for name, one in found.items() if name in fields}
    numbers = numbers_by_page(rows, proposed) if rows and rows[-1].page > 1 else {}
    return Header(style, kept, tuple(undecided), items, adds_up, numbers)


def _is_sellers_own(order: Choice, number: Derived | None, rows: Sequence[Row]) -> bool:
    """Tell whether an order is the seller's: it numbers the invoice, or a station calls it no more than an order."""
    if number is not None and numbers_invoice(order, number[0]):
        return True
    return order.evidence.endswith("generic") and bills_airtime(rows)


def style_of(rows: Sequence[Row], language: str | None, seat: Seat | None) -> Style:
    """Return how the document writes numbers and dates, by all of both on it; a few odd numbers do not blur it."""
    amounts = [mention.found.text for row in rows for mention in row.of_kind("amount")]
    marks = [text.rstrip(" )-€$£ABCDEFGHIJKLMNOPQRSTUVWXYZ")[-3:-2] for text in amounts]
    points, commas = marks.count("."), marks.count(",")
    if points > CLEAR * commas or commas > CLEAR * points:
        mark = "." if points > commas else ","
        amounts = [text for text, found in zip(amounts, marks, strict=True) if found == mark]
    dates = [mention.found.text for row in rows for mention in row.of_kind("date")]
    numbered = {one.found.text[:2] for row in rows for kind in NUMBERED for one in row.of_kind(kind)}
    return decide_style(amounts, dates, language, seat.code if seat is not None else None, numbered=numbered)


def _keep(chosen: Choice | Undecided | None, found: dict[str, Derived], undecided: list[Undecided]) -> None:
    if isinstance(chosen, Choice):
        found[chosen.field] = chosen, None
    elif chosen is not None:
        undecided.append(chosen)


def _add_money(
    rows: Sequence[Row],
    proposed: Sequence[Candidate],
    style: Style,
    seat: Seat | None,
    items: Sequence[ItemLine],
    found: dict[str, Derived],
) -> bool:
    """Add totals, payment and currency to the fields; tell whether the lines lead to the net total."""
    proposed = in_cents(proposed)
    totals = choose_totals(rows, proposed, style)
    lines = sum((item.amount for item in items), ZERO) if items else None
    total = totals.amounts.get("net_total")
    net = None if total is None else total.value
    between = () if total is None or not items else rows[items[-1].row + 1 : total.parts[0].row]
    adjustments: Mapping[str, Amount] = {}
    if totals.commissioned:
        net = totals.amounts["gross_total"].value  # its lines are billed before the commission
    elif adjustments := before_tax(totals, proposed, style):
        totals, net = totals.without_net(), totals.net_by_gross()
    else:
        adjustments = choose_adjustments(proposed, style, lines, net, printed_in(between, style))
    adds_up = lines is not None and net is not None and leads_to(lines, adjustments, net)
    others = {**adjustments, **choose_payment(rows, totals, proposed, style)}
    for field, amount in {**totals.amounts, **others}.items():
        choice, told = _as_choice(field, amount, totals, style)
        agreed = adds_up and (field == "net_total" or (field in totals.amounts and totals.closes))
        found[field] = replace(choice, agreed=agreed), told
    money = [choice.found for name, (choice, _) in found.items() if name in totals.amounts or name in others]
    if (currency := currency_of(rows, money, style, seat)) is not None:
        found["currency"] = currency
    return adds_up


def _as_choice(field: str, amount: Amount, totals: Totals, style: Style) -> Derived:
    held = totals.closes if field in totals.amounts else amount.evidence.endswith("_closes")
    margin = totals.score - totals.rival if field in totals.amounts else amount.score
    first = amount.parts[0].found
    text = " + ".join(mention.found.text for mention in amount.parts)
    place = Found(text, first.page, first.box, first.score)
    value = abs(amount.value) if field in DEDUCTED else amount.value
    as_printed = len(amount.parts) == 1 and number_of(amount.parts[0], style) == value
    told = None if as_printed else _written(value, style)
    other = totals.others.get(field) if field in totals.amounts else None
    rival = None if other is None or other.value == amount.value else other.parts[0].found
    return Choice(field, place, amount.evidence, amount.score, margin, held, rival=rival), told


def _written(value: Decimal, style: Style) -> str:
    """Write a sum the way the document writes its numbers."""
    return canonical_decimal(value).replace(".", style.decimal or ".")
