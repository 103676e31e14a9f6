"""Memory from corrections: layouts are told apart, lessons need agreement, no page of another paper ever changes."""

from collections.abc import Sequence
from dataclasses import replace

import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from back_office_pipelines.extraction.extractor import InProcess, Source
from back_office_pipelines.extraction.isolation.pool import Workers
from back_office_pipelines.extraction.memory.layouts import SAME, cells_near, fixed_texts, grouped, shared
from back_office_pipelines.extraction.memory.lessons import NOTHING, Lesson, Memory, Taught, lessons_of, shape_of
from back_office_pipelines.extraction.memory.places import Place, Text
from back_office_pipelines.extraction.memory.recall import reads_of
from back_office_pipelines.extraction.memory.teaching import Observed, observe, observed
from back_office_pipelines.extraction.model import FieldValue
from back_office_pipelines.extraction.pdf.calibration import GROUPS, sureness
from back_office_pipelines.extraction.pdf.evidence import LEARNED, Choice
from back_office_pipelines.extraction.pdf.page.layer import upright_lines
from back_office_pipelines.extraction.pdf.page.spans import Found
from back_office_pipelines.extraction.pdf.page.words import Line
from back_office_pipelines.extraction.pdf.textlayer import read_text_layer
from back_office_pipelines.normalization.normalise import normalise
from back_office_pipelines.values.style import MACHINE
from tests.extraction.papers import PAPERS, Paper
from tests.scenario import dictionary

NUMBERS = st.integers(min_value=1000, max_value=99999).map(lambda n: f"KX-{n}")
AMOUNTS = st.integers(min_value=20, max_value=9999).map(lambda n: f"{n}.00")
papers = st.builds(
    Paper,
    number=NUMBERS,
    day=st.integers(min_value=13, max_value=28).map(lambda d: f"{d}.10.2026"),
    net=AMOUNTS,
    lines=st.integers(min_value=1, max_value=20),
    shift=st.floats(min_value=-3, max_value=3),
)


def lines(paper: Paper) -> tuple[Line, ...]:
    document = pdfium.PdfDocument(paper.pdf)
    try:
        return upright_lines(document, 0).lines
    finally:
        document.close()


def taught(paper: Paper, **keyed: str) -> list[Taught]:
    """What the corrections of a document teach; their ids name document and field."""
    seen = observed(lines(paper), keyed, dictionary())
    return [
        Taught(
            f"{paper.number}/{field}", paper.number, field, shown.value, shown.shape, seen.fixed, seen.marks,
            shown.places,
        )
        for field, shown in (seen.values or {}).items()
    ]  # fmt: skip


def memory(*lessons: Taught, least: int = 3) -> Memory:
    return Memory("m", tuple(one for one in lessons_of(lessons) if len(one.decisions) >= least))


def fields(paper: Paper, known: Memory = NOTHING) -> dict[str, FieldValue]:
    extraction = read_text_layer(lines(paper), 1, dictionary(), known)
    return {value.name: value for value in extraction.records[0].fields}


def values(paper: Paper, known: Memory = NOTHING) -> dict[str, str | None]:
    found, *_ = normalise(read_text_layer(lines(paper), 1, dictionary(), known), dictionary())
    return {value.name: value.value for value in found.values}


@pytest.fixture(scope="module")
def three() -> list[Taught]:
    """What three corrections of the invoice number teach."""
    return [one for paper in PAPERS[:3] for one in taught(paper, invoice_number=paper.number)]


# ---- later documents profit -----------------------------------------------------------------------------------


def test_the_rules_alone_read_another_number(three: list[Taught]) -> None:
    assert all(values(paper)["invoice_number"] != paper.number for paper in PAPERS)


def test_three_corrections_teach_where_the_number_stands(three: list[Taught]) -> None:
    known = memory(*three)
    (lesson,) = known.lessons
    assert lesson.told().startswith("right of 'belegkennung'")
    assert lesson.decisions == tuple(sorted(f"{paper.number}/invoice_number" for paper in PAPERS[:3]))
    for paper in PAPERS[3:]:
        without, having = fields(paper), fields(paper, known)
        number = having.pop("invoice_number")
        before = without.pop("invoice_number")
        assert number.raw == paper.number
        assert number.learned_from == lesson.decisions
        assert number.grounds is not None
        assert (number.grounds.evidence, number.grounds.learned) == (LEARNED, lesson.told())
        assert number.grounds.runner_up is not None
        assert number.grounds.runner_up.text == before.raw  # people see what the rules would have taken
        assert having == without


def test_two_are_not_enough_and_two_that_differ_from_a_third_teach_nothing(three: list[Taught]) -> None:
    assert memory(*three[:2]).lessons == ()
    astray = taught(PAPERS[3], invoice_number="88123")
    assert astray[0].places
    assert lessons_of([*three, *astray]) == ()


