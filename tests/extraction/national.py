"""One invoice of each of seven countries, drawn as its writers set them, with what must be read from it."""

from dataclasses import dataclass

from tests.extraction.test_choice import Text

LEFT, RIGHT, STEP = 50.0, 330.0, 14.0
COLUMNS = (50.0, 250.0, 310.0, 370.0, 430.0, 480.0)


@dataclass(frozen=True)
class Paper:
    """One invoice as a country writes it.

    Attributes:
        seller, buyer: lines of the letterhead and of the address under its label.
        facts: captions with their values, right of the address; the second is the day of issue.
        head, lines: the table: what, quantity, unit, price, rate and amount.
        totals: captions with their amounts, under the table.
        foot: lines at the end of the page.
        told: what must be read, by field: days and amounts canonical.
    """

    language: str
    title: str
    seller: tuple[str, ...]
    buyer: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    head: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    totals: tuple[tuple[str, str], ...]
    foot: tuple[str, ...]
    told: dict[str, str]
    told_lines: tuple[tuple[str, ...], ...]

    @property
    def texts(self) -> list[Text]:
        """Everything that is printed, with its place."""
        texts: list[Text] = [(LEFT, 40 + STEP * at, text) for at, text in enumerate(self.seller)]
        texts.append((RIGHT, 40, self.title))
        texts += [(LEFT, 130 + STEP * at, text) for at, text in enumerate(self.buyer)]
        for at, (caption, value) in enumerate(self.facts):
            texts += [(RIGHT, 130 + STEP * at, caption), (RIGHT + 130, 130 + STEP * at, value)]
        for at, cells in enumerate((self.head, *self.lines)):
            texts += [(x, 270 + STEP * at, text) for x, text in zip(COLUMNS, cells, strict=True)]
        for at, (caption, value) in enumerate(self.totals):
            base = 340 + STEP * (at + len(self.lines))
            texts += [(RIGHT, base, caption), (COLUMNS[-1], base, value)]
        return texts + [(LEFT, 700 + STEP * at, text) for at, text in enumerate(self.foot)]


