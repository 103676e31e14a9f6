"""Delimited text: columns by name or label, style by evidence, rows to invoices and lines."""

import pytest

from back_office_pipelines.extraction.table.columns import map_columns
from back_office_pipelines.extraction.table.delimited import fitting_delimiters, read_rows
from back_office_pipelines.extraction.table.encoding import decode_text
from back_office_pipelines.normalization.normalise import normalise
from tests.extraction.documents import extracted, values
from tests.scenario import dictionary

GERMAN = (
    "Rechnungsnummer;Rechnungsdatum;Währung;Lieferant;Gesamtbetrag;description;line_net\n"
    "R-1;03.04.2026;EUR;Müller GmbH;1.190,00;Hammer;1.000,00\n"
    "R-1;03.04.2026;EUR;Müller GmbH;1.190,00;Nägel;\n"
    "\n"
    "R-2;25.04.2026;EUR;Müller GmbH;1,19;Draht;1,00\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_rows_of_one_number_are_an_invoice_with_lines_in_any_encoding(encoding: str) -> None:
    extraction = extracted(GERMAN.encode(encoding))
    assert [(r.record_type, r.ordinal, r.parent, r.row) for r in extraction.records] == [
        ("invoice", 1, None, 2),
        ("line", 1, 1, 2),
        ("line", 2, 1, 3),
        ("invoice", 2, None, 5),
        ("line", 3, 2, 5),
    ]
    assert values(extraction)["seller_name"] == "Müller GmbH"
    assert values(extraction, 2) == {"description": "Nägel"}
    records = normalise(extraction, dictionary())
    assert records[0].value("gross_total") == "1190.00"
    assert records[0].value("issue_date") == "2026-04-03", "25.04. proves the order of the file"
    assert {value.method for record in extraction.records for value in record.fields} == {"spreadsheet"}


def test_without_line_columns_every_row_is_an_invoice() -> None:
    extraction = extracted("invoice_number,issue_date,gross_total\nA,2026-01-02,1.00\nA,2026-01-02,1.00\n")
    assert [(r.record_type, r.ordinal) for r in extraction.records] == [("invoice", 1), ("invoice", 2)]


def test_a_style_that_nothing_proves_stays_open() -> None:
    extraction = extracted('invoice_number,issue_date,gross_total\nA,03/04/2026,"1,234"\nB,05/04/2026,7\n')
    problems = [value.problem for value in normalise(extraction, dictionary())[0].values if value.problem]
    assert [problem.reason_code for problem in problems] == ["AMBIGUOUS", "AMBIGUOUS"]


def test_rows_of_one_invoice_that_differ_are_ambiguous() -> None:
    extraction = extracted("invoice_number,currency,gross_total,line_net\nA,EUR,5.00,2.00\nA,EUR,6.00,3.00\n")
    (finding,) = extraction.findings
    assert (finding.reason_code, finding.ordinal, finding.field) == ("AMBIGUOUS", 1, "gross_total")
    assert "gross_total" not in values(extraction)


def test_a_ragged_row_is_a_record_without_values_and_a_finding() -> None:
    rows = "".join(f"A{number},EUR,5.00\n" for number in range(6))
    extraction = extracted(f"invoice_number,currency,gross_total\n{rows}B,EUR\n")
    assert len(extraction.records) == 7
    assert extraction.records[-1].fields == ()
    assert extraction.findings[0].reason_code == "FORMAT"
    assert "row 8" in extraction.findings[0].detail


def test_a_field_s_own_name_wins_and_rival_labels_are_ambiguous() -> None:
    columns, findings = map_columns(
        ["Total", "gross_total", "Grand total", "Datum", "Invoice date", "colour"], dictionary()
    )
    assert {column.index: column.field for column in columns} == {1: "gross_total"}
    assert [finding.reason_code for finding in findings] == ["AMBIGUOUS"]
    assert "issue_date" in findings[0].detail


@pytest.mark.parametrize(
    "text", ["date,currency,amount\n2026-01-01,EUR,5\n", "name;colour\na;b\n", "invoice_number,colour\n1,2\n"]
)
def test_a_table_of_other_things_is_unclassified(text: str) -> None:
    assert (extracted(text).status, extracted(text).reason_code) == ("unclassified", "UNCLASSIFIED")


def test_all_credit_notes_are_a_document_of_credit_notes() -> None:
    text = "invoice_number,invoice_type,currency\n1,381,EUR\n2,{},EUR\n"
    assert extracted(text.format(381)).document_class == "credit_note"
    assert extracted(text.format(380)).document_class == "invoice"


def find_delimiter(text: str) -> str | None:
    """The delimiter of a text by its rows alone: the one with the most cells a row, where only one has as many."""
    widths = fitting_delimiters(text)
    winners = [delimiter for delimiter, width in widths.items() if width == max(widths.values())]
    return winners[0] if len(winners) == 1 else None


def test_delimiters_and_quotes() -> None:
    assert find_delimiter('a;b\n"1;x";2,5\n') == ";"
    assert find_delimiter("a,b\n1,2\n") == ","
    assert find_delimiter("one column\nonly\n") is None
    assert find_delimiter("a|b,c\n1|2,3\n") is None, "two delimiters fit equally well"
    assert read_rows('a;b\n"1\n2";x\n', ";") == [(1, ["a", "b"]), (3, ["1\n2", "x"])]


def test_bytes_that_are_no_text() -> None:
    assert decode_text(b"a\x01b") is None
    assert decode_text(b"\xff\xfea") is None
    assert decode_text("à".encode("cp1252")) == "à"


def canonical(text: str | bytes) -> list[dict[str, str | None]]:
    """Values of every header record; None where a value has a problem."""
    records = normalise(extracted(text), dictionary())
    return [{v.name: v.value for v in record.values} for record in records if record.parent is None]


def test_each_column_has_the_style_its_own_cells_prove() -> None:
    text = (
        "Rechnungsnummer;Rechnungsdatum;Fälligkeitsdatum;Nettobetrag;Gesamtbetrag\n"
        "A;13/02/2026;02/13/2026;1,234.50;1.234,50\n"
        "B;03/04/2026;03/04/2026;1,234;1.234\n"
    )
    second = canonical(text)[1]
    assert (second["issue_date"], second["due_date"]) == ("2026-04-03", "2026-03-04")
    assert (second["net_total"], second["gross_total"]) == ("1234", "1234")


def test_a_column_without_proof_follows_the_others_then_the_header_s_language_else_nothing() -> None:
    assert canonical("invoice_number|net_total|gross_total\nA|1.234|1.500,25\n")[0]["net_total"] == "1234"
    assert canonical("Rechnungsnummer;Gesamtbetrag\nA;1.234\n")[0]["gross_total"] == "1234"
    assert canonical("Rechnungsnummer,Gesamtbetrag\nA,1.234\n")[0]["gross_total"] is None, "commas speak against it"
    assert canonical("Rechnungsnummer;Rechnungsdatum\nA;03/04/2026\n")[0]["issue_date"] == "2026-04-03"


def test_a_column_that_contradicts_itself_is_never_guessed() -> None:
    rows = "A|1,234.50\nB|1.234,50\nC|1.234\n"
    assert [one["gross_total"] for one in canonical(f"invoice_number|gross_total\n{rows}")] == [
        "1234.50",
        "1234.50",
        None,
    ]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"]
)
def test_encodings_are_proved(encoding: str) -> None:
    content = "Rechnungsnummer;Verkäufer;Gesamtbetrag\nA;Größe & Söhne;1,00\n".encode(encoding)
    assert canonical(content)[0]["seller_name"] == "Größe & Söhne"


