"""Who sells and who buys: names gathered from labels, letterheads, address windows and footers, chosen as a pair.

What belongs here: evidence for names. What does not: blocks (`blocks`), labels (`rows`), what text is a name (`names`),
and how likely a name is a party's (`ranking`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from back_office_pipelines.extraction.pdf.page.blocks import Block
from back_office_pipelines.extraction.pdf.page.rows import Row
from back_office_pipelines.extraction.pdf.page.spans import Found
from back_office_pipelines.extraction.pdf.page.vocabulary import key
from back_office_pipelines.extraction.pdf.parties.address_blocks import names_in_blocks
from back_office_pipelines.extraction.pdf.parties.addressed import labelled_names
from back_office_pipelines.extraction.pdf.parties.companies import COMPANY, companies, has_legal_form
from back_office_pipelines.extraction.pdf.parties.correspondents import correspondents
from back_office_pipelines.extraction.pdf.parties.imprints import one_line_names
from back_office_pipelines.extraction.pdf.parties.names import name_in
from back_office_pipelines.extraction.pdf.parties.naming import EVIDENCE, KINDS, Naming
from back_office_pipelines.extraction.pdf.parties.nominees import Nominee, nominees
from back_office_pipelines.extraction.pdf.parties.payees import in_small_letters, payees
from back_office_pipelines.extraction.pdf.parties.ranking import ranked
from back_office_pipelines.extraction.pdf.parties.senders import (
    domains,
    in_large_print,
    is_of_domain,
    named_by_domain,
    names_register,
)
from back_office_pipelines.extraction.pdf.parties.surroundings import Surroundings
from back_office_pipelines.extraction.pdf.parties.traits import FOOT, TOP

SPELT_OUT = frozenset(("imprint", "payee", "owner", "sender_line"))
"""Evidence that names a company in full, whether or not a legal form is part of its name."""
TAILS = frozenset(("haftungsbeschrankt", "cokg", "ukg", "cokgaa", "sarl", "arl", "sa", "mbb"))
"""What a legal form goes on with, as keys: names with and without it are one party's."""
LEAST_SHORT = 4
"""Letters of a short name from which on a full one may begin with it."""
TWO_LINES = 16.0
"""Points of height from which on a name may stand in two lines."""


@dataclass(frozen=True)
class Party:
    """A chosen name with all that speaks for it.

    Attributes:
        score: as `ranking.Likely`.
        margin: as `ranking.Likely`.
        kinds: number of independent kinds of evidence for it.
        other: the best other name.
    """

    found: Found
    score: float
    margin: float
    evidence: str
    kinds: int = 1
    other: Found | None = None


def nominated(rows: Sequence[Row], blocks: Sequence[Block]) -> tuple[Nominee, ...]:
    """Return all names of a document that may be a party's, with what speaks for them."""
    around = Surroundings(rows, blocks)
    found = [
        *labelled_names(rows),
        *one_line_names(rows, around.bottoms),
        *names_in_blocks(blocks, around.labelled, around.heights),
        *_companies(rows, around.bottoms),
        *_signs(rows, around.labelled),
        *payees(rows),
        *correspondents(blocks, around.labelled),
    ]
    namings = _without_billed(_whole(found))
    namings += list(_by_domain(namings, rows))
    return nominees(_by_full_name(namings), around)


def choose_parties(rows: Sequence[Row], blocks: Sequence[Block]) -> dict[str, Party]:
    """Return seller and buyer, each where a name is likely; never the same name for both."""
    likely = ranked(nominated(rows, blocks), are_apart)
    return {
        role: Party(
            in_small_letters(one.nominee.found, rows),
            one.score,
            one.margin,
            _evidence(one.nominee, role),
            _kinds(one.nominee, role),
            None if one.rival is None else one.rival.found,
        )
        for role, one in likely.items()
    }


def _evidence(one: Nominee, role: str) -> str:
    """Return the kind of evidence that says most of a name, "standing" where only its place and letters speak."""
    kinds = one.evidence.get(role, ())
    return next((kind for kind in EVIDENCE if kind in kinds), "standing")


def _kinds(one: Nominee, role: str) -> int:
    """Return the number of independent kinds of evidence for a name."""
    return len({KINDS.get(kind, kind) for kind in one.evidence.get(role, ())})


def are_apart(seller: Nominee, buyer: Nominee) -> bool:
    """Tell whether two names may be two parties': not the same, nor the buyer's the sign the seller's begins with."""
    full, short = key(seller.found.text), key(buyer.found.text)
    sign = len(short) >= LEAST_SHORT and full.startswith(short) and not has_legal_form(buyer.found.text)
    return full != short and not sign


