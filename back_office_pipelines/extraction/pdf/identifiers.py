"""Numbers that name things: the invoice, the order, tax registrations and the account.

What belongs here: choosing one text a field among labelled candidates and well-formed texts without a label. What does
not: labels (`pairing`), check digits themselves (`values.checksums`).
"""

import re
from collections import Counter
from collections.abc import Sequence

from back_office_pipelines.extraction.pdf.blocks import Block
from back_office_pipelines.extraction.pdf.evidence import Choice, Undecided
from back_office_pipelines.extraction.pdf.pairing import FILLERS, NUMBER_SIGNS, Candidate, is_post_box
from back_office_pipelines.extraction.pdf.parties import Party
from back_office_pipelines.extraction.pdf.rows import Mention, Row
from back_office_pipelines.extraction.pdf.vocabulary import key
from back_office_pipelines.values.checksums import is_iban, is_vat_id
from back_office_pipelines.values.text import compact_upper

SAME = 0.04
"""Difference of scores below which two candidates are equally good."""
REPEATED = 0.06
"""What each other place of the same text adds, three at most."""
LEAST = 0.3
"""Score below which a text is not given at all."""
UNLABELLED = 0.45
MARKED_ALONE = 0.4
"""Score of the only number of a document that a mark alone names."""
IN_FOOT, FOOT = 0.1, 0.85
"""What it is worth for a seller's VAT id to stand among the last lines of a page, and where these begin."""
YOURS = frozenset(("ihre", "ihr", "your", "votre", "vos", "uw", "su", "vostra", "vs"))
REFERRING = frozenset(
    (
        "against",
        "concernant",
        "for",
        "für",
        "per",
        "por",
        "pour",
        "regarding",
        "sobre",
        "sur",
        "voor",
        "zu",
        "zum",
        "zur",
    )
)
"""Words before a label that make its value the number of another document."""
ARTICLES = frozenset(("das", "de", "der", "die", "het", "il", "la", "le", "our", "the", "your"))
FACTS = {"invoice_number", "issue_date", "due_date", "purchase_order"}
SECTION = 12
"""Lines under a label of a party that are about that party."""
CENTS = re.compile(r"[.,]\d{2}(?!\d)|^[A-Z]{2}\d{2} ?[A-Z0-9]")
PAGE_NUMBER = re.compile(r"\d{1,2}/\d{1,2}")
Chosen = Choice | Undecided | None


def choose_reference(field: str, rows: Sequence[Row], candidates: Sequence[Candidate]) -> Chosen:
    """Return the number of the document or of an order; AMBIGUOUS where two are named as well."""
    counts = Counter(
        compact_upper(mention.found.text) for row in rows for mention in row.mentions if mention.kind == "reference"
    )
    own = [
        one
        for one in candidates
        if one.field == field and not _is_other(one.mention, rows) and not _refers(one, rows[one.mention.row])
    ]
    scored = [
        (one.score + REPEATED * min(counts[compact_upper(one.mention.found.text)] - 1, 3), one)
        for one in own
        if one.score >= LEAST
    ]
    if field == "invoice_number" and not scored:
        scored = [(one.score, one) for one in marked_alone(rows)]
    return _settled(field, scored)


def marked_alone(rows: Sequence[Row]) -> tuple[Candidate, ...]:
    """Return the numbers of the first page that nothing but a mark names, at most a date after them: "n° 2026-027".

    Where a document has no other number and only one of these it is the document's own.
    """
    found = [
        Candidate("invoice_number", one, MARKED_ALONE, None, "marked_alone")
        for row in rows
        if row.page == 1
        for one in row.of_kind("reference")
        if one.lead == 1 and key(row.words[one.start - 1].text) in NUMBER_SIGNS and _ends_in_date(row, one)
    ]
    return tuple(found) if len({compact_upper(one.mention.found.text) for one in found}) == 1 else ()


