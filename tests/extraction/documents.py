"""Small documents that the tests of extraction write themselves: XML texts, and PDFs drawn with reportlab."""

import io
import zipfile
from collections.abc import Mapping, Sequence

import pypdfium2 as pdfium
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from back_office_pipelines.extraction.document import extract_document
from back_office_pipelines.extraction.model import Extraction
from tests.scenario import dictionary

UBL_NS = 'xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cbc="c" xmlns:cac="a"'

UBL = f"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice {UBL_NS}>
  <cbc:ID>INV 1</cbc:ID><cbc:IssueDate>2026-03-04</cbc:IssueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
  <cbc:DocumentCurrencyCode>USD</cbc:DocumentCurrencyCode><cbc:TaxCurrencyCode>SEK</cbc:TaxCurrencyCode>
  <cac:AccountingSupplierParty><cac:Party>
    <cac:PartyName><cbc:Name>Trading</cbc:Name></cac:PartyName>
    <cac:PartyTaxScheme><cbc:CompanyID>F-skatt</cbc:CompanyID><cac:TaxScheme><cbc:ID>TAX</cbc:ID></cac:TaxScheme>
</cac:PartyTaxScheme>
    <cac:PartyTaxScheme><cbc:CompanyID>se 12</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>
</cac:PartyTaxScheme>
    <cac:PartyLegalEntity><cbc:RegistrationName>Legal AB</cbc:RegistrationName></cac:PartyLegalEntity>
  </cac:Party></cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty><cac:Party><cac:PartyName><cbc:Name>Buyer</cbc:Name></cac:PartyName></cac:Party>
</cac:AccountingCustomerParty>
  <cac:PaymentMeans><cac:PayeeFinancialAccount><cbc:ID>SE1</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>
  <cac:PaymentMeans><cac:PayeeFinancialAccount><cbc:ID>SE2</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>
  <cac:TaxTotal><cbc:TaxAmount currencyID="SEK">250.00</cbc:TaxAmount></cac:TaxTotal>
  <cac:TaxTotal><cbc:TaxAmount currencyID="USD">25.00</cbc:TaxAmount><cac:TaxSubtotal/></cac:TaxTotal>
  <cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="USD">100.00</cbc:TaxExclusiveAmount>
    <cbc:TaxInclusiveAmount currencyID="USD">125.00</cbc:TaxInclusiveAmount>
<cbc:PrepaidAmount currencyID="USD">5.00</cbc:PrepaidAmount>
    <cbc:PayableRoundingAmount currencyID="USD">0.50</cbc:PayableRoundingAmount>
<cbc:PayableAmount currencyID="USD">120.50</cbc:PayableAmount></cac:LegalMonetaryTotal>
  <cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="H87">-2</cbc:InvoicedQuantity>
    <cbc:LineExtensionAmount currencyID="USD">-100.00</cbc:LineExtensionAmount>
    <cac:SubInvoiceLine><cbc:ID>1.1</cbc:ID><cac:Item><cbc:Name>Part</cbc:Name></cac:Item></cac:SubInvoiceLine>
    <cac:Item><cbc:Name>Nails</cbc:Name><cac:ClassifiedTaxCategory><cbc:Percent>25</cbc:Percent>
</cac:ClassifiedTaxCategory></cac:Item>
    <cac:Price><cbc:PriceAmount currencyID="USD">5000</cbc:PriceAmount><cbc:BaseQuantity>100</cbc:BaseQuantity>
</cac:Price>
  </cac:InvoiceLine>
</Invoice>"""


def archive(members: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return buffer.getvalue()


def cii(number: str = "R-7", gross: str = "119.00", issued: str = "20260304", extra: str = "") -> str:
    """Return a Factur-X invoice of one line."""
    return f"""<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
  xmlns:ram="r" xmlns:udt="u">