NORWEGIAN = Paper(
    "nb",
    "FAKTURA",
    ("Fjordlys Elektro AS", "Storgata 14", "5003 Bergen"),
    ("Kunde", "Havgap Fisk AS", "Nedre Strandgate 7", "0150 Oslo"),
    (
        ("Fakturanr.", "10482"),
        ("Fakturadato", "05.03.2026"),
        ("Forfallsdato", "19.03.2026"),
        ("Kundenr.", "2201"),
        ("Deres bestillingsnr.", "B-7781"),
        ("KID", "0010482022019"),
    ),
    ("Beskrivelse", "Antall", "Enhet", "Pris", "Mva %", "Beløp"),
    (
        ("Montering av lysarmatur", "4", "stk", "1 250,00", "25 %", "5 000,00"),
        ("Kabel", "20", "m", "35,50", "25 %", "710,00"),
    ),
    (("Sum ekskl. mva", "5 710,00"), ("Mva 25 %", "1 427,50"), ("Å betale", "kr 7 137,50")),
    ("Org.nr. NO 995 525 828 MVA  Foretaksregisteret", "Kontonr. 1503.24.81926  Vennligst betal innen forfall"),
    {
        "invoice_number": "10482",
        "issue_date": "2026-03-05",
        "due_date": "2026-03-19",
        "purchase_order": "B-7781",
        "seller_name": "Fjordlys Elektro AS",
        "buyer_name": "Havgap Fisk AS",
        "seller_vat_id": "NO995525828MVA",
        "net_total": "5710.00",
        "tax_total": "1427.50",
        "gross_total": "7137.50",
        "currency": "NOK",
    },
    (("Montering av lysarmatur", "4", "1250.00", "25", "5000.00"), ("Kabel", "20", "35.50", "25", "710.00")),
)
FINNISH = Paper(
    "fi",
    "LASKU",
    ("Koivurannan Sähkö Oy", "Rantatie 5", "33100 Tampere"),
    ("Asiakas", "Järvimatkat Oy", "Kauppakatu 12 B", "00100 Helsinki"),
    (
        ("Laskun numero", "2026-118"),
        ("Laskun päiväys", "3.4.2026"),
        ("Eräpäivä", "17.4.2026"),
        ("Viitenumero", "20261 18007"),
        ("Asiakasnumero", "4410"),
        ("Tilausnumero", "PO-5521"),
    ),
    ("Kuvaus", "Määrä", "Yks", "à-hinta", "Alv %", "Veroton"),
    (("Sähköasennus", "6", "h", "58,00", "25,5 %", "348,00"), ("Tarvikkeet", "2", "kpl", "26,00", "25,5 %", "52,00")),
    (("Veroton yhteensä", "400,00 €"), ("Alv 25,5 %", "102,00 €"), ("Maksettava yhteensä", "502,00 €")),
    ("Y-tunnus 2077474-0  Kotipaikka Tampere", "IBAN FI21 1234 5600 0007 85  BIC NDEAFIHH"),
    {
        "invoice_number": "2026-118",
        "issue_date": "2026-04-03",
        "due_date": "2026-04-17",
        "purchase_order": "PO-5521",
        "seller_name": "Koivurannan Sähkö Oy",
        "buyer_name": "Järvimatkat Oy",
        "seller_vat_id": "FI20774740",
        "seller_iban": "FI2112345600000785",
        "net_total": "400.00",
        "tax_total": "102.00",
        "gross_total": "502.00",
        "currency": "EUR",
    },
    (("Sähköasennus", "6", "58.00", "25.5", "348.00"), ("Tarvikkeet", "2", "26.00", "25.5", "52.00")),
)
HUNGARIAN = Paper(
    "hu",
    "SZÁMLA",
    ("Eladó:", "Kékduna Gépipari Kft.", "1117 Budapest", "Október utca 12.", "Adószám: 12892312-2-43"),
    ("Vevő:", "Mezőkert Zrt.", "4025 Debrecen", "Piac utca 8.", "Adószám: 10773381-2-44"),
    (
        ("Számla sorszáma:", "KD-2026/00417"),
        ("Számla kelte:", "2026.03.05."),
        ("Teljesítés dátuma:", "2026.03.02."),
        ("Fizetési határidő:", "2026.03.20."),
        ("Fizetési mód:", "átutalás"),
        ("Rendelésszám:", "R-8810"),
    ),
    ("Megnevezés", "Menny.", "Me.", "Egységár", "Áfa", "Nettó érték"),
    (("Hajtómű javítása", "2", "db", "145 000", "27%", "290 000"), ("Kenőanyag", "5", "l", "6 400", "27%", "32 000")),
    (("Nettó összesen:", "322 000 Ft"), ("Áfa összesen:", "86 940 Ft"), ("Fizetendő összesen:", "408 940 Ft")),
    (
        "Bankszámlaszám: 11773016-11111018-00000000",
        "Köszönjük a vásárlást! Az összeg átutalását kérjük a határidő szerint.",
    ),
    {
        "invoice_number": "KD-2026/00417",
        "issue_date": "2026-03-05",
        "due_date": "2026-03-20",
        "purchase_order": "R-8810",
        "seller_name": "Kékduna Gépipari Kft.",
        "buyer_name": "Mezőkert Zrt.",
        "seller_vat_id": "HU12892312",
        "buyer_vat_id": "HU10773381",
        "net_total": "322000",
        "tax_total": "86940",
        "gross_total": "408940",
        "currency": "HUF",
    },
    (("Hajtómű javítása", "2", "145000", "27", "290000"), ("Kenőanyag", "5", "6400", "27", "32000")),
)
ROMANIAN = Paper(
    "ro",
    "FACTURĂ",
    (
        "Furnizor:",
        "Carpat Instal S.R.L.",
        "CIF: RO18547290",
        "Reg. com.: J12/2041/2009",
        "Str. Fabricii nr. 14, Cluj-Napoca",
    ),
    ("Cumpărător:", "Delta Verde S.A.", "CIF: RO14399840", "Bulevardul Unirii nr. 3", "030119 București"),
    (
        ("Număr factură:", "CIN 02041"),
        ("Data emiterii:", "05.03.2026"),
        ("Data scadenței:", "04.04.2026"),
        ("Nr. comandă:", "C-3312"),
        ("Cod client:", "7782"),
    ),
    ("Denumirea produselor sau a serviciilor", "Cant.", "U.M.", "Preț unitar", "Cota TVA", "Valoare"),
    (
        ("Montaj centrală termică", "1", "buc", "2.400,00", "21%", "2.400,00"),
        ("Țeavă PEX", "50", "m", "6,20", "21%", "310,00"),
    ),
    (("Total fără TVA", "2.710,00 lei"), ("Total TVA", "569,10 lei"), ("Total de plată", "3.279,10 lei")),
    ("Capital social: 200 lei  IBAN: RO49AAAA1B31007593840000", "Vă rugăm să efectuați plata până la data scadenței."),
    {
        "invoice_number": "CIN 02041",
        "issue_date": "2026-03-05",
        "due_date": "2026-04-04",
        "purchase_order": "C-3312",
        "seller_name": "Carpat Instal S.R.L.",
        "buyer_name": "Delta Verde S.A.",
        "seller_vat_id": "RO18547290",
        "buyer_vat_id": "RO14399840",
        "seller_iban": "RO49AAAA1B31007593840000",
        "net_total": "2710.00",
        "tax_total": "569.10",
        "gross_total": "3279.10",
        "currency": "RON",
    },
    (("Montaj centrală termică", "1", "2400.00", "21", "2400.00"), ("Țeavă PEX", "50", "6.20", "21", "310.00")),
)
SLOVAK = Paper(
    "sk",
    "Faktúra č. 20260117",
    (
        "Dodávateľ:",
        "Tatran Servis s. r. o.",
        "Hlavná 12",
        "811 01 Bratislava",
        "IČO: 36724530",
        "DIČ: 2022749619",
        "IČ DPH: SK2022749619",
    ),
    ("Odberateľ:", "Lesopark a. s.", "Mlynská 4", "010 01 Žilina", "IČO: 31333532"),
    (
        ("Konštantný symbol:", "0308"),
        ("Dátum vystavenia:", "5.3.2026"),
        ("Dátum dodania:", "2.3.2026"),
        ("Dátum splatnosti:", "19.3.2026"),
        ("Variabilný symbol:", "20260117"),
        ("Objednávka č.:", "OBJ-552"),
        ("Forma úhrady:", "prevodom"),
    ),
    ("Názov položky", "Množstvo", "MJ", "Cena za MJ", "DPH %", "Celkom bez DPH"),
    (("Oprava čerpadla", "3", "hod", "42,00", "23 %", "126,00"), ("Tesnenie", "4", "ks", "6,00", "23 %", "24,00")),
    (("Základ DPH", "150,00"), ("DPH 23 %", "34,50"), ("Spolu na úhradu", "184,50 €")),
    ("IBAN: SK31 1200 0000 1987 4263 7541", "Vystavil: Eva Horná"),
    {
        "invoice_number": "20260117",
        "issue_date": "2026-03-05",
        "due_date": "2026-03-19",
        "purchase_order": "OBJ-552",
        "seller_name": "Tatran Servis s. r. o.",
        "buyer_name": "Lesopark a. s.",
        "seller_vat_id": "SK2022749619",
        "seller_iban": "SK3112000000198742637541",
        "net_total": "150.00",
        "tax_total": "34.50",
        "gross_total": "184.50",
        "currency": "EUR",
    },
    (("Oprava čerpadla", "3", "42.00", "23", "126.00"), ("Tesnenie", "4", "6.00", "23", "24.00")),
)
CROATIAN = Paper(
    "hr",
    "Račun br. 117/1/2",
    ("Jadran Oprema d.o.o.", "Ulica Matice hrvatske 8", "10000 Zagreb", "OIB: 33392005961"),
    ("Kupac:", "Maslina Plus d.o.o.", "Obala 3", "21000 Split", "OIB: 69435151530"),
    (
        ("Oznaka operatera:", "12"),
        ("Datum izdavanja:", "05.03.2026."),
        ("Datum isporuke:", "02.03.2026."),
        ("Datum dospijeća:", "20.03.2026."),
        ("Broj narudžbe:", "N-4415"),
        ("Način plaćanja:", "transakcijski račun"),
        ("Poziv na broj:", "117-1-2"),
    ),
    ("Naziv", "Količina", "JM", "Cijena", "PDV %", "Iznos"),
    (("Servis klima uređaja", "2", "kom", "75,00", "25 %", "150,00"), ("Filtar", "5", "kom", "9,00", "25 %", "45,00")),
    (("Osnovica", "195,00"), ("PDV 25 %", "48,75"), ("Ukupno za platiti", "243,75 EUR")),
    ("IBAN: HR12 1001 0051 8630 0016 0", "Molimo platiti do datuma dospijeća. Temeljni kapital 2.650,00 EUR"),
    {
        "invoice_number": "117/1/2",
        "issue_date": "2026-03-05",
        "due_date": "2026-03-20",
        "purchase_order": "N-4415",
        "seller_name": "Jadran Oprema d.o.o.",
        "buyer_name": "Maslina Plus d.o.o.",
        "seller_vat_id": "HR33392005961",
        "buyer_vat_id": "HR69435151530",
        "seller_iban": "HR1210010051863000160",
        "net_total": "195.00",
        "tax_total": "48.75",
        "gross_total": "243.75",
        "currency": "EUR",
    },
    (("Servis klima uređaja", "2", "75.00", "25", "150.00"), ("Filtar", "5", "9.00", "25", "45.00")),
)
SLOVENIAN = Paper(
    "sl",
    "RAČUN",
    ("Soča Inženiring d.o.o.", "Slovenska cesta 20", "1000 Ljubljana", "ID za DDV: SI50223054"),
    ("Kupec:", "Planina Hoteli d.d.", "Glavni trg 5", "2000 Maribor"),
    (
        ("Št. računa:", "2026-0088"),
        ("Datum izdaje:", "5. 3. 2026"),
        ("Datum opravljene storitve:", "28. 2. 2026"),
        ("Rok plačila:", "20. 3. 2026"),
        ("Naročilo št.:", "NAR-301"),
        ("Sklic:", "SI00 20260088"),
    ),
    ("Opis", "Količina", "EM", "Cena", "DDV %", "Vrednost"),
    (("Popravilo dvigala", "4", "ur", "55,00", "22 %", "220,00"), ("Vrv", "30", "m", "2,00", "22 %", "60,00")),
    (("Skupaj brez DDV", "280,00 €"), ("DDV 22 %", "61,60 €"), ("Za plačilo", "341,60 €")),
    ("TRR: SI56 1910 0000 0123 438", "Hvala za zaupanje. Prosimo, da znesek poravnate do roka plačila."),
    {
        "invoice_number": "2026-0088",
        "issue_date": "2026-03-05",
        "due_date": "2026-03-20",
        "purchase_order": "NAR-301",
        "seller_name": "Soča Inženiring d.o.o.",
        "buyer_name": "Planina Hoteli d.d.",
        "seller_vat_id": "SI50223054",
        "seller_iban": "SI56191000000123438",
        "net_total": "280.00",
        "tax_total": "61.60",
        "gross_total": "341.60",
        "currency": "EUR",
    },
    (("Popravilo dvigala", "4", "55.00", "22", "220.00"), ("Vrv", "30", "2.00", "22", "60.00")),
)
PAPERS = (NORWEGIAN, FINNISH, HUNGARIAN, ROMANIAN, SLOVAK, CROATIAN, SLOVENIAN)
