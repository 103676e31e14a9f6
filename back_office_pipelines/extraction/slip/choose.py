"""One value a field out of what stands beside its labels, or AMBIGUOUS where they say different things.

What belongs here: the rule that settles labelled values alone. What does not: finding them (`locate`), and choosing
with regard to all other fields (`invoice`).
"""

from collections.abc import Sequence

from back_office_pipelines.extraction.pdf.evidence import Choice, Undecided
from back_office_pipelines.extraction.slip.locate import Candidate
from back_office_pipelines.values.text import compact_upper


def choose(candidates: Sequence[Candidate]) -> tuple[tuple[Choice, ...], tuple[Undecided, ...]]:
    """Settle every labelled field."""
    chosen: list[Choice] = []
    undecided: list[Undecided] = []
    for field in dict.fromkeys(candidate.field for candidate in candidates):
        own = [candidate for candidate in candidates if candidate.field == field]
        best = _most_telling(own)
        texts = tuple(dict.fromkeys(compact_upper(candidate.found.text) for candidate in best))
        if len(texts) == 1:
            rival = next((one.found for one in own if compact_upper(one.found.text) != texts[0]), None)
            chosen.append(Choice(field, best[0].found, _evidence(best[0], len(best)), rival=rival))
        else:
            undecided.append(Undecided(field, tuple(candidate.found for candidate in best[:5])))
    return tuple(chosen), tuple(undecided)


def _most_telling(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Keep the candidates of specific labels where there are any, and of these the ones on the label's own line."""
    specific = [candidate for candidate in candidates if not candidate.generic] or list(candidates)
    return [candidate for candidate in specific if candidate.place == "right"] or specific


def _evidence(candidate: Candidate, times: int) -> str:
    label = "generic" if candidate.generic else "specific"
    return f"{candidate.place}_{label}{'_repeated' if times > 1 else ''}"
