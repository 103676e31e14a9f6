"""What all commands share: opening the back office, and telling people what went wrong in one sentence."""

import contextlib
import os
import pwd
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console

from back_office_pipelines.chain.office import Office
from back_office_pipelines.cli.logs import libraries_logged_to
from back_office_pipelines.cli.schema import ensure_schema
from back_office_pipelines.clock import now, parse_moment
from back_office_pipelines.errors import UsageError
from back_office_pipelines.extraction.isolation.pool import process_workers
from back_office_pipelines.settings import Settings, load_settings
from back_office_pipelines.storage.server import database, with_search_path

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)

POSTGRES_VARIABLE = "BACK_OFFICE_POSTGRES_URL"
DAGSTER_POSTGRES_VARIABLE = "BACK_OFFICE_DAGSTER_POSTGRES_URL"
DAGSTER_STORAGE_VARIABLE = "BACK_OFFICE_DAGSTER_STORAGE"
LONGEST_NAME = 80


@contextlib.contextmanager
def opened_office(settings: Settings | None = None) -> Iterator[Office]:
    """Open the back office: database running, schema up to date, the environment set for Dagster."""
    settings = settings or load_settings()
    with libraries_logged_to(settings.log_file), database(settings) as url:
        for sentence in ensure_schema(settings, url):
            err.print(sentence, markup=False)
        with (
            _environment(dagster_environment(settings, url)),
            contextlib.closing(process_workers()),
            contextlib.closing(Office.open(settings, url)) as office,
        ):
            yield office


@contextlib.contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables of this process and its children; afterwards nobody takes an ended server for an external one."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def dagster_environment(settings: Settings, url: str) -> dict[str, str]:
    """Return the variables that `dagster.yaml` and the code location read."""
    settings.dagster_storage.mkdir(parents=True, exist_ok=True)
    return {
        POSTGRES_VARIABLE: url,
        DAGSTER_POSTGRES_VARIABLE: with_search_path(url, "dagster"),
        DAGSTER_STORAGE_VARIABLE: str(settings.dagster_storage),
        "DAGSTER_HOME": str(settings.dagster_home),
        "BACK_OFFICE_DATA": str(settings.data),
        "BACK_OFFICE_DICTIONARIES": str(settings.dictionaries),
        "BACK_OFFICE_LANES": ",".join(sorted(settings.lanes or ())),
        "BACK_OFFICE_SIGNING_KEY": str(settings.signing_key or ""),
        "BACK_OFFICE_VERIFY_KEY": str(settings.verify_key or ""),
    }


def as_of_or_now(text: str | None) -> datetime:
    """Return the as-of time of an invocation: what `--as-of` says, else now."""
    return parse_moment(text, "--as-of") if text else now()


@dataclass(frozen=True)
class Acting:
    """Who an invocation acts for, and who sits at the keyboard; the same person unless `--actor` names another."""

    actor: str
    submitter: str


def acting_for(name: str | None) -> Acting:
    """Return who an invocation acts for: the person `--actor` names, else the one at the keyboard.

    Raises:
        UsageError: the name is empty, too long, or holds no letter or something that cannot be seen.
    """
    at_keyboard = submitter()
    if name is None:
        return Acting(at_keyboard, at_keyboard)
    actor = name.strip()
    if not actor or len(actor) > LONGEST_NAME or not actor.isprintable() or not any(map(str.isalpha, actor)):
        raise UsageError("--actor", f"{name!r} is no name", f"write a person's name, up to {LONGEST_NAME} characters")
    return Acting(actor, at_keyboard)


def submitter() -> str:
    """Return the person at the keyboard, as the operating system knows them; environment variables play no part."""
    user = os.getuid()
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:  # containers often run as a user without a name
        return f"uid {user}"
