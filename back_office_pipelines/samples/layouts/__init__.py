"""The layouts of the story's sellers, by name. One module draws one layout and knows no other."""

from collections.abc import Callable, Mapping

from back_office_pipelines.samples.drawing import Sheet
from back_office_pipelines.samples.layouts.band import draw_band
from back_office_pipelines.samples.layouts.carrier import draw_carrier
from back_office_pipelines.samples.layouts.framed import draw_framed
from back_office_pipelines.samples.layouts.letter import draw_letter
from back_office_pipelines.samples.printed import Printed

Layout = Callable[[Printed, int], Sheet]
"""Draws a bill; the number is how many pages it is known to have, 0 while nobody knows."""

LAYOUTS: Mapping[str, Layout] = {
    "band": draw_band,
    "carrier": draw_carrier,
    "framed": draw_framed,
    "letter": draw_letter,
}
