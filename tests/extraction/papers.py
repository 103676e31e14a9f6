"""Papers that no rule reads rightly: the number stands beside a word nobody uses, another one where ours look."""

from dataclasses import dataclass
from decimal import Decimal

from tests.extraction.documents import Placed, pdf


@dataclass(frozen=True)
class Paper:
    """One invoice on the paper of Zink & Sohn.

    Attributes:
        lines: number of items; what stands below them moves down.
        shift: points by which all is printed further right.
        seller: as its letterhead says.
        vat_id: of the seller, in the foot.
        old: the layout before this one: other labels in other places.
    """

    number: str = "KX-2041"
    day: str = "13.10.2026"
    net: str = "100.00"
    lines: int = 1
    shift: float = 0.0
    seller: str = "Zink & Sohn KG"
    vat_id: str = "DE136695976"
    old: bool = False

    @property
    def texts(self) -> Placed:
        """Everything that is printed, with its place."""
        top = self._old_top() if self.old else self._top()
        return tuple((x + self.shift, y, text) for x, y, text in (*self._head(), *top, *self._items()))

    @property
    def pdf(self) -> bytes:
        """The file."""
        return pdf(self.texts)

    def _head(self) -> Placed:
        return (
            (50, 50, self.seller),
            (50, 64, "Hafenstrasse 12"),
            (50, 78, "20457 Hamburg"),
            (50, 130, "Northwind Handels GmbH"),
            (50, 144, "Am Markt 3"),
            (50, 158, "10115 Berlin"),
            (50, 210, "RECHNUNG"),
            (50, 780, f"USt-IdNr. {self.vat_id}"),
            (300, 780, "Amtsgericht Hamburg HRB 1234"),
        )

    def _top(self) -> Placed:
        return (
            (50, 240, "Rechnungsnummer Vorjahr"),
            (200, 240, f"A-{sum(map(ord, self.number))}"),
            (300, 240, "Belegkennung"),
            (420, 240, self.number),
            (50, 256, "Rechnungsdatum"),
            (200, 256, self.day),
            (300, 256, "Kundenkonto"),
            (420, 256, "88123"),
        )

    def _old_top(self) -> Placed:
        return (
            (330, 96, "Datum der Rechnung"),
            (460, 96, self.day),
            (330, 110, "Rechnungsnummer"),
            (460, 110, self.number),
            (330, 124, "Ansprechpartner"),
            (460, 124, "Frau Kessel"),
            (330, 138, "Durchwahl"),
            (460, 138, "4711"),
        )

    def _items(self) -> Placed:
        net = Decimal(self.net)
        tax = (net * Decimal("0.19")).quantize(Decimal("0.01"))
        each = (net / self.lines).quantize(Decimal("0.01"))
        amounts = [*[each] * (self.lines - 1), net - each * (self.lines - 1)]
        columns = (70, 320, 400, 500) if self.old else (50, 300, 380, 500)
        titles = ("Leistung", "Anzahl", "Preis", "Summe") if self.old else ("Bezeichnung", "Menge", "Preis", "Betrag")
        texts = [(float(x), 300.0, title) for x, title in zip(columns, titles, strict=True)]
        for at, amount in enumerate(amounts):
            row = (f"Draht {at + 1}", "1", _german(amount), _german(amount))
            texts += [(float(x), 316.0 + 14 * at, text) for x, text in zip(columns, row, strict=True)]
        end = 330.0 + 14 * self.lines
        sums = (("Nettobetrag", net), ("MwSt. 19 %", tax), ("Gesamtbetrag EUR", net + tax))
        for at, (label, amount) in enumerate(sums):
            texts += [(380.0, end + 16 * at, label), (500.0, end + 16 * at, _german(amount))]
        return tuple(texts)


def _german(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


PAPERS = tuple(Paper(f"KX-{2041 + 7 * at}", f"{13 + at}.10.2026", f"{100 + 31 * at}.00", 1 + at) for at in range(6))
"""Six invoices of one layout, with more and more lines."""
