"""Heads of the tables of stations: which title of a table of broadcasts names what was sold, how often, and for what.

What belongs here: the words of such heads, and what they mean beside one another. What does not: heads of all other
tables (`titles`, `columns`), and the lines below (`items`).

"Days" and "hours" are when something was broadcast and no quantity, where spots are counted; a gross before a column of
commission is the amount of the line, since commission is taken off the bill as a whole (`commission`).
"""

from collections.abc import Sequence
from itertools import pairwise

from back_office_pipelines.extraction.pdf.lines.titles import Title
from back_office_pipelines.extraction.pdf.page.caseless import Caseless
from back_office_pipelines.extraction.pdf.page.rows import Row
from back_office_pipelines.extraction.pdf.page.vocabulary import key

WHEN = frozenset(
    (
        "date", "day", "days", "time", "times", "timeaired", "airtime", "airdate", "hours", "hoursdays", "dayparts",
        "daypart", "daystimes", "daystime", "startendtime", "len", "length", "dur", "duration", "flight", "dates",
        "fecha", "hora", "dias", "horario", "diasyhorario", "duracion", "dateaired", "timeofday",
    )
)  # fmt: skip
"""When something was broadcast, and how long it was."""
SPOTS = frozenset(
    (
        "spots", "spot", "spotsaired", "totalspots", "spotcount", "aired", "noaired", "numberaired", "unitsaired",
        "units", "announcements", "airings", "plays", "timesaired", "spts", "noofspots", "ofspots", "#spots", "#aired",
        "#ofspots", "anuncios", "cunas", "runs",
    )
)  # fmt: skip
"""How often it was."""
WHAT = (
    "program", "programs", "programme", "programa", "programname", "programdescription", "show", "description",
    "inventory", "package", "class", "network", "station", "daypart", "rotation", "title", "copy", "spotname", "isci",
    "copyid", "adid",
)  # fmt: skip
"""What was sold, the most telling title first."""
PRICES = frozenset(
    ("rate", "avgrate", "averagerate", "unitrate", "unitcost", "spotrate", "rateperspot", "costperspot", "tarifa")
)
AMOUNTS = (
    "gross",
    "grossamount",
    "charge",
    "charges",
    "total",
    "totalcharge",
    "amount",
    "linetotal",
    "extended",
    "importe",
    "cost",
)
"""What a line comes to, the most telling title first."""
MEDIA = frozenset(("copy", "isci", "adid", "network", "station", "program", "programa", "show", "daypart", "spotname"))
AIR = Caseless(
    r"\b(spots?|aired|air ?dates?|air ?time|broadcast(?:ing)?|telecast|flight|affidavit|station|anuncios|cunas)\b"
)
"""Words of bills for what was broadcast."""
FEWEST_WORDS = 3
"""Different words of these from which on a bill is one."""
SIGNS = 3
"""Titles of broadcasts from which on a table is one of them; spots, and when they were, are two."""


def heads_broadcasts(row: Row) -> bool:
    """Tell whether the titles of a line are those of a table of broadcasts, whether a field is known by them or not."""
    if len(row.first) <= SIGNS or any(character.isdigit() for character in row.text):
        return False
    texts = ["".join(key(word.text) for word in row.words[start:end]) for start, end in pairwise(row.first)]
    return _tells(texts) and any(text in AMOUNTS for text in texts)


def bills_airtime(rows: Sequence[Row]) -> bool:
    """Tell whether a document bills what was broadcast: its own orders number its invoices."""
    words = {match[1].rstrip("s") for row in rows for match in AIR.finditer(row.text)}
    return len(words) >= FEWEST_WORDS


def of_broadcasts(titles: Sequence[Title]) -> list[Title]:
    """Return the titles of a head with the fields that they name in a table of broadcasts; as they are elsewhere."""
    texts = [title.text for title in titles]
    if not _tells(texts):
        return list(titles)
    fields: dict[int, str | None] = {at: title.field for at, title in enumerate(titles)}
    counted = [at for at, text in enumerate(texts) if text in SPOTS]
    for at, text in enumerate(texts):
        if text in WHEN:
            fields[at] = None
        elif text in PRICES:
            fields[at] = "unit_price"
    if counted:
        fields |= {at: None for at, field in fields.items() if field == "quantity"} | {counted[-1]: "quantity"}
    _name_text(texts, fields)
    _name_amount(texts, fields)
    return [title._replace(field=fields[at]) for at, title in enumerate(titles)]


def _tells(texts: Sequence[str]) -> bool:
    """Tell whether titles are those of broadcasts: when they were, and what was sent, or how often."""
    when = sum(text in WHEN for text in texts)
    what = len(MEDIA.intersection(texts)) + bool(SPOTS.intersection(texts))
    return bool(when and what) and when + what >= SIGNS


def _name_text(texts: Sequence[str], fields: dict[int, str | None]) -> None:
    best = next((texts.index(text) for text in WHAT if text in texts), None)
    if best is not None:
        fields |= {at: None for at, field in fields.items() if field == "description"} | {best: "description"}


def _name_amount(texts: Sequence[str], fields: dict[int, str | None]) -> None:
    """Name the column of amounts: a gross before a commission, else the one a title names, else the last known word."""
    kept = next((at for at, text in enumerate(texts) if text.startswith(("comm", "agencycomm"))), None)
    gross = next((at for at, text in enumerate(texts) if text.startswith("gross")), None)
    if gross is not None and kept is not None and gross < kept:
        fields |= {at: None for at, field in fields.items() if field == "line_net" or at >= kept} | {gross: "line_net"}
    elif "line_net" not in fields.values():
        named = (texts.index(text) for text in AMOUNTS if text in texts)
        if (at := next((one for one in named if fields[one] != "unit_price"), None)) is not None:
            fields[at] = "line_net"
