"""Language of a document, by the words on its pages.

What belongs here: counting function words, cues and captions. What does not: what a document is (`headings`), and which
labels a language has (`phrases`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.pdf.page.labels import SECOND_LANGUAGE, fold
from back_office_pipelines.extraction.pdf.page.vocabulary import captions_of_one_language, key
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
CAPTION = 2
"""Words that a caption no other language has is worth, once: a page may have few sentences, and foreign goods."""
LONGEST_SIGN = 3
"""Letters of a word in capitals that may be the sign of a standard, a country or a currency."""
SHARE_OF_LABELS = 0.2
"""Share of the words of an English page from which on another language may be that of its labels."""


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
    """Return how many function words, cues and captions of each language a document has."""
    segments = [segment for line in lines for segment in line.segments]
    telling = _telling(dictionary)
    score = Counter(dict.fromkeys(FUNCTION_WORDS, 0))
    for segment in segments:
        if telling.keys().isdisjoint([fold(word.text) for word in segment.words]):
            continue  # as most cells of tables
        for word in _speaking(segment):
            score.update(telling.get(fold(word.text), ()))
    captions = captions_of_one_language(dictionary)
    for caption in {key(segment.text.partition(":")[0]) for segment in segments} & captions.keys():
        score[captions[caption]] += CAPTION
    return score


_kept: dict[str, Mapping[str, Sequence[str]]] = {}


def _telling(dictionary: Dictionary) -> Mapping[str, Sequence[str]]:
    """Return the languages of each function word and cue, one as often as it has the word. Kept by fingerprint."""
    if dictionary.fingerprint not in _kept:
        found: dict[str, list[str]] = {}
        cued = [cues for document in dictionary.documents.values() for cues in document.cues.items()]
        for spoken, words in (*((code, set(text.split())) for code, text in FUNCTION_WORDS.items()), *cued):
            for word in words:
                found.setdefault(word, []).append(spoken)
        _kept[dictionary.fingerprint] = found
    return _kept[dictionary.fingerprint]


def _speaking(segment: Segment) -> Sequence[Word]:
    """Return the words of a segment without signs in capitals among small letters: "EN 10305", "DE 1234", "ET"."""
    if sum(word.text.isupper() for word in segment.words) * 2 >= len(segment.words):
        return segment.words
    return [word for word in segment.words if len(word.text) > LONGEST_SIGN or not word.text.isupper()]
