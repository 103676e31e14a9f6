"""Option `--debug` of command `extract`: files a page, the same output with and without it, and what is not drawn."""

import zipfile
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
import typer
from PIL import Image
from typer.testing import CliRunner

from back_office_pipelines.cli.extract import extract
from back_office_pipelines.cli.pictures import Document, Pictures
from back_office_pipelines.extraction.model import Extraction
from tests.extraction.documents import AGREEING_PAGE, INVOICE_PAGE, UBL, cii, hybrid, pdf
from tests.scenario import ROOT


def run(inbox: Path, out: Path, *more: str) -> str:
    app = typer.Typer()
    app.command()(extract)
    result = CliRunner().invoke(app, ["ap_invoices", str(inbox), "--out", str(out), *more])
    assert result.exit_code == 0, result.output
    return result.output


def test_pages_are_drawn_members_too_and_the_output_stays_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    inbox, folder = tmp_path / "inbox", tmp_path / "pictures"
    (inbox / "again").mkdir(parents=True)
    (inbox / "a.pdf").write_bytes(pdf(INVOICE_PAGE, [(50, 90, "Seite 2")]))
    (inbox / "again" / "A.pdf").write_bytes(pdf(INVOICE_PAGE))
    (inbox / "b.xml").write_text(UBL, encoding="utf-8")
    (inbox / "c.pdf").write_bytes(hybrid(AGREEING_PAGE, {"factur-x.xml": cii()}))
    (inbox / "d.pdf").write_bytes(b"%PDF-1.4 torn")
    with zipfile.ZipFile(inbox / "e.zip", "w") as archive:
        archive.writestr("in/voice ü.pdf", pdf(INVOICE_PAGE))
    plain = run(inbox, tmp_path / "plain.jsonl")
    told = run(inbox, tmp_path / "drawn.jsonl", "--debug", str(folder))
    assert (tmp_path / "plain.jsonl").read_bytes() == (tmp_path / "drawn.jsonl").read_bytes()
    names = ["A.pdf-2-p1.png", "a.pdf-p1.png", "a.pdf-p2.png", "e.zip-in_voice_ü.pdf-p1.png"]
    assert sorted(path.name for path in folder.iterdir()) == names
    for name in names:
        with Image.open(folder / name) as picture:
            picture.verify()
    assert told.endswith(plain.replace("plain", "drawn")), "and says what it always says"
    assert f"4 pages drawn in {folder}" in told
    assert (
        "Nothing to draw for 3 documents without a page that values come from "
        "(not read: UNREADABLE: d.pdf; read from embedded xml: c.pdf; read from xml: b.xml)" in told
    )


@pytest.fixture
def pictures(tmp_path: Path) -> Iterator[Pictures]:
    with closing(Pictures(tmp_path / "pictures")) as one:
        yield one


def document(name: str, content: bytes, member: str | None = None) -> Document:
    return Document(Path(name), member, partial(bytes, content), Extraction("ok", pages=1), ())


def test_a_page_that_cannot_be_drawn_is_one_sentence(pictures: Pictures) -> None:
    pictures.draw(document("a.pdf", b"%PDF-1.4 torn"))
    assert pictures.told() == [
        f"0 pages drawn in {pictures.folder}",
        "1 pages could not be drawn: page 1 of a.pdf (drawing it fails: PdfRefusedError in opening.py, open_pdf)",
    ]


def test_no_name_leads_out_of_the_folder_or_grows_too_long(pictures: Pictures) -> None:
    for member in ("../../etc/passwd", "..", "日" * 300, "\udcff.pdf"):
        pictures.draw(document("a.zip", pdf([]), member))
    assert pictures.drawn == 4
    written = [path for path in pictures.folder.parent.rglob("*") if path.is_file()]
    assert {path.parent for path in written} == {pictures.folder}
    assert max(len(path.name.encode()) for path in written) < 255


def test_what_has_nothing_of_its_own_to_read_is_not_told(pictures: Pictures) -> None:
    pictures.draw(Document(Path("a.zip"), None, bytes, Extraction("container"), ()))
    assert pictures.told() == [f"0 pages drawn in {pictures.folder}"]
    assert not pictures.folder.exists()
