"""A bill as UN/CEFACT Cross Industry Invoice in the profile EN 16931 of Factur-X and ZUGFeRD.

What belongs here: the element names and their order in this syntax. What does not: sums, and the other syntax (`ubl`).
"""

from datetime import date
from decimal import Decimal

from back_office_pipelines.samples.arithmetic import AdjustmentAmount, TaxGroup
from back_office_pipelines.samples.bill import Bill
from back_office_pipelines.samples.model import Account, Line, Party
from back_office_pipelines.samples.tree import Element, builder, plain, to_bytes

UNECE = "urn:un:unece:uncefact:data:standard:"
NAMESPACES = {
    "rsm": UNECE + "CrossIndustryInvoice:100",
    "ram": UNECE + "ReusableAggregateBusinessInformationEntity:100",
    "udt": UNECE + "UnqualifiedDataType:100",
}
PROFILE = "urn:cen.eu:en16931:2017"
COMPACT_DATE = "102"
CREDIT_TRANSFER = "30"
SEPA_CREDIT_TRANSFER = "58"

E = builder(NAMESPACES)


def cii_xml(bill: Bill) -> bytes:
    """Return the document, a `CrossIndustryInvoice`."""
    guideline = E("ram:GuidelineSpecifiedDocumentContextParameter", E("ram:ID", PROFILE))
    root = E(
        "rsm:CrossIndustryInvoice",
        E("rsm:ExchangedDocumentContext", guideline),
        _document(bill),
        E(
            "rsm:SupplyChainTradeTransaction",
            *(_line(bill, at, line) for at, line in enumerate(bill.invoice.lines)),
            _agreement(bill),
            _delivery(bill),
            _settlement(bill),
        ),
    )
    return to_bytes(root)


def _date(tag: str, day: date) -> Element:
    return E(tag, E("udt:DateTimeString", day.strftime("%Y%m%d"), format=COMPACT_DATE))


def _issued(bill: Bill) -> Element | None:
    if not bill.states("issue_date"):
        return None
    if bill.written_date is None:
        return _date("ram:IssueDateTime", bill.invoice.issue_date)
    compact = bill.written_date.replace("-", "")
    return E("ram:IssueDateTime", E("udt:DateTimeString", compact, format=COMPACT_DATE))


def _money(tag: str, amount: Decimal) -> Element:
    return E(f"ram:{tag}", str(amount))


def _document(bill: Bill) -> Element:
    invoice = bill.invoice
    return E(
        "rsm:ExchangedDocument",
        E("ram:ID", invoice.number) if bill.states("invoice_number") else None,
        E("ram:TypeCode", invoice.type),
        _issued(bill),
        *(E("ram:IncludedNote", E("ram:Content", note)) for note in invoice.notes),
    )


def _line(bill: Bill, at: int, line: Line) -> Element:
    return E(
        "ram:IncludedSupplyChainTradeLineItem",
        E("ram:AssociatedDocumentLineDocument", E("ram:LineID", str(at + 1))),
        E(
            "ram:SpecifiedTradeProduct",
            E("ram:SellerAssignedID", line.item) if line.item else None,
            E("ram:Name", line.description),
            E("ram:Description", line.detail) if line.detail else None,
        ),
        E("ram:SpecifiedLineTradeAgreement", _price(line)),
        E(
            "ram:SpecifiedLineTradeDelivery",
            E("ram:BilledQuantity", plain(line.quantity), unitCode=line.unit),
        ),
        E(
            "ram:SpecifiedLineTradeSettlement",
            _tax(bill, "ApplicableTradeTax", line.tax_rate),
            E(
                "ram:SpecifiedTradeSettlementLineMonetarySummation",
                _money("LineTotalAmount", bill.totals.line_nets[at]),
            ),
        ),
    )


def _price(line: Line) -> Element:
    per = E("ram:BasisQuantity", plain(line.base_quantity), unitCode=line.unit) if line.base_quantity != 1 else None
    return E("ram:NetPriceProductTradePrice", _money("ChargeAmount", line.unit_price), per)


def _tax(bill: Bill, tag: str, rate: Decimal) -> Element:
    return E(
        f"ram:{tag}",
        E("ram:TypeCode", "VAT"),
        E("ram:CategoryCode", bill.tax_category(rate)),
        E("ram:RateApplicablePercent", plain(rate)),
    )


def _agreement(bill: Bill) -> Element:
    order = bill.invoice.purchase_order
    return E(
        "ram:ApplicableHeaderTradeAgreement",
        _party("SellerTradeParty", bill.seller, bill.stated_seller),
        _party("BuyerTradeParty", bill.buyer, bill.buyer.name),
        E("ram:BuyerOrderReferencedDocument", E("ram:IssuerAssignedID", order)) if order else None,
    )


