"""What holds on layouts nobody has seen: who writes, what lines come to, what a page shows and what it does not."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from back_office_pipelines.extraction.pdf.facts.identifiers import choose_reference
from back_office_pipelines.extraction.pdf.facts.pairing import candidates
from back_office_pipelines.extraction.pdf.money.adjustments import choose_adjustments, leads_to
from back_office_pipelines.extraction.pdf.money.totals import choose_totals
from back_office_pipelines.extraction.pdf.page.blocks import blocks_of
from back_office_pipelines.extraction.pdf.page.rows import rows_of
from back_office_pipelines.extraction.pdf.page.shapes import amount_spans
from back_office_pipelines.extraction.pdf.page.vocabulary import vocabulary_of
from back_office_pipelines.extraction.pdf.page.words import lines_of
from back_office_pipelines.extraction.pdf.parties.companies import companies, without_monogram
from back_office_pipelines.extraction.pdf.parties.names import name_in
from back_office_pipelines.extraction.pdf.parties.senders import domains, is_of_domain, named_by_domain
from back_office_pipelines.extraction.pdf.textlayer import read
from back_office_pipelines.normalization.normalise import normalise
from tests.extraction.documents import extracted, pdf
from tests.extraction.test_choice import POINT, Text, header, lines, page, rows
from tests.scenario import dictionary

CENTS = st.integers(min_value=1, max_value=10**6).map(lambda cents: Decimal(cents) / 100)
HEAD: tuple[Text, ...] = (
    (50, 300, "Description"),
    (300, 300, "Qty"),
    (380, 300, "Unit price"),
    (500, 300, "Amount"),
)


def item(y: float, text: str, quantity: str, price: str, amount: str) -> tuple[Text, ...]:
    return (50, y, text), (300, y, quantity), (380, y, price), (500, y, amount)


def totals(y: float, *pairs: tuple[str, str]) -> tuple[Text, ...]:
    return tuple(
        text
        for at, (label, amount) in enumerate(pairs)
        for text in ((380, y + 15 * at, label), (500, y + 15 * at, amount))
    )


# ---- what is due, taken off and added -------------------------------------------------------------------------


def test_what_is_due_is_the_total_unless_the_page_says_otherwise() -> None:
    alone = header([(50, 60, "INVOICE"), (50, 100, "Grand total 119.00")])
    paid = header(
        [
            (50, 60, "INVOICE"),
            (50, 100, "Grand total 119.00"),
            (50, 120, "Amount paid 19.00"),
            (50, 140, "Amount due 100.00"),
        ]
    )
    assert alone["amount_due"] == "119.00"
    assert paid["amount_due"] == "100.00"


@pytest.mark.parametrize(
    "text", ["Credit for invoice HT-26724.", "Gutschrift zur Rechnung HT-26724", "Avoir pour la facture HT-26724"]
)
def test_the_number_of_the_invoice_that_is_credited_is_not_the_notes_own(text: str) -> None:
    credited = rows([(50, 60, "CREDIT NOTE"), (50, 300, text)])
    assert choose_reference("invoice_number", credited, candidates(credited)) is None
    numbered = rows([(50, 60, "CREDIT NOTE"), (50, 90, "Invoice number A-7"), (50, 300, text)])
    own = choose_reference("invoice_number", numbered, candidates(numbered))
    assert own is not None
    assert own.found.text == "A-7"


def test_freight_within_the_lines_is_no_charge_of_the_document() -> None:
    sold = (*HEAD, *item(320, "Hammer", "2", "10.00", "20.00"), *item(340, "Shipping", "1", "5.00", "5.00"))
    found = header([(50, 60, "INVOICE"), *sold, *totals(380, ("Net total", "25.00"), ("Grand total", "25.00"))])
    assert "charge_total" not in found


def test_a_discount_and_freight_that_lead_from_the_lines_to_the_net_total_are_read_and_sure() -> None:
    sold = (*HEAD, *item(320, "Hammer", "2", "10.00", "20.00"))
    sums = totals(360, ("Discount", "-1.00"), ("Shipping", "5.00"), ("Net total", "24.00"), ("Grand total", "24.00"))
    (record, *_) = normalise(extracted(pdf([(50, 60, "INVOICE"), *sold, *sums])), dictionary())
    read = {value.name: value for value in record.values}
    assert (read["allowance_total"].value, read["charge_total"].value) == ("1.00", "5.00")
    assert min(read["allowance_total"].confidence, read["charge_total"].confidence) > 0.85


@example(sold=Decimal("0.01"), taken=Decimal("0.04"), added=Decimal("0.02"))
@given(sold=CENTS, taken=CENTS, added=CENTS)
def test_what_is_chosen_leads_to_the_net_total_wherever_something_does(
    sold: Decimal, taken: Decimal, added: Decimal
) -> None:
    net = sold - taken + added
    found = rows([(50, 100, f"Discount {taken:.2f}"), (50, 120, f"Shipping {added:.2f}")])
    chosen = choose_adjustments(candidates(found), POINT, sold, net, {})
    assert leads_to(sold, chosen, net)


def test_several_charges_are_added_where_only_their_sum_leads_to_the_net_total() -> None:
    found = rows([(50, 100, "Freight 5.00"), (50, 120, "Surcharge 2.50")])
    chosen = choose_adjustments(candidates(found), POINT, Decimal("20.00"), Decimal("27.50"), {})
    assert chosen["charge_total"].value == Decimal("7.50")


def test_an_amount_that_leads_from_the_lines_to_the_net_total_needs_no_label() -> None:
    sold = (*HEAD, *item(320, "Hammer", "2", "10.00", "20.00"))
    sums = totals(360, ("Goodwill", "-1.00"), ("Net total", "19.00"), ("Grand total", "19.00"))
    assert header([(50, 60, "INVOICE"), *sold, *sums])["allowance_total"] == "1.00"


def test_a_row_of_totals_under_captions_with_a_rate_is_no_line() -> None:
    sold = (*HEAD, *item(320, "Hammer", "2", "10.00", "20.00"))
    captions = ((50, 500, "Net total"), (250, 500, "VAT 20 %"), (450, 500, "Grand total"))
    sums = ((50, 515, "20.00"), (250, 515, "4.00"), (450, 515, "24.00"))
    texts = [(50, 60, "INVOICE"), *sold, *captions, *sums]
    assert len(lines(texts)) == 1
    assert header(texts)["gross_total"] == "24.00"


def test_a_caption_s_value_stands_under_it_where_another_text_stands_beside() -> None:
    texts = [
        (20, 146, "Invoice No"),
        (180, 145, "Port Alder, NY 00083"),
        (20, 157, "F-2026-13075"),
        (50, 60, "INVOICE"),
    ]
    assert header(texts)["invoice_number"] == "F-2026-13075"


def test_a_tax_below_zero_whose_minus_stands_apart_takes_the_sign_of_the_sum() -> None:
    found = rows([(50, 100, "Net total -7.67"), (50, 120, "VAT 1.12"), (50, 140, "Grand total -8.79")])
    assert choose_totals(found, candidates(found), POINT).amounts["tax_total"].value == Decimal("-1.12")


def test_a_caption_may_name_a_rate_and_what_it_is_of() -> None:
    captions = ((50, 500, "Net total"), (220, 500, "VAT 20 % on 100.00"), (400, 500, "Grand total"))
    found = header([(50, 60, "INVOICE"), *captions, (100, 512, "100.00"), (290, 512, "20.00"), (450, 512, "120.00")])
    assert (found["net_total"], found["tax_total"], found["gross_total"]) == ("100.00", "20.00", "120.00")


@pytest.mark.parametrize(("text", "amounts"), [("NY 00083", 0), ("Total 0.83", 1), ("Total 1000", 1), ("05123", 0)])
def test_no_amount_begins_with_zeros(text: str, amounts: int) -> None:
    assert len(list(amount_spans(text))) == amounts


# ---- lines ----------------------------------------------------------------------------------------------------


def test_a_line_closes_by_its_discount_also_below_a_subtotal() -> None:
    discounted = tuple((x, y, text) for x, y, text in HEAD if text != "Amount")
    texts = (
        (50, 60, "INVOICE"),
        *discounted,
        (450, 300, "Disc.%"),
        (500, 300, "Amount"),
        *item(320, "Wax", "1.00", "42.00", "42.00"),
        *totals(335, ("Subtotal", "42.00")),
        *item(360, "Oil", "1.00", "1.00", "0.90"),
        (460, 360, "10.00"),
    )
    assert [line["line_net"] for line in lines(texts)] == ["42.00", "0.90"]


def test_two_titles_side_by_side_are_two_columns_even_where_together_they_name_a_total() -> None:
    texts = (
        (50, 60, "RECHNUNG"),
        (50, 300, "Bezeichnung"),
        (300, 300, "Preis Menge MwSt. Gesamt"),
        (50, 320, "Reinigung"),
        (300, 320, "39,69"),
        (332, 320, "2"),
        (362, 320, "19 %"),
        (392, 320, "79,38"),
    )
    (line,) = lines(texts)
    assert (line["unit_price"], line["quantity"], line["line_net"]) == ("39.69", "2", "79.38")


def test_values_of_lines_are_surer_where_the_lines_add_up_to_the_net_total() -> None:
    sold = ((50, 300, "Description"), (500, 300, "Amount"), (50, 320, "Advice"), (500, 320, "20.00"))
    sure = []
    for net in ("20.00", "21.00"):
        texts = ((50, 60, "INVOICE"), *sold, *totals(380, ("Net total", net), ("VAT", "4.00")))
        records = [one for one in extracted(pdf(texts)).records if one.record_type == "line"]
        sure.append(records[0].fields[0].confidence)
    assert sure[0] > sure[1]


# ---- who sells ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Kupfer Trading, Inc. 12 Main Street", ["Kupfer Trading, Inc."]),
        ("Berlin, Kupfer Handel GmbH", ["Kupfer Handel GmbH"]),
        ("kupfer b.v.", ["kupfer b.v."]),
    ],
)
def test_a_comma_before_the_legal_form_belongs_to_the_name(text: str, names: list[str]) -> None:
    (line,) = page([(50, 100, text)])
    assert [found.text for found in companies(line)] == names


def test_a_sign_of_one_letter_before_a_name_is_no_part_of_it() -> None:
    (line,) = page([(50, 100, "K Kupfer Handel GmbH")])
    assert [word.text for word in without_monogram(line.segments[0].words)] == ["Kupfer", "Handel", "GmbH"]
    (other,) = page([(50, 100, "A Kupfer Handel")])
    assert len(without_monogram(other.segments[0].words)) == 3


@pytest.mark.parametrize(
    ("address", "name", "same"),
    [
        ("www.kupfer-hain.de", "Kupfer Hain", True),
        ("billing@kupferhain.co.uk", "Kupfer Hain Ltd", True),
        ("see kupferhain.com/bill", "Kupferhain", True),
        ("www.wpd.org", "Water and Power District", True),
        ("kupferhain@gmail.com", "Gmail", False),
        ("www.kupferhain.de", "Amsel GmbH", False),
    ],
)
def test_an_address_names_its_owner(address: str, name: str, same: bool) -> None:
    known = domains(rows([(50, 100, address)]))
    assert is_of_domain(name, known) is same


def test_the_name_that_the_web_address_has_is_the_seller_s() -> None:
    texts = [
        (400, 40, "Global Wholesaler"),
        (50, 60, "Azure Interior"),
        (50, 72, "4557 De Silva St"),
        (50, 84, "Fremont, CA 94538"),
        (350, 150, "Deco Mitchell"),
        (350, 162, "215 Vine St"),
        (350, 174, "Scranton, PA 18503"),
        (50, 230, "Invoice 7"),
        (50, 700, "www.azure-interior.com"),
    ]
    assert header(texts)["seller_name"] == "Azure Interior"


def test_a_name_in_print_of_its_own_goes_on_in_the_next_line() -> None:
    texts = [(50, 50, "Amsel Papier"), (50, 66, "Handels GmbH"), (50, 84, "Ecke 12"), (50, 96, "12345 Hausen")]
    large = {"Amsel Papier": 14.0, "Handels GmbH": 14.0}
    record = normalise(extracted(pdf([*texts, (50, 300, "RECHNUNG")], sizes=large)), dictionary())[0]
    assert {v.name: v.value for v in record.values}["seller_name"] == "Amsel Papier Handels GmbH"


def test_a_name_in_capitals_is_given_as_the_page_writes_it_elsewhere() -> None:
    texts = [(50, 50, "KUPFER HANDEL GMBH"), (50, 300, "INVOICE"), (50, 780, "Kupfer Handel GmbH, HRB 7, Ust-IdNr.")]
    assert header(texts)["seller_name"] == "Kupfer Handel GmbH"


def test_lines_that_end_or_stand_in_the_middle_over_one_another_are_one_block_and_a_heading_begins_one() -> None:
    texts = ((40.0, "Amsel"), (52.0, "Ecke 12, 12"), (64.0, "Hausen"))
    moved = [(500 - 5.0 * len(text), y, text) for y, text in texts]
    assert [len(block.segments) for block in blocks_of(page(moved))] == [3]
    small = page([(50, 100, "Amsel"), (50, 112, "Hausen")])[0].segments[0].words[0]
    title = lines_of((small, type(small)("INVOICE", (50, 110, 120, 130), 128, 20.0)), 1)
    assert [len(block.segments) for block in blocks_of(title)] == [1, 1]


def test_a_column_of_captions_has_its_values_beside_it() -> None:
    texts = [
        (50, 60, "INVOICE"),
        (300, 100, "Advertiser"),
        (380, 100, "Friends of the Sea"),
        (300, 112, "Product"),
        (380, 112, "Issue"),
        (300, 200, "Billing Calendar"),
    ]
    assert header(texts)["buyer_name"] == "Friends of the Sea"


def test_a_page_number_or_a_country_is_no_name() -> None:
    found = header([(500, 20, "Page 1 of 2"), (50, 32, "United States"), (50, 44, "Amsel Ltd"), (50, 200, "INVOICE")])
    assert found["seller_name"] == "Amsel Ltd"


def test_whoever_is_to_be_paid_is_named_under_the_address_for_payments() -> None:
    asked = [
        (40, 40, "Remit Address:"),
        (40, 54, "Silbertal KSIL"),
        (40, 68, "PO Box 742980"),
        (40, 82, "Reno, NV 89501"),
    ]
    found = header([*asked, (300, 40, "INVOICE"), (300, 60, "Invoice # 77-1"), (300, 75, "Order # 4711")])
    assert (found["seller_name"], found["purchase_order"]) == ("Silbertal KSIL", "4711")


@pytest.mark.parametrize("text", ["P.O. Box 30808 Reno, NV 89501-0808", "PO Box 742980", "P.O. Box 14200"])
def test_a_post_box_is_no_purchase_order(text: str) -> None:
    found = rows([(50, 60, "INVOICE"), (50, 100, text)])
    assert choose_reference("purchase_order", found, candidates(found)) is None


def test_a_text_that_announces_another_is_no_name() -> None:
    assert name_in(page([(50, 100, "Mailing Address:")])[0].segments[0].words, 1) is None


def test_a_name_ends_where_a_label_of_several_words_ends_its_text() -> None:
    texts = [(300, 60, "INVOICE"), (300, 100, "Advertiser: Friends of the Sea Invoice Date"), (540, 100, "01/26/20")]
    assert header(texts)["buyer_name"] == "Friends of the Sea"


def test_the_buyer_s_name_is_not_given_up_to_name_a_seller_that_the_page_does_not_show() -> None:
    texts = [
        (50, 100, "Bill to"),
        (50, 114, "Kupfer Corp"),
        (50, 128, "Ecke 46"),
        (50, 142, "12345 Hausen"),
        (50, 60, "INVOICE"),
    ]
    found = header(texts)
    assert (found.get("seller_name"), found["buyer_name"]) == (None, "Kupfer Corp")


@pytest.mark.parametrize(("text", "number"), [("# A-7", "A-7"), ("No. 4711", "4711"), ("4711", None)])
def test_a_marked_number_right_under_the_title_is_the_document_s(text: str, number: str | None) -> None:
    found = rows([(450, 60, "INVOICE"), (450, 80, text)])
    chosen = choose_reference("invoice_number", found, candidates(found))
    assert getattr(getattr(chosen, "found", None), "text", None) == number


def test_where_the_tax_is_said_to_be_zero_the_net_total_is_the_gross() -> None:
    charged = [(50, 60, "INVOICE"), (50, 100, "Charges 4.11"), (50, 120, "Tax 0.00")]
    found = header([*charged, (50, 140, "Total for this invoice 4.11")])
    assert (found["net_total"], found["tax_total"], found["gross_total"]) == ("4.11", "0.00", "4.11")


# ---- days and classes -----------------------------------------------------------------------------------------


def test_the_date_on_the_title_s_line_is_the_day_of_issue() -> None:
    found = header([(50, 100, "Beitragsrechnung"), (420, 100, "24. Januar 2014"), (50, 130, "am 06.12.2013 fällig")])
    assert found["issue_date"] == "2014-01-24"


def test_a_date_under_its_caption_is_read_where_the_caption_stands_beside_the_head_of_a_table() -> None:
    side = ((20, 260, "Date"), (20, 270, "09/23/2026"), (20, 300, "Due date"), (20, 310, "10/07/2026"))
    moved = tuple((x + 100, y, text) for x, y, text in HEAD)
    texts = ((150, 60, "INVOICE"), *side, *moved, (150, 320, "Hammer"), (400, 320, "1"), (480, 320, "5.00"))
    found = header((*texts, (600, 320, "5.00")))
    assert (found.get("issue_date"), found.get("due_date")) == ("2026-09-23", "2026-10-07")


def test_days_that_a_printed_term_joins_agree() -> None:
    facts = ((50, 60, "INVOICE"), (50, 100, "Invoice date 2026-01-01"), (50, 120, "Due date 2026-01-31"))
    for term, agreed in (("Net 30", True), ("Zahlbar in 30 Tagen", True), ("Net 14", False)):
        reading = read(page([*facts, (50, 200, term)]), dictionary())
        assert [one.agreed for one, _ in reading.choices if one.field.endswith("_date")] == [agreed, agreed]


def test_a_bill_without_a_heading_is_known_by_what_it_asks_for() -> None:
    asks = [(50, 40, "Amsel Power Ltd"), (50, 100, "Please pay by 26 September 2025"), (50, 120, "Total due £ 121.61")]
    assert extracted(pdf(asks)).document_class == "invoice"
    told = [(50, 40, "Amsel Power Ltd"), (50, 100, "Total used 843 kWh"), (50, 120, "Total £ 121.61")]
    assert extracted(pdf(told)).status == "unclassified"


def test_labels_of_a_vocabulary_are_found_whatever_the_language() -> None:
    assert rows_of(page([(50, 100, "Gesamtbetrag 5,00")]), vocabulary_of(dictionary(), None))[0].labels


def test_of_two_names_in_one_line_the_addresses_decide_the_same_way_in_every_process() -> None:
    line = rows([(50, 60, "Silbertal and Kupferhain and Morgenrot")])
    known = frozenset(("silbertal", "kupferhain", "morgenrot"))
    found = [words[0].text for words in named_by_domain(line, known)]
    assert found == ["Kupferhain", "Morgenrot", "Silbertal"]  # sets have no order that two processes share
