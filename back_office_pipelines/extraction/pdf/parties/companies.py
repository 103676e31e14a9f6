"""Names of companies by the legal form that ends them.

What belongs here: legal forms, and where a name begins. What does not: whose name it is (`parties`, `slip.merchant`).
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from back_office_pipelines.extraction.pdf.page.caseless import Caseless
from back_office_pipelines.extraction.pdf.page.spans import Found, span
from back_office_pipelines.extraction.pdf.page.words import Line, Word
from back_office_pipelines.extraction.pdf.parties.leads import end_of_lead

COMPANY = re.compile(
    r"(?<!\w)(?:G[mM][bB][hH](?: (?:&|u\.|und) C[oO]\.? ?KGa?A?)?|AG|KG|UG(?: \(?(?i:haftungsbeschränkt)\)?)?"
    r"|OHG|GbR|GBR|mb[HB]|MBB|KGaA|a\.\s?G\.|e\.\s?K\.|eK|SE|SARL|SAS|SASU|EURL|SNC|S\.\s?A(?:\.|(?!\.))|SA"
    r"|S\.L\.U\.|SLU|SLL|SL|S\.\s?L(?:\.|(?!\.))|SpA|S\.p\.A(?:\.|(?!\.))|s\.p\.a\.|Srls?|S\.r\.l\.(?:s\.)?"
    r"|s\.r\.l\.|B\.V(?:\.|(?!\.))|b\.v\.|BV|BVBA|N\.V(?:\.|(?!\.))|NV|V\.O\.F\.|VOF|Ltd\.?|Limited"
    r"|(?i:s[db]n\.? ?bhd\.?|berhad|pt[ey]\.? ltd\.?)|S/B|BHD"
    r"|S\.n\.c\.|S\.a\.s\.|S\.c\.p\.A\.|S\.c\.a\.?r\.l\.|S\.A\.R\.L\.|S\.A\.S\.|S[àÀ]rl|SRL"
    r"|SC(?:OP(?: (?:SARL|SA|ARL))?|IC|RL)|SELARL|ASBL|VZW"
    r"|S\.?\s?COOP\.?|Soc\.? Coop\.?|Coopérative|Coöperatie|[\w-]*[Gg]es\.m\.b\.H\.|Ges\.?\s?mbH|gGmbH|eGen|eG|e\.G\."
    r"|e\.\s?V(?:\.|(?!\.))|eV|e\.U\.|PartG(?:\s?mbB)?|C\.V\.|Lda\.?|CIC|DAC|L\.L\.C\.|Co\. Ltd\.?"
    r"|(?:spol\. )?s\. ?r\. ?o\.|a\. ?s\.|v\. ?o\. ?s\.|[Ss]p\. ?z ?o\. ?o\.|[Ss]p\. ?[jk]\."
    r"|S\.P\.A(?:\.|(?!\.))|S\.R\.L\.(?:S\.)?|SRLS|S\.N\.C\."
    r"|LTD\.?|LIMITED|INC\.?|CORP\.?|(?i:corporation|incorporated)|L\.L\.P\.|P\.L\.L\.C\.|L\.P\.|Ltda\.?|LDA\.?|LTDA\.?"
    r"|KFT\.?|ZRT\.?|OY|APS|OÜ|SIA|ehf\.|hf\.|EOOD|OOD|(?:SPOL\. )?S\. ?R\. ?O\.|SP\. ?Z ?O\. ?O\.|D\. ?O\. ?O\."
    r"|A\. ?S\."
    r"|o[Hh]G|OG|KEG|AöR|e\.Kf[mr]\.|SCI|SCP|SCM|SPRL|CVBA|Comm\.?V|SA/NV|NV/SA|S\.?\s?[àÀ]\.?\s?r\.?\s?l\.?|EARL"
    r"|GAEC|GIE"
    r"|S\.A\.U\.|SAU|C\.B\.|Sagl|SAGL|Sas|Snc|S\.S\.|HB|KB|Ky|Tmi|I/S|K/S|UAB|Bt\.|Brf|LP|GP|P\.C\.|P\.A\.|[Cc]o-op"
    r"|[Kk]ft\.?|Zrt\.?|Nyrt\.?|d\. ?o\. ?o\.|d\. ?d\.|EIRL|EI|Pty"
    r"|(?:(?<=& )|(?<=and )|(?<=und )|(?<=et ))Co\.(?! KG|,? Ltd|,? Inc|,? Limited)"
    r"|Co\.(?= *(?:$|[^\w\s]|\d))(?!,? Ltd|,? Inc|,? Limited)"
    r"|ENK|ANS|NUF|Osk\.?|Kkt\.?|obrt|PFA|k\. ?d\.|k\. ?s\.|s\. ?p\.|d\. ?n\. ?o\."
    r"|LLC|LLP|PLLC|PBC|Inc\.?|inc\.|Corp\.?|PLC|plc|AB|A/S|ApS|ASA?|Oyj?)(?!\w)"
)
"""Legal forms that end a company's name."""
LEADING = re.compile(
    r"(?:SARL|SAS|SASU|EURL|SCI|SCP|SCM|SNC|SELARL|EARL|GAEC|GIE|EI|SA|UAB|SIA|OÜ|Oy|OY|AB|AS|A/S|I/S|Brf|VOF|ASBL"
    r"|VZW|CIC)\s"
    r"(?=[^\W\d_a-z])"
)
"""Legal forms that names of their countries begin with as well: "SARL Les Jardins", "UAB Baltika", "Oy Suomi Ab"."""
TITLE = re.compile(r"M/s\.?|Messrs\.?|Firma|Fa\.", re.IGNORECASE)
"""Words of address before a company's name."""
SEPARATOR = re.compile(
    r"\s[\u25cf\u2022\u00b7|\u2013\u2014-]\s|,\s|\s{2,}|\s\*\s"
    r"|(?:(?<=\d)|(?<=[a-z\u00df-\u00f6\u00f8-\u00ff]{4}))[.;]\s(?=[^\W\d_a-z])"
)
"""Marks between a name and what stands before it; the end of a sentence is one, the point of "Gebr." none."""
RIGHTS = re.compile(
    r"(?:©|\(c\)|copyright)(?: ©)?(?:,? ?(?:19|20)\d\d(?: ?[-\u2013] ?(?:19|20)?\d\d)?)?,? (?=[^\W\d_])", re.IGNORECASE
)
"""A mark and years of copyright before a name."""
STATE = re.compile(r" \d{5}(?!\d)")
"""What follows the letters of a state of the United States that are a legal form elsewhere: "Sparks NV 89431"."""
MADE_WITH = Caseless(
    r"powered by|(?:created|generated) (?:with|using|by)|(?:made|printed) (?:with|using)|erstellt mit|gedruckt mit"
    r"|(?:édité|généré|créé|imprimé) (?:avec|par)|(?:realizzato|generato|creato|stampato) con"
    r"|(?:generado|creado|impreso) (?:con|por)|gemaakt met|wytworzon[ao] w|wygenerowan[ao]"
    r"|vytvořeno v|vystaveno v|processado por|emitido por programa|skapad med|oprettet med"
    r"|a számla az? (?=.* (?:rendszeré|programjá|szoftveré)vel készült)"
)
"""What stands before whose program printed a page: its maker is neither party."""
TAXED = re.compile(r"\.? (?:GST|VAT|HST|tax|taxes)\W*", re.IGNORECASE)
"""What follows "Inc" where it says that a total includes something."""
ENTRY = re.compile(r"(?<!\w)(?:HR[AB]|PartR|PR|VR|GnR|GsR) ?\d[\d ]*[A-Z]?,? (?:AG|KG|SE)$")
"""Number in a register with the court that keeps it: "PartR 2207 AG München", where AG is no company."""
TOLD_APART = (",", " -", " \u2013", " \u2014")
"""Marks before a legal form that is no part of the name before it."""
AND = re.compile(r" (?:&|and|und|et|y|e|en) ")
PARTNER = re.compile(r"[^\W\d_a-z][\w'-]+")
"""One name of a person before the others of a partnership."""
LONGEST_NAME = 60
SENTENCE = 3
"""Words before a point from which on it ends a sentence."""


