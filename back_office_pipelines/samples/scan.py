"""A drawn page as a scanner gives it: a picture, a little askew, grey and noisy, without a text layer.

What belongs here: what a scanner does to paper. What does not: the page.
"""

import io
import random

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, ImageFilter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

DOTS = 170
"""Dots per inch, as office scanners are set for post."""
POINTS = 72


def scanned_pdf(content: bytes, seed: str) -> bytes:
    """Return a PDF of pictures of the pages; the seed decides how each lay on the glass."""
    draw = random.Random(seed)  # noqa: S311 - drawing, no secret
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1, pageCompression=0)
    with pdfium.PdfDocument(content) as document:
        for page in document:
            picture = _scanned(page.render(scale=DOTS / POINTS).to_pil().convert("L"), draw)
            width, height = (side * POINTS / DOTS for side in picture.size)
            canvas.setPageSize((width, height))
            canvas.drawImage(ImageReader(picture), 0, 0, width, height)
            canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _scanned(picture: Image.Image, draw: random.Random) -> Image.Image:
    askew = picture.rotate(draw.uniform(-0.9, 0.9), resample=Image.Resampling.BICUBIC, fillcolor=250)
    grey = np.asarray(askew.filter(ImageFilter.GaussianBlur(draw.uniform(0.2, 0.6))), dtype=np.float32)
    noise = np.random.default_rng(draw.getrandbits(32)).normal(0, draw.uniform(3, 8), grey.shape)
    dirty = np.clip(grey * draw.uniform(0.93, 1.0) + noise, 0, 255).astype(np.uint8)
    packed = io.BytesIO()
    Image.fromarray(dirty).save(packed, "JPEG", quality=62)
    return Image.open(packed)
