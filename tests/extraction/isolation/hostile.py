"""A reader and an opener that do what a file tells them: hang, eat memory, crash, fail. Run in workers by the tests."""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.extraction.containers.parts import open_parts
from back_office_pipelines.extraction.model import ExtractedRecord, Extraction, FieldValue, Finding
from back_office_pipelines.intake.parts import Part

READER = f"{__name__}:obey"
OPENER = f"{__name__}:open_as_told"
TELL = b"X-Do: "
"""Start of a file that tells its opener what to do; it begins like an e-mail, so that it is handed to one."""
HELD: list[bytes] = []


def obey(content: bytes, name: str, dictionary: Dictionary, *, ignore_embedded_xml: bool = False) -> Extraction:
    """Do what the document says; `ok` is a document with one record that says which process read it."""
    word, _, rest = content.decode().partition(" ")
    DEEDS[word](rest)
    return read(rest or name, os.getpid())


def open_as_told(content: bytes) -> Iterator[Part]:
    """Give a part, then do what the file says; every other file is opened as it should be."""
    if content.startswith(TELL):
        yield Part("first.csv", b"a;b\n1;2\n")
        word, _, rest = content.removeprefix(TELL).decode().partition(" ")
        if word == "lie":
            yield LIES[rest]
        else:
            DEEDS[word](rest)
    yield from open_parts(content)


LIES: Mapping[str, Part] = {
    "twice": Part("first.csv", b""),
    "surrogate": Part("\ud800", b""),
    "newline": Part("a\nb", b""),
    "role": Part("x", b"", role="king"),  # type: ignore[arg-type]
}


def read(name: str, process: int) -> Extraction:
    value = FieldValue("invoice_number", name, 0.9, "text_layer", page=1, box=(1.0, 2.0, 1 / 3, float("inf")))
    return Extraction("ok", records=(ExtractedRecord("invoice", 1, (value,)),), findings=(Finding("X", str(process)),))


def compute_for_ever(_: str) -> None:
    while True:
        pass


def eat(megabytes: str) -> None:
    HELD.extend(b"x" * 1_000_000 for _ in range(int(megabytes)))


def crash_unless_fresh(marker: str) -> None:
    """Die as if somebody had killed the process, the first time only."""
    path = Path(marker)
    if path.exists():
        path.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def nest(_: str) -> None:
    nest(_)


def fail(_: str) -> None:
    raise KeyError(object())


DEEDS: Mapping[str, Callable[[str], None]] = {
    "ok": lambda _: None,
    "wait": lambda _: signal.pause(),
    "compute": compute_for_ever,
    "eat": eat,
    "slow": lambda _: sum(range(5_000_000)) and None,
    "abort": lambda _: os.abort(),
    "segfault": lambda _: os.kill(os.getpid(), signal.SIGSEGV),
    "leave": lambda _: os._exit(3),
    "killed": crash_unless_fresh,
    "nest": nest,
    "fail": fail,
}