def companies(line: Line) -> Iterator[Found]:
    """Yield the names in a line that end in a legal form; a name begins after the last separator before it."""
    for segment in line.segments:
        if not has_legal_form(segment.text):
            continue
        words = without_monogram(segment.words)
        words = words[_rights(segment.text) :] if words is segment.words else words
        words = words[1:] if len(words) > 1 and TITLE.fullmatch(words[0].text) else words
        text = segment.text if words is segment.words else span(words, segment.page).text
        made = MADE_WITH.search(text)
        for match in COMPANY.finditer(text) if made is None else COMPANY.finditer(text, 0, made.start()):
            start = _begin(text, match.start())
            start += end_of_lead(text[start : match.start()])
            name = text[start : match.end()].strip()
            rest = text[match.end() :]
            if (
                STATE.match(rest)
                or _includes(match.group(), rest)
                or ENTRY.search(text[: match.end()])
                or _goes_on(text, match.end())
            ):
                continue
            if " " in name and name[0].isalpha() and len(name) <= LONGEST_NAME and ":" not in name:
                end = match.start() if _tells_capital(text, match) else match.end()
                yield span(words, segment.page).piece(start, len(text[:end].rstrip(" ,-\u2013\u2014")))


def _includes(form: str, rest: str) -> bool:
    """Tell whether "Inc" says that a total includes a tax: "Total Inc GST"."""
    return form.casefold().startswith("inc") and TAXED.fullmatch(rest) is not None


