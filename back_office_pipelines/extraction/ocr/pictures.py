"""Opening pictures safely: limits before decoding, and one kind of pixel after it.

What belongs here: what a picture must be like to be recognised. What does not: recognition, and documents.
"""

import io
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from back_office_pipelines.extraction.model import Extraction

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 80_000_000
"""Pixels of one page: A3 at 600 dots an inch has 70 million, and takes 210 MB decoded."""
POINTS = 72.0
LEAST_DOTS, MOST_DOTS = 50.0, 2400.0
"""Dots an inch between which a file's word on its own resolution is believed."""


class PictureRefusedError(Exception):
    """A picture that is not read; carries the extraction that says why. Never leaves this package."""

    def __init__(self, reason_code: str, detail: str) -> None:
        self.extraction = Extraction("unreadable", reason_code, detail)
        super().__init__(detail)


def frames(content: bytes, most: int) -> Iterator[tuple["Image", int]]:
    """Yield the first frames of an image file, each decoded alone and upright as shown, and the number of all frames.

    Raises:
        PictureRefusedError: no image, damaged, or with more pixels than are read (told by the header alone).
    """
    from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError  # noqa: PLC0415  heavy: only documents that are pictures load it

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd metadata; too many pixels are refused below
        try:
            with Image.open(io.BytesIO(content)) as image:
                total = getattr(image, "n_frames", 1)
                for number, frame in enumerate(ImageSequence.Iterator(image), start=1):
                    if number > most:
                        return
                    _refuse_large(frame)
                    yield ImageOps.exif_transpose(frame), total
        except Image.DecompressionBombError:
            detail = f"the picture has more than the {MOST_PIXELS:,} pixels that are read; have it sent smaller"
            raise PictureRefusedError("LIMIT_EXCEEDED", detail) from None
        except UnidentifiedImageError:  # its own words name an address in memory, another one every time
            detail = "no readable image: damaged from its first bytes on; have it sent again"
            raise PictureRefusedError("UNREADABLE", detail) from None
        except (OSError, SyntaxError, ValueError, EOFError, MemoryError, KeyError, TypeError) as problem:
            raise PictureRefusedError("UNREADABLE", f"no readable image: {problem}; have it sent again") from None


def points_of(picture: "Image") -> tuple[float, float]:
    """Return width and height in points by the resolution the file states; without one, a pixel is a point."""
    stated = picture.info.get("dpi") or (POINTS, POINTS)
    across, down = (float(dots) if LEAST_DOTS <= float(dots) <= MOST_DOTS else POINTS for dots in stated[:2])
    return picture.width * POINTS / across, picture.height * POINTS / down


def as_rgb(picture: "Image", longest: int) -> "Image":
    """Return a picture as RGB on white, made smaller by a whole factor first where it is far larger than needed."""
    import numpy as np  # noqa: PLC0415  heavy: only documents that are pictures load it
    from PIL import Image  # noqa: PLC0415  see above

    if picture.mode.startswith(("I", "F")):
        grey = np.asarray(picture, dtype=np.float32)
        least, most = float(grey.min()), float(grey.max())
        picture = Image.fromarray(((grey - least) * (255 / max(most - least, 1.0))).astype(np.uint8))
    elif picture.mode in ("1", "P", "PA"):
        picture = picture.convert("RGBA" if "transparency" in picture.info or picture.mode == "PA" else "RGB")
    factor = max(picture.size) // (2 * longest)
    if factor > 1:
        picture = picture.reduce(factor)
    if picture.mode.endswith(("A", "a")) or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return picture.convert("RGB")


def _refuse_large(picture: "Image") -> None:
    pixels = picture.width * picture.height
    if pixels > MOST_PIXELS:
        size = f"{picture.width} x {picture.height}"
        detail = f"the picture has {size} pixels, more than the {MOST_PIXELS:,} that are read; have it sent smaller"
        raise PictureRefusedError("LIMIT_EXCEEDED", detail)
