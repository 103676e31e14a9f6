"""What text is a name: no number, pair, address, salutation or sentence; and where a name goes on in the next line.

What belongs here: one text at a time. What does not: where names stand, and whose they are (`parties`).
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from back_office_pipelines.extraction.pdf.countries import is_place
from back_office_pipelines.extraction.pdf.page.blocks import CONTACT, POSTCODE, STREET
from back_office_pipelines.extraction.pdf.page.spans import Found, found_in, span
from back_office_pipelines.extraction.pdf.page.words import Segment, Word
from back_office_pipelines.extraction.pdf.parties.companies import (
    COMPANY,
    MADE_WITH,
    RIGHTS,
    has_legal_form,
    without_monogram,
)

COURTESY = (
    r"(?:herrn?|frau|hr\.?|fr\.?|mr\.?|mrs\.?|ms\.?|m\.|mme|monsieur|madame|dhr\.?|mevr\.?|mw\.?|sig\.?(?:ra)?"
    r"|sra?\.?|dr\.?)"
)
COUPLE = re.compile(
    rf"^(?i:{COURTESY}\s(?:und|u\.|&|\+|and|et|en|e|y)\s{COURTESY}|eheleute|famil(?:ie|y|le|ia)|famille|famiglia|fam\.)"
    r"\s(?=[^\W\d_a-z]|van\b|von\b|de\b)"
)
"""How two persons of one house are addressed: that is their name together."""
SALUTATION = re.compile(
    r"^(?:herrn?|frau|mr|mrs|ms|m|mme|mlle|firma|an|to|company|fa|dhr|mevr|sig|sr|sra|familie)\.?$"
    r"|^(?:herrn?|frau|mr\.?|mrs\.?|ms\.?|m\.|mme|dhr\.?|mevr\.?|attn:?|attention:?|z\.\s?hd\.|t\.a\.v\.?|c/o|v/"
    r"|p\.\s?a\.)\s"
    r"|^(?:zu h[äa]nden|ter attentie|all.attenzione|alla c\.a\.|a la atención)\s"
    r"|^(?:dear|hello|hi|sehr geehrte[rn]?|liebe[rn]?|hallo|guten tag|moin|bonjour|chère?s?|geachte|beste|estimad[oa]s?"
    r"|gentile|gentili|egregio|thank you|vielen dank|merci|grazie|gracias|dank u|bedankt)\b(?=[\s,!:]|$)"
    r"(?!.*\b(?:GmbH|Ltd|SARL)\b)"
    r"|^[àa] l.attention\b|^(?:spett\.?\s?le|egr\.?|gent\.?(?:le|mo|ma)?|att\.?)\W*$",
    re.IGNORECASE,
)
PREFIX = re.compile(
    r"^(?:attn|attention|name|firma|company|nom|raison sociale|naam|to|from|c/o|z\.\s?hd\.|an|mr|mrs)\s*[.:]\s*"
    r"|^firma\s+(?!handlow|usługow|produkcyj|transportow|budowlan|remontow|ogrodnicz|przewozow)(?=\d*[^\W\d_]|\d+&\d)"
    r"|^\d{3,}\s+[-\u2013\u2014/]\s+(?=[^\W\d_])"
    r"|^(?:please )?(?:remit|pay|payable)(?: payments?)? to\s*:?\s+|^m/s\.?\s+|^messrs\.?\s+|^spett\.?\s?le\s+",
    re.IGNORECASE,
)
ORNAMENT = re.compile(rf"{RIGHTS.pattern}|[^\w\s\"\u201c\u201e'(#&@]+\s+(?=[^\W\d_])", re.IGNORECASE)
"""A mark before a name that is part of a drawing, or says since when it has rights."""
PAIR = re.compile(r"\w\s?:(?:\s|$)|^\W*\d|^[#(]")
NUMBER_AFTER = re.compile(r"\s*\((?:no\.?|nr\.?|n°|#)?\s*\d{3,}\)\s*$", re.IGNORECASE)
"""A customer's number in brackets behind the name."""
NUMBERED = re.compile(r"\d[\d-]*(?:&\d+|/7|[^\W\d_]+) ?[^:#]*$")
"""A name that begins with a number and letters in one word: "3D Print Werkstatt GmbH"."""
BANK = re.compile(
    r"^(?:bank|banque|banco|banca|routing|account|swift|aba|sort code|konto|sparkasse|volksbank|kreditinstitut|entidad"
    r"|istituto)\b",
    re.IGNORECASE,
)
COURT = re.compile(
    r"^(?:amtsgericht|registergericht|handelsregister|firmenbuch|landesgericht|greffe|tribunal de commerce"
    r"|registro mercantil"
    r"|companies house|kamer van koophandel|camera di commercio|sąd rejonowy|finanzamt)\b",
    re.IGNORECASE,
)
"""Who keeps the register that a company is entered in, or taxes it: named in the foot of its letters."""
NOT_NAMES = re.compile(
    r"^(?:nummer|number|numéro|name|nom|adresse|anschrift|address|adres|indirizzo|dirección|endereço|seite|page|pagina|datum|date|original"
    r"|kopie|copy"
    r"|duplicate|association loi|accounts payable|information|logo|phone|email|invoice|rechnung|facture|factuur|factura"
    r"|fattura|faktura|lasku|számla|faktúra|factură|račun)\b\W*\w*$"
    r"|^(?:nome|nombre|naam|navn|namn|nimi|nazwa|název|názov|denumire|denominazione|ragione sociale|raison sociale"
    r"|company name|nom de l.entreprise|firmenname|nome/denominazione|contract|sales region|sales office"
    r"|same as (?:above|below|bill(?:ing|ed)?(?: to)?)|as (?:above|addressed|billed|noted|below)"
    r"|client|customer|kunde|kundin|cliente|klant|supplier|vendor|seller|buyer|company|your company(?: name| inc\.?)?"
    r"|street address(?:,.*)?|address line \d|city, (?:state|st|zip|country|province|town)\b.*|see (?:above|below)"
    r"|contact(?: us)?|get in touch|property|air time description|station|market|channel|canal|dane kontaktowe"
    r"|datos del? (?:titular|cliente|punto|contrato|emisor|receptor|comprador|factura|pago)\b.*"
    r"|krajowy system e-faktur"
    r"|wie (?:oben|vorstehend)|dito|ditto|n/?a|none)\b\W*$",
    re.IGNORECASE,
)
"""Words at the head of letters that are no names, with one more word at most, and words that stand for a name."""
HOW_SENT = re.compile(
    r"(?:(?:per|als|mit) )?(?:einwurf-?)?einschreiben(?:/rückschein)?|persönlich|(?:streng )?vertraulich"
    r"|(?:per )?luftpost|[ab]-post(?: plus)?|(?:lettre )?recommandée?(?: avec ar)?|confidentiel(?:le)?|personnel(?:le)?"
    r"|(?:by )?registered (?:mail|post)|by (?:mail|post|e-?mail|courier)|per (?:e-?mail|post)|par (?:courrier|e-?mail)"
    r"|private|(?:private (?:and|&) |strictly )?confidential|(?:per )?aangetekend|vertrouwelijk"
    r"|raccomandata(?: a\.?r\.?)?|riservata|certificado|(?:correo )?certificado|priority|prioritaire",
    re.IGNORECASE,
)
"""How a letter is sent, in a line of its own over the address."""
CALL_SIGN = re.compile(
    r"[KW][A-Z]{2,3}(?:-(?:TV|DT|CD|LD|LP|FM|AM)|(?= (?:TV|FM|AM|\d)))(?: \d{2,4}(?:\.\d)?)?(?: (?:TV|FM|AM))?"
)
"""What a station of the United States calls itself on the air: a sign of a company that has a name of its own."""
FOR_WHOM = re.compile(r"^\w+ [a-zäöüß]\w* (?:für|for|pour|voor|per|para) (?=[A-ZÄÖÜ])")
"""What was done before whom it was done for: "Frisch gekocht für Kranichnest e.V."."""
MOTTO = 3
"""Words in small letters from which on a text says what somebody does rather than who it is."""
HOUSE = re.compile(
    r"(?:(?:ST)?WEG|SDC|V[vV]E|VME|ACP|SVJ|[EA]/[FB]|[Bb]rf|BRF"
    r"|(?i:(?:wohnungs|stockwerk)?eigentümergemeinschaft|hausgemeinschaft|condom[ií]nio"
    r"|(?:syndicat des )?copropriét(?:é|aires)"
    r"|comunidad de propietarios|bostadsrättsföreningen|(?:ejer|andelsbolig|grundejer)foreningen|(?:bolig)?sameiet"
    r"|borettslaget|asunto oy|társasház|společenství vlastníků|wspólnota mieszkaniowa))\b"
)
"""What the owners of a house call themselves, by its street and number."""
SENTENCE_END = re.compile(r"[^\W\d_A-ZÀ-Þ]\S*(?: \S+){2,}[.;]")
"""The last line of a sentence: it begins in small letters, has words and ends in a point."""
PAGE = re.compile(r"^(?:page|seite|pagina|página|pag\.?|pág\.?|blatt|blad)\s*\d", re.IGNORECASE)
PART_OF_ADDRESS = re.compile(
    r"(?i:postbus|postboks|postlåda|box|bp|b\.p\.|cs|c\.p\.|boîte postale|apartado|casella postale|skrytka pocztowa"
    r"|unit|suite|ste\.?"
    r"|apt\.?|level|lokal|av\.?|avda\.?|rambla|urb\.?|polígono|pol\.|bloque|esc\.?|interno"
    r"|scala) [\w.,'º°/ -]*\d[\w.,'º°/ -]*"
    r"|(?i:z\.?[aic]\.?c?\.?|zone (?:artisanale|industrielle|d.activités)|parc d.activités|zona industriale"
    r"|polígono industrial)\b.*"
    r"|\d+(?:st|nd|rd|th) floor|(?:floor|etage|étage|planta|piano) \d+"
)
"""Lines of an address that name neither street nor place: boxes, units, estates."""
TITLE = re.compile(r"(?:^|\s)(?:invoice|rechnung|facture|factuur|fattura|factura|faktura|credit note)$", re.IGNORECASE)
"""What a document is, at the end of what stands behind a name and a mark."""
WORD = re.compile(r"[^\W\d_]{3}")
AFTER_FORM = 3
"""Letters that may follow the legal form at the end of a name: "Harper 2020, Inc-D"."""
MOST_OF_PLACE = 4
"""Words up to which a text with a postal code is a place."""
REST_OF_FORM = re.compile(
    r"(?:&|und|u\.) Co\.? ?(?:KG|KGaA|OHG)|\(?haftungsbeschränkt\)?|SARL|ARL|SA|mbB", re.IGNORECASE
)
"""What a legal form goes on with in the next line: "GmbH" over "& Co. KG"."""
LONGEST_FORM = 8
"""Letters of the end of a name within which its legal form stands."""
MUTUAL = re.compile(r"(?:^| )(?:a\.\s?G\.|e\.\s?V\.|e\.\s?G\.|i\.\s?L\.|mb[HB]|MBB|& Co\.? ?KG)$")
"""Legal forms that a second line of a name ends in."""
FROM = frozenset(
    (
        "von", "absender", "de", "émetteur", "expéditeur", "from", "issued by", "van", "afzender", "da", "mittente",
        "emisor", "remitente", "emittente", "emissor", "od", "nadawca", "från", "transmitente", "avsändare", "fra",
        "afsender",
        "avsender", "lähettäjä", "feladó", "expeditor", "odosielateľ", "pošiljatelj",
    )
)  # fmt: skip
TO = frozenset(
    (
        "an", "empfänger", "à", "a", "destinataire", "adressé à", "to", "issued to", "aan", "geadresseerde", "per",
        "destinatario", "receptor", "para", "destinatário", "do", "dla", "odbiorca", "pro", "till", "mottagare", "til",
        "modtager",
        "pour", "for", "für", "voor", "adquirente",
        "mottaker", "vastaanottaja", "címzett", "către", "príjemca", "primatelj", "prejemnik",
    )
)  # fmt: skip
ANNOUNCING = FROM | TO
"""Words that head the addresses of who writes and who is written to; alone they are no name."""
CAPITAL = re.compile(rf"{COMPANY.pattern}\s+au capital\b")
"""What stands under a French name: its form and capital, which are no part of it."""
CONNECTIVES = frozenset(("&", "+", "und", "and", "et", "e", "y", "en", "of", "de", "für", "for"))
SEPARATED = re.compile(r"\s*[\u25cf\u2022\u00b7|*]\s*|\s[-\u2013\u2014]\s|,\s")
"""Marks between a name and its address in one line."""
REFERENCE = re.compile(r"(?<!\S)(?!(?:19|20)\d\d$)(?=(?:[^\s\d]*\d){3})(?=\S*(?:\d{4}|[-/]))[\w/-]+$")
"""A last word that is a number of something: no name ends in one but a year, unless its legal form is in it."""
DISTINCT = 1.15
"""Height of print of a name, beside that of the address under it, from which on it is print of its own."""
LONGEST_NAME = 70