def _rights(text: str) -> int:
    """Return the number of words before a name that say since when it has rights."""
    return 0 if (match := RIGHTS.match(text)) is None else len(match.group().split())


@lru_cache(maxsize=20_000)
def has_legal_form(text: str) -> bool:
    """Tell whether a legal form stands in a text; pages repeat many of theirs."""
    return COMPANY.search(text) is not None


def _begin(text: str, end: int) -> int:
    """Return where a name begins whose legal form stands at `end`: after the last mark before it.

    "Kupfer, Inc." is one name, and partners are told with a comma before the last of them: "Taylor, Finch & Moody LLP".
    """
    gaps = [gap for gap in SEPARATOR.finditer(text, 0, end) if gap.end() < end and not _abbreviates(text, gap)]
    while gaps:
        before = text[gaps[-2].end() if len(gaps) > 1 else 0 : gaps[-1].start()]
        if not (gaps[-1].group() == ", " and AND.search(text, gaps[-1].end(), end) and PARTNER.fullmatch(before)):
            return gaps[-1].end()
        gaps.pop()
    return 0


def _abbreviates(text: str, gap: re.Match[str]) -> bool:
    """Tell whether a point ends no sentence but a word of the name: "Städt. Werke", "1. FC"."""
    return gap.group()[0] in ".;" and len(text[: gap.start()].split()) < SENTENCE


def _goes_on(text: str, end: int) -> bool:
    """Tell whether another legal form follows one: "Grand Large SCOP SARL"."""
    return text[end : end + 1] == " " and COMPANY.match(text, end + 1) is not None


def _tells_capital(text: str, match: re.Match[str]) -> bool:
    """Tell whether a legal form begins what French letters say of the capital: "Atelier Nord, SARL au capital de"."""
    return text[: match.start()].rstrip().endswith(TOLD_APART) and text[match.end() :].lstrip().startswith("au capital")


def without_monogram(words: Sequence[Word]) -> Sequence[Word]:
    """Return the words of a name without the single letter of a sign before it that is its own initial."""
    if len(words) < 3 or len(words[0].text) != 1 or not words[0].text.isalpha():
        return words
    return words[1:] if words[1].text[:1].casefold() == words[0].text.casefold() else words
