"""Tables in encodings that their bytes do not prove: right, or an exception, and never other letters."""

# ruff: noqa: RUF001  letters that look alike are what these tests are about

import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.extraction.table.codepage import garbled, unproved
from back_office_pipelines.extraction.table.encoding import is_proved
from tests.extraction.documents import extracted, values

WESTERN = (
    "Müller & Söhne", "Ärzte GmbH", "Straße 5", "Großmann KG", "Österreich Öl AG", "Café Zürich", "Füße & Größe",
    "MÜNCHEN KÖLN", "Schröder", "Société Générale", "Château Grâce", "Molière", "Hélène", "Cœur", "España",
    "García López", "Muñoz", "Ibáñez", "Sánchez", "Suárez", "Córdoba", "Perú", "Conceição", "Guimarães", "São Paulo",
    "Português", "Città", "Niccolò", "più", "Søren Jørgensen", "Strøm", "Køb", "Beløb", "Kjær", "Præst", "Ærø",
    "Malmö", "Göteborg", "Åberg", "Håkan", "Päällikkö", "Yhtiö", "Noël", "Citroën", "L’Oréal", "„Alte Post“",
    "Müller – Söhne", "Köln–Bonn", "1.190,00 €", "Amount (£)", "§ 5", "20 m²", "Nº 5", "à Paris",
)  # fmt: skip
"""Names and words that German, French, Spanish, Italian, Portuguese, Dutch and Nordic offices write."""
OTHERS = (
    "Łódź żółw", "Wałęsa", "Piętka", "Gdańsk", "Poznań", "Kępa", "Świętek", "Miś", "Będzin", "Jaśmin", "Chętny", "Pręt",
    "Nováček", "Dvořák", "Čapek", "Černý", "Kučera", "Růžička", "Jiřina", "Přerov", "Ondřej", "Břeclav", "Řehoř",
    "Hlaváč", "Smrčka", "Krčma", "Plzeň", "Laďka", "Škoda", "Beneš", "Tomáš", "Kovač", "Petrović", "Kovać",
    "Erdős Kft", "Szűcs", "Gyűrű", "Fűtő", "Üllői út", "Brăila", "Română", "Casă", "Yıldız", "Çelik", "Koç", "Şişli",
    "Bērziņš", "Rīga", "Kazlauskaitė", "Kęstutis", "Ромашка ООО", "Иванов", "Ελλάς ΑΕ", "株式会社", "トヨタ",
    "日本電気", "Ávila", "Ángel", "Óscar", "Úrsula", "Índice", "Málaga", "Panamá", "GARCÍA", "MARTÍN", "PERÚ", "JESÚS",
    "París", "Díaz", "Élan", "Île", "Weiß", "Meißner", "Fuß", "Crêperie", "première", "Þórður",
    "uhraďte", "dodávateľ", "n.º",
)  # fmt: skip
ENCODINGS = (
    "cp437", "cp850", "mac_roman", "iso8859_2", "cp1250", "cp1251", "koi8_r", "iso8859_5", "cp1253", "cp1254",
    "iso8859_15", "shift_jis", "euc_jp", "gbk", "cp1252",
)  # fmt: skip
TABLE = "invoice_number;issue_date;currency;seller_name;gross_total\n"


def table(names: list[str]) -> str:
    return TABLE + "".join(f"R-{at};2026-11-0{at + 1};EUR;{name};1,00\n" for at, name in enumerate(names))


def wrong_names(content: bytes, names: list[str]) -> list[str]:
    """Sellers that a table gives without a finding, though nobody wrote them so."""
    extraction = extracted(content)
    if extraction.status != "ok":
        assert extraction.reason_code == "UNREADABLE"
        return []
    doubted = {finding.ordinal for finding in extraction.findings if finding.field == "seller_name"}
    read = {record.ordinal: values(extraction, at).get("seller_name") for at, record in enumerate(extraction.records)}
    return [str(read[at]) for at, name in enumerate(names, start=1) if at not in doubted and read[at] != name]


def written(names: list[str], encoding: str) -> bytes | None:
    try:
        content = table(names).encode(encoding)
    except UnicodeEncodeError:
        return None
    return content if content.isascii() or not is_proved(content) else None


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_name_alone_is_read_as_another(encoding: str) -> None:
    for name in (*WESTERN, *OTHERS):
        content = written([name], encoding)
        if content is not None:
            assert wrong_names(content, [name]) == [], name