<rsm:ExchangedDocument><ram:ID>{number}</ram:ID><ram:TypeCode>380</ram:TypeCode>
<ram:IssueDateTime><udt:DateTimeString format="102">{issued}</udt:DateTimeString></ram:IssueDateTime>
</rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction><ram:IncludedSupplyChainTradeLineItem>
<ram:SpecifiedTradeProduct><ram:Name>Hammer</ram:Name></ram:SpecifiedTradeProduct>
<ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="C62">1</ram:BilledQuantity>
</ram:SpecifiedLineTradeDelivery>
</ram:IncludedSupplyChainTradeLineItem>
<ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty><ram:Name>Kupfer GmbH</ram:Name>
<ram:SpecifiedTaxRegistration><ram:ID schemeID="FC">22/815</ram:ID></ram:SpecifiedTaxRegistration>
<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">DE123456789</ram:ID></ram:SpecifiedTaxRegistration>
</ram:SellerTradeParty>
<ram:BuyerTradeParty><ram:Name>Bauhof AG</ram:Name></ram:BuyerTradeParty></ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeDelivery><ram:ShipToTradeParty><ram:Name>Lager</ram:Name></ram:ShipToTradeParty>
</ram:ApplicableHeaderTradeDelivery>
<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>{extra}
<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:TaxBasisTotalAmount>100.00</ram:TaxBasisTotalAmount>
<ram:TaxTotalAmount currencyID="EUR">19.00</ram:TaxTotalAmount>
<ram:TaxTotalAmount currencyID="CZK">480.00</ram:TaxTotalAmount>
<ram:GrandTotalAmount>{gross}</ram:GrandTotalAmount><ram:DuePayableAmount>{gross}</ram:DuePayableAmount>
</ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>
</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"""


ZUGFERD1 = """<rsm:CrossIndustryDocument xmlns:rsm="urn:ferd:CrossIndustryDocument:invoice:1p0" xmlns:ram="r">
<rsm:HeaderExchangedDocument><ram:ID>Z1</ram:ID><ram:TypeCode>381</ram:TypeCode>
<ram:IssueDateTime format="102">20140519</ram:IssueDateTime></rsm:HeaderExchangedDocument>
<rsm:SpecifiedSupplyChainTradeTransaction><ram:ApplicableSupplyChainTradeSettlement>
<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
<ram:SpecifiedTradeSettlementMonetarySummation><ram:GrandTotalAmount currencyID="EUR">-5.00</ram:GrandTotalAmount>
</ram:SpecifiedTradeSettlementMonetarySummation>
</ram:ApplicableSupplyChainTradeSettlement><ram:IncludedSupplyChainTradeLineItem>
<ram:AssociatedDocumentLineDocument><ram:IncludedNote/>
</ram:AssociatedDocumentLineDocument></ram:IncludedSupplyChainTradeLineItem>
</rsm:SpecifiedSupplyChainTradeTransaction></rsm:CrossIndustryDocument>"""


def fattura(*bodies: str) -> str:
    """Return a FatturaPA lot with a private person as seller."""
    vat_id = "<IdFiscaleIVA><IdPaese>IT</IdPaese><IdCodice>{0}</IdCodice></IdFiscaleIVA>"
    party = f"<DatiAnagrafici>{vat_id}<Anagrafica>{{1}}</Anagrafica></DatiAnagrafici>"
    seller = party.format("01", "<Nome>Ada</Nome><Cognome>Neri</Cognome>")
    buyer = party.format("02", "<Denominazione>Beta SpA</Denominazione>")
    return (
        '<p:FatturaElettronica xmlns:p="http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2">'
        "<FatturaElettronicaHeader>"
        f"<CedentePrestatore>{seller}</CedentePrestatore><CessionarioCommittente>{buyer}</CessionarioCommittente>"
        f"</FatturaElettronicaHeader>{''.join(bodies)}</p:FatturaElettronica>"
    )


def fattura_body(number: str, kind: str, payments: str, total: str = "") -> str:
    """Return one invoice of a lot, at two rates of tax."""
    return (
        "<FatturaElettronicaBody><DatiGenerali><DatiGeneraliDocumento>"
        f"<TipoDocumento>{kind}</TipoDocumento><Divisa>EUR</Divisa>"
        f"<Data>2026-01-18</Data><Numero>{number}</Numero>{total}</DatiGeneraliDocumento></DatiGenerali><DatiBeniServizi>"
        "<DettaglioLinee><Descrizione>Viti</Descrizione><Quantita>5.00</Quantita><PrezzoUnitario>1.00</PrezzoUnitario>"
        "<PrezzoTotale>5.00</PrezzoTotale><AliquotaIVA>22.00</AliquotaIVA></DettaglioLinee>"
        "<DatiRiepilogo><ImponibileImporto>5.00</ImponibileImporto><Imposta>1.10</Imposta></DatiRiepilogo>"
        "<DatiRiepilogo><ImponibileImporto>2.00</ImponibileImporto><Imposta>0.20</Imposta></DatiRiepilogo></DatiBeniServizi>"
        f"{payments}</FatturaElettronicaBody>"
    )


Placed = Sequence[tuple[float, float, str]]


def pdf(*pages: Placed, sizes: Mapping[str, float] | None = None, password: str | None = None) -> bytes:
    """Draw a PDF: per page (x, y from the top, text); `sizes` gives single texts another font size."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), encrypt=password)
    for page in pages:
        for x, top, text in page:
            canvas.setFont("Helvetica", (sizes or {}).get(text, 10))
            canvas.drawString(x, 842 - top, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def turned(page: Placed, rotation: int, drawn: int, *, scan: bool = False) -> bytes:
    """Build a page whose text is drawn turned.

    Args:
        page: what is printed, on A4 held upright.
        rotation: degrees, clockwise, by which a viewer turns the page (`/Rotate`).
        drawn: degrees, counter-clockwise, by which the text is turned on the paper.
        scan: whether a picture covers the paper.
    """
    width, height = 595.0, 842.0
    paper = (width, height) if drawn % 180 == 0 else (height, width)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=paper if rotation % 180 == 0 else paper[::-1])  # which it turns back
    canvas.setPageRotation(rotation)
    if scan:
        canvas.drawImage(ImageReader(Image.new("L", (9, 9), "white")), 0, 0, *paper)
    canvas.translate(*{0: (0, 0), 90: (paper[0], 0), 180: paper, 270: (0, paper[1])}[drawn])
    canvas.rotate(drawn)
    canvas.setFont("Helvetica", 10)
    for x, top, text in page:
        canvas.drawString(x, height - top, text)
    canvas.save()
    return buffer.getvalue()