def _ends_in_date(row: Row, mention: Mention) -> bool:
    """Tell whether nothing follows a number in its segment but a date."""
    last = min(at for at in row.first if at > mention.start)
    dates = {at for one in row.of_kind("date") for at in range(one.start, one.end)}
    rest = (at for at in range(mention.end, last) if at not in dates)
    return all(row.words[at].text.casefold() in FILLERS for at in rest)


def numbers_by_page(rows: Sequence[Row], candidates: Sequence[Candidate]) -> dict[int, dict[str, float]]:
    """Return what labels name as the number of the document, page by page: texts without spaces, each with its score.

    The best comes first.
    """
    found: dict[int, dict[str, float]] = {}
    for one in candidates:
        if one.field == "invoice_number" and one.score >= LEAST and not _is_other(one.mention, rows):
            if _refers(one, rows[one.mention.row]):
                continue
            scores = found.setdefault(one.mention.found.page, {})
            text = compact_upper(one.mention.found.text)
            scores[text] = max(one.score, scores.get(text, 0.0))
    return {page: dict(sorted(scores.items(), key=lambda entry: -entry[1])) for page, scores in found.items()}


def choose_vat_ids(
    rows: Sequence[Row], blocks: Sequence[Block], candidates: Sequence[Candidate], parties: dict[str, Party]
) -> dict[str, Choice]:
    """Return the seller's and the buyer's VAT id: by label, else by whose block it stands in."""
    scored: dict[str, list[tuple[float, Mention, str]]] = {"seller_vat_id": [], "buyer_vat_id": []}
    labelled: dict[int, Candidate] = {}
    for one in candidates:
        if one.field in scored:
            kept = labelled.get(id(one.mention))
            if kept is None or one.score > kept.score or one.field == "buyer_vat_id":
                labelled[id(one.mention)] = one
    last = {row.page: row.number for row in rows}
    for row in rows:
        for mention in row.of_kind("vat_id"):
            named = labelled.get(id(mention))
            text = compact_upper(mention.found.text)
            if named is None and not is_vat_id(text):
                continue
            score = UNLABELLED if named is None else named.score
            score += IN_FOOT if row.number > FOOT * last[row.page] else 0.0
            field = _owner(rows, mention, named, blocks, parties)
            evidence = "unlabelled" if named is None else named.evidence
            scored[field].append((score, mention, evidence))
    chosen: dict[str, Choice] = {}
    for field, found in scored.items():
        best = _best_text(field, found)
        if best is not None:
            chosen[field] = best
    return chosen


def choose_iban(rows: Sequence[Row], candidates: Sequence[Candidate]) -> Choice | None:
    """Return the account to be paid: the best labelled, the first on the page among equals."""
    found = [(one.score, one.mention, one.evidence) for one in candidates if one.field == "seller_iban"]
    seen = {id(mention) for _, mention, _ in found}
    for row in rows:
        for mention in row.of_kind("iban"):
            if id(mention) not in seen:
                valid = is_iban(compact_upper(mention.found.text))
                found.append((UNLABELLED if valid else LEAST, mention, "unlabelled"))
    return _best_text("seller_iban", found)


def _best_text(field: str, found: Sequence[tuple[float, Mention, str]]) -> Choice | None:
    """Return the best of several texts; of equals the first in reading order."""
    if not found:
        return None
    best: dict[str, tuple[float, Mention, str]] = {}
    for score, mention, evidence in found:
        text = compact_upper(mention.found.text)
        if text not in best or best[text][0] < score:
            best[text] = (score, mention, evidence)
    ranked = sorted(best.items(), key=lambda entry: -round(entry[1][0], 1))
    text, (score, mention, evidence) = ranked[0]
    margin = score - ranked[1][1][0] if len(ranked) > 1 else score
    rival = ranked[1][1][1].found if len(ranked) > 1 else None
    valid = is_iban(text) if field == "seller_iban" else is_vat_id(text)
    return Choice(field, mention.found, evidence, score, margin, held=valid, rival=rival)


def _begins_facts(row: Row, left: float) -> bool:
    """Tell whether a row begins with the label of a fact of the document, in a column: no longer about a party."""
    return any(
        label.lead == 0 and FACTS & set(label.meaning.header) and abs(label.box[0] - left) < 60 for label in row.labels
    )