@given(st.lists(st.sampled_from((*WESTERN, *OTHERS)), min_size=1, max_size=6), st.sampled_from(ENCODINGS))
def test_no_table_of_names_gives_others(names: list[str], encoding: str) -> None:
    content = written(names, encoding)
    if content is not None:
        assert wrong_names(content, names) == []


@given(
    st.lists(st.sampled_from((*WESTERN, *OTHERS)), min_size=1, max_size=6),
    st.sampled_from(["cp1252", "latin-1", "cp437", "cp850"]),
)
def test_utf8_written_twice_is_doubted(names: list[str], mistaken: str) -> None:
    try:
        read = [name.encode().decode(mistaken) for name in names]
    except UnicodeDecodeError:
        return
    if not any("\xa0" in name or "\x85" in name for name in read):  # which the csv rows are stripped of
        assert wrong_names(table(read).encode(), names) == []


@pytest.mark.parametrize("name", WESTERN)
def test_western_names_are_read_from_windows_1252(name: str) -> None:
    assert wrong_names(table([name]).encode("cp1252"), [name]) == []
    extraction = extracted(table([name]).encode("cp1252"))
    assert (extraction.status, extraction.findings) == ("ok", ())


@given(st.lists(st.sampled_from((*WESTERN, *OTHERS)), min_size=1, max_size=6))
def test_proved_text_is_never_doubted(names: list[str]) -> None:
    extraction = extracted(table(names))
    assert [values(extraction, at)["seller_name"] for at in range(len(names))] == names
    assert extraction.findings == ()


@pytest.mark.parametrize("name", ["Žuáerst ™de GmbH", "MŸller …l GmbH", "£ód¼ ¯ó³w", "Ðîìàøêà ÎÎÎ", "Š”Ž®‰ï…"])
def test_a_table_of_another_code_page_names_its_first_word(name: str) -> None:
    extraction = extracted(table(["Kupfer", name]).encode("cp1252"))
    assert (extraction.status, extraction.reason_code) == ("unreadable", "UNREADABLE")
    assert f"{name.split(maxsplit=1)[0]!r} in line 3; save it as UTF-8" in extraction.detail


def test_a_word_in_doubt_among_proved_ones_is_a_finding_that_keeps_its_value() -> None:
    extraction = extracted(table(["Müller", "Söhne", "Kovaè", "Größe"]).encode("cp1252"))
    (finding,) = extraction.findings
    assert (finding.reason_code, finding.ordinal, finding.field) == ("AMBIGUOUS", 3, "seller_name")
    assert "'Kovaè' means something else in another code page" in finding.detail
    assert values(extraction, 2)["seller_name"] == "Kovaè"


@pytest.mark.parametrize(
    "name", ["MÃ¼ller", "Ã\x96l", "M\ufffdller", "SocietÃ", "KazlauskaitÄ—", "20Ã—30", "╨á╨╛╨╝", "֤igo"]
)
def test_words_that_were_garbled_before_are_doubted_in_any_encoding(name: str) -> None:
    (finding,) = extracted(table(["Größe", name])).findings
    assert (finding.ordinal, finding.field, "exported again" in finding.detail) == (2, "seller_name", True)


@pytest.mark.parametrize(
    "text", ["CAFÉ”", "«FRANCÉ»", "SÃO PAULO", "MANHÃ…", "BLÅ", "Mu\u0308ller", "10 kΩ", "VÍŠEK", "Æ®", "ÅÄÖ"]
)
def test_words_of_capitals_and_marks_are_not_taken_for_garbled(text: str) -> None:
    assert garbled(text) is None


@pytest.mark.parametrize("text", ["Stra§e", "M laga".replace(" ", "\xa0"), "CafŽ", "m³l", "K¢ln", "çlvarez", "îscar"])
def test_signs_and_capitals_within_words_are_not_proved(text: str) -> None:
    assert [word for _, word in unproved(f"Kupfer {text} GmbH")] == [text]


def test_plain_text_of_another_code_page_is_refused_and_of_this_one_read() -> None:
    page = "Müller & Söhne\n\nRECHNUNG\nRechnungsnummer: R-7\nRechnungsdatum: 03.04.2026\nGesamtbetrag: 119,00 €\n"
    assert values(extracted(page.encode("cp1252")))["invoice_number"] == "R-7"
    foreign = extracted(page.replace(" €", "").encode("mac_roman"))
    assert (foreign.reason_code, "save it as UTF-8" in foreign.detail) == ("UNREADABLE", True)
