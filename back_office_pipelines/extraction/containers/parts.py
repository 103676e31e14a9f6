"""The parts of a file: itself, and where it is an e-mail or archive everything inside it, down to a depth.

What belongs here: what is a container, the path of a member, and what becomes of a container that cannot be opened.
What does not: how one is opened (`archive`, `mail`) and how much of it (`limits`). An e-mail without attachments is a
document by its own text; every other container is none once its members are.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from back_office_pipelines.extraction.containers.archive import archive_members
from back_office_pipelines.extraction.containers.limits import Budget, Limits, TooLargeError
from back_office_pipelines.extraction.containers.mail import TextPart, mail_parts, outlook_parts
from back_office_pipelines.extraction.media import media_type
from back_office_pipelines.extraction.text.message import LongHeaderError
from back_office_pipelines.intake.parts import Part, Refusal

LEFT_BY_PROGRAMS = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
"""What archiving programs add to what people meant to send."""
NAMES = {"email": "an e-mail", "msg": "an Outlook message", "zip": "an archive"}
MESSAGES = {"email": mail_parts, "msg": outlook_parts}


def open_parts(content: bytes, limits: Limits | None = None) -> Iterator[Part]:
    """Yield the parts of a file, innermost first, and last the file itself.

    Args:
        content: bytes of the file.
        limits: how much is opened; None for the usual.
    """
    yield from _opened(Part(None, content), Budget(limits) if limits else Budget(), 0, {})


def _opened(part: Part, budget: Budget, depth: int, names: dict[str, int]) -> Iterator[Part]:
    """Yield the parts inside a part, then the part itself, with its role and what was refused in it.

    Args:
        part: a file or a part of one.
        budget: what may still be opened.
        depth: how many containers it lies in.
        names: how often each member path was met in the whole file, so that no two parts share one.
    """
    kind = _container(part)
    if kind is None:
        yield part
        return
    if depth == budget.limits.depth:
        what = f"a container inside {depth} others"
        yield replace(part, role="container", refusals=(_limit(what, f"at most {depth} inside each other"),))
        return
    refusals: list[Refusal] = []
    documents = 0
    try:
        for found in _members(part.content, kind, budget):
            if isinstance(found, Refusal):
                refusals.append(replace(found, member=_storable(found.member)))
                continue
            inner = replace(found, member=_unique(_place(part.member, _storable(str(found.member))), names))
            documents += inner.role == "document"
            yield from _opened(inner, budget, depth + 1, names)
    except TooLargeError as problem:
        refusals.append(replace(problem.refusal, member=_storable(problem.refusal.member)))
    except LongHeaderError as problem:
        refusals.append(_limit(str(problem), "headers as mail programs write them"))
    except RecursionError:
        refusals.append(_limit(f"{NAMES[kind]} nested deeper than one can be opened", "parts that lie side by side"))
    is_container = kind == "zip" or documents > 0 or bool(refusals)
    yield replace(part, role="container" if is_container else part.role, refusals=_told_once(refusals))


def _container(part: Part) -> str | None:
    if part.role != "document" or isinstance(part, TextPart):
        return None
    media = media_type(part.content)
    return media if media in {"zip", "email", "msg"} else None


def _members(content: bytes, kind: str, budget: Budget) -> Iterator[Part | Refusal]:
    if kind in MESSAGES:
        yield from MESSAGES[kind](content, budget)
        return
    for found in archive_members(content, budget):
        if isinstance(found, Refusal):
            yield found
        else:
            name, inside = found
            added = name.startswith(LEFT_BY_PROGRAMS) or name.rpartition("/")[2] in LEFT_BY_PROGRAMS
            yield Part(name, inside, "aside" if added else "document")


def _place(outer: str | None, name: str) -> str:
    return name if outer is None else f"{outer}/{name}"


def _unique(name: str, names: dict[str, int]) -> str:
    """Return a member path that no other part of the file has: those of one name are told apart by their order."""
    names[name] = names.get(name, 0) + 1
    return name if names[name] == 1 else _unique(f"{name} ({names[name]})", names)


def _storable(name: str) -> str:
    """Return a name as text that can be stored: control characters, NUL and lone surrogates become escapes."""
    text = name.encode(errors="surrogateescape").decode(errors="backslashreplace") if _odd(name) else name
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def _odd(name: str) -> bool:
    return any("\ud800" <= one <= "\udfff" for one in name)


def _told_once(refusals: list[Refusal]) -> tuple[Refusal, ...]:
    """Keep one refusal a member: two members of one name are one finding."""
    by_member: dict[str, Any] = {}
    for one in refusals:
        by_member.setdefault(one.member, one)
    return tuple(by_member.values())


def _limit(observed: str, expected: str) -> Refusal:
    return Refusal("", "LIMIT_EXCEEDED", observed, expected)
