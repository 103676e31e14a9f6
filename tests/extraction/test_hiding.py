"""What the fit of confidences takes away from pages, and how their values are judged."""

from random import Random

from back_office_pipelines.extraction.pdf.page.words import Line
from back_office_pipelines.extraction.pdf.textlayer import read
from tests.benchmark import load_benchmark
from tests.extraction.test_choice import page
from tests.scenario import dictionary

TEXTS = ((50.0, 60.0, "INVOICE"), (50.0, 90.0, "Kupfer Handel Ltd"), (50.0, 120.0, "Invoice number A-7"))
hiding = load_benchmark("extraction", "hiding")
compare = load_benchmark("extraction", "compare")
score = load_benchmark("extraction", "score")


def hidden(seed: int, *names: str) -> tuple[Line, ...]:
    return hiding.hidden(page(TEXTS), dictionary(), names, Random(seed))  # type: ignore[no-any-return]  # noqa: S311


def shown(seed: int) -> list[str]:
    return [line.text for line in hidden(seed, "Kupfer Handel Ltd")]


def test_the_same_seed_hides_the_same_and_values_stay_readable() -> None:
    seeds = range(20)
    assert [shown(seed) for seed in seeds] == [shown(seed) for seed in seeds]
    assert all(text.endswith("A-7") for seed in seeds for text in shown(seed)[-1:])
    assert {"Invoice number A-7", "Vaibvpr ahzore A-7"} == {shown(seed)[-1] for seed in seeds}


def test_a_label_in_words_nobody_listed_names_nothing() -> None:
    seed = next(seed for seed in range(20) if shown(seed)[-1].startswith("Vaib"))
    assert all(choice.field != "invoice_number" for choice, _ in read(hidden(seed), dictionary()).choices)


def test_a_word_of_a_partys_name_is_never_written_otherwise() -> None:
    texts = [line.text for seed in range(20) for line in hidden(seed, "Kupfer Handel Ltd", "Invoice Factory Ltd")]
    assert "Invoice ahzore A-7" in texts
    assert not any("Vaibvpr" in text for text in texts)


def test_a_name_is_right_where_it_is_one_line_of_a_letterhead() -> None:
    assert compare.is_right("seller_name", "GLN 7\nKupfer GmbH", "Kupfer GmbH")
    assert not compare.is_right("seller_name", "GLN 7\nKupfer GmbH", "Kupfer")
    assert not compare.is_right("seller_name", "Kupfer GmbH", None)


def test_an_amount_due_that_is_the_gross_total_counts_like_every_value() -> None:
    truth = score.Truth("a.pdf", {"gross_total": 119.0, "amount_due": 119.0})
    counted = []
    for names in (("gross_total",), ("gross_total", "amount_due")):
        fields = {name: {"value": "119.00", "confidence": 0.9} for name in names}
        entry = {"pages": 1, "records": [{"id": "1", "parent": None, "fields": fields}]}
        tally = score.Tally()
        score.score_document(truth, entry, tally, page_alone=True)
        counted.append((tally.n["gross_total"], tally.n["amount_due"], tally.missing["amount_due"]))
    assert counted == [(1, 1, 1), (1, 1, 0)]
