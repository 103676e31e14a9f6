"""The office's secret: made once, for its owner alone, and refused when it is not what was made."""

import threading
from pathlib import Path

import pytest

from back_office_pipelines.errors import LedgerError
from back_office_pipelines.ledger.secret import known_secret, office_secret


def test_it_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "merkle"
    assert known_secret(path) is None
    assert not path.exists()
    secret = office_secret(path)
    assert len(secret) == 32
    assert office_secret(path) == known_secret(path) == secret
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["merkle"]


def test_of_several_that_make_it_at_once_all_get_the_same(tmp_path: Path) -> None:
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(office_secret(tmp_path / "merkle"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_damaged_or_open_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "merkle"
    office_secret(path)
    path.chmod(0o644)
    with pytest.raises(LedgerError, match="chmod 600"):
        office_secret(path)
    path.chmod(0o600)
    path.write_bytes(b"short")
    with pytest.raises(LedgerError, match="5 bytes"):
        known_secret(path)