def hybrid(page: Placed | bytes, attached: Mapping[str, str]) -> bytes:
    """Draw a PDF, or take one, and attach files to it."""
    document = pdfium.PdfDocument(page if isinstance(page, bytes) else pdf(page))
    for name, text in attached.items():
        document.new_attachment(name).set_data(text.encode())
    buffer = io.BytesIO()
    document.save(buffer)
    document.close()
    return buffer.getvalue()


def extracted(content: bytes | str, *, ignore_embedded_xml: bool = False) -> Extraction:
    """Extract a document in lane ap_invoices."""
    data = content.encode() if isinstance(content, str) else content
    return extract_document(data, "document", dictionary(), ignore_embedded_xml=ignore_embedded_xml)


def values(extraction: Extraction, index: int = 0) -> dict[str, str]:
    """Return the texts of one record by field."""
    return {value.name: value.text for value in extraction.records[index].fields}


INVOICE_PAGE: Placed = (
    (50, 60, "Kupfer GmbH, Ecke 12, 12345 Stadt"),
    (50, 120, "RECHNUNG"),
    (50, 150, "Rechnungsnummer: R-7"),
    (50, 165, "Rechnungsdatum:"),
    (200, 165, "04.03.2026"),
    (50, 180, "Bitte zahlen Sie den Betrag bis zum Ende des Monats"),
    (50, 300, "Menge"),
    (150, 300, "Artikel"),
    (400, 300, "Gesamtbetrag"),
    (50, 315, "1"),
    (150, 315, "Hammer"),
    (400, 315, "100,00"),
    (300, 400, "Nettobetrag"),
    (450, 400, "100,00 €"),
    (300, 415, "Umsatzsteuer 19 %"),
    (450, 415, "19,00 €"),
    (300, 430, "Gesamtbetrag"),
    (450, 430, "119,00 €"),
    (50, 800, "Kupfer GmbH"),
    (250, 800, "IBAN: DE02 1203 0000 0000 2020 51"),
    (450, 800, "USt-IdNr.: DE123456789"),
)

AGREEING_PAGE: Placed = [(50, 60, "RECHNUNG"), (50, 90, "Rechnungsnummer: R-7"), (50, 110, "Rechnungsbetrag: 119,00")]
"""A page that agrees with `cii()`."""
