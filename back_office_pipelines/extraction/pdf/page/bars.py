"""Tables whose rules are drawn with characters, as line printers do: "|44180 |HINGE 2M | 6,00 PC|".

What belongs here: taking the bars out of such lines; each divides two cells. What does not: bars between the words of
a line of text, which are marks like any other, and the cells themselves (`rows`).
"""

from collections.abc import Iterator, Sequence

from back_office_pipelines.extraction.pdf.page.words import Line, Segment, Word, line_of, segment_of

BAR = "|"
BARS = 3
"""Bars from which on a line is one of a table that is drawn with them."""
LINES = 3
"""Such lines from which on a document has a table that is drawn with bars."""


def without_bars(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the lines of a document, those of a table drawn with bars divided at these and without them."""
    drawn = {number for number, line in enumerate(lines) if line.text.count(BAR) >= BARS}
    if len(drawn) < LINES:
        return lines
    return [_divided(line) if number in drawn else line for number, line in enumerate(lines)]


def _divided(line: Line) -> Line:
    """Return a line as the cells between its bars; as it is where nothing stands between them."""
    segments = tuple(cell for segment in line.segments for cell in _cells(segment))
    return line_of(segments, line.page, line.number) if segments else line


def _cells(segment: Segment) -> Iterator[Segment]:
    run: list[Word] = []
    for word in segment.words:
        for part in _parts(word):
            if part is not None:
                run.append(part)
            elif run:
                yield segment_of(run, segment.page, segment.line)
                run = []
    if run:
        yield segment_of(run, segment.page, segment.line)


def _parts(word: Word) -> Iterator[Word | None]:
    """Yield the texts between the bars of a word, None for each bar; the boxes share its width by their characters."""
    x0, top, x1, bottom = word.box
    width = (x1 - x0) / max(len(word.text), 1)
    at = 0
    for number, text in enumerate(word.text.split(BAR)):
        if number:
            yield None
            at += 1
        if text:
            yield word._replace(text=text, box=(x0 + at * width, top, x0 + (at + len(text)) * width, bottom))
            at += len(text)
