"""Documents with their truths: what a person sees on the page, what is absent, and which layout it is.

A value counts where the truth says that the page shows it (`visible_in_text`), or says nothing about that. A field is
absent where a person who labelled or drew the page gave null; a null of embedded XML proves nothing about the page.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from back_office_pipelines.cli.extract import find_documents

HELD_BACK = Path(__file__).parent / "held_back.txt"
SAME_AS = {"invoice_number": "contract_num", "buyer_name": "advertiser", "gross_total": "gross_amount"}
"""Names under which television advertising invoices say whether a field is visible."""


@dataclass(frozen=True)
class Truth:
    """What one document shows."""

    name: str
    content: Mapping[str, Any]

    @property
    def family(self) -> str:
        """Family of layouts: what cross-validation must not see twice."""
        return self.content.get("layout_family") or self.name

    @property
    def kind(self) -> str | None:
        """Natural layout or print by a style sheet, where the truth tells."""
        return self.content.get("layout_kind")

    @property
    def shown(self) -> Mapping[str, Any]:
        """Values of the page: of a hybrid that contradicts itself those a person read."""
        return self.content.get("visible_truth") or self.content

    @property
    def names(self) -> tuple[str, ...]:
        """Names of seller and buyer as far as they are known."""
        return tuple(one for name in ("seller_name", "buyer_name") if (one := self.shown.get(name)))

    @property
    def is_whole(self) -> bool:
        """Whether a person read or drew the page, so that null means absent."""
        origin = self.content.get("truth_origin", "")
        return "by hand" in origin or origin.startswith("drawn")

    def visible(self, field: str) -> Any:
        """Return the value of a field if the page shows it, else None."""
        value = self.shown.get(field)
        if value is None or self.content.get("visible_truth"):
            return value
        visible = self.content.get("visible_in_text")
        if visible is None:
            return None if field in (self.content.get("not_visible_fields") or ()) else value
        return value if visible.get(field, visible.get(SAME_AS.get(field, ""))) else None

    def absent(self, field: str) -> bool:
        """Tell whether a person found nothing of a field on the page."""
        return self.is_whole and field in self.content and self.content[field] is None

    @property
    def lines(self) -> list[Mapping[str, Any]]:
        """Lines of the page; none where the truth knows none, or where the page does not show them."""
        if (self.content.get("visible_in_text") or {}).get("lines_net_share") == 0:
            return []
        return list(self.shown.get("lines") or [])


def pairs(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield every document that has a truth beside it."""
    for path in find_documents([folder]):
        for candidate in (path.with_suffix(".truth.json"), path.with_name(f"{path.name}.truth.json")):
            if candidate.is_file():
                yield path, json.loads(candidate.read_text(encoding="utf-8"))
                break


def held_back() -> frozenset[str]:
    """Return the names of the documents that nothing is made or counted on."""
    rows = HELD_BACK.read_text(encoding="utf-8").splitlines()
    return frozenset(row for row in rows if row and not row.startswith("#"))
