"""Numbers that name things: the invoice, the order and the account.

What belongs here: choosing one text a field among labelled candidates and well-formed texts without a label. What does
not: labels (`pairing`), tax registrations (`vat_ids`), check digits themselves (`values.checksums`).
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from back_office_pipelines.extraction.pdf.evidence import Choice, Undecided
from back_office_pipelines.extraction.pdf.facts.candidate import FILLERS, Candidate
from back_office_pipelines.extraction.pdf.facts.captions import NUMBER_SIGNS
from back_office_pipelines.extraction.pdf.facts.pairing import is_post_box
from back_office_pipelines.extraction.pdf.facts.wrapped import broken_accounts, completed
from back_office_pipelines.extraction.pdf.page.labels import fold
from back_office_pipelines.extraction.pdf.page.rows import Mention, Row
from back_office_pipelines.extraction.pdf.page.vocabulary import key
from back_office_pipelines.values.checksums import is_iban
from back_office_pipelines.values.text import compact_upper

SAME = 0.04
"""Difference of scores below which two candidates are equally good."""
REPEATED = 0.06
"""What each other place of the same text adds, three at most."""
TELLING = 3
"""Digits from which on a text that stands in several places is the same number there: weeks and pages recur as well."""
LEAST = 0.3
"""Score below which a text is not given at all."""
UNLABELLED = 0.45
MARKED_ALONE = 0.4
"""Score of the only number of a document that a mark alone names."""
REFERRING = frozenset(
    (
        "à", "aan", "against", "al", "alla", "annule", "annuleert", "auf", "cancels", "concernant", "contra",
        "corrects", "corrige", "credits", "for", "from", "für", "gegen", "per", "por", "pour", "rectifica", "rectifie",
        "regarding", "replaces", "sobre", "storniert", "sur", "tegen", "to", "voor", "zu", "zum", "zur",
        "do", "k", "ke", "ku", "til", "till", "za",
    )
)  # fmt: skip
"""Words before a label that make its value the number of another document."""
ARTICLES = frozenset(("das", "de", "der", "die", "het", "il", "la", "le", "our", "the", "your"))
CENTS = re.compile(r"[.,]\d{2}(?!\d)|^[A-Z]{2}\d{2} ?[A-Z0-9]")
BLOCKED = re.compile(r"\bg-rek(?:ening)?\b|geblokkeerde rekening", re.IGNORECASE)
POSTAL = re.compile(r"\d{4,5}")
SELF_NAMED = re.compile(r"(?:[A-Z]{2,4}[-/])?PO[-/](?=[^a-z]*\d{2})[A-Z0-9/-]+")
WORDS_BEFORE = 4
LAST_RESORT = frozenset(("reference",))
"""Labels of an invoice's number where nothing else names one."""
BUYERS = frozenset(
    (
        "your", "ihr", "ihre", "votre", "vos", "v/", "v/ref", "uw", "su", "s/", "s/ref", "vs", "vostro", "vostra",
        "client", "customer", "klant", "kunden", "kunde", "cliente", "buyer", "er", "deres", "jeres",
    )
)  # fmt: skip
"""Words before a reference that make it the buyer's."""
MARKED = re.compile(r"#(?=(?:\D*\d){3})(?:[A-Z]+[-/]?[A-Z0-9/-]*\d|\d+[-/][\d/-]*\d)")
"""A mark and the number of a document, rather than a suite's or an article's: "#CM-417", "#2026-027"."""
PAGE_NUMBER = re.compile(r"\d{1,2}/\d{1,2}")
DAYS = frozenset(
    (
        "day", "days", "tag", "tage", "tagen", "jour", "jours", "giorno", "giorni", "día", "días", "dia", "dias", "dag",
        "dagen", "dage", "dagar", "dni", "dnů",
        "dager", "päivää", "pv", "nap", "napon", "zile", "dní", "dana",
    )
)  # fmt: skip
"""Words after a number that make it a term: "Invoice 30 days"."""
Chosen = Choice | Undecided | None


def choose_reference(field: str, rows: Sequence[Row], candidates: Sequence[Candidate]) -> Chosen:
    """Return the number of the document or of an order; AMBIGUOUS where two are named as well."""
    own = [
        one for one in candidates if one.field == field and not _is_other(one.mention, rows) and not _refers(one, rows)
    ]
    own = [one for one in own if not _is_postal(one, rows[one.mention.row])]
    own = [one for one in own if one.label is None or one.label.key not in LAST_RESORT] or [
        one for one in own if one.label is not None and one.label.lead == 0
    ]
    counts = Counter(compact_upper(one.found.text) for row in rows for one in row.of_kind("reference")) if own else {}
    scored = [
        (one.score + REPEATED * _recurs(compact_upper(one.mention.found.text), counts), one)
        for one in own
        if one.score >= LEAST
    ]
    if field == "invoice_number" and not scored:
        scored = [(one.score, one) for one in marked_alone(rows)]
    if field == "purchase_order" and not scored:
        scored = [(one.score, one) for one in _named_by_itself(rows)]
    return _settled(field, scored)


def numbers_invoice(order: Choice, invoice: Choice) -> bool:
    """Tell whether an invoice is numbered by an order: it is the seller's own, "1893302" beside "1893302-2".

    Stations number the invoices of an order in turn; the order of the buyer has a number of the buyer's.
    """
    text, number = compact_upper(order.found.text), compact_upper(invoice.found.text)
    return bool(re.match(rf"{re.escape(text)}[-/.]\d{{1,3}}$", number))


def _recurs(text: str, counts: Mapping[str, int]) -> int:
    """Return how many other places show a text, three at most."""
    return min(counts[text] - 1, 3) if sum(map(str.isdigit, text)) >= TELLING else 0


