"""What a page tells of its sender without a label: large print on top, its web domain, its entry in a register.

What belongs here: finding names by such signs. What does not: what they weigh, and whose names they are (`parties`).
"""

import re
from collections.abc import Iterator, Sequence

from back_office_pipelines.extraction.pdf.page.caseless import Caseless
from back_office_pipelines.extraction.pdf.page.rows import Row
from back_office_pipelines.extraction.pdf.page.vocabulary import key
from back_office_pipelines.extraction.pdf.page.words import Segment, Word
from back_office_pipelines.extraction.pdf.parties.companies import COMPANY

DOMAIN = re.compile(
    r"(?:@|www\.|https?://(?:www\.)?)((?:[a-z0-9-]+\.)+[a-z]{2,})"
    r"|(?<![\w.@/-])((?:[a-z0-9-]+\.)+(?:com|net|org|de|at|ch|fr|be|nl|lu|it|es|eu|co\.uk|io))(?![\w.-])",
    re.IGNORECASE,
)
DOTTED = re.compile(r"\.[^\W\d_]{2}")
"""The end of any address: prices have figures behind their points."""
PROGRAM = Caseless(
    r"\b(?:powered by|generated (?:by|with)|created (?:by|with|using)|made with|printed (?:by|with)|sent (?:by|with"
    r"|via)|erstellt mit"
    r"|erzeugt mit|gedruckt mit|software|généré par|créé avec|édité (?:avec|par)|gemaakt met|generato (?:da|con)"
    r"|creado con)\b"
)
"""Words beside the address of the program that drew a page: it names nobody on it."""
MAILBOX = re.compile(r"([\w.+-]{4,})@", re.IGNORECASE)
PROVIDERS = frozenset(
    (
        "gmail", "googlemail", "hotmail", "outlook", "live", "yahoo", "icloud", "aol", "gmx", "web", "tonline",
        "freenet", "posteo", "orange", "wanadoo", "free", "laposte", "sfr", "libero", "virgilio", "tin",
        "telefonica", "ziggo", "kpnmail", "planet", "example", "mail", "email", "info", "office", "billing",
        "invoice", "contact", "kontakt", "buchhaltung", "service", "support", "accounting", "sales", "facebook",
    )
)  # fmt: skip
"""Domains and mailboxes that many businesses share: they name none."""
SECOND_LEVEL = frozenset(("co", "com", "org", "net", "gov", "ac", "asso"))
LEAST_LETTERS, LEAST_INITIALS = 4, 3
"""Letters from which on an address can be a name, and the initials of one."""
REGISTER = Caseless(
    r"(?<!\w)(?:hr[ab]|handelsregister|amtsgericht|registergericht|ag [a-z]|firmenbuch|rcs|r\.c\.s|siren|siret|capital"
    r"|cap\. ?soc|r\.?e\.?a|registro mercantil|kvk|k\.v\.k|reg(?:istered)?\.? (?:in|office|no)"
    r"|company (?:no|number|reg)|ust|vat|tva|btw|p\.? ?iva|cif|nif|gst|iban"
    r"|foretaksregisteret|org\.? ?nr|y-tunnus|kotipaikka|adószám"
    r"|cégjegyzékszám|reg\. ?com|capital social|obchodnom registri|ičo\b|ič dph|oib\b|temeljni kapital|osnovni kapital"
    r"|gesch[äa]ftsf[üu]hr|vorstand|inhaber)"
)
"""Words of the entry in a register, of tax and of banking that stand by the name of whoever writes a letter."""
LARGE = 1.3
"""Height of print, beside the usual one of the page, from which on it stands out."""
TOP = 0.25
"""Share of the page's height within which large print is a letterhead."""
SMALL = frozenset(("of", "and", "the", "for", "de", "des", "du", "und", "für"))
MOST_WORDS, LONGEST = 6, 9
"""Words of a name in large print, and of one that an address has."""


def domains(rows: Sequence[Row]) -> frozenset[str]:
    """Return the names in web and mail addresses, letters and digits alone: "www.kupfer-hain.de" is "kupferhain"."""
    found: set[str] = set()
    for row in rows:
        text = row.text
        if DOTTED.search(text) and PROGRAM.search(text):
            continue
        if DOTTED.search(text):
            found.update(_main(match.group(1) or match.group(2)) for match in DOMAIN.finditer(text))
        if "@" in text:
            found.update(key(match.group(1)) for match in MAILBOX.finditer(text))
    return frozenset(one for one in found if len(one) >= LEAST_INITIALS and one not in PROVIDERS)


def _main(host: str) -> str:
    """Return the part of a host that names its owner: the one before its top-level domain."""
    parts = host.casefold().split(".")[:-1]
    while len(parts) > 1 and parts[-1] in SECOND_LEVEL:
        parts = parts[:-1]
    return key(parts[-1])


def is_of_domain(name: str, known: frozenset[str]) -> bool:
    """Tell whether a name and an address are the same: one begins with the other, its legal form aside."""
    bare = key(COMPANY.sub("", name))
    if _initials(name) in known:
        return True
    return len(bare) >= LEAST_LETTERS and any(
        bare.startswith(one) or (one.startswith(bare) and 2 * len(bare) > len(one))
        for one in known
        if len(one) >= LEAST_LETTERS
    )


def _initials(name: str) -> str:
    """Return the capitals that the words of a name begin with: "Water and Power Board" is "wpb"."""
    return "".join(word[0] for word in name.split() if word[0].isupper() and word.casefold() not in SMALL).casefold()


def named_by_domain(rows: Sequence[Row], known: frozenset[str]) -> Iterator[tuple[Word, ...]]:
    """Yield the words of the first page whose letters are those of an address, or whose initials are."""
    names = [one for one in sorted(known) if len(one) >= LEAST_LETTERS]
    for row in rows:
        if row.page > 1:
            return
        for segment in row.line.segments:
            if LEAST_INITIALS <= len(segment.words) <= LONGEST and _initials(segment.text) in known:
                yield segment.words
        keys = [key(word.text) for word in row.words]
        text = "".join(keys)
        for one in names:
            if one in text and (run := _run(keys, one)) is not None:
                words = row.words[slice(*run)]
                if all(word.text[:1].isupper() for word in words):
                    yield words


def _run(keys: Sequence[str], wanted: str) -> tuple[int, int] | None:
    """Return the words, first to last, that joined are a text."""
    for start in range(len(keys)):
        joined = ""
        for end in range(start, len(keys)):
            joined += keys[end]
            if joined == wanted:
                return start, end + 1
            if not wanted.startswith(joined):
                break
    return None


def names_register(row: Row) -> bool:
    """Tell whether a register, tax or bank is named in a line, as beside the name of whoever writes a letter."""
    return REGISTER.search(row.text) is not None


def in_large_print(rows: Sequence[Row]) -> Iterator[Segment]:
    """Yield the segments in the largest print on top of the first page, where it is larger than the usual one."""
    first = [row for row in rows if row.page == 1]
    if not first:
        return
    heights = sorted(row.height for row in first)
    least, bottom = LARGE * heights[len(heights) // 2], max(row.box[3] for row in first)
    large = [
        segment
        for row in first
        if row.box[1] < TOP * bottom
        for segment in row.line.segments
        if segment.words[-1].height >= least and len(segment.words) <= MOST_WORDS
    ]
    yield from sorted(large, key=lambda one: -one.words[-1].height)
