"""Which characters of a text the bytes alone do not prove: read by a code page that nothing names, or garbled before.

What belongs here: where a letter of Windows-1252 can stand for nothing else. What does not: decoding (`encoding`), and
what becomes of a value in doubt (`doubt`).

Bytes above ASCII mean a letter in every code page. A letter is proved where it stands as western languages write it and
where the same byte gives no word in the code pages that offices use beside this one: DOS (437, 850), Mac Roman, Central
European (1250, Latin-2), Baltic, Turkish, Cyrillic, Greek, and Japanese. Czech č is è there, but no è stands between
vowels; Polish ń is ñ, but never before one. What could be either is not proved, however likely.
"""

# ruff: noqa: RUF001  signs that look alike are what this module tells apart
import re
from collections.abc import Iterator

_L = r"[^\W\d_]"
_HIGH = r"[À-ÖØ-öø-ÿŠŽšžŒœŸƒ]"
_WORD = re.compile(r"[^ \t\r\n\f;,|\"]+")
"""Without the no-break space: in DOS it is á, so that what stands around it may be one word."""

_LETTERS = (
    rf"(?<![aeou])ä(?!e)(?={_L})|(?<=[^\W\d_aeou])ä(?!e)",  # DOS: õ, ń
    r"ü(?=[^\W\d_u])|(?<=[a-ln-z])ü",  # DOS: the cube of a cubic metre
    rf"(?-i:ö)(?={_L})|(?<={_L})(?-i:ö)",
    # DOS: Í, which Spanish capitals have between other letters
    rf"(?<!{_L})ö(?=l(?!h)|st|ff|k(?!a)|z|h|r(?:t|eb|es)|be|m(?!p))",
    r"(?<=[kwv])ö|(?<=ch)ö|(?<=s)ö(?=hn)|(?<=j)ö(?=[rn])|(?<=m)ö(?=ll|b|hr)|(?<=b)ö(?=h|tt|ll|ck|rs)|(?<=tr)ö(?=m)",
    r"(?<=h)ö(?=h|f|ch|ll)|(?<=gr)ö|(?<=l)ö(?=w)|(?<=r)ö(?=hr|der|m)|(?<=d)ö(?=r|h)|(?<=f)ö(?=r)|(?<=st)ö(?=r)",
    r"(?<=[aeiouy])ß",
    rf"(?<={_L})é|(?<!{_L})(?-i:É)(?={_L})",
    rf"(?<!{_L})é(?=qu|lec|co|tu|di|ch|ta[bgpt]|mi|met|nerg|cart)",  # DOS: Ú
    # DOS: ß, which follows vowels
    rf"(?<=[b-df-hj-np-tv-z])á|(?<=[^\We]i)á(?={_L})|(?<=[jshg]u)á(?=[rnz])|(?<!{_L})(?-i:Á)(?={_L})",
    rf"(?<={_L})í(?![eiy])|(?<!{_L})(?-i:Í)(?={_L})",  # Baltic: ķ
    rf"(?<={_L})[óú]|(?<!{_L})(?-i:[ÓÚ])(?={_L})",
    rf"(?<={_L})ç(?=[aeiouy])|(?<!{_L})(?-i:Ç)(?=[aeiou])",  # Mac: Á; DOS: š; Baltic: ē
    # Baltic: ā, ī, ļ, ė
    r"(?<=ch)â|(?<=[bp])â(?=ti|tr|qu)|â(?=q|nci|ntar|mara|mbio)|(?<=gr)â(?=c)|(?<=rom)â(?=n)|(?<=m)â(?=ch)",
    rf"(?<=[ao])î|(?<!{_L})î(?=les?(?!{_L}))|(?<=[ao])ï(?=[clnfrqs])|(?<=[aeiou])ë|(?<={_L})ô(?={_L})",
    # Polish ę
    rf"(?<=[fvb])ê(?=te|ti|tu)|(?<=u)ê|(?<=rr)ê|(?<=or)ê(?=ts?(?!{_L}))|(?<={_L})ê(?=m|n|v|x|qu|tr[ea])|(?<=[cg]r)ê",
    # Czech č
    r"(?<=[bcdfghjlmnpqstvx])è(?=[bcdfglmnpqrstvz]{1,2}h?u?e)|(?<=r)è(?=me|re|ve|gl|te|ch)|(?<=po)è(?=[mt]e)",
    rf"(?<=i)è(?=[rcgvm])|(?<=[b-df-hj-np-tv-z])è(?=s(?!{_L}))|(?<=ff)è",
    # Slovak ŕ; Czech ě, ň, ů
    rf"(?<=[tlirj])à(?!{_L})|(?<![^\s;,|])à(?![^\s;,|])|(?<=[ls])ì(?!{_L})|(?<=[bcdfglmnprstvz])ò(?!{_L})|(?<=[io])ù(?!{_L})",
    rf"(?<=o)û(?=t)|(?<=br)û(?=l)|(?<=fl)û(?=t)|(?<![aeiou])ã(?=o|es?(?!{_L}))|õ(?=es)",  # Hungarian ű, ő; Romanian ă
    rf"(?<={_L})ñ(?=[aeiou])|(?<!{_L})(?-i:Ñ)(?=[aeiou])",  # Polish ń
    rf"(?<=[^\W\d_aei])å(?![bp])|(?<!{_L})(?-i:Å)(?={_L})|(?<!{_L})å(?=rs|ter)",  # Slovak ĺ; DOS: ň
    # Czech ř; DOS: the degree
    rf"(?<![aeiouy])ø(?=[rldgjyfsn])|(?<=t)ø(?=mr)|(?<=k)ø(?=b)|(?<=str)ø(?=m)|(?<=bl)ø(?=m)|(?<=[js])ø(?!{_L})|(?<=ær)ø|(?<=[jl])ø(?=[pb])",
    rf"(?<=[b-df-hj-np-tv])(?<!k)æ(?=[bdfglnrstv]|k(?![ao]))|(?<=k)æ(?=[bdflrv])|(?<=i)æ(?=r)|(?<=t)æ(?!{_L})|(?<!{_L})(?-i:Æ)(?=[rbgl])",
    r"(?<=[csvbnm])œ(?=u)|œ(?=uv|il)",  # Polish ś
)
_PAIRS = r"[äöü]ß|ää|öö|éé|ñ[áéíóú]|[áéíóú]ñ(?=[aeo])|ç[ãõ](?=[oe])"
"""Letters above ASCII that stand side by side in western words; whole words of them are Cyrillic, Greek or Japanese."""
_CASE = r"(?-i:(?<![a-zß-ÿ])(?=[À-ÞŒ](?![A-Z][a-z]))|(?=ß)|(?<![A-Z][A-Z])(?=[à-ÿœ](?![A-ZÀ-Þ])))"
"""A capital within small letters, or the reverse, is a letter of another code page."""
_SIGNS = (
    rf"(?<!{_L})(?<!\.)[€£§©×±‰•](?!{_L})",
    rf"(?<=[\dNnMm.])[°ºª](?!{_L})|°(?=[CFK](?!{_L}))|(?<!{_L})[Øø](?=\s?\d)",
    rf"(?<=(?<!{_L})m)[²³](?!{_L})|(?<=(?<!{_L})[cdkm]m)[²³](?!{_L})|(?<!{_L})(?<!\.)[¼½¾](?!{_L})|(?<!{_L})µ(?={_L}?(?!{_L}))",
    rf"(?<!{_L})[–—](?!{_L})|(?<=[a-z])–(?=[A-Z])|(?<=[A-Za-z\d])[™®](?!{_L})|[¿¡](?=[A-ZÀ-Þ][a-z])|(?<=l)·(?=l)",
    rf"(?<=[A-Za-z])[’´](?=[A-ZÀ-Þ])|(?<=ll)’|(?<=(?<!{_L})[dDlL])’(?=[aeiouhéê][a-zà-ÿ]{{2}})|(?<=[dkpwhg])’(?=s(?!{_L}))",
    rf"(?<=\d)\xa0|\xa0(?=[\d€$£%])|(?<={_L})\xa0(?=[A-ZÀ-Þ&(])",
)
_PROVED = re.compile(
    r"(?=[^\x00-\x7f])"
    rf"(?:(?i:(?<!\d)(?<!{_HIGH})(?:{_CASE}(?:{'|'.join(_LETTERS)})|{_PAIRS})(?!{_HIGH})(?!\d))|{'|'.join(_SIGNS)})"
)
_QUOTED = re.compile(rf"[„“”«‘‚‹](?=[A-ZÀ-Þ\d])([^„“”«»‘’‹›\n]*)[“”»’›](?!{_L})")