def marked_alone(rows: Sequence[Row]) -> tuple[Candidate, ...]:
    """Return the numbers of the first page that nothing but a mark names, at most a date after them: "n° 2026-027".

    Where a document has no other number and only one of these it is the document's own.
    """
    found = [
        Candidate("invoice_number", one, MARKED_ALONE, None, "marked_alone")
        for row in rows
        if row.page == 1
        for one in row.of_kind("reference")
        if _is_marked_alone(row, one) and _ends_in_date(row, one)
    ]
    return tuple(found) if len({compact_upper(one.mention.found.text) for one in found}) == 1 else ()


def _is_marked_alone(row: Row, mention: Mention) -> bool:
    """Tell whether nothing stands before a number in its segment but a mark, or the mark is part of it: "#CM-17"."""
    if mention.lead == 0:
        return MARKED.fullmatch(row.words[mention.start].text) is not None
    return mention.lead == 1 and key(row.words[mention.start - 1].text) in NUMBER_SIGNS


def _named_by_itself(rows: Sequence[Row]) -> Iterator[Candidate]:
    """Yield the buyer's references that say of themselves that they are orders: "Your ref. LJ/PO/2088"."""
    for row in rows:
        for one in row.of_kind("reference"):
            before = {fold(word.text) for word in row.words[max(0, one.start - WORDS_BEFORE) : one.start]}
            if SELF_NAMED.fullmatch(one.found.text) and not before.isdisjoint(BUYERS):
                yield Candidate("purchase_order", one, MARKED_ALONE, None, "named_by_itself")


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
            if _refers(one, rows):
                continue
            scores = found.setdefault(one.mention.found.page, {})
            text = compact_upper(one.mention.found.text)
            scores[text] = max(one.score, scores.get(text, 0.0))
    return {page: dict(sorted(scores.items(), key=lambda entry: -entry[1])) for page, scores in found.items()}


def choose_iban(rows: Sequence[Row], candidates: Sequence[Candidate]) -> Choice | None:
    """Return the account to be paid: the best labelled, the first on the page among equals."""
    named = [one for one in candidates if one.field == "seller_iban"]
    found = [
        (one.score, one.mention, one.evidence) for one in named if not _is_blocked(rows[one.mention.row], one.mention)
    ]
    seen = {id(mention) for _, mention, _ in found}
    for row in rows:
        for mention in row.of_kind("iban"):
            if id(mention) not in seen and not _is_blocked(row, mention):
                valid = is_iban(compact_upper(mention.found.text))
                found.append((UNLABELLED if valid else LEAST, mention, "unlabelled"))
    found = [(score, completed(mention, rows), evidence) for score, mention, evidence in found]
    whole = (completed(mention, rows) for mention in broken_accounts(rows))
    found += [(UNLABELLED, one, "unlabelled") for one in whole if is_iban(compact_upper(one.found.text))]
    return _best_text("seller_iban", found)


def _is_blocked(row: Row, mention: Mention) -> bool:
    """Tell whether an account is the blocked one of a Dutch contractor, which takes wage tax only."""
    start = max((one.end for one in row.of_kind("iban") if one.end <= mention.start), default=0)
    return BLOCKED.search(" ".join(word.text for word in row.words[start : mention.start])) is not None


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
    return Choice(field, mention.found, evidence, score, margin, held=is_iban(text), rival=rival)


def _is_other(mention: Mention, rows: Sequence[Row]) -> bool:
    """Tell whether a text is rather an amount with cents, an account, a page number, a post box, or a term in days."""
    words = rows[mention.row].words
    if mention.found.text.isdecimal() and mention.end < len(words) and words[mention.end].text.casefold() in DAYS:
        return True
    if mention.start and is_post_box(words[mention.start - 1].text):
        return True
    marked = mention.start and key(words[mention.start - 1].text) in NUMBER_SIGNS
    if (
        (PAGE_NUMBER.fullmatch(mention.found.text) and not marked)
        or len(mention.found.text) > 40
        or "@" in mention.found.text
    ):
        return True
    kinds = ("iban",) if marked else ("amount", "iban")  # "Facture n° 2024.11" is no amount
    others = (other for other in rows[mention.row].mentions if other.kind in kinds)
    return any(other.start <= mention.start < other.end and CENTS.search(other.found.text) for other in others)


def _is_postal(one: Candidate, row: Row) -> bool:
    """Tell whether a number is the code of the place that follows it: "68000 Colmar".

    Only beside or under a weak label, or in another column or line than its label.
    """
    mention = one.mention
    if one.label is None or not POSTAL.fullmatch(mention.found.text):
        return False
    own = mention.row == one.label.row and mention.start < one.label.end + one.label.tail
    if own and not one.label.meaning.weak:
        return False
    marked = mention.start and key(row.words[mention.start - 1].text) in NUMBER_SIGNS
    place = row.words[mention.end].text if mention.end not in row.first else ""
    return not marked and place[:1].isupper() and place.rstrip(",").isalpha()


def _refers(one: Candidate, rows: Sequence[Row]) -> bool:
    """Tell whether a number is of the invoice that this one speaks of: "Credit for invoice 26724"."""
    if one.field != "invoice_number" or one.label is None:
        return False
    row = rows[one.label.row]
    before = [
        word.text.casefold().strip(":.,") for word in row.words[one.label.start - one.label.lead : one.label.start]
    ]
    while before and before[-1] in ARTICLES:
        before.pop()
    beside = one.mention.row == row.number
    between = (word.text.casefold() for word in row.words[one.label.end : one.mention.start if beside else 0])
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
