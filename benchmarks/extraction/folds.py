"""Readings of documents by weights of names that never saw their layouts.

What belongs here: which documents are left out together, and the weights fitted to all others. What does not: fitting
(`rank_parties`), and what is learned from such readings (`calibrate_invoices`).

Whoever ranks names by weights that were fitted to the very same names finds them surer than those of layouts to come;
how sure a name is must be counted on layouts that its ranking has not seen: stacked generalization (Wolpert 1992).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from unittest.mock import patch

from rank_parties import Example, fit

from back_office_pipelines.extraction.pdf.parties.ranking import Worth

FOLDS = 5
"""Parts that the families of layouts are divided into."""
WEIGHTS = "back_office_pipelines.extraction.pdf.parties.ranking.fitted"


@dataclass(frozen=True)
class Folds:
    """Weights of names by part of the layouts, each fitted to the other parts."""

    worths: tuple[Worth, ...]

    @classmethod
    def fitted(cls, found: Sequence[Example]) -> "Folds":
        """Fit to the names of documents, part by part."""
        parts = range(FOLDS)
        return cls(tuple(fit([one for one in found if fold_of(one.truth.family) != part]) for part in parts))

    @contextmanager
    def unseen(self, family: str) -> Iterator[None]:
        """Rank names by weights that have not seen a family of layouts, as long as the context lasts."""
        with patch(WEIGHTS, return_value=self.worths[fold_of(family)]):
            yield


def fold_of(family: str) -> int:
    """Return the part that a family of layouts is in: by its name alone, so that new ones move no other."""
    return blake2b(family.encode(), digest_size=4).digest()[0] % FOLDS
