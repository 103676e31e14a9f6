"""Versions of one lane made by small edits of what ships: material for the tests of diff, versions and signatures."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from back_office_pipelines.dictionary.loader import build_dictionary, load_common
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.strict_yaml import load_mapping
from tests.scenario import ROOT

FOLDER = ROOT / "field_dictionaries"
Edit = Callable[[dict[str, Any], dict[str, Any]], Any]


def content() -> dict[str, Any]:
    """The shipped lane file, with every verb, every limit and a reason of its own added."""
    made = load_mapping(FOLDER / "ap_invoices" / "1.0.0.yaml")
    invoice, line = (made["records"][name]["fields"] for name in ("invoice", "line"))
    invoice["invoice_type"]["constraints"] = {"one_of": ["380", "381"], "max_length": 3}
    invoice["seller_iban"]["constraints"] = {"checksum": "iban"}
    line["tax_rate"]["constraints"] = {"minimum": "0", "maximum": "100"}
    made["reasons"] = {"AP-STALE": {**common()["reasons"]["DATE_ORDER"], "title": "The invoice is very old"}}
    made["checks"] = {
        "net_plus_tax": check(sum_equals=copy.deepcopy(SUM)),
        "lines_add_up": check(
            children_sum={"child": "line", "field": "line_net", "total": "net_total", "within": "0.01"},
        ),
        "tax_by_rate": check(
            tax_by_rate={
                "child": "line", "base": "line_net", "rate": "tax_rate", "net": "net_total", "tax": "tax_total",
                "within": "0.01",
            },
        ),
        "plausible_tax": check(
            ratio_between={"part": "tax_total", "whole": "net_total", "least": "0", "most": "0.3"}, reason="AP-STALE"
        ),
        "due_after_issue": check(not_before={"earlier": "issue_date", "later": "due_date"}, severity="warning"),
        "duplicates": check(unique={"keys": {"number": ["seller_vat_id", "invoice_number", "issue_date.year"]}}),
        "near_duplicates": check(
            nearly_unique={"same": ["seller_vat_id", "gross_total"], "similar": "invoice_number", "by": "one_edit"}
        ),
        "known_vendor": check(
            in_reference={
                "table": "vendors", "find_by": [{"field": "seller_vat_id", "column": "vat_id"}],
                "agree": {"seller_iban": "iban", "seller_name": "name"},
            },
        ),
    }  # fmt: skip
    return made


SUM = {
    "plus": ["net_total", "tax_total"], "minus": ["prepaid_total"], "total": "gross_total",
    "needs": ["net_total", "gross_total"], "within": "0.01",
}  # fmt: skip


def check(**parts: Any) -> dict[str, Any]:
    return {"description": "A rule.", "record": "invoice", "reason": "TOTALS_DISAGREE", **parts}


def common() -> dict[str, Any]:
    return load_common(FOLDER)


def version(edit: Edit | None = None, number: str = "1.0.0", since: str = "2020-01-01", **change: str) -> Dictionary:
    """A version after an edit of the lane's content and of the shared part."""
    own, shared = content(), common()
    if edit is not None:
        edit(own, shared)
    numbered(own, number, since, **change)
    return build_dictionary(own, shared, "variant")


def numbered(own: dict[str, Any], number: str, since: str, **change: str) -> None:
    """Give a content its number and date; `kind` in `change` writes a line of its change log."""
    own["dictionary"] |= {"version": number, "effective_from": since}
    if change:
        line = {"version": number, "date": since, "by": "AP process owner", "note": "A change.", **change}
        own["changes"] = [*(one for one in own["changes"] if one["version"] != number), line]


def write(folder: Path, number: str, own: dict[str, Any]) -> Path:
    """Write a content as a file of the lane."""
    path = folder / "ap_invoices" / f"{number}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    YAML(typ="safe", pure=True).dump(own, path)
    return path