def name_in(words: Sequence[Word], page: int) -> Found | None:
    """Return the text of some words as a name, None where it is none: a pair, a number, an address, a salutation."""
    words = without_monogram(words)
    reach = _reach(" ".join([word.text for word in words]))
    return None if reach is None else span(words, page).piece(*reach)


@lru_cache(maxsize=20_000)
def _reach(text: str) -> tuple[int, int] | None:
    """Return where in a text a name stands, None where it is none; pages repeat many of their texts."""
    if text.rstrip().endswith((":", "#")) or _tells_program(text):
        return None  # it announces something, or whose program this is
    start = match.end() if (match := PREFIX.match(text) or ORNAMENT.match(text)) else 0
    rest = _before_place(NUMBER_AFTER.sub("", text[start:]).strip(" ,:"))
    if (done := FOR_WHOM.match(rest)) is not None and is_formed(rest):
        rest = rest[done.end() :]
    if (
        not 2 <= len(rest) <= LONGEST_NAME
        or not _has_letters(rest)
        or _is_pair(rest)
        or (SALUTATION.match(rest) and not COUPLE.match(rest))
    ):
        return None
    if rest.casefold() in ANNOUNCING or (not has_legal_form(rest) and _says_else(rest)):
        return None
    if any(one.search(rest) for one in (NOT_NAMES, BANK, COURT, PAGE)) or _is_address(rest):
        return None
    first = text.index(rest, start)
    return first, first + len(rest)


