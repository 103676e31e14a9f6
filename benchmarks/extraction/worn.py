"""Pictures made worse, as a telephone or a fading roll makes them: more errors of recognition on the same slips.

What belongs here: ways of wear, each the same every time. What does not: what is counted on them (`calibrate`).
"""

import io
from collections.abc import Callable, Mapping

from PIL import Image, ImageEnhance, ImageFilter

SMALL = 0.55
"""Share of its sides that a picture is taken at and blown up from again."""
FADED, SOFT, ROUGH = 0.5, 1.5, 18
"""Contrast that is left, radius of the blur in pixels, and quality of the JPEG."""
SLANT = 2.5
"""Degrees by which a slip lies aslant."""


def _small(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    far = picture.resize((int(width * SMALL), int(height * SMALL)), Image.Resampling.BILINEAR)
    return far.resize((width, height), Image.Resampling.BILINEAR)


def _faded(picture: Image.Image) -> Image.Image:
    soft = ImageEnhance.Contrast(picture.filter(ImageFilter.GaussianBlur(SOFT))).enhance(FADED)
    file = io.BytesIO()
    soft.save(file, "JPEG", quality=ROUGH)
    return Image.open(file).convert("RGB")


def _aslant(picture: Image.Image) -> Image.Image:
    turned = picture.rotate(SLANT, expand=True, resample=Image.Resampling.BILINEAR, fillcolor="white")
    return turned.filter(ImageFilter.GaussianBlur(1.0))


WAYS: Mapping[str, Callable[[Image.Image], Image.Image]] = {"small": _small, "faded": _faded, "aslant": _aslant}
"""Ways of wear by name."""