_TWICE = {
    "cp1252": re.compile(rb"[\xc2-\xc5\xce-\xd1][\x80-\xbf]|\xc8[\x98-\x9b]|[\xe2-\xe9][\x80-\xbf]{2}"),
    "cp437": re.compile(rb"[\xc2-\xc5\xc8\xce-\xd1][\x80-\xbf]|[\xe2-\xe9][\x80-\xbf]{2}"),
    "cp850": re.compile(rb"[\xc2-\xc5\xc8\xce-\xd1][\x80-\xbf]|[\xe2-\xe9][\x80-\xbf]{2}"),
    "mac_roman": re.compile(rb"[\xc2-\xc5][\x80-\xbf]|[\xe2-\xe9][\x80-\xbf]{2}"),
}
"""Characters of UTF-8 as the code pages that it is mistaken for give them back; those of other letters are too rare."""
_ODD = r"\u0250-\u02af\u0530-\u07ff"
_LOST = re.compile(rf"[\x80-\x9f\ufffd]|[a-zß-ÿ][ÂÃÄÅÎÏÐÑ](?!{_L})|[{_ODD}][A-Za-z]|[A-Za-z][{_ODD}]")
"""What stands for a lost letter: a control character, the replacement character, half a character of UTF-8 at the end,
and letters of the east within ours, which two bytes of another code page are by chance."""
_AROUND = "\"'()[]“”‘’«»…–—.:!?"


