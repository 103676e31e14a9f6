"""The progress bar of commands that take a while: on a terminal only, so that logs stay plain."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from back_office_pipelines.cli.console import err

T = TypeVar("T")


def with_progress(things: Sequence[T], name: str, called: Callable[[T], str]) -> Iterator[T]:
    """Yield things one after the other; the bar says which one is at work and how many are done.

    Args:
        things: to be worked on.
        name: what they are, before the first.
        called: how people name one of them.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal) as progress:
        task = progress.add_task(name, total=len(things))
        for thing in things:
            progress.update(task, description=called(thing))
            yield thing
            progress.advance(task)
