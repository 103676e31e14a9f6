"""The cause of a failed step, as one sentence."""

import errno

import pytest
from dagster._utils.error import SerializableErrorInfo  # what Dagster keeps of an error; it exports no name for it

from back_office_pipelines.defs.runs import cause_of


def kept(message: str, cause: SerializableErrorInfo | None = None) -> SerializableErrorInfo:
    return SerializableErrorInfo(message, [], "Error", cause)


DISK = kept(f"OSError: [Errno {errno.ENOSPC}] No space left on device\n")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (None, "no error was kept"),
        (DISK, "OSError: [Errno 28] No space left on device"),
        (kept("DagsterExecutionStepExecutionError: step\n", DISK), "OSError: [Errno 28] No space left on device"),
        (
            kept(
                "Dagster: step\n",
                kept("back_office_pipelines.errors.StorageError: file x: is full; make room.\n", DISK),
            ),
            "file x: is full; make room.",
        ),
    ],
)
def test_an_error_of_our_own_says_everything_and_another_is_asked_for_its_cause(
    error: SerializableErrorInfo | None, sentence: str
) -> None:
    assert cause_of(error) == sentence
