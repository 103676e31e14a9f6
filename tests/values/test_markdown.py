"""Text of others stays text in Markdown."""

import re

from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.values.markdown import markdown_text


@given(st.text())
def test_no_mark_is_left_that_does_anything(text: str) -> None:
    shown = markdown_text(text)
    assert re.sub(r"\\[\\`*_\[\]<>|~&#!]", "", shown).translate(str.maketrans("", "", "`*_[]<>|~&#!\\\n")) == re.sub(
        r"\\[\\`*_\[\]<>|~&#!]", "", shown
    )
    assert re.sub(r"\\(?=[\\`*_\[\]<>|~&#!])(.)", r"\1", shown) == " ".join(text.split())


def test_a_sender_cannot_draw_a_link_or_break_a_cell() -> None:
    assert markdown_text("a|b\n[x](http://y) <img>") == r"a\|b \[x\](http://y) \<img\>"
