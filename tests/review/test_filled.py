"""A worklist that somebody works on is never lost to a new one; one that was handed in, or is fresh, makes room."""

from pathlib import Path

import pytest

from back_office_pipelines.review.filled import filled_worklists, keep_filled
from back_office_pipelines.review.lines import REQUIRED_COLUMNS, read_lines
from back_office_pipelines.review.worklist import COLUMNS, as_csv

FRESH = dict.fromkeys(COLUMNS, "") | {"target": "e1", "field": "gross_total", "reason_code": "MISSING"}
SAID = {"actor": "Ada", "role": "clerk", "action": "reject", "reason": "half an hour of my work"}


def worklist(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "ap_invoices" / "b1.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text(as_csv([FRESH | row for row in rows]), encoding="utf-8")
    return path


def test_a_fresh_worklist_makes_room(tmp_path: Path) -> None:
    path = worklist(tmp_path, {}, {"target": "e2"})
    assert keep_filled(path, ()) is None
    assert path.exists()
    assert keep_filled(tmp_path / "none.csv", ()) is None


@pytest.mark.parametrize("cell", ["decided_at", "actor", "role", "action", "value", "reason"])
def test_whatever_was_written_into_it_is_kept(tmp_path: Path, cell: str) -> None:
    path = worklist(tmp_path, {}, {cell: "something"})
    before = path.read_text()
    kept = keep_filled(path, ())
    assert kept is not None
    assert kept.read_text() == before
    assert not path.exists()
    assert list(filled_worklists(tmp_path)) == [kept]


def test_two_kept_in_one_second_are_both_there(tmp_path: Path) -> None:
    kept = {keep_filled(worklist(tmp_path, {"reason": reason}), ()) for reason in ("one", "two", "three")}
    assert len(kept) == len(list(filled_worklists(tmp_path))) == 3


def test_what_was_handed_in_makes_room_and_one_line_that_was_not_keeps_the_file(tmp_path: Path) -> None:
    path = worklist(tmp_path, SAID)
    recorded = {line.decision_id for line in read_lines(path)}
    assert keep_filled(path, recorded) is None
    path = worklist(tmp_path, SAID, {"target": "e2", "reason": "not yet sure"})
    assert keep_filled(path, recorded) is not None


def test_a_file_that_a_program_saved_in_another_form_is_kept(tmp_path: Path) -> None:
    path = worklist(tmp_path)
    path.write_text(";".join(REQUIRED_COLUMNS), encoding="utf-8")
    assert keep_filled(path, ()) is not None