def test_a_value_that_is_not_on_the_page_teaches_nothing(three: list[Taught]) -> None:
    nowhere = taught(PAPERS[3], invoice_number="QQ-1")
    assert nowhere[0].places == frozenset()
    assert lessons_of([*three, *nowhere]) == lessons_of(three)


def test_what_people_key_with_other_spaces_stands_where_it_is_printed() -> None:
    (one,) = taught(replace(PAPERS[0], number="KX - 2041"), invoice_number="KX-2041")
    assert one.places


def test_a_lesson_is_still_where_what_stands_there_looks_otherwise(three: list[Taught]) -> None:
    odd = replace(PAPERS[4], number="siehe")
    assert values(odd, memory(*three)) == values(odd)
    other = replace(PAPERS[4], number="2026/17/4")
    assert values(other, memory(*three)) == values(other)


def test_a_lesson_that_says_what_the_rules_say_changes_nothing() -> None:
    known = memory(*[one for paper in PAPERS[:3] for one in taught(paper, gross_total=gross(paper))])
    assert len(known.lessons) == 1
    assert all(fields(paper, known) == fields(paper) for paper in PAPERS[3:])


def gross(paper: Paper) -> str:
    found = values(paper)["gross_total"]
    assert found is not None
    return found


def test_sums_that_close_are_never_overruled() -> None:
    wrong = [one for paper in PAPERS[:3] for one in taught(paper, gross_total=str(values(paper)["net_total"]))]
    known = memory(*wrong)
    assert len(known.lessons) == 1
    assert all(fields(paper, known) == fields(paper) for paper in PAPERS[3:])


# ---- what no page shows ---------------------------------------------------------------------------------------


def named(seller: str, vat_id: str, *, name: str = "") -> list[Taught]:
    sent = [replace(paper, seller=seller, vat_id=vat_id, number=f"{seller}-{paper.net}") for paper in PAPERS[:3]]
    return [one for paper in sent for one in taught(paper, seller_name=name or f"{seller} Holding GmbH")]


def test_a_name_that_is_not_printed_is_learned_for_the_papers_of_one_seller_only() -> None:
    known = memory(*named("Zink", "DE136695976"), *named("Zinn", "DE811115368"))
    assert [one.constant for one in known.lessons] == ["Zink Holding GmbH", "Zinn Holding GmbH"]
    for seller, vat_id in (("Zink", "DE136695976"), ("Zinn", "DE811115368")):
        found = fields(replace(PAPERS[4], seller=seller, vat_id=vat_id), known)["seller_name"]
        assert found.raw == f"{seller} Holding GmbH"
        assert (found.method, found.page, found.box) == ("keyed", None, None)
    stranger = replace(PAPERS[4], seller="Blei", vat_id="DE129273398")
    assert fields(stranger, known) == fields(stranger)


def test_two_names_for_the_papers_of_one_seller_teach_none() -> None:
    first = named("Zink", "DE136695976")
    others = named("Zink", "DE136695976", name="Zinnober AG")
    second = [replace(one, decision=f"{one.decision}+", document=f"{one.document}+") for one in others]
    assert lessons_of([*first, *second]) == ()


@pytest.mark.parametrize("field", ["seller_iban", "gross_total", "invoice_number", "buyer_name"])
def test_nothing_but_the_name_of_who_writes_is_ever_given_without_being_read(field: str) -> None:
    absent = {"seller_iban": "DE89370400440532013000", "gross_total": "1.23"}.get(field, "QQ-77")
    assert lessons_of([one for paper in PAPERS[:3] for one in taught(paper, **{field: absent})]) == ()


# ---- layouts --------------------------------------------------------------------------------------------------


@settings(max_examples=12)
@given(paper=papers)
def test_a_layout_is_known_whatever_its_values_and_however_many_lines_it_has(paper: Paper) -> None:
    common = shared([fixed_texts(lines(one)) for one in PAPERS[:3]])
    assert len(common & cells_near(fixed_texts(lines(paper)))) >= SAME * len(common)
    pages = {one.number: fixed_texts(lines(one)) for one in (*PAPERS[:3], replace(paper, number="x"))}
    assert len(grouped(pages)) == 1


@settings(max_examples=12)
@given(paper=papers)
def test_a_page_of_another_layout_never_changes_even_of_the_same_seller(paper: Paper) -> None:
    other = replace(paper, old=True)
    assert fields(other, EVERYTHING) == fields(other)
    both = {"a": fixed_texts(lines(paper)), "b": fixed_texts(lines(other))}
    assert grouped(both) == [("a",), ("b",)]


