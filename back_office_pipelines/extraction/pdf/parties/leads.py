"""Words that lead up to a name in running text: whom to pay, and who owns a sign or a brand.

What belongs here: these words. What does not: names (`names`), and what they are evidence of (`payees`, `companies`).
"""

import re

from back_office_pipelines.extraction.pdf.page.caseless import Caseless

PAYEE = Caseless(
    r"\b(?:remit(?:tance)?(?: (?:payments?|checks?|cheques?))? to:?|(?:make|send) (?:all )?(?:checks?|payments?) to:?"
    r"|payable to:?"
    r"|(?:checks?|cheques?) (?:out )?to:?|(?:payment|transfer) to:?"
    r"|payable to the order of|in favou?r of|zahlbar an|lautend auf|zugunsten(?: von)?"
    r"|à l.ordre de|intestato a|a favore di|a nombre de|a favor de|ten name van|t\.n\.v\."
    r"|kontoinhaber(?:in)?:?|account (?:holder|name):?|titulaire du compte\s?:?|intestatario(?: del conto)?:?"
    r"|titular de la cuenta:?|rekeninghouder:?|beneficiary(?: name)?:?|kontohaver:?|właściciel rachunku:?)\s+"
)
"""What stands before the name of whoever is to be paid: of the account, or of a check."""
TRADES = Caseless(
    r",? (?:t/a|trading as|trading under the name|d/?b/?a|doing business as|handelend onder de naam|h\.o\.d\.n\."
    r"|agissant sous (?:le nom|l.enseigne)|exerçant sous le nom|firmierend (?:als|unter)|nome comercial"
    r"|nombre comercial)\s"
)
"""What stands between the name of an owner and that of its sign."""
OWNER = Caseless(
    r"\b(?:legal (?:entity|name):?|licensee:|(?:trading|trade|brand|business) name of"
    r"|(?:div\.|division|unit|brand|subsidiary|affiliate|part|service) of"
    r"|(?:owned and )?operated by|owned by|licensed to|published by|d/b/a of"
    r"|(?:eine? )?(?:marke|unternehmen|geschäftsbereich|niederlassung|betrieb|service|angebot) (?:der|des|von)"
    r"|betrieben von|(?:une )?(?:marque|enseigne|division) (?:de|du)|nom commercial de|exploitée? par"
    r"|(?:un )?marchio di|(?:una )?(?:marca|división) de|nombre comercial de|operado por"
    r"|handelsnaam van|onderdeel van|merk van)\s+"
)
"""What stands before the name of whoever owns a sign, a brand or a station."""
ARTICLE = re.compile(r"(?:the|der|die|la|le) ")
"""A small word before a name that is no part of it."""

OPENINGS = (
    "a ",
    "an ",
    "eine ",
    "ein ",
    "une ",
    "un ",
    "una ",
    "owned",
    "operated",
    "licensed",
    "published",
    "betrieben",
)
"""How a line begins that says whose something is."""


def end_of_lead(text: str) -> int:
    """Return where the last words end that lead up to a name, 0 where none do.

    "a division of" leads up to one, "Bottlers Division of" is part of one: a small word or a colon tells which.
    """
    paid = [match.end() for match in PAYEE.finditer(text)]
    owned = [match.end() for match in OWNER.finditer(text) if _leads(text, match)]
    if not paid and not owned:
        return 0
    end = max((*paid, *owned))
    article = ARTICLE.match(text, end)
    return end if article is None else article.end()


def _leads(text: str, match: re.Match[str]) -> bool:
    """Tell whether words of an owner lead up to a name rather than are part of one."""
    before = text[: match.start()].split()
    small = before[-1].islower() if before else text[: match.end()].casefold().startswith(OPENINGS)
    return small or match.group().rstrip().endswith(":")
