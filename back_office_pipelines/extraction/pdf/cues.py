"""Language and class of a document, by the words on its pages.

What belongs here: counting function words, and finding the heading that says what a document is. What does not: the
cue words of classes (the dictionary).
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.pdf.page.labels import SECOND_LANGUAGE, fold, key
from back_office_pipelines.extraction.pdf.page.words import Line, Segment, Word

FUNCTION_WORDS = {
    "cs": "nebo pro od při ve ze dle den za že jsme vám částka strana platba úhradě dne",
    "da": "og til fra ikke på er vi venligst bedes ved eller jeres betaling af beløb moms",
    "de": "und der die das mit für bis vom von zum zur bei ist wir sie ihre bitte nach seite nicht",
    "en": "and the of for to from with by please is are your our page date this not payment",
    "es": "y el los las para del por con su fecha este una por página pago",
    "fi": "ja tai että sekä jos mukaan viimeistään mennessä maksu maksun laskun sivu päivää kiitos yhteensä",
    "fr": "et le les des pour du par avec votre nos vos est sur une dans au page paiement",
    "hr": "ili koji nije prema molimo hvala plaćanja plaćanje stranica sukladno članka dana kupac iznos ukupno",
    "hu": "és az vagy kell kérjük szerint által oldal fizetés fizetési köszönjük összesen nap alapján",
    "it": "e il lo gli della del per con di una sono nostro pagina data pagamento",
    "nb": "og til fra ikke på er vi ved eller betaling av dere vennligst etter innen takk beløp mva forfall",
    "nl": "en het een van voor met op uw bij niet onze wij pagina datum betaling",
    "pl": "oraz lub dnia nie od przez za się przy jest prosimy strona płatność słownie zapłaty",
    "pt": "os das dos em uma não ao pelo pela são ou até pagamento após",
    "ro": "și sau pentru prin sunt vă rugăm rugam plată plata până furnizor cumpărător",
    "sk": "alebo pre od pri vo zo podľa dňa za že sme vám suma strana platba úhrade úhradu spolu",
    "sl": "ter ki pri prosimo hvala vam plačilo plačila stran dne kupec znesek skupaj skladno člena",
    "sv": "och till från inte på är vi vid eller ert era betalning av betala moms belopp",
}
"""Words that few other languages write: "din" is Danish and Swedish, and stands all over German tables of screws."""
SISTERS = {"nb": "da", "sk": "cs", "sl": "hr"}
"""Languages that share so many words with another one that a page speaks them only where it has more of theirs."""
LEAST_WORDS = 3
SHARE_OF_LABELS = 0.2
"""Share of the words of an English page from which on another language may be that of its labels."""
HEADING_WORDS = 8
MOST_SEGMENTS = 2
"""Segments of a line beyond which it is one of captions."""
SAME_HEIGHT = 0.9
LARGER = 1.15
"""Height of print, beside the usual one of the page, from which on a line is a heading for sure."""
BEFORE_INVOICES = frozenset({"order", "contract", "quote"})
"""Classes that come before an invoice: where both are named alike, each with a number, it names what it bills."""
SUBJECT_LINES = 20
"""Lines from the top of a page within which a letter says what it is about."""
NUMBER_WORDS = frozenset(("no", "nr", "number", "num", "#"))
SUBJECT = re.compile(r"#?(?=(?:.*\d){3})[\w./-]{3,}[.,:;]?")
"""The number of what a letter is about."""
ABOUT_INVOICES = "statement_of_account"
"""The class of reminders and statements: they come after invoices and name them, line by line."""
BEFORE_TITLE = re.compile(
    r"\d{1,2}(?:\.|st|nd|rd|th|e|è|ère|er|ème|[ºª°])?|erste|zweite|dritte|vierte|letzte|first|second|third|final|last"
    r"|premi(?:er|ère)|deuxième|second[ae]?|troisième|derni(?:er|ère)|prim[oa]|terz[oa]|ultim[oa]|eerste|tweede|derde|laatste"
    r"|primer|segundo|tercer|último|(?:re|betreff|betr\.?|betrifft|subject|objet|oggetto|betreft|asunto|onderwerp) ?:",
    re.IGNORECASE,
)
"""A word that a title may begin with: which of several it is ("2. Mahnung"), or that this is what a letter is about."""
COMPOUNDING = frozenset({"de", "nl"})
"""Languages that write a cue as the end of a longer word: Handelsrechnung, verkoopfactuur."""


@dataclass(frozen=True)
class Heading:
    """A segment that says what the document is.

    Attributes:
        labels: it may as well be the label of a number or date ("Order: 4711"), in print no larger than the rest.
        large: its print is larger than the usual one of its page.
        numbered: a number stands beside it.
    """

    document_class: str
    segment: Segment
    height: float
    labels: bool = False
    large: bool = False
    numbered: bool = False


def language_of(spoken: Counter[str]) -> str | None:
    """Return the language whose function words and cues occur most, None where two draw or there are too few."""
    told = Counter({code: words for code, words in spoken.items() if words > spoken.get(SISTERS.get(code, ""), -1)})
    (first, most), (_, next_most) = told.most_common(2)
    return first if most >= LEAST_WORDS and most > next_most else None


def language_of_labels(spoken: Counter[str], language: str | None) -> str | None:
    """Return the language that labels are looked for in beside English: of an English page, another one it also speaks.

    Terms in English make a page English by its words, while its labels are in the language of its sender.
    """
    if language != SECOND_LANGUAGE:
        return language
    (other, count), *_ = Counter({code: words for code, words in spoken.items() if code != language}).most_common(1)
    return other if count >= max(LEAST_WORDS, SHARE_OF_LABELS * spoken[language]) else language


def words_of_languages(lines: Sequence[Line], dictionary: Dictionary) -> Counter[str]:
    """Return how many function words and cues of each language a document has."""
    words = Counter([fold(word.text) for line in lines for segment in line.segments for word in segment.words])
    score = Counter({spoken: sum(words[word] for word in set(text.split())) for spoken, text in FUNCTION_WORDS.items()})
    for document in dictionary.documents.values():
        for spoken, cues in document.cues.items():
            score[spoken] += sum(words[cue] for cue in cues)
    return score


def headings(lines: Sequence[Line], dictionary: Dictionary) -> tuple[Heading, ...]:
    """Return the headings of the first page that name a class, as `headings_on`."""
    return headings_on([line for line in lines if line.page == 1], dictionary)


def headings_on(page: Sequence[Line], dictionary: Dictionary) -> tuple[Heading, ...]:
    """Return the headings that name a class, the most telling first: the largest print, then the highest place.

    Args:
        page: lines of one page.
        dictionary: whose classes are looked for.
    """
    large = LARGER * usual_height(page)
    found = [heading for line in page for heading in _in_line(line, dictionary, large)]
    return tuple(sorted(found, key=lambda heading: (-round(heading.height), heading.segment.box[1])))


def usual_height(page: Sequence[Line]) -> float:
    """Return the height of print that half of the words of a page do not exceed; 0 where it has none."""
    heights = sorted([word.height for line in page for segment in line.segments for word in segment.words])
    return heights[len(heights) // 2] if heights else 0.0


def document_class(found: Sequence[Heading]) -> Heading | None:
    """Return the heading that decides, None where there is none or two classes are named equally large."""
    found = [heading for heading in found if not heading.labels]
    if not found:
        return None
    as_large = [heading for heading in found if heading.height >= SAME_HEIGHT * found[0].height]
    above = min(as_large, key=lambda one: one.segment.box[1])
    if above.document_class == ABOUT_INVOICES and not any(one.document_class in BEFORE_INVOICES for one in as_large):
        return above
    later = [one for one in as_large if one.document_class not in BEFORE_INVOICES or not one.numbered]
    if any(one.numbered for one in later):
        as_large = later
    rivals = {heading.document_class for heading in as_large}
    starts = [heading for heading in found if heading.document_class in rivals]
    return starts[0] if len(rivals) == 1 else None


def subject(lines: Sequence[Line], dictionary: Dictionary) -> Heading | None:
    """Return the sentence of a letter that begins with what it is and its number, None where none of the lane's does.

    "Invoice SN24-0317 - 2024 season sponsorship, on behalf of": a page without a heading says so in its first lines.
    """
    table = _table(dictionary)
    top = (line for line in lines if line.page == 1 and line.number < SUBJECT_LINES)
    for segment in (segment for line in top for segment in line.segments if len(segment.words) > HEADING_WORDS):
        keys = [key(word.text) for word in segment.words[:HEADING_WORDS]]
        best = max(_cues(keys, table), default=None)
        if best is None or dictionary.documents[best[1]].record != dictionary.header:
            continue
        following = [word.text for word in segment.words[best[0] : best[0] + 2]]
        if key(following[0]) in NUMBER_WORDS:
            following = following[1:]
        if SUBJECT.fullmatch(following[0]):
            return Heading(best[1], segment, segment.words[0].height, numbered=True)
    return None


def _in_line(line: Line, dictionary: Dictionary, large: float) -> Iterator[Heading]:
    table = _table(dictionary)
    for number, segment in enumerate(line.segments):
        words = segment.words
        if len(words) > HEADING_WORDS:
            continue
        skip = int(len(words) > 1 and BEFORE_TITLE.fullmatch(words[0].text) is not None)
        if not _may_begin(key(words[skip].text), table):
            continue
        found = _cues([key(word.text) for word in words[skip:]], table)
        best = max((one for one in found if not skip or one[1] not in BEFORE_INVOICES), default=None)
        if best is not None:
            end = best[0] + skip
            height = max(word.height for word in words[:end])
            following = words[end - 1 :] + (
                line.segments[number + 1].words[:1] if number + 1 < len(line.segments) else ()
            )
            other = dictionary.documents[best[1]].record != dictionary.header
            labels = other and height <= large and _may_be_label(best[1], words[end:], following, line)
            numbered = any(letter.isdigit() for word in following for letter in word.text)
            yield Heading(best[1], segment, height, labels, height > large, numbered)


def _may_be_label(name: str, rest: Sequence[Word], following: Sequence[Word], line: Line) -> bool:
    """Tell whether the name of a class may as well be the label of a number or date, or the begin of a sentence."""
    if len(line.segments) > MOST_SEGMENTS or any(":" in word.text for word in following):
        return True
    if name == ABOUT_INVOICES and rest:
        return rest[-1].text.endswith(".") or not any(letter.isdigit() for word in rest for letter in word.text)
    return bool(rest)


def _may_begin(first: str, table: "_Table") -> bool:
    return first in table.by_first or first.endswith(table.lasts)


def _cues(words: Sequence[str], table: "_Table") -> Iterator[tuple[int, str]]:
    """Yield (number of words, class) of cues at the start of a segment; the longest is the most specific.

    A word that is a cue itself is not taken apart: a "creditfactuur" is no "factuur".
    """
    whole = [(len(parts), name) for parts, name in table.by_first.get(words[0], ()) if (*words[: len(parts)],) == parts]
    yield from whole
    for last, name in table.compounded if not whole else ():
        if words[0].endswith(last):
            yield 1, name


@dataclass(frozen=True)
class _Table:
    """The cues of a dictionary: by their first word, and those that may end a longer one (`lasts` alone)."""

    by_first: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    compounded: tuple[tuple[str, str], ...]
    lasts: tuple[str, ...]


_tables: dict[str, _Table] = {}


def _table(dictionary: Dictionary) -> _Table:
    if dictionary.fingerprint not in _tables:
        by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        compounded: list[tuple[str, str]] = []
        for name, document in dictionary.documents.items():
            for spoken, cues in document.cues.items():
                for parts in (tuple(key(part) for part in cue.split()) for cue in cues):
                    by_first.setdefault(parts[0], []).append((parts, name))
                    if spoken in COMPOUNDING and len(parts) == 1:
                        compounded.append((parts[0], name))
        frozen = {first: tuple(entries) for first, entries in by_first.items()}
        _tables[dictionary.fingerprint] = _Table(frozen, tuple(compounded), tuple({last for last, _ in compounded}))
    return _tables[dictionary.fingerprint]
