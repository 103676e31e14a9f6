"""Verification of the whole back office: chain, checkpoints, lake and vault against what the ledger says.

Finds edits, deletions, reorderings and truncations of checkpointed entries, and every lake or vault file that is
missing or no longer has the content the ledger names. Files are read and hashed again; nothing is taken on trust.
"""

from collections.abc import Iterator, Mapping

from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.publication import OFFICE
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.types import record_table
from back_office_pipelines.errors import LakeError
from back_office_pipelines.ledger.checkpoints import disagreements, read_checkpoints
from back_office_pipelines.ledger.entries import Entry
from back_office_pipelines.ledger.state import Materialization, materialization_of
from back_office_pipelines.measures.registry import measures
from back_office_pipelines.storage.tables import Table, fixed_tables


def verify_office(office: Office) -> list[str]:
    """Return one sentence for everything that is not as the ledger says; none for an intact back office."""
    problems = office.ledger.verify()
    entries = office.ledger.entries()
    checkpoints = read_checkpoints(office.settings.checkpoints)
    problems += disagreements(checkpoints, {entry.seq: entry.hash for entry in entries})
    dictionaries = office.bound_dictionaries()
    for entry in entries:
        if entry.kind == "materialization":
            problems += _materialization_problems(office, materialization_of(entry), dictionaries)
        elif entry.kind == "publication":
            problems += _publication_problems(office, entry)
    return problems


def _materialization_problems(
    office: Office, made: Materialization, dictionaries: Mapping[str, Dictionary]
) -> Iterator[str]:
    dictionary = dictionaries[made.dictionary_fingerprint]
    records = {table.name: table for table in (record_table(dictionary, name) for name in dictionary.records)}
    for name, written in made.writes.items():
        table = records.get(name) or fixed_tables()[name]
        yield from _table_problems(office, table, (made.lane, made.batch_id), written.hash)
        if name == "documents":
            yield from _vault_problems(office, made.lane, made.batch_id, written.hash)


def _publication_problems(office: Office, entry: Entry) -> Iterator[str]:
    number = str(entry.payload["number"])
    for name, kept in entry.payload["measures"].items():
        yield from _table_problems(office, measures()[name].table, (OFFICE, number), kept["hash"])


def _table_problems(office: Office, table: Table, key: tuple[str, str], expected: str) -> Iterator[str]:
    try:
        office.lake.read(table, *key, expected)
    except LakeError as problem:
        yield str(problem)


def _vault_problems(office: Office, lane: str, batch_id: str, documents: str) -> Iterator[str]:
    try:
        rows = office.lake.read(fixed_tables()["documents"], lane, batch_id, documents)
    except LakeError:
        return  # told already, as a problem of the table
    for row in rows:
        try:
            office.vault.read(row["content_hash"])
        except LakeError as problem:
            yield str(problem)