def _is_address(text: str) -> bool:
    """Tell whether a text is a place, a street or a contact rather than a name that has words of them."""
    if is_place(text) or CONTACT.search(text) or PART_OF_ADDRESS.fullmatch(text):
        return True
    placed = POSTCODE.search(text) is not None and len(text.split()) <= MOST_OF_PLACE
    street = STREET.search(text) is not None and any(map(str.isdigit, text)) and not HOUSE.match(text)
    return (street or placed) and not _ends_formed(text)


def _ends_formed(text: str) -> bool:
    """Tell whether a legal form ends a name of some letters: neither street nor place ends in one."""
    return any(
        len(text) - form.end() <= AFTER_FORM and WORD.search(text, 0, form.start()) for form in COMPANY.finditer(text)
    )


def _is_pair(text: str) -> bool:
    """Tell whether a text is a label with its value, or begins with a number, unless that begins a company's name."""
    return PAIR.search(text) is not None and not (NUMBERED.match(text) and has_legal_form(text))


def is_formed(text: str) -> bool:
    """Tell whether a legal form stands in a text, or ends it as the second line of a name does."""
    return has_legal_form(text) or MUTUAL.search(text) is not None


def _says_else(text: str) -> bool:
    """Tell whether a text without a legal form says what somebody does or wants, or how a letter is sent."""
    patterns = (
        SENTENCE_END.fullmatch(text),
        REFERENCE.search(text) and not HOUSE.match(text),
        HOW_SENT.fullmatch(text),
    )
    return _is_motto(text) or any(patterns)


