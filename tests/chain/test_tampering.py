"""Two hundred random tamperings with a small back office: `audit verify` finds every one, or Postgres refuses it.

Each is undone: what a superuser does to the ledger lies in a transaction that is rolled back, files are put back.
"""

import json
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg2
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from psycopg2 import extensions

from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.publication import finish_publication, publish
from back_office_pipelines.chain.registration import register_inbox
from back_office_pipelines.chain.sealed import files_gone
from back_office_pipelines.chain.steps import Step, run_step
from back_office_pipelines.chain.verification import verify_office
from back_office_pipelines.errors import SettingsError
from back_office_pipelines.extraction.extractor import InProcess
from back_office_pipelines.intake.inbox import Arrival
from back_office_pipelines.ledger.chain import GENESIS, Link, row_hash
from back_office_pipelines.ledger.connections import Connections
from back_office_pipelines.ledger.ledger import Ledger
from back_office_pipelines.ledger.state import STAGES
from back_office_pipelines.ledger.upgrade import role_of, upgrade
from back_office_pipelines.samples import showcase, write_world
from back_office_pipelines.settings import Settings
from back_office_pipelines.storage.server import libpq_url
from tests.ledger.test_signing import private_key
from tests.scenario import NOON, ROOT

pytestmark = pytest.mark.server
LANE = "ap_invoices"
SOURCES = 2
"""Files of the batch."""
TAMPERINGS = 200


@dataclass(frozen=True)
class World:
    """A small office: one batch walked to its release, published twice, checkpoints signed; and who can reach it."""

    office: Office
    superuser: str
    application: str

    def files(self, folder: str, pattern: str) -> list[Path]:
        return sorted(path for path in (self.office.settings.data / folder).glob(pattern) if path.is_file())


class OneConnection(Connections):
    """Every call works inside one open transaction, so verification sees what was not committed."""

    def __init__(self, connection: extensions.connection) -> None:
        super().__init__("")
        self._one = connection

    @contextmanager
    def transaction(self) -> Iterator[extensions.connection]:
        yield self._one


