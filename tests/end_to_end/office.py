"""Driving the product from outside: its command line on a data folder of its own, and what it leaves there."""

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb

from back_office_pipelines.cli.main import main
from tests.scenario import ROOT

AS_OF = "2026-11-20T12:00:00Z"
WALL_CLOCK = {"recorded_at", "run_id"}
"""Columns that may differ between two runs with the same as-of time: ledger times and run ids."""

RUNS = "controls.runs"
"""What happened to the machine rather than to the data: every run is a row of its own, a killed one a row more."""

Rows = dict[str, list[str]]


@dataclass(frozen=True)
class Outside:
    """A back office seen from outside.

    Attributes:
        data: its data folder.
        inbox: where its batches arrive.
        postgres_url: external database; None for the embedded one.
        admin_url: the role that owns its schema; None for no other one.
    """

    data: Path
    inbox: Path
    postgres_url: str | None = None
    admin_url: str | None = None

    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("BACK_OFFICE_")}
        urls = {"BACK_OFFICE_POSTGRES_URL": self.postgres_url, "BACK_OFFICE_POSTGRES_ADMIN_URL": self.admin_url}
        external = {name: url for name, url in urls.items() if url}
        return inherited | {"BACK_OFFICE_DATA": str(self.data), "DAGSTER_HOME": str(ROOT)} | external

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "back_office_pipelines.cli.main", *arguments]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*arguments),
            cwd=ROOT,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def call(self, *arguments: str, expect: int = 0) -> str:
        """Run a command in this process, which spares the seconds its imports take."""
        output = io.StringIO()
        code: str | int | None = 0
        with (
            mock.patch.dict(os.environ, self.environment(), clear=True),
            mock.patch.object(sys, "argv", ["back-office", *arguments]),
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(output),
        ):
            try:
                main()
            except SystemExit as end:
                code = end.code
        assert (code or 0) == expect, output.getvalue()
        return output.getvalue()

    def run(self, as_of: str = AS_OF, expect: int = 0) -> str:
        return self.call(*self.run_arguments(as_of), expect=expect)

    def run_arguments(self, as_of: str = AS_OF) -> tuple[str, ...]:
        return ("run", "--inbox", str(self.inbox), "--as-of", as_of)

    def run_alone(self) -> None:
        """Run in a process of its own, as from a shell."""
        process = self.start(*self.run_arguments())
        output, _ = process.communicate(timeout=300)
        assert process.returncode == 0, output

    def worklist(self) -> list[dict[str, str]]:
        path = self.data / "worklist.json"
        self.call("worklist", "--format", "json", "--out", str(path))
        return list(json.loads(path.read_text(encoding="utf-8")))

    def query(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.data / "warehouse" / "back_office.duckdb"), read_only=True) as connection:
            return connection.execute(sql, parameters).fetchall()

    def warehouse_rows(self) -> Rows:
        """Every row of every published table, but for the history of runs and the columns of the wall clock."""
        tables = self.query(
            "SELECT table_schema, table_name, list(column_name ORDER BY ordinal_position)"
            " FROM information_schema.columns WHERE table_schema IN ('controls', 'records', 'measures') GROUP BY ALL"
        )
        found: Rows = {}
        for schema, table, columns in tables:
            if f"{schema}.{table}" == RUNS:
                continue
            kept = ", ".join(f'"{name}"' for name in columns if name not in WALL_CLOCK)
            found[f"{schema}.{table}"] = sorted(map(repr, self.query(f"SELECT {kept} FROM {schema}.{table}")))
        return found

    def runs_without_an_end(self) -> list[tuple[Any, ...]]:
        """Runs that made what the warehouse shows, and of which it does not know how they ended."""
        return self.query(
            "SELECT DISTINCT run_id FROM controls.materializations ANTI JOIN controls.runs USING (run_id)"
        )

    def lake_files(self) -> list[str]:
        return sorted(str(path.relative_to(self.data)) for path in (self.data / "lake").rglob("*.parquet"))

    def deliveries(self) -> Mapping[str, bytes]:
        folder = self.data / "deliveries"
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def servers(self) -> str:
        """Processes of its database server that still live."""
        return subprocess.run(
            ["pgrep", "-af", f"{self.data}/postgres"], capture_output=True, text=True, check=False
        ).stdout
