"""Settings: read once from the environment (and `.env`), passed on as a frozen value.

What belongs here: the names and defaults of environment variables and the folders derived from them. What does not:
anything an operations person would change per lane or client; that is a dictionary or an exhibit.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from back_office_pipelines.errors import SettingsError


@dataclass(frozen=True)
class Settings:
    """Where this back office lives. Two different `data` folders are two independent back offices.

    Attributes:
        data: everything the product writes lies below it (`BACK_OFFICE_DATA`).
        dictionaries: field dictionaries and client exhibits (`BACK_OFFICE_DICTIONARIES`).
        dagster_home: folder of `dagster.yaml` (`DAGSTER_HOME`).
        postgres_url: external operational database, or None for the embedded one (`BACK_OFFICE_POSTGRES_URL`).
        admin_postgres_url: role that may change the schema, or None for the same one.
        lanes: names of the lanes in use, or None for all (`BACK_OFFICE_LANES`, comma-separated).
        other_reference: reference tables a command names instead of those below `data`.
        signing_key: private Ed25519 key that signs checkpoints, or None for none (`BACK_OFFICE_SIGNING_KEY`).
        verify_key: public keys that checkpoints are checked with, or None for the signing key's public half
            (`BACK_OFFICE_VERIFY_KEY`).
    """

    data: Path
    dictionaries: Path
    dagster_home: Path
    postgres_url: str | None = None
    admin_postgres_url: str | None = None
    lanes: frozenset[str] | None = None
    other_reference: Path | None = None
    signing_key: Path | None = None
    verify_key: Path | None = None

    @property
    def inbox(self) -> Path:
        """Where batches arrive unless a command names another inbox."""
        return self.data / "inbox"

    @property
    def reference(self) -> Path:
        """Reference tables of clients."""
        return self.other_reference or self.data / "reference"

    @property
    def vault(self) -> Path:
        """Content-addressed copies of every source file received."""
        return self.data / "vault"

    @property
    def lake(self) -> Path:
        """Content-addressed Parquet tables."""
        return self.data / "lake"

    @property
    def archive(self) -> Path:
        """Tables of retired batches, many in one Parquet file."""
        return self.data / "archive"

    @property
    def warehouse(self) -> Path:
        """Published DuckDB files."""
        return self.data / "warehouse"

    @property
    def checkpoints(self) -> Path:
        """Checkpoints of the ledger, outside the database."""
        return self.data / "checkpoints"

    @property
    def secret(self) -> Path:
        """Secret of this back office that salts Merkle trees; without it their roots cannot be computed again."""
        return self.data / "secrets" / "merkle"

    @property
    def deliveries(self) -> Path:
        """Delivery files per client."""
        return self.data / "deliveries"

    @property
    def worklists(self) -> Path:
        """Worklists per lane and batch."""
        return self.data / "worklists"

    @property
    def evidence(self) -> Path:
        """Evidence pages per lane and batch."""
        return self.data / "evidence"

    @property
    def postgres(self) -> Path:
        """Folder of the embedded database server."""
        return self.data / "postgres"

    @property
    def log_file(self) -> Path:
        """What libraries logged while commands worked."""
        return self.data / "logs" / "back-office.log"

    @property
    def dagster_storage(self) -> Path:
        """Dagster's logs and artifacts."""
        return self.data / "dagster"


def load_settings(environment: Mapping[str, str] | None = None, root: Path | None = None) -> Settings:
    """Read the settings from the environment, with `.env` of the root folder below it.

    Args:
        environment: defaults to the process environment.
        root: folder that relative paths and `.env` belong to; defaults to the current folder.

    Raises:
        SettingsError: `.env` has a line that is no `NAME=value`, or the dictionaries folder does not exist.
    """
    root = (root or Path.cwd()).resolve()
    values = read_env_file(root / ".env") | dict(os.environ if environment is None else environment)

    def path(name: str, default: str) -> Path:
        return (root / Path(values.get(name) or default).expanduser()).resolve()

    dictionaries = path("BACK_OFFICE_DICTIONARIES", "field_dictionaries")
    if not dictionaries.is_dir():
        raise SettingsError(
            "setting BACK_OFFICE_DICTIONARIES",
            f"folder {dictionaries} does not exist",
            "run from the repository's root or set the variable to the folder of field dictionaries",
        )
    lanes = frozenset(name.strip() for name in values.get("BACK_OFFICE_LANES", "").split(",") if name.strip())
    return Settings(
        data=path("BACK_OFFICE_DATA", "data"),
        dictionaries=dictionaries,
        dagster_home=path("DAGSTER_HOME", "."),
        postgres_url=values.get("BACK_OFFICE_POSTGRES_URL") or None,
        admin_postgres_url=values.get("BACK_OFFICE_POSTGRES_ADMIN_URL") or None,
        lanes=lanes or None,
        signing_key=path("BACK_OFFICE_SIGNING_KEY", "") if values.get("BACK_OFFICE_SIGNING_KEY") else None,
        verify_key=path("BACK_OFFICE_VERIFY_KEY", "") if values.get("BACK_OFFICE_VERIFY_KEY") else None,
    )


def read_env_file(path: Path) -> dict[str, str]:
    """Return the `NAME=value` pairs of a `.env` file; an absent file has none. Quotes around a value are dropped.

    Raises:
        SettingsError: a line is neither empty, a comment, nor `NAME=value`.
    """
    if not path.is_file():
        return {}
    pairs: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.removeprefix("export ").partition("=")
        if not equals or not name.strip().isidentifier():
            raise SettingsError(f"{path}, line {number}", f"{text!r} is no NAME=value", "correct or remove the line")
        pairs[name.strip()] = value.strip().strip("\"'")
    return pairs