@pytest.fixture(scope="module")
def world(postgres_url: str, application_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("tampering")
    with closing(psycopg2.connect(libpq_url(postgres_url))) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("CREATE DATABASE tampering")
    superuser, application = (
        libpq_url(url).replace("/back_office?", "/tampering?") for url in (postgres_url, application_url)
    )
    upgrade(superuser, role_of(application))
    settings = Settings(folder / "data", ROOT / "field_dictionaries", ROOT, signing_key=private_key(folder))
    with closing(replace(Office.open(settings, application), extractor=InProcess())) as office:
        inbox = small_inbox(folder)
        register_inbox(office, inbox, NOON, "ada")
        for stage in STAGES:
            arrival = Arrival(LANE, "b1", inbox / LANE / "b1")
            run_step(Step(office, LANE, "b1", NOON, "run", "ada"), stage, arrival)
            if stage in {"intake", "worklist"}:
                publish(office, NOON, "run", "ada")
        yield World(office, superuser, application)
    with closing(psycopg2.connect(libpq_url(postgres_url))) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("DROP DATABASE tampering")


def small_inbox(folder: Path) -> Path:
    """Two invoices, the totals of one of which disagree."""
    samples = write_world(showcase(1, ("wrong_gross",)), folder / "samples").inbox / LANE
    batch = folder / "inbox" / LANE / "b1"
    batch.mkdir(parents=True)
    for source in ("showcase-faulty", "showcase-wire"):
        first = min(path for path in (samples / source).iterdir() if path.suffix == ".xml")
        shutil.copy(first, batch)
    kept = ("client:", "entity:", "channel:", "received_at:")
    lines = (samples / source / "manifest.yaml").read_text(encoding="utf-8").splitlines()
    (batch / "manifest.yaml").write_text("\n".join(line for line in lines if line.startswith(kept)), encoding="utf-8")
    return folder / "inbox"


def test_an_untouched_office_has_no_problems(world: World) -> None:
    assert verify_office(world.office) == []
    assert world.office.ledger.count() > 8
    assert len(world.files("checkpoints", "*.json")) == 2
    assert len(world.files("vault", "*/*")) == SOURCES


def test_an_office_that_signs_does_nothing_more_without_its_key(world: World) -> None:
    without = replace(world.office, settings=replace(world.office.settings, signing_key=None))
    for act in (finish_publication, lambda office: publish(office, NOON, "run", "ada")):
        with pytest.raises(
            SettingsError, match=f"BACK_OFFICE_SIGNING_KEY.*signed up to entry {world.office.ledger.count()}"
        ):
            act(without)


@pytest.mark.parametrize("seed", range(TAMPERINGS))
def test_every_tampering_is_found_or_refused(world: World, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - chosen, not guessed
    tampering = TAMPERINGS_WITH[seed % len(TAMPERINGS_WITH)]
    assert tampering(world, chance), f"{tampering.__name__} of seed {seed} went unnoticed"


def test_a_delivery_file_that_was_moved_away_is_a_notice(world: World) -> None:
    path = world.files("deliveries", "**/*.csv")[0]
    with changed_file(path):
        path.unlink()
        assert verify_office(world.office) == []
        (said,) = files_gone(world.office)
        assert str(path.relative_to(world.office.settings.deliveries)) in said
    assert files_gone(world.office) == []


def test_an_evidence_page_is_held_against_the_entry_that_wrote_it_last(world: World) -> None:
    (path,) = world.files("evidence", "**/*.html")
    text = path.read_text(encoding="utf-8")
    assert "1 held" in text
    with changed_file(path):
        path.write_text(text.replace("1 held", "0 held"), encoding="utf-8")
        (said,) = verify_office(world.office)
        assert str(path) in said
        path.unlink()
        assert verify_office(world.office) == []
        (gone,) = files_gone(world.office)
        assert "evidence page ap_invoices/b1.html" in gone
    stray = path.with_name("b2.html")
    with changed_file(path):
        path.rename(stray)
        assert any(str(stray) in notice for notice in files_gone(world.office))
    stray.unlink()
    assert verify_office(world.office) == files_gone(world.office) == []


def test_every_one_was_undone(world: World) -> None:
    assert verify_office(world.office) == []


# Each tampering below does one thing, returns what was found of it, and undoes it.

ROWS = f"SELECT {', '.join(Link._fields)} FROM ledger.entries ORDER BY seq".replace("payload", "payload::text")
ROWS = ROWS.replace("as_of", "as_of::text").replace("recorded_at", "recorded_at::text")


@contextmanager
def as_superuser(world: World) -> Iterator[tuple[extensions.cursor, list[str]]]:
    """Yield a cursor with the triggers out of the way, and a list that holds what verification says afterwards."""
    found: list[str] = []
    with closing(psycopg2.connect(world.superuser)) as connection, connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
        for table in ("entries", "claims"):
            cursor.execute(f"ALTER TABLE ledger.{table} DISABLE TRIGGER ALL")
        yield cursor, found
        for table in ("entries", "claims"):  # guards that are off would tell by themselves
            for trigger in (f"{table}_are_final", f"{table}_stay"):
                cursor.execute(f"ALTER TABLE ledger.{table} ENABLE ALWAYS TRIGGER {trigger}")
        found += verify_office(replace(world.office, ledger=Ledger(OneConnection(connection))))
        connection.rollback()


def length(cursor: extensions.cursor) -> int:
    cursor.execute("SELECT count(*) FROM ledger.entries")
    return int((cursor.fetchone() or (0,))[0])


def edit(world: World, chance: random.Random) -> list[str]:
    changes = (
        "actor = actor || ' '",
        "actor = 'eve'",
        "lane = coalesce(lane, '') || 'x'",
        "batch_id = CASE WHEN batch_id IS NULL THEN '' END",
        "kind = CASE kind WHEN 'decision' THEN 'run' ELSE 'decision' END",
        "as_of = as_of + interval '1 microsecond'",
        "as_of = 'infinity'",
        "as_of = '0044-03-15 BC'",
        "recorded_at = recorded_at - interval '1 day'",
        "payload = (payload::text || ' ')::json",
        "payload = (payload::jsonb || '{\"x\": 1}')::json",
        "payload = '[]'",
        'payload = \'{"writes": {"documents": []}, "number": 1, "measures": 7}\'',
        "hash = reverse(hash)",
        "prev_hash = reverse(hash)",
        "seq = seq + 1000",
    )
    with as_superuser(world) as (cursor, found):
        cursor.execute(f"UPDATE ledger.entries SET {chance.choice(changes)} WHERE seq = %s", (_any(cursor, chance),))
        assert cursor.rowcount == 1
    return found


def _any(cursor: extensions.cursor, chance: random.Random) -> int:
    return chance.randint(1, length(cursor))


def delete(world: World, chance: random.Random) -> list[str]:
    with as_superuser(world) as (cursor, found):
        cursor.execute("DELETE FROM ledger.entries WHERE seq = %s", (_any(cursor, chance),))
    return found


def truncate(world: World, chance: random.Random) -> list[str]:
    with as_superuser(world) as (cursor, found):
        cursor.execute("DELETE FROM ledger.entries WHERE seq > %s", (chance.randrange(length(cursor)),))
    return found


def reorder(world: World, chance: random.Random) -> list[str]:
    with as_superuser(world) as (cursor, found):
        one, other = chance.sample(range(1, length(cursor) + 1), 2)
        for before, after in ((one, 10_000), (other, one), (10_000, other)):
            cursor.execute("UPDATE ledger.entries SET seq = %s WHERE seq = %s", (after, before))
    return found


def insert(world: World, chance: random.Random) -> list[str]:
    """Put a copy of an entry behind the chain, or make room for it inside."""
    with as_superuser(world) as (cursor, found):
        last, place = length(cursor), _any(cursor, chance)
        for number in range(last, place, -1):
            cursor.execute("UPDATE ledger.entries SET seq = seq + 1 WHERE seq = %s", (number,))
        cursor.execute(
            "INSERT INTO ledger.entries SELECT %s, 'run', lane, batch_id, as_of, actor, '{}', recorded_at, prev_hash,"
            " hash FROM ledger.entries WHERE seq = %s",
            (place + 1, place),
        )
    return found


def replace_chain(world: World, chance: random.Random) -> list[str]:
    """Change or drop an entry and compute every later hash again, so that the chain itself is whole."""
    with as_superuser(world) as (cursor, found):
        cursor.execute(ROWS)
        rows = [Link(*row) for row in cursor.fetchall()]
        place = chance.randrange(len(rows))
        rows[place : place + 1] = chance.choice([[], [rows[place]._replace(actor="eve")]])
        cursor.execute("DELETE FROM ledger.entries")
        before = GENESIS
        for number, row in enumerate(rows, start=1):
            columns = (number, *row[1:8], before)
            before = row_hash(*columns)
            cursor.execute(
                "INSERT INTO ledger.entries VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)", (*columns, before)
            )
    assert not any("was changed" in problem or "follow" in problem for problem in found)
    return found


COPIED_CLAIM = (
    "INSERT INTO ledger.claims OVERRIDING SYSTEM VALUE SELECT -1, lane, client, kind, key || 'x', subject_id, batch_id,"
    " document_id, intake_sequence, detail FROM ledger.claims WHERE claim_seq = %s"
)


def claims(world: World, chance: random.Random) -> list[str]:
    """Remove, add or change a claim that a validation relied on."""
    with as_superuser(world) as (cursor, found):
        cursor.execute("SELECT claim_seq FROM ledger.claims")
        one = chance.choice(cursor.fetchall())
        statement = chance.choice(
            [
                "DELETE FROM ledger.claims WHERE claim_seq = %s",
                "UPDATE ledger.claims SET key = key || 'x' WHERE claim_seq = %s",
                "UPDATE ledger.claims SET subject_id = reverse(subject_id) WHERE claim_seq = %s",
                "UPDATE ledger.claims SET batch_id = 'b0' WHERE claim_seq = %s",
                COPIED_CLAIM,
            ]
        )
        cursor.execute(statement, one)
        assert cursor.rowcount == 1
    assert all("claims of batch ap_invoices/b1" in problem for problem in found)
    return found


def delivery_file(world: World, chance: random.Random) -> list[str]:
    return _edited(world, chance.choice(world.files("deliveries", "**/*")), chance)


def evidence_page(world: World, chance: random.Random) -> list[str]:
    return _edited(world, chance.choice(world.files("evidence", "**/*")), chance)


def _edited(world: World, path: Path, chance: random.Random) -> list[str]:
    """Cut a file that was handed on, add to it, or change one bit of it."""
    content = path.read_bytes()
    place = chance.randrange(len(content))
    acts: list[Callable[[], Any]] = [
        lambda: path.write_bytes(content[:place]),
        lambda: path.write_bytes(content + b"\n"),
        lambda: path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]),
    ]
    return _verify_with(world, path, chance.choice(acts))


