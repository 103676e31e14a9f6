"""The registry of measures: title, definition version, minimum n, columns and SQL of each.

What belongs here: reading `registry.yaml` and the SQL beside it. What does not: running the SQL (`compute`).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from back_office_pipelines.measures.declarations import columns, read_text, read_yaml
from back_office_pipelines.storage.tables import Table

SCHEMA = "measures"


@dataclass(frozen=True)
class Measure:
    """One KPI definition.

    Attributes:
        name: name of the measure, of its table and of its SQL file.
        title: how people call it.
        definition_version: raised with every change of meaning.
        description: what it measures, of what and when.
        minimum_n: below this n a row is flagged `small_n`.
        table: declaration of `measures.<name>`.
        sql: the query; its columns are those of the table, in any order.

    """

    name: str
    title: str
    definition_version: int
    description: str
    minimum_n: int
    table: Table
    sql: str

    @property
    def sql_hash(self) -> str:
        """Return the sha256 of the query and the macros it may call: evidence of the formula used."""
        return hashlib.sha256((read_text("macros.sql") + self.sql).encode()).hexdigest()


@cache
def measures() -> Mapping[str, Measure]:
    """Return every registered measure by name, in the order in which they are computed."""
    registry = read_yaml("registry.yaml")
    return {name: _measure(name, block, registry) for name, block in registry["measures"].items()}


@cache
def minimum_n() -> Mapping[str, int]:
    """Return the registered minima by kind of figure: `rate`, `p90`, `count`."""
    return dict(read_yaml("registry.yaml")["minimum_n"])


def _measure(name: str, block: Mapping[str, Any], registry: Mapping[str, Any]) -> Measure:
    specs = {**registry["grain"], **block["columns"], **registry["evidence"]}
    if block.get("interval", True):
        specs |= registry["interval"]
    version = block["definition_version"]
    comment = f"{block['title']} (definition {version}): {block['description']}"
    return Measure(
        name=name,
        title=block["title"],
        definition_version=version,
        description=block["description"],
        minimum_n=registry["minimum_n"][block["minimum_n"]],
        table=Table(name, comment, (*registry["grain"], *block.get("key", ())), columns(specs)),
        sql=read_text(f"{name}.sql"),
    )
