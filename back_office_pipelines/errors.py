"""The one family of errors this product raises on purpose.

Every message is one sentence of three parts: the thing, the culprit, the remedy. Failures *in the data* are not
errors: they become exceptions (rows) with a reason code. What is raised here stops a command.
"""


class BackOfficeError(Exception):
    """Base of all our errors.

    Args:
        thing: what was being dealt with ("field dictionary ap_invoices/1.0.0").
        culprit: what exactly is wrong with it ("field 'total' has no type").
        remedy: what the reader can do ("add 'type:' with one of …").
    """

    exit_code = 2

    def __init__(self, thing: str, culprit: str, remedy: str) -> None:
        self.thing = thing
        self.culprit = culprit
        self.remedy = remedy
        super().__init__(f"{thing}: {culprit}; {remedy}.")


class SettingsError(BackOfficeError):
    """A setting is missing or cannot be used."""


class DictionaryError(BackOfficeError):
    """A field dictionary or exhibit breaks its format."""


class DictionaryProblemsError(DictionaryError):
    """A field dictionary or exhibit breaks its format in one place or several.

    Attributes:
        problems: a sentence for each; the message has the first and says how many more there are.
    """

    def __init__(self, thing: str, problems: tuple[str, ...], remedy: str) -> None:
        self.problems = problems
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(thing, f"{problems[0]}{more}", remedy)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Every problem as a sentence of its own: thing, culprit, remedy."""
        return tuple(f"{self.thing}: {problem}; {self.remedy}." for problem in self.problems)


class UsageError(BackOfficeError):
    """A command was called with something it cannot work on."""


class DatabaseError(BackOfficeError):
    """The operational database cannot be started, reached or used."""


class LedgerError(BackOfficeError):
    """The ledger refuses an entry, or what it holds does not fit together."""


class AlreadyRecordedError(LedgerError):
    """An act that can stand in the ledger only once stands there already."""


class RefusedActError(BackOfficeError):
    """Somebody asked for an act that what is known does not allow yet."""

    exit_code = 1


class StateError(BackOfficeError):
    """A record or exception was asked for a move that its transition table does not have."""


class LakeError(BackOfficeError):
    """A table of the lake is missing, damaged, or does not have its declared columns."""


class StorageError(BackOfficeError):
    """The disk refuses to keep a file: it is full, or may not be written."""

    exit_code = 3


class WorkerError(BackOfficeError):
    """No worker process can be started to read documents in."""


class RunFailedError(BackOfficeError):
    """A run of the pipeline failed; its cause stands in Dagster's event log."""

    exit_code = 3
