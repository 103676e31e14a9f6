"""The companies of the world: invented sellers in nine countries, each with its trade, its paper and its accounts.

What belongs here: who there is. What does not: what they bill (`bills`) and to whom on which day (`plan`).
"""

import random
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from back_office_pipelines.dictionary.strict_yaml import load_mapping
from back_office_pipelines.samples.model import Account, Country, Language, Party
from back_office_pipelines.samples.pages.style import Style, layout_names, style_of
from back_office_pipelines.samples.world.numbers import account_number, digits, vat_id

HERE = Path(__file__).parent
HOME_LANGUAGE: Mapping[str, Language] = {
    "AT": "de", "CH": "de", "DE": "de", "ES": "es", "FR": "fr", "GB": "en", "IT": "it", "NL": "nl", "US": "en",
}  # fmt: skip
CURRENCY: Mapping[str, str] = {"US": "USD", "GB": "GBP", "CH": "CHF"}


@dataclass(frozen=True)
class Trade:
    """What a company sells: items as (description, detail, unit, lowest price, highest price)."""

    tagline: str
    names: tuple[str, ...]
    items: tuple[tuple[str, str | None, str, str, str], ...]


@dataclass(frozen=True)
class Company:
    """A seller of the world.

    Attributes:
        vendor_id: number in the clients' books.
        party: as invoices print it.
        layout: family of its paper.
        medium: how it sends its bills: a kind of file.
        prefix: beginning of its invoice numbers.
        days: payment terms.
    """

    vendor_id: str
    party: Party
    language: Language
    layout: str
    style_seed: str
    medium: str
    trade: Trade
    currency: str
    prefix: str
    days: int

    def style(self, layout: str | None = None, turn: int = 0) -> Style:
        """Return the company's paper; another turn is the paper after a relaunch."""
        return style_of(layout or self.layout, self.language, self.party, f"{self.style_seed}/{turn}")


@cache
def _places() -> Mapping[str, Any]:
    return load_mapping(HERE / "places.yaml")


@cache
def trades(language: str) -> tuple[Trade, ...]:
    """Return the trades that a language has goods for."""
    return tuple(_trade(entry) for entry in load_mapping(HERE / "goods.yaml")[language])


def _trade(entry: Mapping[str, Any]) -> Trade:
    items = []
    for text, unit, low, high in entry["items"]:
        name, _, detail = text.partition(" // ")
        items.append((name, detail or None, unit, low, high))
    return Trade(entry["tagline"], tuple(entry["names"]), tuple(items))


def party_of(country: Country, seed: str, draw: random.Random, tagline: str, suffix: str) -> Party:
    """Return an invented company of a country."""
    place = _places()[country]
    name = " ".join(part for part in (draw.choice(place["names"]), suffix, draw.choice(place["forms"])) if part)
    town, number = draw.choice(place["towns"]), draw.randint(1, 98)
    street = draw.choice(place["streets"])
    first = country in {"US", "GB", "FR"}
    iban = account_number(country, draw)
    plain = {"Routing": f"0{digits(draw, 8)}", "Account": digits(draw, 9)} if iban is None else {}
    return Party(
        name=name,
        street=f"{number} {street}" if first else f"{street} {number}",
        postcode=_filled(place["postcode"], draw),
        city=town,
        country=country,
        region="NY" if country == "US" else None,
        vat_id=vat_id(country, draw),
        tax_number=f"{digits(draw, 2)}-{digits(draw, 7)}"
        if country == "US"
        else f"{digits(draw, 3)}/{digits(draw, 5)}",
        contact=draw.choice(place["people"]),
        phone=_filled(place["phone"], draw),
        email=f"{_mailbox(name)}@{seed.rsplit('/', 1)[-1]}.example",
        registration=tuple(text.format(town=town, n=digits(draw, 5)) for text in place["registers"]),
        tagline=tagline,
        account=Account(bank=draw.choice(BANKS), iban=iban, bic=f"MUST{country}X1XXX"[:8], details=plain),
    )


BANKS = ("Fiktive Handelsbank", "Example Mutual", "Banque Fictive", "Banco Ejemplo", "Muster-Sparkasse", "Banca Finta")


def _filled(pattern: str, draw: random.Random) -> str:
    letters = (str(draw.randint(0, 9)) if letter == "#" else letter for letter in pattern)
    return "".join(letters)


def _mailbox(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.split(maxsplit=1)[0]).encode("ascii", "ignore").decode().lower()
    return "".join(letter for letter in plain if letter.isalpha()) or "office"


def company(
    number: int,
    country: Country,
    medium: str,
    seed: str,
    layout: str | None = None,
    language: Language | None = None,
) -> Company:
    """Return one seller.

    Args:
        number: its place in the list of sellers.
        country: of its seat.
        medium: kind of file it sends.
        seed: of the world.
        layout: family of its paper; None lets the seed choose one that writes the language.
        language: of its paper; None for the country's.
    """
    language = language or HOME_LANGUAGE[country]
    key = f"{seed}/seller/v{number:03}"
    draw = random.Random(key)  # noqa: S311 - an invented world, no secret
    trade = draw.choice(trades(language))
    party = party_of(country, key, draw, trade.tagline, draw.choice(trade.names))
    chosen = layout or draw.choice(layout_names(language))
    prefix = draw.choice(PREFIXES).format(initials=_initials(party.name))
    return Company(
        vendor_id=f"V{number:04}",
        party=party,
        language=language,
        layout=chosen,
        style_seed=key,
        medium=medium,
        trade=trade,
        currency=CURRENCY.get(country, "EUR"),
        prefix=prefix,
        days=draw.choice((14, 30, 30, 45, 60)),
    )


PREFIXES = ("{initials}-2026-", "2026/", "R{initials}", "", "INV-", "26-", "{initials}26", "F-2026-")


def _initials(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join(word[0] for word in plain.split()[:2] if word[0].isalpha()).upper()


def distinct(companies: Sequence[Company]) -> tuple[Company, ...]:
    """Return the companies, none of them under the name of an earlier one."""
    taken: set[str] = set()
    kept = []
    for one in companies:
        name = one.party.name
        if name.casefold() in taken:
            name = f"{one.party.city.split()[0]} {name}"
        taken.add(name.casefold())
        kept.append(one if name == one.party.name else _renamed(one, name))
    return tuple(kept)


def _renamed(one: Company, name: str) -> Company:
    values = {**vars(one), "party": one.party.model_copy(update={"name": name})}
    return Company(**values)