def _by_full_name(namings: Sequence[Naming]) -> list[Naming]:
    """Return the namings, a seller's short name as the full one that begins with it: a sign and its legal name."""
    full = {
        key(one.found.text): one.found
        for one in namings
        if one.role == "seller_name" and (one.evidence in SPELT_OUT or has_legal_form(one.found.text))
    }
    return [
        replace(one, found=full[longer]) if one.role == "seller_name" and (longer := _longer(one, full)) else one
        for one in namings
    ]


def _longer(one: Naming, full: Collection[str]) -> str | None:
    """Return the only full name that begins with a short one, None where there is none or several."""
    short = key(one.found.text)
    if len(short) < LEAST_SHORT:
        return None
    formed = has_legal_form(one.found.text)
    found = [
        name
        for name in full
        if name != short and name.startswith(short) and (not formed or name[len(short) :] in TAILS)
    ]
    return found[0] if len(found) == 1 else None


def _billed(namings: Sequence[Naming]) -> list[str]:
    """Return the names that labels call billed."""
    return [one.found.text for one in namings if one.role == "buyer_name" and one.evidence == "label"]


def _without_billed(namings: Sequence[Naming]) -> list[Naming]:
    """Return the namings without those of a seller that a label calls billed, its legal form left out: one party."""
    billed = _billed(namings)
    return [one for one in namings if one.role != "seller_name" or not any(_is_in_full(one, name) for name in billed)]


def _is_in_full(one: Naming, name: str) -> bool:
    """Tell whether a name is another one and its legal form."""
    full = one.found.text
    same = len(name) >= LEAST_SHORT and full[: len(name)].casefold() == name.casefold()
    return same and COMPANY.fullmatch(full[len(name) :].strip(" ,")) is not None


def _whole(namings: Sequence[Naming]) -> list[Naming]:
    """Return the namings, each line of a name that goes over two lines as the whole name."""
    wholes = {one.found.text: one.found for one in namings if one.found.box[3] - one.found.box[1] > TWO_LINES}
    return [
        replace(one, found=next((whole for whole in wholes.values() if _is_part(one.found, whole)), one.found))
        for one in namings
    ]


def _is_part(line: Found, whole: Found) -> bool:
    """Tell whether a text is one line of another that has several."""
    inside = line.page == whole.page and whole.box[1] - 1 <= line.box[1] and line.box[3] <= whole.box[3] + 1
    return inside and line.text != whole.text and (whole.text.startswith(line.text) or whole.text.endswith(line.text))


def _companies(rows: Sequence[Row], bottoms: Mapping[int, float]) -> Iterator[Naming]:
    """Yield the companies a document names: an invoice names its seller again and again, its buyer once."""
    seen: dict[str, int] = {}
    for row in rows:
        for found in companies(row.line):
            text = key(found.text)
            seen[text] = seen.get(text, 0) + 1
            if seen[text] > 4:
                continue
            evidence = "company" if seen[text] == 1 else "company_again"
            yield Naming("seller_name", found, evidence)
            if names_register(row):
                yield Naming("seller_name", found, "registered")
            share = row.box[1] / max(bottoms[row.page], 1.0)
            if share > FOOT:
                yield Naming("seller_name", found, "company_in_foot")
            elif share < TOP:
                yield Naming("seller_name", found, "company_on_top")


def _signs(rows: Sequence[Row], labelled: Collection[int]) -> Iterator[Naming]:
    """Yield the name in the largest print on top."""
    for segment in in_large_print(rows):
        if (
            not any(id(word) in labelled for word in segment.words)
            and (found := name_in(segment.words, segment.page)) is not None
        ):
            yield Naming("seller_name", found, "large_print")
            return


def _by_domain(namings: Sequence[Naming], rows: Sequence[Row]) -> Iterator[Naming]:
    """Yield the names that a web or mail address of the document has, each once; not a word of who is billed."""
    known = domains(rows)
    billed = [key(name) for name in _billed(namings)]
    found = {key(one.found.text): one.found for one in namings if is_of_domain(one.found.text, known)}
    for words in named_by_domain(rows, known):
        if (name := name_in(words, 1)) is not None:
            found.setdefault(key(name.text), name)
    for text, name in found.items():
        if not any(one != text and one.startswith(text) for one in billed):
            yield Naming("seller_name", name, "domain")