def _is_motto(text: str) -> bool:
    return text.islower() and len(text.split()) >= MOTTO


def _before_place(text: str) -> str:
    """Return a text without the place or title behind a mark at its end: "RÄTIKON TREUHAND · 7000 Chur"."""
    mark = next(SEPARATED.finditer(text), None)
    if mark is None:
        return text
    rest = text[mark.end() :]
    return text[: mark.start()] if POSTCODE.match(rest) or TITLE.search(rest) or _tells_program(rest) else text


def _tells_program(text: str) -> bool:
    """Tell whether a text begins with words before whose program printed a page."""
    return (made := MADE_WITH.search(text)) is not None and made.start() == 0


def before_address(words: Sequence[Word]) -> Sequence[Word]:
    """Return the words of a line before the address that follows the name in it; all where none does."""
    kept = _words_before_address(" ".join([word.text for word in words]))
    return words if kept is None else words[:kept]


@lru_cache(maxsize=20_000)
def _words_before_address(text: str) -> int | None:
    """Return the number of words of a line before the address that follows the name in it, None where none does."""
    for mark in SEPARATED.finditer(text):
        rest = text[mark.end() :]
        part = SEPARATED.split(rest)[0]
        street = STREET.search(part) is not None and any(map(str.isdigit, part))
        if COMPANY.fullmatch(part) is None and (street or POSTCODE.search(rest) or CONTACT.search(part)):
            return len(text[: mark.start()].split())
    return None


