"""Heads of slips: names among addresses, numbers and headings."""

import pytest

from back_office_pipelines.extraction.slip.merchant import merchant_of
from tests.extraction.slips import lines

ADDRESS = ("12, Jalan Dagang 3", "81100 Johor Bahru", "Tel: 07-3881234", "TAX INVOICE", "25/12/2018 14:05")


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("88 KUPFER MART S/B", ("88 KUPFER MART S/B (519537-X)", "LOT P.T. 2811, JALAN ANGSA", *ADDRESS[1:])),
        ("7 BROTHERS RESTAURANT", ("7 BROTHERS RESTAURANT", *ADDRESS)),
        ("3 KUPFER", ("3 KUPFER", *ADDRESS)),
        ("KUPFER CAFE", ("KUPFER CAFE Co. No. 654321-W", *ADDRESS)),
        ("KUPFER CAFE", ("KUPFER CAFE (Co. Reg. No : 345678-M)", *ADDRESS)),
        ("KUPFER CAFE", ("KUPFER CAFE SSM NO : 202001012345 (1234567-X)", *ADDRESS)),
        ("KUPFER CAFE", ("KUPFER CAFE (REG. NO.", *ADDRESS)),
        ("KUPFER DECO", ("KUPFER DECO (765432-K)", *ADDRESS)),
        ("KUPFER CAFE", ("WELCOME TO KUPFER CAFE", *ADDRESS)),
        ("KUPFER LEE", ("KUPFER LEE", "(FORMERLY KNOWN AS SILBER TRADING)", *ADDRESS)),
        ("KUPFER LEE", ("KUPFER LEE", "(CHERAS BRANCH)", *ADDRESS)),
        ("KUPFER LEE", ("KUPFER LEE", "B-1-7, PUSAT PERDAGANGAN BAYU", *ADDRESS[1:])),
        ("KUPFER LEE HARDWARE", ("KUPFER LEE", "HARDWARE", "SSM NO: 202001012345 (1234567-X)", *ADDRESS)),
        ("KUPFER BOOK CO. (M) SDN BHD", ("KUPFER BOOK CO. (M) SDN BHD", "(Co. No. 113825-W)", *ADDRESS)),
        ("GOLD RESTAURANTS SDN BHD", ("KUPFER BURGER", "GOLD RESTAURANTS SDN BHD", "(65351-M)",
                                      "LICENSEE OF KUPFER BURGER", *ADDRESS)),
        ("KUPFER SDN BHD", ("12 Jalan Tampoi 7/4,Kawasan Perindustrian", "Tampoi,81200 Johor Bahru,Johor",
                            "KUPFER SDN BHD", "(867388-U)")),
    ],
)  # fmt: skip
def test_a_name_is_found_beside_what_is_none(name: str, rows: tuple[str, ...]) -> None:
    found = merchant_of(lines(*rows))
    assert found is not None
    assert found.text == name


def test_no_name_stands_below_the_first_price() -> None:
    found = merchant_of(lines("25/12/2018 14:05", "Cup    9.50", "KUPFER TRADING"))
    assert found is None
