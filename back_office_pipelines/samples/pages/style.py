"""The style of one sender's paper: a layout family with every choice made that its seed decides.

What belongs here: the families' format and the choosing. What does not: drawing (`compose`), and the bill (`printed`).
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from back_office_pipelines.dictionary.primitives import Frozen
from back_office_pipelines.dictionary.strict_yaml import load_mapping
from back_office_pipelines.samples.model import Column, Language, Party

HERE = Path(__file__).parent
NUMERIC_DATES: Mapping[str, tuple[str, ...]] = {
    "US": ("{m:02}/{d:02}/{y}", "{m}/{d}/{yy:02}"),
    "GB": ("{d:02}/{m:02}/{y}",),
}
"""Numeric dates of English writers, whose country alone tells their order."""

Head = Literal["left", "right", "band", "centred", "boxed", "side", "typed", "plain"]
Opening = Literal["window", "parties", "framed", "facts", "cells", "lines", "side", "amount", "summary"]
Table = Literal["plain", "rules", "grid", "stripes", "filled", "columns", "typed", "bare"]
Totals = Literal["right", "bar", "boxes", "grid", "dots", "wide"]
Payment = Literal["below", "beside", "foot", "side", "slip"]
Foot = Literal["columns", "line", "page", "rule"]


class Family(Frozen):
    """One kind of paper: where a list stands, a style picks one of its entries.

    Attributes:
        pages: sizes of paper; `a4`, `letter`, `a5`, or `a4-wide` on its side.
        faces: families of letters.
        sizes: body size in points.
        margins: left and right margin in points.
        columns: columns of the item table; `tax_rate` is added where a bill has several rates.
    """

    languages: tuple[Language, ...]
    pages: tuple[Literal["a4", "letter", "a5", "a4-wide"], ...]
    faces: tuple[Literal["sans", "serif", "mono", "vera"], ...]
    sizes: tuple[str, ...]
    margins: tuple[int, ...]
    heads: tuple[Head, ...]
    openings: tuple[Opening, ...]
    tables: tuple[Table, ...]
    totals: tuple[Totals, ...]
    payments: tuple[Payment, ...]
    feet: tuple[Foot, ...]
    columns: tuple[tuple[Column, ...], ...]
    tax_table: tuple[bool, ...] = (False, True)


class Vocabulary(Frozen):
    """How one language writes numbers and dates, and the words of its invoices; lists are choices."""

    numbers: tuple[tuple[str, str], ...]
    percents: tuple[str, ...]
    dates: tuple[str, ...]
    monies: tuple[str, ...]
    months: tuple[str, ...]
    units: Mapping[str, str]
    countries: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Style:
    """Everything that is the same on each page a sender draws.

    Attributes:
        family: name of the layout family.
        language: of the words.
        words: label, the one word this sender uses for it.
        decimal: decimal mark.
        group: mark between thousands.
        date: pattern with d, m, y, yy, mon and month.
        money: pattern with the number, sign and code of a currency.
        mark: shape of the drawn logo, 0 for none.
        shows: which optional facts stand on the page.
    """

    family: str
    language: Language
    page: str
    face: str
    size: float
    margin: float
    colour: str
    head: Head
    opening: Opening
    table: Table
    totals: Totals
    payment: Payment
    foot: Foot
    columns: tuple[Column, ...]
    tax_table: bool
    words: Mapping[str, str]
    units: Mapping[str, str]
    countries: Mapping[str, str]
    months: tuple[str, ...]
    decimal: str
    group: str
    percent: str
    date: str
    money: str
    mark: int
    shows: frozenset[str]


COLOURS = (
    "#1f5f4a", "#24527a", "#7a2430", "#3b3b3b", "#5a3d82", "#0f6b74", "#8a5a13", "#2d2f6e", "#a03b1c", "#2f6b2a",
    "#000000",
)  # fmt: skip
OPTIONAL = (
    "buyer_vat_id", "delivery_date", "customer", "currency", "amount_due", "greeting", "closing", "contact", "ship_to",
    "tax_number", "colon", "upper", "noise", "country", "bic",
)  # fmt: skip


@cache
def families() -> Mapping[str, Family]:
    """Return every layout family by name."""
    return {name: Family.model_validate(content) for name, content in load_mapping(HERE / "families.yaml").items()}


@cache
def vocabularies() -> Mapping[str, Vocabulary]:
    """Return the vocabulary of every language."""
    return {name: Vocabulary.model_validate(content) for name, content in load_mapping(HERE / "words.yaml").items()}


def layout_names(language: str | None = None) -> tuple[str, ...]:
    """Return the names of all layout families, or of those that write a language."""
    return tuple(name for name, family in families().items() if language is None or language in family.languages)


def style_of(layout: str, language: Language, seller: Party, seed: int | str) -> Style:
    """Return the style that a seed gives a seller in a layout family.

    Args:
        layout: name of the family.
        language: of the invoices.
        seller: its country decides the paper of America and the order of numeric English dates.
        seed: the same seed gives the same paper.
    """
    family, vocabulary = families()[layout], vocabularies()[language]
    draw = random.Random(f"{layout}/{language}/{seed}")  # noqa: S311 - drawing, no secret
    decimal, group = draw.choice(vocabulary.numbers) if seller.country != "CH" else (".", "'")
    numeric = NUMERIC_DATES.get(seller.country, ()) if language == "en" else ()
    return Style(
        family=layout,
        language=language,
        page=_page(family, seller, draw),
        face=draw.choice(family.faces),
        size=float(draw.choice(family.sizes)),
        margin=float(draw.choice(family.margins)) + draw.randint(-3, 3),
        colour=draw.choice(COLOURS),
        head=draw.choice(family.heads),
        opening=draw.choice(family.openings),
        table=draw.choice(family.tables),
        totals=draw.choice(family.totals),
        payment=draw.choice(family.payments),
        foot=draw.choice(family.feet),
        columns=draw.choice(family.columns),
        tax_table=draw.choice(family.tax_table),
        words={name: draw.choice(choices) for name, choices in vocabulary.words.items()},
        units=vocabulary.units,
        countries=vocabulary.countries,
        months=vocabulary.months,
        decimal=decimal,
        group=group,
        percent=draw.choice(vocabulary.percents),
        date=draw.choice((*vocabulary.dates, *numeric, *numeric)),
        money=draw.choice(vocabulary.monies),
        mark=draw.randint(0, 5),
        shows=frozenset(name for name in OPTIONAL if draw.random() < 0.5),
    )


def _page(family: Family, seller: Party, draw: random.Random) -> str:
    page = draw.choice(family.pages)
    american = seller.country == "US"
    return "letter" if american and page == "a4" else "a4" if page == "letter" and not american else page