def test_a_header_is_found_below_a_preamble_by_its_labels() -> None:
    text = "Export of May\nKupfer GmbH, Ecke 12\n\nInvoice number,Currency,Grand total,\nA,EUR,5.00,\nB,EUR,6.00,\n"
    extraction = extracted(text)
    assert [record.row for record in extraction.records] == [5, 6]
    assert extraction.findings == ()


def test_labels_choose_between_delimiters_that_both_fit() -> None:
    text = "Rechnungsnummer;Währung;Gesamtbetrag\nA;EUR,x;1,00\nB;EUR,y;2,00\n"
    assert [record.ordinal for record in extracted(text).records] == [1, 2]


@pytest.mark.parametrize(
    ("content", "code", "word"),
    [
        (b"invoice_number;gross_total;currency\n", "EMPTY_FILE", "no rows below"),
        (b"invoice_number;gross_total\nA;1\0,00\nB;2,00\n", "UNREADABLE", "NUL in line 2"),
        ("invoice_number;seller_name\nA;Müller\nB;Größe\n".encode() + b"C;K\xfcn\n", "UNREADABLE", "save it as UTF-8"),
        (b'invoice_number;seller_name\nA;"Kupfer\nB;Eisen\nC;Zinn\n', "UNREADABLE", "never closed"),
        (b"invoice_number;" + b"x;" * 1_000_000 + b"\nA" + b";1" * 1_000_000, "LIMIT_EXCEEDED", "1,000,002 columns"),
        (b"a;" * 600_000, "LIMIT_EXCEEDED", "one line"),
    ],
)
def test_a_table_that_cannot_be_read_says_why_and_what_to_do(content: bytes, code: str, word: str) -> None:
    extraction = extracted(content)
    assert (extraction.reason_code, word in extraction.detail) == (code, True), extraction.detail


def test_one_line_of_a_hundred_megabytes_is_refused_before_it_is_read() -> None:
    extraction = extracted(b"invoice_number;" + b"x" * 99_999_000)
    assert (extraction.reason_code, "20000000 bytes" in extraction.detail) == ("LIMIT_EXCEEDED", True)


ROW = "R-{},2026-01-03,EUR,Kupfer,1.00,0.19,1.19\n"


@pytest.mark.parametrize("good", range(5))
@pytest.mark.parametrize(
    ("bad", "cells"), [("R-9,2026-01-03,EUR,Kupfer", 4), (ROW.format(9).replace("K", "Smith, K"), 8)]
)
def test_a_header_that_names_the_lane_makes_a_table_of_any_rows(good: int, bad: str, cells: int) -> None:
    header = "invoice_number,issue_date,currency,seller_name,net_total,tax_total,gross_total\n"
    extraction = extracted(header + "".join(map(ROW.format, range(good))) + f"{bad.strip()}\n")
    assert [finding.detail for finding in extraction.findings] == [
        f"row {good + 2} has {cells} cells where the header has 7"
    ]
    assert [bool(record.fields) for record in extraction.records] == [*[True] * good, False]


def test_uneven_rows_do_not_hide_the_delimiter_behind_decimal_commas() -> None:
    rows = "R-1;EUR;Kupfer;1,00\nR-2;EUR;2,00\n"
    extraction = extracted(f"Rechnungsnummer;Währung;Lieferant;Gesamtbetrag\n{rows}")
    assert values(extraction)["gross_total"] == "1,00"
    assert extraction.findings[0].detail == "row 3 has 3 cells where the header has 4"


def test_running_text_below_a_line_of_labels_is_no_table() -> None:
    text = "Invoice number, Currency\nplease find below\nwhat we agreed on\nlast week\n"
    assert "header" not in extracted(text).detail
