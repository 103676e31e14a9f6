"""Days by which sentences ask for the money, or on which they say it will be collected.

What belongs here: which words of a page make the sentence around a day, and how such sentences go on before and after
it. What does not: days that labels name (`pairing`), discounts (`terms`), and choosing among days (`days`).
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from back_office_pipelines.extraction.pdf.facts.candidate import Candidate
from back_office_pipelines.extraction.pdf.facts.terms import DISCOUNT, IN_FULL
from back_office_pipelines.extraction.pdf.page.caseless import Caseless
from back_office_pipelines.extraction.pdf.page.rows import Mention, Row

ASKED = 0.8
"""Worth of a day that a sentence asks to pay by."""
PAYING = Caseless(
    r"überweis|zahl|begleich|entricht|ausgleich|\b(?:pay|paid\b)|settle|remit|régl|règl|payer|paiement|virement|acquitt"
    r"|\bpag[aou]|abon[aeo]|ingres|transfer|bonific|vers[ai]|sald|betaal|betal|overma|voldoe|voldaan|storte[nr]|stort "
    r"|indbetal|overfør|zapłat|płatn|płaci|wpłat|przela|uhrad|úhrad|zaplat|splat|liquid|efetu"
    r"|maks[aeu]|fizet|utal|pl[ăa]t[iăe]|achita|uhraď|zaplať|plati|plaća|plača|plačil|podmir"
)
"""What a sentence about paying has in it."""
UNTIL = Caseless(
    r"(?:\bbis(?: spätestens)?(?: einschlie(?:ß|ss)lich)?(?: zum| am)?(?: den)?"
    r"|\bspätestens(?: bis)?(?: am| zum)?(?: den)?"
    r"|\bby|\b(?:on or |by or )?before|\b(?:no|not) later than|\blatest(?: by)?|\bun?til|\btill|\bavant le|\bjusqu.au"
    r"|\bau plus tard(?: le)?|\bd.ici(?: le| au)|\bentro(?: e non oltre)?(?: il| l.)?(?: giorno)?"
    r"|\bantes del?(?: d[ií]a)?|\bhasta el(?: día)?|\ba más tardar(?: el)?|\buiterlijk(?: op| vóór| voor| tegen)?"
    r"|\bv[oó][oó]r(?: of op)?"
    r"|\btegen|\bten laatste(?: op)?|\bsenast(?: den)?|\bsenest(?: den| d\.)?|\binden(?: den)?|\bdo(?: dnia| dne| dňa)?"
    r"|\bviimeistään|\bpână la(?: data de)?"
    r"|\bnajpóźniej(?: do)?|\bnejpozději(?: do)?|\baté(?: ao?)?(?: dia)?)$"
)
"""Words right before a last day."""
COLLECTING = Caseless(
    r"direct debit|collect|debited|\btake payment|payment will be taken|lastschrift|einzug|einziehen|eingezogen|abbuch"
    r"|abgebucht|prél[eè]v|domicilia|addebit|incass|afgeschreven|afschrij|schrijven wij|adeud|cargar|autogiro"
    r"|betalingsservice|débito dire|inkas|polecen"
)
"""What a sentence has in it that says that the money will be fetched."""
ON = Caseless(
    r"\b(?:on|on or (?:just |shortly )?(?:after|before|about)|on or around|around|from|am|zum|per|ab dem"
    r"|um den|le|vers le|à partir du|il|dal|el|a partir del|op|rond|op of rond|vanaf|om(?:streeks)?"
    r"|den|em|a partir de|dnia|dne)$"
)
"""Words right before the day of something."""
PAST = Caseless(
    r"\b(?:was|were|has been|have been|received|wurden?|erhalten|bezahlt|a été|ont été|reçu|è stat[oa]"
    r"|ricevut|werd|ontvangen|ha sido|recibid|blev|foi|recebid)\b"
)
"""Words of what has happened: "was collected on"."""
DUE_THEN = Caseless(
    r"^\W*(?:[^\s.;,]+ ){0,8}(?:fällig|zahlbar|zu zahlen|zu überweisen|abgebucht|abbuchen|eingezogen|einziehen|belastet"
    r"|afgeschreven|geïncasseerd|incasseren|will (?:be )?(?:collect|debit|taken?)|opeisbaar|esigibile|förfall|forfalde)"
)
"""How a sentence goes on after the day that something is due: "ist am 16.02.2026 fällig"."""
NEXT = Caseless(
    r"\b(?:erstmals|erstmalig|nächste|künftig|neue[rns]? (?:monat|absch)|prochain|nouvelle mensualit|échéancier|next"
    r"|future|subsequent|following|new (?:monthly|direct)|volgende|nieuwe? (?:termijn|maand|voorschot)|próxim|prossim"
    r"|success|nästa|næste|kolejn|příští)"
)
"""Words about a payment after this one."""
ELSE = Caseless(
    r"\b(?:dispute|complain|object|renew|notify|report(?:ed)?\b|reklam|beanstand|widerspr|widerruf|contest|réclam"
    r"|contestazion|bezwaar)"
)
"""Words of what else is asked for by a day."""
WEEKDAY = Caseless(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch"
    r"|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|lunes|martes|miércoles|jueves|viernes|(?:lune|marte|mercole|giove"
    r"|vener)dì|(?:maan|dins|woens|donder|vrij)dag)\W*$"
)
DAY_BEFORE = re.compile(r"(?:\d[./-]\d{1,4}\.?|\b(?:19|20)\d\d)\s*$")
"""A day right before words such as "until": both make a period."""
SENTENCE = re.compile(r"(?<=[^\W\d_]{3})[.!?]\s+(?=[A-ZÀ-Ý])|(?<=\d{4})\.\s+(?=[A-ZÀ-Ý])|[;•|]")
"""Where a sentence ends: after a longer word or a year."""
TERMS = Caseless(r"skonto|zahlungs|valuta|bis\b|netto|escompte|korting|terms|payment")
"""Words of the terms of payment, beside which a day in full is one of paying."""
LAST = frozenset(
    (
        "viimeistään", "la", "dňa",
        "bis", "spätestens", "einschließlich", "einschliesslich", "zum", "am", "den", "by", "before", "than", "latest",
        "until", "til", "till", "le", "tard", "d'ici", "au", "entro", "oltre", "il", "l'",
        "giorno", "de", "del", "día", "dia", "el", "tardar", "uiterlijk", "op", "vóór", "voor", "vòòr", "of", "tegen",
        "laatste", "senast", "senest", "d", "inden", "do", "dnia", "dne", "najpóźniej", "nejpozději", "até", "a", "ao",
        "on", "after", "about", "around", "from", "dem", "du", "dal", "rond", "vanaf", "omstreeks", "em", "per",
    )
)  # fmt: skip
"""Last words of these beginnings, by which most days are seen to be none of paying."""
FULL = frozenset(("netto", "net", "rein", "ohne", "sans", "zonder", "senza", "sin"))
"""First words of what follows the last day on which all is to be paid."""
STEP = 2.2
"""Heights of print within which the next line of a text stands."""
ROWS_OF_SENTENCE = 2
"""Lines above and below that of a day which may belong to its sentence."""


class Sentence(NamedTuple):
    """The words of a sentence before and after a day; `near` are those after the day before it."""

    before: str
    after: str
    near: str


def asked_by(rows: Sequence[Row]) -> Iterator[Candidate]:
    """Yield the days that sentences ask to pay by, as candidates of the due day; those with a discount are none."""
    for row in rows:
        for day in row.of_kind("date"):
            if _may_ask(rows, row, day) and _is_asked(said_around(rows, row, day)):
                yield Candidate("due_date", day, ASKED, None, "asked_by")


def is_of_next(rows: Sequence[Row], day: Mention) -> bool:
    """Tell whether a day is that of a payment after the one that the document asks for."""
    said = said_around(rows, rows[day.row], day)
    return NEXT.search(said.before) is not None


def is_instalment(row: Row, day: Mention) -> bool:
    """Tell whether a line gives several days, each with its own amount: no one day is that of the document."""
    amounts = {one.start for one in row.of_kind("amount")}
    days = [one for one in row.of_kind("date") if one.end in amounts]
    return len(days) > 1 and any(one.start == day.start for one in days)


def said_around(rows: Sequence[Row], row: Row, day: Mention) -> Sentence:
    """Return the sentence around a day: the words of its segment, and of the lines of the text it stands in."""
    first = max(at for at in row.first if at <= day.start)
    last = min(at for at in row.first if at > day.start)
    left, right = row.words[first].box[0], row.words[last - 1].box[2]
    others = [one for one in row.of_kind("date") if one.start != day.start]
    known = max((one.end for one in others if first < one.end <= day.start), default=first)
    end = min((one.start for one in others if day.end <= one.start < last), default=last)
    above = _lines_of_text(rows, row, left, right, -1) if _goes_on(row.words[first].text) else ""
    before, near = f"{above} {_text(row, first, day.start)}", _text(row, known, day.start)
    after = _text(row, day.end, end)
    if row.words[day.end - 1].text.endswith((".", ";")) and after[:1].isupper():
        after = ""
    elif end == last:
        after = f"{after} {_lines_of_text(rows, row, left, right, 1)}"
    before, after = SENTENCE.split(before)[-1].strip(), SENTENCE.split(after)[0].strip()
    return Sentence(before, after, near if known > first else before)


def _may_ask(rows: Sequence[Row], row: Row, day: Mention) -> bool:
    """Tell whether the words right before or after a day are such as stand beside a day of paying."""
    if day.end < len(row.words) and row.words[day.end].text.casefold().strip(".,;:") in FULL:
        return True
    if day.start not in row.first:
        word = row.words[day.start - 1].text
    else:
        above = rows[row.number - 1] if row.number else row
        word = above.words[-1].text
    plain = word.casefold().strip(".,:(").replace("\u2019", "'").removeprefix("jusqu'")
    return plain in LAST or WEEKDAY.search(plain) is not None


def _is_asked(said: Sentence) -> bool:
    """Tell whether a sentence asks for the money by its day, or says that it will be collected then."""
    before, after, near = said
    if (weekday := WEEKDAY.search(before)) is not None:
        before = before[: weekday.start()].rstrip(" ,")
    if IN_FULL.search(after) is not None:
        return TERMS.search(before) is not None or PAYING.search(before) is not None
    if any(found.search(near) for found in (NEXT, ELSE, DISCOUNT)) or DISCOUNT.search(after) is not None:
        return False
    clause = before.rstrip(" :(")
    until = UNTIL.search(clause)
    if until is not None and PAYING.search(before) is not None:
        return DAY_BEFORE.search(clause[: until.start()]) is None
    fetched = COLLECTING.search(before) is not None or DUE_THEN.search(after) is not None
    return fetched and ON.search(clause) is not None and PAST.search(before) is None


def _goes_on(first: str) -> bool:
    """Tell whether a line that begins with a word goes on from the one above: a small letter, or the day itself."""
    return first[:1].islower() or first[:1].isdigit()


def _lines_of_text(rows: Sequence[Row], row: Row, left: float, right: float, step: int) -> str:
    """Return the lines of text right above or below one, as far as they go on, in reading order."""
    found: list[str] = []
    known = row
    for number in range(ROWS_OF_SENTENCE):
        at = row.number + step * (number + 1)
        other = rows[at] if 0 <= at < len(rows) else None
        if other is None or other.page != row.page or abs(other.base - known.base) > STEP * row.height:
            break
        part = _over(other, left, right)
        if not part or (step > 0 and not part[0].islower()):
            break
        found.append(part)
        known = other
        if step < 0 and not _goes_on(part):
            break
    return " ".join(found if step > 0 else reversed(found))


def _over(row: Row, left: float, right: float) -> str:
    """Return the segments of a row that stand over or under a stretch of a page."""
    return " ".join(
        [
            _text(row, start, end)
            for start, end in pairwise(row.first)
            if row.words[start].box[0] < right and row.words[end - 1].box[2] > left
        ]
    )


def _text(row: Row, start: int, end: int) -> str:
    return " ".join([word.text for word in row.words[start:end]])
