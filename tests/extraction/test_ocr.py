"""Pictures: refused by their header where too large, read upright whichever way they lie, never from the network."""

import io
import socket
import subprocess
import sys
import zlib

import pytest
from PIL import Image, ImageDraw, ImageFont

from back_office_pipelines.extraction.document import extract_document
from back_office_pipelines.extraction.ocr.engine import LEAST_SIDE, Piece, recognise
from back_office_pipelines.extraction.ocr.turning import mean_score, read_upright, turned_back
from back_office_pipelines.extraction.pdf.page.scanned import is_soup
from back_office_pipelines.normalization.normalise import normalise
from tests.scenario import contracts, dictionary

SLIP = ["KUPFER TRADING SDN BHD", "12, Jalan Dagang 3, 81100 Johor Bahru", "Date: 25/12/2018", "Total RM: 9.50"]
RECEIPTS = contracts().latest("expense_receipts")


def picture(lines: list[str]) -> Image.Image:
    image = Image.new("RGB", (620, 40 + 50 * len(lines)), "white")
    font = ImageFont.load_default(26)
    for number, line in enumerate(lines):
        ImageDraw.Draw(image).text((30, 20 + 50 * number), line, fill="black", font=font)
    return image


def encoded(image: Image.Image, kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind)
    return stream.getvalue()


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that declares a size and holds no pixels."""
    chunk = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    return (
        b"\x89PNG\r\n\x1a\n"
        + (13).to_bytes(4, "big")
        + chunk
        + zlib.crc32(chunk).to_bytes(4, "big")
        + b"\0\0\0\x08IDAT"
    )


def test_a_slip_is_read_with_places_and_method_and_without_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no network in this test")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    extraction = extract_document(encoded(picture(SLIP)), "slip.png", RECEIPTS)
    (record,) = normalise(extraction, RECEIPTS)
    found = {value.name: value for value in record.values}
    assert {name: value.value for name, value in found.items() if name != "merchant_address"} == {
        "merchant_name": "KUPFER TRADING SDN BHD",
        "date": "2018-12-25",
        "total": "9.50",
        "currency": "MYR",
    }
    assert {value.method for value in found.values()} == {"ocr"}
    assert all(0 < value.confidence < 1 for value in found.values())
    x0, top, x1, bottom = found["total"].box or (0, 0, 0, 0)
    assert 100 < x0 < x1 < 320
    assert 160 < top < bottom < 220


def test_the_number_of_pixels_is_refused_by_the_header_alone() -> None:
    extraction = extract_document(png_header(20_000, 20_000), "huge.png", dictionary())
    assert (extraction.status, extraction.reason_code) == ("unreadable", "LIMIT_EXCEEDED")


@pytest.mark.parametrize("content", [png_header(10, 10), b"\xff\xd8\xff\xe0broken", b"II*\0broken", b"BMbroken"])
def test_damaged_images_have_a_reason(content: bytes) -> None:
    extraction = extract_document(content, "broken", dictionary())
    assert (extraction.status, extraction.reason_code) == ("unreadable", "UNREADABLE")
    assert extraction.detail
    assert "0x" not in extraction.detail, "an address in memory is another one in every replay"


def test_a_picture_too_thin_for_letters_has_no_text() -> None:
    assert recognise(Image.new("RGB", (1600, LEAST_SIDE - 1), "white")) == ()


def test_commands_that_read_no_picture_do_not_load_the_recogniser() -> None:
    names = "{'rapidocr', 'cv2', 'onnxruntime'}"
    code = f"import sys, back_office_pipelines.extraction.document; print({names} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_box_finds_its_way_back_to_the_page_as_it_came(turn: int) -> None:
    image = Image.new("L", (60, 40))
    image.paste(255, (10, 5, 20, 8))
    box = image.rotate(turn, expand=True).getbbox()
    assert box is not None
    assert turned_back(box, turn, 60, 40) == (10, 5, 20, 8)


@pytest.mark.parametrize(
    ("turn", "tall", "score"), [(0, False, 0.99), (180, False, 0.4), (90, True, 0.9), (270, True, 0.9)]
)
def test_the_turn_that_reads_best_is_taken(
    monkeypatch: pytest.MonkeyPatch, turn: int, tall: bool, score: float
) -> None:
    wide = ((0.0, 0.0), (90.0, 0.0), (90.0, 10.0), (0.0, 10.0))
    high = ((0.0, 0.0), (10.0, 0.0), (10.0, 90.0), (0.0, 90.0))
    image = Image.new("L", (60, 40))
    image.putpixel((0, 0), 255)
    upright = image.rotate(turn, expand=True)

    def recognise(seen: Image.Image) -> tuple[Piece, ...]:
        if seen.size == upright.size and seen.tobytes() == upright.tobytes():
            return (Piece("Invoice total", wide, 0.99),)
        lying = tall and seen.size == image.size
        return (Piece("lnvo1ce t0tal", high if lying else wide, score if seen.size == image.size else 0.3),)

    monkeypatch.setattr("back_office_pipelines.extraction.ocr.turning.recognise", recognise)
    reading = read_upright(image)
    assert (reading.turn, mean_score(reading.pieces)) == (turn, pytest.approx(0.99))


def test_a_layer_of_glyphs_without_meaning_is_soup_and_text_of_any_language_is_not() -> None:
    assert is_soup(["\ue001\ue002\ue003"] * 10)
    assert is_soup(["xQz", "bTk", "rWn", "pLd", "gHf"] * 6)
    text = "Rechnung Nr. 47 vom 3. März über 119,00 € inkl. 19 % MwSt. Zahlbar bis 17. März"
    assert not is_soup(text.split(" "))
    assert not is_soup(["החשבונית", "סכום", "לתשלום"] * 10)
    assert not is_soup([])
