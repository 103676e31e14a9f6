"""What is wrong with a file, in words: validation errors as sentences, with the nearest key that exists.

What belongs here: turning what pydantic reports into our sentences, and one error for several of them. What does not:
the rules themselves (`loader`, `taxonomy`, `versions`).
"""

import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from back_office_pipelines.errors import DictionaryProblemsError

AS_WRITTEN: Mapping[str, str] = {"identity": "dictionary"}
"""Keys of the file that are called otherwise in the model."""


def refuse(thing: str, problems: Iterable[str], remedy: str = "correct the entry") -> None:
    """Raise one error for all problems, if there are any.

    Raises:
        DictionaryProblemsError: there are.
    """
    found = tuple(dict.fromkeys(problems))
    if found:
        raise DictionaryProblemsError(thing, found, remedy)


def sentences(problem: ValidationError, model: type[BaseModel]) -> Iterator[str]:
    """Yield one sentence for each thing that a model refuses: where, and what."""
    for error in problem.errors():
        place = [str(AS_WRITTEN.get(str(part), part)) for part in error["loc"]]
        if error["type"] == "extra_forbidden":
            where = ".".join(place[:-1]) or "top level"
            yield f"{where}: unknown key {place[-1]!r}{nearest(place[-1], known_keys(model, error['loc'][:-1]))}"
        elif error["type"] == "missing":
            yield f"{'.'.join(place[:-1]) or 'top level'}: key {place[-1]!r} is missing"
        else:
            yield f"{'.'.join(place) or 'top level'}: {_plain(error['msg'])}"


_PLAIN: Mapping[str, str] = {
    "Value error, ": "",
    "Input should be": "must be",
    "greater than or equal to": "at least",
    "a valid tuple": "a list",
    "a valid string": "text (quote it)",
    "a valid dictionary": "a mapping",
    "a valid mapping": "a mapping",
    "an instance of Mapping": "a mapping",
    "String should match pattern": "must match",
}


def _plain(message: str) -> str:
    for technical, plain in _PLAIN.items():
        message = message.replace(technical, plain)
    return message


def known_keys(model: type[BaseModel], place: Sequence[str | int]) -> tuple[str, ...]:
    """Return the keys that may stand at a place of a file; none where names are free."""
    annotation: Any = model
    for part in place:
        annotation = _inside(annotation, str(part))
    blocks = [one for one in _alternatives(annotation) if isinstance(one, type) and issubclass(one, BaseModel)]
    return tuple(AS_WRITTEN.get(name, name) for block in blocks for name in block.model_fields)


def _inside(annotation: Any, key: str) -> Any:
    for one in _alternatives(annotation):
        if isinstance(one, type) and issubclass(one, BaseModel) and key in one.model_fields:
            return one.model_fields[key].annotation
        if get_args(one) and get_origin(one) is not None:
            return get_args(one)[0 if get_origin(one) is tuple else -1]
    return None


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) is Annotated:
        return _alternatives(get_args(annotation)[0])
    if get_origin(annotation) in {Union, types.UnionType}:
        return tuple(inner for one in get_args(annotation) for inner in _alternatives(one))
    return (annotation,)


def nearest(key: str, known: Sequence[str]) -> str:
    """Return what a sentence about an unknown name ends with: the nearest name there is, else all of them."""
    near = get_close_matches(key, known, n=1, cutoff=0.5)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; known are {', '.join(sorted(known))}" if known else ""