def _party(tag: str, party: Party, name: str | None) -> Element:
    return E(
        f"ram:{tag}",
        E("ram:Name", name) if name else None,
        E("ram:SpecifiedLegalOrganization", E("ram:ID", party.legal_id)) if party.legal_id else None,
        E(
            "ram:DefinedTradeContact",
            E("ram:PersonName", party.contact),
            E("ram:TelephoneUniversalCommunication", E("ram:CompleteNumber", party.phone)),
            E("ram:EmailURIUniversalCommunication", E("ram:URIID", party.email)),
        ),
        E(
            "ram:PostalTradeAddress",
            E("ram:PostcodeCode", party.postcode),
            E("ram:LineOne", party.street),
            E("ram:CityName", party.city),
            E("ram:CountryID", party.country),
            E("ram:CountrySubDivisionName", party.region) if party.region else None,
        ),
        E("ram:URIUniversalCommunication", E("ram:URIID", party.email, schemeID="EM")),
        _registration(party.tax_number, "FC") if party.tax_number else None,
        _registration(party.vat_id, "VA") if party.vat_id else None,
    )


def _registration(number: str, scheme: str) -> Element:
    return E("ram:SpecifiedTaxRegistration", E("ram:ID", number, schemeID=scheme))


def _delivery(bill: Bill) -> Element:
    day = bill.invoice.delivery_date
    event = E("ram:ActualDeliverySupplyChainEvent", _date("ram:OccurrenceDateTime", day)) if day else None
    return E("ram:ApplicableHeaderTradeDelivery", event)


def _settlement(bill: Bill) -> Element:
    account = bill.seller.account
    return E(
        "ram:ApplicableHeaderTradeSettlement",
        E("ram:PaymentReference", bill.invoice.number),
        E("ram:InvoiceCurrencyCode", bill.invoice.currency),
        _payment_means(account, bill) if account and account.iban else None,
        *(_header_tax(bill, group) for group in bill.totals.tax_groups),
        *(_adjustment(bill, entry, is_charge=False) for entry in bill.totals.allowances),
        *(_adjustment(bill, entry, is_charge=True) for entry in bill.totals.charges),
        _terms(bill),
        _summation(bill),
    )


def _payment_means(account: Account, bill: Bill) -> Element:
    sepa = bill.invoice.currency == "EUR"
    institution = E("ram:PayeeSpecifiedCreditorFinancialInstitution", E("ram:BICID", account.bic))
    return E(
        "ram:SpecifiedTradeSettlementPaymentMeans",
        E("ram:TypeCode", SEPA_CREDIT_TRANSFER if sepa else CREDIT_TRANSFER),
        E("ram:PayeePartyCreditorFinancialAccount", E("ram:IBANID", account.iban)),
        institution if account.bic else None,
    )


def _header_tax(bill: Bill, group: TaxGroup) -> Element:
    reason = bill.exemption(group.rate)
    return E(
        "ram:ApplicableTradeTax",
        _money("CalculatedAmount", group.tax),
        E("ram:TypeCode", "VAT"),
        E("ram:ExemptionReason", reason) if reason else None,
        _money("BasisAmount", group.basis),
        E("ram:CategoryCode", bill.tax_category(group.rate)),
        E("ram:RateApplicablePercent", plain(group.rate)),
    )


def _adjustment(bill: Bill, entry: AdjustmentAmount, *, is_charge: bool) -> Element:
    percent = entry.adjustment.percent
    return E(
        "ram:SpecifiedTradeAllowanceCharge",
        E("ram:ChargeIndicator", E("udt:Indicator", "true" if is_charge else "false")),
        E("ram:CalculationPercent", plain(percent)) if percent is not None else None,
        _money("BasisAmount", entry.base) if percent is not None else None,
        _money("ActualAmount", entry.amount),
        E("ram:Reason", entry.adjustment.reason),
        _tax(bill, "CategoryTradeTax", entry.adjustment.tax_rate),
    )


def _terms(bill: Bill) -> Element | None:
    terms, due = bill.invoice.terms, bill.invoice.due_date
    if not terms and not due:
        return None
    return E(
        "ram:SpecifiedTradePaymentTerms",
        E("ram:Description", terms) if terms else None,
        _date("ram:DueDateDateTime", due) if due else None,
    )


def _summation(bill: Bill) -> Element:
    totals = bill.totals
    return E(
        "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
        _money("LineTotalAmount", totals.line_total),
        _money("ChargeTotalAmount", totals.charge_total) if totals.charges else None,
        _money("AllowanceTotalAmount", totals.allowance_total) if totals.allowances else None,
        _money("TaxBasisTotalAmount", totals.net_total),
        E("ram:TaxTotalAmount", str(totals.tax_total), currencyID=bill.invoice.currency),
        _money("GrandTotalAmount", totals.gross_total),
        _money("TotalPrepaidAmount", totals.prepaid_total) if totals.prepaid_total else None,
        _money("DuePayableAmount", totals.amount_due),
    )
