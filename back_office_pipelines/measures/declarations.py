"""Declarations of the tables that measures read and derive, as the same `Table` that the lake and warehouse use.

What belongs here: reading `inputs.yaml`, `derived.yaml` and `completed.yaml`. What does not: the measures themselves
(`registry`), the fixed tables of the lake (`storage/tables`).
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any

from ruamel.yaml import YAML

from back_office_pipelines.storage.tables import Column, Table, fixed_tables

SCHEMA = "controls"


@cache
def input_tables() -> Mapping[str, Table]:
    """Return the tables the caller fills as wholes of schema `controls`, by name."""
    return {name: _table(name, block) for name, block in read_yaml("inputs.yaml").items()}


@cache
def derived_tables() -> Mapping[str, Table]:
    """Return the tables of schema `controls` that every publish derives, by name."""
    return {name: _table(name, block) for name, block in read_yaml("derived.yaml").items()}


@cache
def published_tables() -> Mapping[str, Table]:
    """Return the tables that come from the lake as the warehouse shows them: some get columns at every publish."""
    more = read_yaml("completed.yaml")
    return {
        name: replace(table, columns=(*table.columns, *columns(more.get(name, {}))))
        for name, table in fixed_tables().items()
    }


def read_yaml(file_name: str) -> Mapping[str, Any]:
    """Return the content of a YAML file of this package."""
    content: Mapping[str, Any] = YAML(typ="safe", pure=True).load(read_text(file_name))
    return content


def read_text(file_name: str) -> str:
    """Return the text of a file of this package."""
    return resources.files(__package__).joinpath(file_name).read_text(encoding="utf-8")


def columns(specs: Mapping[str, Mapping[str, Any]]) -> tuple[Column, ...]:
    """Return columns declared as name: {type, comment, precision, scale}."""
    return tuple(Column(name, **spec) for name, spec in specs.items())


def _table(name: str, block: Mapping[str, Any]) -> Table:
    return Table(name, block["comment"], tuple(block["key"]), columns(block["columns"]))
