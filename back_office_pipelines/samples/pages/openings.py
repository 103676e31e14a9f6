"""Openings: who is billed, and the number, dates and references of the bill.

What belongs here: what stands between letterhead and item table. What does not: both of these.
"""

from collections.abc import Callable, Mapping

from back_office_pipelines.samples.pages.closings import draw_totals
from back_office_pipelines.samples.pages.heads import TITLED
from back_office_pipelines.samples.pages.paper import Paper
from back_office_pipelines.samples.pages.printed import Pair
from back_office_pipelines.samples.pages.sheet import GREY, INK, PALE, Pen
from back_office_pipelines.samples.pages.style import Opening

Draw = Callable[[Paper, float], float]
"""Draws an opening from a height on and returns where the page goes on."""


def draw_opening(paper: Paper, top: float) -> float:
    """Draw the opening of the style, and the greeting below it."""
    y = OPENINGS[paper.style.opening](paper, top)
    if "greeting" in paper.style.shows:
        y = paper.sheet.paragraph(paper.left, y + paper.step, paper.width, paper.printed.words["greeting"], paper.pen())
    return y + 8


def _title(paper: Paper, y: float) -> float:
    """Draw the title where the head did not."""
    if paper.style.head in TITLED or paper.style.head == "side":
        return y
    paper.sheet.text(paper.left, y + paper.size, paper.printed.title, paper.tinted(1.7), paper.width)
    return y + 2.2 * paper.step


def _buyer(paper: Paper, x: float, y: float, width: float, *, caption: bool = True) -> float:
    """Draw name and address of the buyer, and return the baseline that follows."""
    buyer, printed = paper.printed.bill.buyer, paper.printed
    if caption:
        paper.sheet.text(x, y, paper.caption(printed.words["buyer"]), paper.grey(0.85), width)
        y += paper.step * 1.15
    paper.sheet.text(x, y, buyer.name, paper.pen(1.05, bold=True), width)
    contact = [buyer.contact] if "contact" in paper.style.shows else []
    return paper.lines(x, y + paper.step * 1.05, [*contact, *paper.address(buyer)], paper.pen(), width)


def _registry(paper: Paper) -> list[Pair]:
    return list(paper.printed.registry)


def _window(paper: Paper, top: float) -> float:
    """Address window on the left, information block on the right."""
    sheet, seller = paper.sheet, paper.printed.bill.seller
    half = paper.width * 0.5
    y = max(top, 118.0)
    sender = " · ".join([seller.name, seller.street, seller.place])
    sheet.text(paper.left, y, sender, Pen(6.4, colour=GREY), half - 14)
    sheet.rule(paper.left, y + 3, paper.left + half - 14, y + 3, colour=GREY, width=0.3)
    below = _buyer(paper, paper.left, y + 20, half - 16, caption=False)
    x = paper.left + half + 8
    numbers = _registry(paper) if paper.style.foot == "page" else []
    info = [*paper.printed.meta, *numbers, (paper.printed.words["contact"], seller.contact)]
    side = paper.pairs(x, y, info, (half * 0.44, half * 0.52), paper.grey(0.92))
    return _title(paper, max(below, side) + 22)


def _parties(paper: Paper, top: float) -> float:
    """Both parties side by side, facts in a strip below."""
    sheet, printed = paper.sheet, paper.printed
    y, half = _title(paper, top), paper.width / 2
    seller = printed.bill.seller
    sheet.text(paper.left, y + 8, paper.caption(printed.words["seller"]), paper.tinted(0.85), half - 12)
    base = y + 8 + paper.step * 1.15
    sheet.text(paper.left, base, seller.name, paper.pen(1.05, bold=True), half - 12)
    registry = [f"{label}: {value}" for label, value in _registry(paper)]
    texts = [*paper.address(seller), *registry]
    left = paper.lines(paper.left, base + paper.step * 1.05, texts, paper.pen(), half - 12)
    right = _buyer(paper, paper.left + half, y + 8, half)
    return _strip(paper, max(left, right) + 6, printed.meta, 3)


