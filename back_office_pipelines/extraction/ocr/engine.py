"""The one place that knows the recogniser, RapidOCR on onnxruntime: a picture in, lines of text with their corners out.

What belongs here: loading the recogniser once, late, offline and on few threads. What does not: what a line means, and
turning pages (`turning`). The models ship inside the wheel: detection and recognition PP-OCRv6 (small, 18,707
characters, every accented letter of our languages among them). Nothing is downloaded.
"""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

Corner = tuple[float, float]
LONGEST_SIDE = 1600
"""Pixels; larger pictures are made smaller first. A page of A4 then takes under 600 MB; at 2000 it takes over 800."""
LEAST_SIDE = 8
"""Pixels of the shorter side below which no letter has room, and the recogniser fails on its own frames."""
FINDING_SIDE = 1280
"""Pixels at which lines are looked for; they are read at full size. At 960 small print of A4 is missed."""
THREADS = 1
"""A worker; there are as many workers as cores, and two threads each would wait for each other."""
LEAST_SCORE = 0.5
"""Mean probability of a line's characters below which it is no text but a smudge."""


@dataclass(frozen=True)
class Piece:
    """One run of text that the recogniser found in a picture.

    Attributes:
        corners: top left, top right, bottom right, bottom left as the text is read, in pixels from the top left.
        score: mean probability of its characters.
    """

    text: str
    corners: tuple[Corner, Corner, Corner, Corner]
    score: float


def recognise(picture: "Image") -> tuple[Piece, ...]:
    """Return the runs of text in a picture, top to bottom.

    Args:
        picture: RGB, with sides up to `LONGEST_SIDE`.

    Raises:
        MemoryError: the recogniser got no memory.
    """
    if min(picture.size) < LEAST_SIDE:
        return ()
    import numpy as np  # noqa: PLC0415  heavy: only documents that are pictures load it
    from rapidocr.inference_engine.onnxruntime.main import ONNXRuntimeError  # noqa: PLC0415

    try:
        found = _recogniser()(np.asarray(picture)[:, :, ::-1])
    except ONNXRuntimeError as problem:  # how it says that memory ran out; a fresh worker may have enough
        raise MemoryError(str(problem)) from problem
    if found.boxes is None:
        return ()
    return tuple(
        Piece(text, _corners(box), float(score))
        for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        if text.strip()
    )


def _corners(box: Any) -> tuple[Corner, Corner, Corner, Corner]:
    first, second, third, fourth = ((float(x), float(y)) for x, y in box)
    return first, second, third, fourth


@cache
def _recogniser() -> Any:
    """Load the recogniser: a third of a second and 300 MB, which commands that read no picture never pay."""
    from rapidocr import RapidOCR  # noqa: PLC0415  heavy: only documents that are pictures load it

    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.text_score": LEAST_SCORE,
            "Global.max_side_len": LONGEST_SIDE,
            "Global.use_cls": False,  # pages stand upright before they come here
            "Det.limit_type": "max",
            "Det.limit_side_len": FINDING_SIDE,
            "Rec.rec_batch_num": 1,  # lines of one batch are padded to the longest: alone costs less
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
