"""Tables in Markdown, as Dagit and the generated pages of docs/ show them.

What belongs here: the marks of a table. What does not: what stands in its cells, which are written as they are given.
"""

import re
from collections.abc import Collection, Iterable, Sequence

_MARKS = re.compile(r"[\\`*_\[\]<>|~&#!]")


def markdown_table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], numbers: Collection[str] = ()
) -> list[str]:
    """Return the lines of a table.

    Args:
        columns: titles, left to right.
        rows: cells, as wide as the titles and without marks of a table in them.
        numbers: titles of the columns that are set to the right.
    """
    rule = "".join("---:|" if name in numbers else "---|" for name in columns)
    return [f"| {' | '.join(columns)} |", f"|{rule}", *(f"| {' | '.join(map(str, row))} |" for row in rows)]


def markdown_text(text: str) -> str:
    """Return text of others so that Markdown shows it as it is, in a cell too: no mark of it does anything."""
    return _MARKS.sub(r"\\\g<0>", " ".join(text.split()))