def before_contact(words: Sequence[Word]) -> Sequence[Word]:
    """Return the words of a line before the first that says how to reach somebody; all where none does."""
    if CONTACT.search(" ".join([word.text for word in words])) is None:
        return words
    return words[: next((at for at, word in enumerate(words) if CONTACT.search(word.text)), len(words))]


def _has_letters(text: str) -> bool:
    return sum(map(str.isalpha, text)) >= max(2, len(text) // 2)


def with_legal_form(name: Found, lines: Sequence[Segment]) -> Found:
    """Return a name with the lines under it up to one that is or ends its legal form, where there is one."""
    if has_legal_form(name.text):
        ends = has_legal_form(name.text[-LONGEST_FORM:]) and len(lines) > 1 and REST_OF_FORM.fullmatch(lines[1].text)
        return _joined(name, lines[:2]) if ends else name
    if (whole := _over_two_lines(name, lines)) is not None:
        return whole
    for last in range(1, len(lines)):
        text = lines[last].text
        if POSTCODE.search(text) or CONTACT.search(text) or (STREET.search(text) and any(map(str.isdigit, text))):
            return name
        if last > 1 and CAPITAL.match(text):
            return _joined(name, lines[:last])
        if COMPANY.fullmatch(text) or MUTUAL.search(text):
            return _joined(name, lines[: last + 1])
    return name


def _joined(name: Found, lines: Sequence[Segment]) -> Found:
    words = [word for line in lines for word in line.words]
    return found_in(" ".join([name.text, *(line.text for line in lines[1:])]), name.page, words)


def _over_two_lines(name: Found, lines: Sequence[Segment]) -> Found | None:
    """Return a name that goes on in the next line: both stand in print of their own, or the first ends in "&"."""
    if len(lines) < 2 or any(map(str.isdigit, lines[1].text)):
        return None
    first, second = lines[0], lines[1]
    height = first.words[0].height
    alike = abs(second.words[0].height - height) < 0.05 * height
    apart = len(lines) > 2 and height > DISTINCT * lines[2].words[0].height
    goes_on = name.text.rsplit(" ", 1)[-1].casefold() in CONNECTIVES
    if not alike or not (goes_on or apart):
        return None
    return found_in(f"{name.text} {second.text}", name.page, [*first.words, *second.words])