def _strip(paper: Paper, top: float, pairs: tuple[Pair, ...], across: int, *, edge: bool = False) -> float:
    """Draw captions above values, so many a row; return where they end."""
    width, height = paper.width / across, paper.size * 3.5
    rows = -(-len(pairs) // across)
    if not edge:
        paper.sheet.box(paper.left, top, paper.width, rows * height, fill=PALE)
    for at, (label, value) in enumerate(pairs):
        x, y = paper.left + (at % across) * width, top + (at // across) * height
        if edge:
            paper.sheet.box(x, y, width, height, edge=INK)
        paper.sheet.text(x + 6, y + height * 0.36, label, paper.grey(0.8), width - 12)
        paper.sheet.text(x + 6, y + height * 0.8, value, paper.pen(1.05, bold=not edge), width - 12)
    return top + rows * height + 8


def _framed(paper: Paper, top: float) -> float:
    """Draw a framed client on the right, number on the left, dates in a ruled row."""
    sheet, printed = paper.sheet, paper.printed
    x = paper.left + paper.width * 0.5
    height = 7.4 * paper.step
    sheet.box(x, top, paper.right - x, height, edge=INK)
    _buyer(paper, x + 8, top + paper.step * 1.2, paper.right - x - 16)
    y = _title(paper, top + 4)
    for label, value in printed.meta[:1]:
        sheet.text(paper.left, y + paper.step, f"{label} {value}", paper.tinted(1.2), paper.width * 0.46)
    registry = [f"{label}: {value}" for label, value in _registry(paper)]
    paper.lines(paper.left, y + 2.6 * paper.step, registry, paper.pen(), paper.width * 0.46)
    facts = printed.meta[1:]
    return _strip(paper, top + height + 12, facts, max(2, len(facts)), edge=True) if facts else top + height + 8


def _facts(paper: Paper, top: float) -> float:
    """Billed party in a box on the left, facts in a ruled box on the right."""
    sheet, printed = paper.sheet, paper.printed
    y, half = _title(paper, top), paper.width * 0.54
    pairs = [*printed.meta, *_registry(paper)]
    row = paper.step * 1.15
    x, split = paper.left + half, paper.width * 0.19
    height = max(row * len(pairs), 7.2 * paper.step)
    sheet.box(paper.left, y, half - 12, height, edge=INK)
    _buyer(paper, paper.left + 7, y + paper.step * 1.1, half - 28)
    sheet.box(x, y, split, row * len(pairs), fill=PALE)
    sheet.box(x, y, paper.right - x, row * len(pairs), edge=INK)
    for at, (label, value) in enumerate(pairs):
        base = y + at * row + row * 0.72
        sheet.text(x + 5, base, label, paper.pen(0.95, bold=True), split - 9)
        sheet.text(x + split + 5, base, value, paper.pen(), paper.right - x - split - 9)
        if at:
            sheet.rule(x, y + at * row, paper.right, y + at * row, colour=INK, width=0.4)
    return y + height + 10


def _cells(paper: Paper, top: float) -> float:
    """Draw a form: captioned cells, the client first."""
    y = _title(paper, top)
    below = _buyer(paper, paper.left + paper.width * 0.5, y + 8, paper.width * 0.5)
    registry = [f"{label}: {value}" for label, value in _registry(paper)]
    left = paper.lines(paper.left, y + 8, registry, paper.pen(), paper.width * 0.46)
    return _strip(paper, max(below, left) + 4, paper.printed.meta, 4, edge=True)


def _lines(paper: Paper, top: float) -> float:
    """Everything as plain lines of text."""
    printed = paper.printed
    y = _buyer(paper, paper.left, top + paper.size, paper.width * 0.7) + paper.step * 0.6
    y = _title(paper, y)
    for label, value in (*printed.meta, *printed.registry):
        paper.sheet.text(paper.left, y + paper.size, f"{label}: {value}", paper.pen(), paper.width)
        y += paper.step
    return y + paper.step


def _side(paper: Paper, top: float) -> float:
    """Facts stand in the sidebar already; the client here."""
    return _buyer(paper, paper.left, top + 8, paper.width) + 10


def _amount(paper: Paper, top: float) -> float:
    """Draw what is to be paid, in large letters, before anything else."""
    sheet, printed = paper.sheet, paper.printed
    y = _title(paper, top)
    half = paper.width * 0.5
    below = _buyer(paper, paper.left, y + 10, half - 14)
    pairs = [*printed.meta, *printed.registry]
    side = paper.pairs(paper.left + half, y + 10, pairs, (half * 0.45, half * 0.52), paper.grey(0.95))
    y = max(below, side) + 24
    due = printed.totals[-1]
    words = f"{due.value}  {printed.words['due_date'].lower()} {dict(printed.meta).get(printed.words['due_date'], '')}"
    sheet.text(paper.left, y, words.strip(), paper.pen(1.9, bold=True), paper.width)
    return y + 14


def _summary(paper: Paper, top: float) -> float:
    """Draw a utility's first page: client, facts, and the sums before the details."""
    y = _title(paper, top)
    half = paper.width * 0.5
    below = _buyer(paper, paper.left, y + 10, half - 14, caption=False)
    pairs = [*paper.printed.meta, *paper.printed.registry]
    side = paper.pairs(paper.left + half, y + 10, pairs, (half * 0.45, half * 0.52), paper.grey(0.95))
    return draw_totals(paper, max(below, side) + 16, (paper.left + 20, paper.right - 20)) + 14


OPENINGS: Mapping[Opening, Draw] = {
    "window": _window, "parties": _parties, "framed": _framed, "facts": _facts, "cells": _cells, "lines": _lines,
    "side": _side, "amount": _amount, "summary": _summary,
}  # fmt: skip