def application_sql(world: World, chance: random.Random) -> list[str]:
    table = chance.choice(["entries", "claims"])
    statement = chance.choice(
        [
            "UPDATE ledger.{0} SET lane = 'x'",
            "DELETE FROM ledger.{0}",
            "TRUNCATE ledger.{0}",
            "DROP TABLE ledger.{0}",
            "ALTER TABLE ledger.{0} DISABLE TRIGGER ALL",
            "DROP TRIGGER {0}_stay ON ledger.{0}",
            "DROP SCHEMA ledger CASCADE",
            "SET session_replication_role = replica",
            "SET ROLE back_office",
        ]
    ).format(table)
    with closing(psycopg2.connect(world.application)) as connection, connection.cursor() as cursor:
        try:
            cursor.execute(statement)
        except psycopg2.errors.InsufficientPrivilege as refusal:
            return [str(refusal)]
    return []


@contextmanager
def changed_file(path: Path) -> Iterator[None]:
    content = path.read_bytes()
    try:
        yield
    finally:
        path.write_bytes(content)


def _verify_with(world: World, path: Path, act: Callable[[], Any]) -> list[str]:
    with changed_file(path):
        act()
        return verify_office(world.office)


def lake_file(world: World, chance: random.Random) -> list[str]:
    """Remove, cut, swap or rewrite a file of the lake."""
    files = world.files("lake", "*/*/*/*.parquet")
    path, other = chance.sample(files, 2)

    def rewrite() -> None:
        content = pq.read_table(path, partitioning=None)
        row = pa.Table.from_pylist([dict.fromkeys(content.schema.names)], content.schema)
        changes = [pa.concat_tables([content, row]), content.rename_columns([f"{n}x" for n in content.schema.names])]
        if content.num_rows:
            changes.append(content.slice(1))
        pq.write_table(chance.choice(changes), path)

    acts: list[Callable[[], Any]] = [
        path.unlink,
        lambda: path.write_bytes(path.read_bytes()[: chance.randrange(200)]),
        lambda: path.write_bytes(other.read_bytes()),
        rewrite,
    ]
    return _verify_with(world, path, chance.choice(acts))