def _is_yours(row: Row, start: int) -> bool:
    return start > 0 and row.words[start - 1].text.casefold().strip(":.") in YOURS


def _section(rows: Sequence[Row], mention: Mention) -> str | None:
    """Return whose section a text stands in: that of the nearest label of a party above it, in its column."""
    row = rows[mention.row]
    left = row.words[mention.start - mention.lead].box[0]
    for other in reversed(rows[max(0, mention.row - SECTION) : mention.row]):
        if other.page != row.page:
            break
        if _begins_facts(other, left):
            return None
        for label in other.labels:
            parties = {"seller_name", "buyer_name"} & set(label.meaning.header)
            alone = label.lead == 0 and label.tail <= 1 and not (label.meaning.weak and not label.colon)
            if parties and alone and -20 <= left - label.box[0] <= 60:
                return f"{parties.pop().removesuffix('_name')}_vat_id"
    return None


def _owner(
    rows: Sequence[Row],
    mention: Mention,
    one: Candidate | None,
    blocks: Sequence[Block],
    parties: dict[str, Party],
) -> str:
    """Return whose VAT id a text is: by a label that says so, else the buyer's within the buyer's block."""
    if one is not None and one.field == "buyer_vat_id":
        return "buyer_vat_id"
    if one is not None and one.label is not None and _is_yours(rows[mention.row], one.label.start):
        return "buyer_vat_id"
    if (section := _section(rows, mention)) is not None:
        return section
    buyer = parties.get("buyer_name")
    if buyer is not None:
        for block in blocks:
            if block.page == buyer.found.page and _holds(block, buyer.found.box) and _holds(block, mention.box):
                seller = parties.get("seller_name")
                if seller is None or not _holds(block, seller.found.box):
                    return "buyer_vat_id"
    return "seller_vat_id"


def _holds(block: Block, box: tuple[float, float, float, float]) -> bool:
    across, down = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return any(
        left - 1 <= across <= right + 1 and top - 1 <= down <= bottom + 1
        for left, top, right, bottom in (segment.box for segment in block.segments)
    )


def _is_other(mention: Mention, rows: Sequence[Row]) -> bool:
    """Tell whether a text is rather an amount with cents, an account, a page number, or the number of a post box."""
    words = rows[mention.row].words
    if mention.start and is_post_box(words[mention.start - 1].text):
        return True
    if PAGE_NUMBER.fullmatch(mention.found.text) or len(mention.found.text) > 40 or "@" in mention.found.text:
        return True
    others = (other for other in rows[mention.row].mentions if other.kind in ("amount", "iban"))
    return any(other.start <= mention.start < other.end and CENTS.search(other.found.text) for other in others)


def _refers(one: Candidate, row: Row) -> bool:
    """Tell whether a number is of the invoice that this one speaks of: "Credit for invoice 26724"."""
    if one.field != "invoice_number" or one.label is None or one.label.row != row.number:
        return False
    before = [word.text.casefold().strip(":.,") for word in row.words[: one.label.start]]
    while before and before[-1] in ARTICLES:
        before.pop()
    between = (word.text.casefold() for word in row.words[one.label.end : one.mention.start])
    return not REFERRING.isdisjoint([*before[-1:], *between])


def _settled(field: str, scored: Sequence[tuple[float, Candidate]]) -> Chosen:
    best: dict[str, tuple[float, Candidate]] = {}
    for score, one in scored:
        text = compact_upper(one.mention.found.text)
        if text not in best or best[text][0] < score:
            best[text] = (score, one)
    if not best:
        return None
    ranked = sorted(best.values(), key=lambda entry: -entry[0])
    score, one = ranked[0]
    margin = score - ranked[1][0] if len(ranked) > 1 else score
    rival = ranked[1][1].mention.found if len(ranked) > 1 else None
    if len(ranked) > 1 and margin < SAME:
        return Undecided(field, tuple(entry.mention.found for _, entry in ranked[:5]))
    return Choice(field, one.mention.found, one.evidence, score, margin, rival=rival)
