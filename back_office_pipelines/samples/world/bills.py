"""What a company bills: an invoice with lines, discounts, allowances, charges and tax, drawn by a seed.

What belongs here: one honest bill. What does not: what is wrong with some of them (`faults`).
"""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from back_office_pipelines.samples.arithmetic import totals_of
from back_office_pipelines.samples.bill import Bill
from back_office_pipelines.samples.model import Adjustment, Exemption, Invoice, Line, Party
from back_office_pipelines.samples.pages.style import vocabularies
from back_office_pipelines.samples.world.companies import Company

RATES: Mapping[str, tuple[str, ...]] = {
    "AT": ("20", "20", "10"), "CH": ("8.1", "8.1", "2.6"), "DE": ("19", "19", "19", "7"), "ES": ("21", "21", "10"),
    "FR": ("20", "20", "10", "5.5"), "GB": ("20",), "IT": ("22", "22", "10"), "NL": ("21", "21", "9"),
    "US": ("8.25", "8.25", "0", "6"),
}  # fmt: skip
ABROAD: Mapping[str, str] = {
    "de": "Steuerfreie Leistung, die Steuer schuldet der Empfänger.",
    "en": "Outside the scope of VAT; the recipient accounts for tax.",
    "es": "Operación no sujeta, inversión del sujeto pasivo.",
    "fr": "Exonération de TVA, autoliquidation par le preneur.",
    "it": "Operazione non imponibile, inversione contabile.",
    "nl": "Btw verlegd naar de afnemer.",
}
WHOLE = frozenset({"C62", "XPK", "XBX", "MON", "LS", "DAY"})
LENGTHS = (1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 6, 7, 9, 12, 18, 28, 44)


def bill_of(seller: Company, buyer: Party, number: str, issued: date, order: str | None, seed: str) -> Bill:
    """Return an honest bill.

    Args:
        seller: who bills.
        buyer: who is billed.
        number: of the invoice.
        issued: day of issue.
        order: number of the buyer's order, None where there is none.
        seed: decides what is sold.
    """
    draw = random.Random(seed)  # noqa: S311 - an invented world, no secret
    credit = draw.random() < 0.05
    invoice = Invoice.model_construct(
        number=number,
        type="381" if credit else "380",
        issue_date=issued,
        due_date=None if credit else issued + timedelta(days=seller.days),
        delivery_date=issued - timedelta(days=draw.randint(1, 12)),
        currency=seller.currency,
        language=seller.language,
        seller=seller.vendor_id,
        buyer=buyer.name,
        purchase_order=order,
        preceding_invoice=f"{seller.prefix}{draw.randint(100, 999)}" if credit else None,
        lines=_lines(seller, buyer, draw),
        allowances=(),
        charges=(),
        prepaid=Decimal(0),
        zero_rate=Exemption(category="AE" if seller.party.country != "US" else "Z", reason=ABROAD[seller.language]),
        notes=(),
        terms=None,
        intro=None,
    )
    invoice = invoice if seller.medium == "fatturapa" else _with_adjustments(invoice, seller, draw)
    bill = Bill(invoice, seller.party, buyer, totals_of(invoice))
    return _with_prepayment(bill, draw)


def _lines(seller: Company, buyer: Party, draw: random.Random) -> tuple[Line, ...]:
    abroad = seller.party.country not in {buyer.country, "US"} and draw.random() < 0.8
    country_rates = RATES[seller.party.country]
    rates = [draw.choice(country_rates)] if draw.random() < 0.75 else list(country_rates)
    count = min(draw.choice(LENGTHS), 6) if seller.medium == "csv" else draw.choice(LENGTHS)
    codes, discounts = draw.random() < 0.7, seller.medium == "pdf" and draw.random() < 0.12
    return tuple(
        _line(seller, Decimal(0) if abroad else Decimal(draw.choice(rates)), draw, codes=codes, discounts=discounts)
        for _ in range(count)
    )


def _line(seller: Company, rate: Decimal, draw: random.Random, *, codes: bool, discounts: bool) -> Line:
    name, detail, unit, low, high = draw.choice(seller.trade.items)
    lowest, highest = Decimal(low), Decimal(high)
    step = Decimal(1).scaleb(int(lowest.as_tuple().exponent))
    price = (lowest + (highest - lowest) * Decimal(draw.randint(0, 1000)) / 1000).quantize(step, ROUND_HALF_UP)
    return Line.model_construct(
        item=str(draw.randint(1000, 99999)) if codes else None,
        description=name,
        detail=detail if draw.random() < 0.7 else None,
        quantity=_quantity(unit, price, draw),
        unit=unit,
        unit_price=price,
        base_quantity=Decimal(1),
        discount=Decimal(draw.choice((5, 10, 15))) if discounts and draw.random() < 0.5 else None,
        tax_rate=rate,
    )


def _quantity(unit: str, price: Decimal, draw: random.Random) -> Decimal:
    if unit == "LS":
        return Decimal(1)
    if unit == "MON":
        return Decimal(draw.choice((1, 1, 1, 2, 3)))
    if unit == "KWH":
        return Decimal(draw.randint(400, 48000))
    if unit == "HUR":
        return Decimal(draw.randint(2, 60)) / 4
    most = 12 if price > 80 else 60 if price > 10 else 400
    whole = Decimal(draw.randint(1, most))
    return whole if unit in WHOLE or draw.random() < 0.5 else whole + Decimal(draw.randint(1, 99)) / 100


def _with_adjustments(invoice: Invoice, seller: Company, draw: random.Random) -> Invoice:
    words = vocabularies()[seller.language].words
    rate = invoice.lines[0].tax_rate
    changes: dict[str, object] = {}
    if draw.random() < 0.10:
        percent = Decimal(draw.choice((2, 3, 5, 10)))
        reason = f"{draw.choice(words['allowance'])} {percent} %"
        changes["allowances"] = (Adjustment(reason=reason, tax_rate=rate, percent=percent),)
    if draw.random() < 0.10:
        amount = Decimal(draw.randint(490, 8900)) / 100
        changes["charges"] = (Adjustment(reason=draw.choice(words["charge"]), tax_rate=rate, amount=amount),)
    return invoice.model_copy(update=changes)


def _with_prepayment(bill: Bill, draw: random.Random) -> Bill:
    if (
        draw.random() > 0.05
        or bill.invoice.currency == "USD"
        or bill.invoice.type == "381"
        or bill.totals.gross_total < 50
    ):
        return bill
    paid = (bill.totals.gross_total / draw.choice((2, 3, 4))).quantize(Decimal("1."), ROUND_HALF_UP)
    invoice = bill.invoice.model_copy(update={"prepaid": paid})
    return Bill(invoice, bill.seller, bill.buyer, totals_of(invoice))
