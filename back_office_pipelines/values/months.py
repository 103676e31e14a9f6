"""Month names in the languages that documents arrive in.

What belongs here: names and their short forms, as words of lower case without points. What does not: any rule about
the order of a date's parts (`dates`).
"""

from collections.abc import Mapping

_NAMES: Mapping[str, tuple[str, ...]] = {
    "en": (
        "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
        "september sept sep", "october oct", "november nov", "december dec",
    ),
    "de": (
        "januar jänner jan", "februar feber feb", "märz maerz mrz mär", "april apr", "mai", "juni jun", "juli jul",
        "august aug", "september sept sep", "oktober okt", "november nov", "dezember dez",
    ),
    "fr": (
        "janvier janv", "février fevrier févr fevr fév", "mars", "avril avr", "mai", "juin", "juillet juil",
        "août aout", "septembre sept", "octobre oct", "novembre nov", "décembre decembre déc",
    ),
    "es": (
        "enero ene", "febrero feb", "marzo mar", "abril abr", "mayo may", "junio jun", "julio jul", "agosto ago",
        "septiembre setiembre sept sep", "octubre oct", "noviembre nov", "diciembre dic",
    ),
    "it": (
        "gennaio gen", "febbraio feb", "marzo mar", "aprile apr", "maggio mag", "giugno giu", "luglio lug",
        "agosto ago", "settembre sett set", "ottobre ott", "novembre nov", "dicembre dic",
    ),
    "nl": (
        "januari jan", "februari feb", "maart mrt", "april apr", "mei", "juni jun", "juli jul", "augustus aug",
        "september sept sep", "oktober okt", "november nov", "december dec",
    ),
    "pl": (
        "stycznia styczeń sty", "lutego luty lut", "marca marzec mar", "kwietnia kwiecień kwi", "maja maj",
        "czerwca czerwiec cze", "lipca lipiec lip", "sierpnia sierpień sie", "września wrzesień wrz",
        "października październik paź", "listopada listopad lis", "grudnia grudzień gru",
    ),
    "cs": (
        "ledna leden", "února únor", "března březen", "dubna duben", "května květen", "června červen",
        "července červenec", "srpna srpen", "září", "října říjen", "listopadu", "prosince prosinec",
    ),
    "pt": (
        "janeiro jan", "fevereiro fev", "março mar", "abril abr", "maio mai", "junho jun", "julho jul", "agosto ago",
        "setembro set", "outubro", "novembro nov", "dezembro dez",
    ),
    "ms": (
        "januari jan", "februari feb", "mac", "april apr", "mei", "jun", "julai jul", "ogos ogo", "september sep",
        "oktober okt", "november nov", "disember dis",
    ),
    "da": (
        "januar jan", "februar feb", "marts", "april apr", "maj", "juni jun", "juli jul", "august aug",
        "september sept sep", "oktober okt", "november nov", "december dec",
    ),
    "sv": (
        "januari jan", "februari feb", "mars", "april apr", "maj", "juni jun", "juli jul", "augusti aug",
        "september sept sep", "oktober okt", "november nov", "december dec",
    ),
    "nb": (
        "januar jan", "februar feb", "mars", "april apr", "mai", "juni jun", "juli jul", "august aug",
        "september sept sep", "oktober okt", "november nov", "desember des",
    ),
    "fi": (
        "tammikuuta tammikuu tammi", "helmikuuta helmikuu helmi", "maaliskuuta maaliskuu maalis",
        "huhtikuuta huhtikuu huhti", "toukokuuta toukokuu touko", "kesäkuuta kesäkuu kesä", "heinäkuuta heinäkuu heinä",
        "elokuuta elokuu elo", "syyskuuta syyskuu syys", "lokakuuta lokakuu loka", "marraskuuta marraskuu marras",
        "joulukuuta joulukuu joulu",
    ),
    "hu": (
        "január jan", "február febr feb", "március márc", "április ápr", "május máj", "június jún", "július júl",
        "augusztus aug", "szeptember szept", "október okt", "november nov", "december dec",
    ),
    "ro": (
        "ianuarie ian", "februarie feb", "martie mar", "aprilie apr", "mai", "iunie iun", "iulie iul", "august aug",
        "septembrie sept", "octombrie oct", "noiembrie nov", "decembrie dec",
    ),
    "sk": (
        "januára január", "februára február", "marca marec", "apríla apríl", "mája máj", "júna jún", "júla júl",
        "augusta august", "septembra september", "októbra október", "novembra november", "decembra december",
    ),
    "hr": (
        "siječnja siječanj", "veljače veljača", "ožujka ožujak", "travnja travanj", "svibnja svibanj", "lipnja lipanj",
        "srpnja srpanj", "kolovoza kolovoz", "rujna rujan", "", "studenoga studenog studeni", "prosinca prosinac",
    ),
    "sl": (
        "januarja januar jan", "februarja februar feb", "marca marec mar", "aprila april apr", "maja maj",
        "junija junij jun", "julija julij jul", "avgusta avgust avg", "septembra september sep", "oktobra oktober okt",
        "novembra november nov", "decembra december dec",
    ),
}  # fmt: skip
BEHIND_A_POINT: Mapping[str, int] = {"listopada": 10, "listopad": 10}
"""Croatian October is Polish November. Croatian has a point behind the day, Polish has none."""


def _months() -> dict[str, int]:
    months: dict[str, int] = {}
    for names in _NAMES.values():
        for number, forms in enumerate(names, start=1):
            for form in forms.split():
                if months.setdefault(form, number) != number:
                    raise AssertionError(f"{form} names two months")
    return months


MONTHS: Mapping[str, int] = _months()
"""Month name or short form → 1 to 12. No form names different months in two of the languages."""