def vault_file(world: World, chance: random.Random) -> list[str]:
    path, other = chance.sample(world.files("vault", "*/*"), 2)
    content = path.read_bytes()
    place = chance.randrange(len(content))
    flipped = content[:place] + bytes([content[place] ^ (1 << chance.randrange(8))]) + content[place + 1 :]
    acts: list[Callable[[], Any]] = [
        path.unlink,
        lambda: path.write_bytes(other.read_bytes()),
        lambda: path.write_bytes(flipped),
        lambda: path.write_bytes(content[:place]),
    ]
    return _verify_with(world, path, chance.choice(acts))


def checkpoint_file(world: World, chance: random.Random) -> list[str]:
    path = chance.choice(world.files("checkpoints", "*.json"))
    content = json.loads(path.read_text(encoding="utf-8"))
    forged: list[dict[str, Any] | str] = [
        content | {"entries": content["entries"] - 1},
        content | {"head_hash": content["head_hash"][::-1]},
        content | {"signature": content["signature"][::-1]},
        content | {"key": content["key"][::-1]},
        {name: content[name] for name in ("entries", "head_hash")},
        {"signature": content["signature"]},
        "no checkpoint",
    ]
    acts: list[Callable[[], Any]] = [
        path.unlink,
        *(lambda one=one: path.write_text(json.dumps(one), encoding="utf-8") for one in forged),  # type: ignore[misc]
    ]
    return _verify_with(world, path, chance.choice(acts))


def secret_file(world: World, chance: random.Random) -> list[str]:
    path = world.office.settings.secret
    acts: list[Callable[[], Any]] = [path.unlink, lambda: path.write_bytes(chance.randbytes(chance.choice([31, 32])))]
    found = _verify_with(world, path, chance.choice(acts))
    path.chmod(0o600)
    return found


TAMPERINGS_WITH: tuple[Callable[[World, random.Random], list[str]], ...] = (
    edit, edit, delete, truncate, reorder, insert, replace_chain, replace_chain,
    application_sql, lake_file, lake_file, vault_file, checkpoint_file, secret_file, claims, delivery_file,
    evidence_page,
)  # fmt: skip