def unproved(text: str) -> Iterator[tuple[int, str]]:
    """Yield the words of a text read as Windows-1252 that another code page may mean, each with its place."""
    if text.isascii():
        return
    plain = _QUOTED.sub(lambda found: f"'{found[1]}'", text)
    marked = _PROVED.sub(lambda found: "e" * len(found[0]), plain)
    for word in _WORD.finditer(marked):
        if not word.group().isascii():
            yield word.start(), text[word.start() : word.end()]


def garbled(text: str) -> str | None:
    """Return the first word that shows a mistake before the text was written, None without one.

    UTF-8 that was once read as another encoding gives UTF-8 again when it is written in that one.
    """
    if text.isascii():
        return None
    words = (found.group() for found in _WORD.finditer(text))
    return next((word for word in words if not word.isascii() and (_LOST.search(word) or _is_twice(word))), None)


def _is_twice(word: str) -> bool:
    bare = word.strip(_AROUND)
    for encoding, pattern in _TWICE.items():
        try:
            written = bare.encode(encoding)
            if pattern.search(written) and written.decode():
                return True
        except UnicodeError:
            continue
    return False


def is_foreign(text: str) -> bool:
    """Tell whether at least half of the different words with bytes above ASCII are not proved: another code page."""
    doubtful = {word for _, word in unproved(text)}
    return bool(doubtful) and 2 * len(doubtful) >= len({word for word in _WORD.findall(text) if not word.isascii()})
