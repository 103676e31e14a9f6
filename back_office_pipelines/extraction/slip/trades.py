"""What businesses carry in their names on slips: words of trades and legal forms, as tills print them.

What belongs here: knowing such a word, letters read wrong included. What does not: which line is a name (`merchant`).
"""

import re
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

_LEADING = (
    "restoran", "kedai", "klinik", "farmasi", "pasaraya", "perniagaan", "syarikat", "pusat", "bengkel", "gerai",
    "warung", "hotel", "cafe", "café", "restaurant", "ristorante", "trattoria", "brasserie", "boulangerie",
    "pharmacie", "gasthaus", "farmacia", "ferretería", "bazar", "bar",
)  # fmt: skip
"""Words that a name may begin with, alone on its line; so may "the"."""
_WORDS = (
    *_LEADING,
    "enterprise", "enterprises", "trading", "coffee", "kitchen", "bakery", "pharmacy", "apotheke", "hardware",
    "stationery", "stationer", "stationers", "supermarket", "supermarché", "supermarkt", "market", "mart", "minimart",
    "pasar", "store", "stores", "shop", "boutique", "marketing", "distributor", "distributors", "service", "services",
    "centre", "center", "station", "petrol", "petroleum", "florist", "electrical", "electronics", "company",
    "bookstore", "bookshop", "bistro", "grill", "diner", "house", "bäckerei", "book", "books", "food", "foods",
    "fresh", "retail", "industry", "industries", "holdings", "group", "auto", "motor", "motors", "garage", "clinic",
    "optik", "optical", "jeweller", "jewellers", "jewelers", "parts", "tyre", "tyres", "salon", "laundry", "gifts",
    "toys", "furniture", "seafood", "printing", "engineering", "supply", "supplies", "fashion", "tailoring", "dental",
    "veterinary", "workshop", "delicatessen", "butchery", "cosmetics", "pastry", "makan", "makanan", "kopi",
    "perubatan", "runcit", "dobi",
)  # fmt: skip
BUSINESS = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))})(?!\w)", re.IGNORECASE)
"""Words that businesses carry in their names."""
_FUZZY_FROM, _ALIKE = 7, 0.85
"""Letters of a word from which on it is known with some read wrong, and the share that must agree."""
_JOINT = re.compile(r"\W+|\(\w\)|and|dan|und|et", re.IGNORECASE)
"""What joins words of a trade: "&", "(M)"."""


@lru_cache(maxsize=5_000)
def is_trade(word: str) -> bool:
    """Tell whether a word is one of a trade, letters read wrong included."""
    bare = word.strip(".,'&()-").casefold()
    if BUSINESS.fullmatch(bare):
        return True
    if len(bare) < _FUZZY_FROM:
        return False
    return process.extractOne(bare, _WORDS, scorer=Levenshtein.normalized_similarity, score_cutoff=_ALIKE) is not None


def is_leading(text: str) -> bool:
    """Tell whether a line is one word that a name begins with."""
    return text.strip(" .,:").casefold() in (*_LEADING, "the")


def says_trade_alone(text: str) -> bool:
    """Tell whether all words of a text are of trades, or join such: the name itself stands elsewhere."""
    return all(_JOINT.fullmatch(word) or is_trade(word) for word in text.split())