EVERYTHING = memory(
    *[one for paper in PAPERS[:3] for one in taught(paper, invoice_number=paper.number, seller_name="Zink Holding SE")]
)


@settings(max_examples=25)
@given(order=st.permutations(range(6)), split=st.integers(min_value=0, max_value=6))
def test_the_order_of_decisions_plays_no_part(order: Sequence[int], split: int) -> None:
    mixed = [one for paper in MIXED for one in taught_once(paper)]
    assert lessons_of([mixed[at] for at in order]) == lessons_of(mixed)
    assert lessons_of(mixed[split:] + mixed[:split]) == lessons_of(mixed)


MIXED = (*PAPERS[:3], *(replace(paper, old=True, number=f"{paper.number}1") for paper in PAPERS[:3]))
_TAUGHT: dict[str, list[Taught]] = {}


def taught_once(paper: Paper) -> list[Taught]:
    if paper.number not in _TAUGHT:
        _TAUGHT[paper.number] = taught(paper, invoice_number=paper.number)
    return _TAUGHT[paper.number]


# ---- how sure -------------------------------------------------------------------------------------------------


@settings(max_examples=12)
@given(number=st.integers(min_value=1, max_value=500))
def test_no_number_of_decisions_raises_confidence_past_what_calibration_gives(number: int) -> None:
    (lesson,) = memory(*[one for paper in PAPERS[:3] for one in taught_once(paper)]).lessons
    known = Memory("m", (replace(lesson, decisions=tuple(map(str, range(number)))),))
    found = fields(PAPERS[4], known)["invoice_number"]
    measured = sureness(Choice("invoice_number", Found("x", 1, (0, 0, 1, 1)), LEARNED, margin=0.0))
    assert found.confidence == round(min(measured, (number + 1) / (number + 2)), 3)


def test_the_bound_of_a_lesson_is_below_what_any_group_of_fields_reaches_when_everything_confirms_it() -> None:
    for field in GROUPS:
        known = Choice(field, Found("x", 1, (0, 0, 1, 1)), "right_specific", margin=1.0)
        assert sureness(replace(known, evidence=LEARNED)) <= sureness(known)
        assert sureness(replace(known, evidence=LEARNED)) <= sureness(replace(known, held=True, agreed=True))


# ---- the way there --------------------------------------------------------------------------------------------


def test_workers_see_and_read_what_this_process_does(three: list[Taught]) -> None:
    content, keyed, known = PAPERS[4].pdf, {"invoice_number": PAPERS[4].number}, memory(*three)
    with_workers = Workers(most=1)
    try:
        assert with_workers.observe(content, keyed, dictionary()) == observe(content, keyed, dictionary())
        for extractor in (with_workers, InProcess()):
            (read,) = extractor.extract([Source("x.pdf", lambda: content)], dictionary(), memory=known)
            assert {v.name: v.raw for v in read.records[0].fields}["invoice_number"] == PAPERS[4].number
            (read,) = extractor.extract([Source("x.pdf", lambda: content)], dictionary())
            assert {v.name: v.raw for v in read.records[0].fields}["invoice_number"] != PAPERS[4].number
    finally:
        with_workers.close()


@pytest.mark.parametrize("content", [b"", b"a;b\n1;2\n", b"%PDF-1.4\nbroken", b"<xml/>"])
def test_what_is_no_page_teaches_nothing(content: bytes) -> None:
    assert observe(content, {"invoice_number": "1"}, dictionary()) == Observed()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("RE-2026-12", "RE-2027-4711", True),
        ("1.234,50", "99,00", True),
        ("A4B-1", "12-1", False),
        ("Zink", "K. & O.", True),
    ],
)
def test_shapes(one: str, other: str, same: bool) -> None:
    assert (shape_of(one) == shape_of(other)) is same


@pytest.mark.parametrize(
    ("place", "found"),
    [
        (Place("right", "belegkennung", 1), "KX-2041"),
        (Place("right", "belegkennung", 0), "KX-2041"),
        (Place("below", "rechnungsdatum", 1), None),
        (Place("right", "kundenkonto", 1), "88123"),
        (Place("right", "nirgends", 1), None),
    ],
)
def test_places_give_what_stands_there(place: Place, found: str | None) -> None:
    reads = reads_of(dictionary(), "purchase_order", MACHINE)
    at = Text(lines(PAPERS[0])).at(place, lambda raw: reads(raw) if "-" in raw or raw == "88123" else None)
    assert (at.text if at else None) == found


def test_a_lesson_says_where_it_is_from() -> None:
    lesson = Lesson("f", EVERYTHING.lessons[0].layout, ("a", "b", "c"), (Place("below", "x", 0),))
    assert lesson.told() == "below 'x', to the end of the run"
    assert lesson.bound == 0.8
