"""Signed checkpoints: whatever was changed in one shows, and so does one without a signature once signing has begun."""

import json
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from back_office_pipelines.errors import SettingsError
from back_office_pipelines.ledger.checkpoints import (
    bad_signatures,
    keep_checkpoint,
    missing_checkpoints,
    read_checkpoints,
)
from back_office_pipelines.ledger.signing import signer, verifier
from tests.ledger.test_chain import chain


def private_key(folder: Path, name: str = "key.pem") -> Path:
    path = folder / name
    path.write_bytes(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def public_key(*private: Path) -> Path:
    path = private[0].with_suffix(".pub")
    keys = [signer(one) for one in private]
    path.write_bytes(
        b"\n".join(
            one.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            for one in keys
            if one
        )
    )
    return path


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder with an unsigned checkpoint and two signed ones after it, by the key beside it."""
    own = signer(private_key(tmp_path))
    for number, row in enumerate(chain(3)):
        keep_checkpoint(tmp_path / "checkpoints", row, own if number else None)
    return tmp_path


def problems(folder: Path, *, key: str = "key.pem") -> list[str]:
    return list(bad_signatures(read_checkpoints(folder / "checkpoints"), verifier(None, folder / key)))


def change(folder: Path, number: int, **changes: object) -> None:
    path = folder / "checkpoints" / f"{number:012d}.json"
    content = json.loads(path.read_text()) | changes
    path.write_text(json.dumps({name: value for name, value in content.items() if value is not None}))


def test_good_signatures_verify_with_either_half_of_the_key(kept: Path) -> None:
    assert problems(kept) == []
    public = verifier(public_key(kept / "key.pem"), None)
    assert list(bad_signatures(read_checkpoints(kept / "checkpoints"), public)) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"entries": 7}, "not its own"),
        ({"head_hash": "0" * 64}, "not its own"),
        ({"signature": "00" * 64}, "not its own"),
        ({"signature": "no hex"}, "not its own"),
        ({"key": "0" * 64}, "unknown key"),
        ({"signature": None}, "not signed, although"),
    ],
)
def test_every_change_shows(kept: Path, changes: dict[str, object], message: str) -> None:
    change(kept, 3, **changes)
    (problem,) = problems(kept)
    assert message in problem


def test_a_signature_by_another_key_is_unknown_until_its_public_half_is_given(kept: Path) -> None:
    other = private_key(kept, "other.pem")
    keep_checkpoint(kept / "checkpoints", chain(4)[3], signer(other))
    (problem,) = problems(kept)
    assert problem.startswith("the checkpoint of entry 4 is signed by unknown key")
    both = verifier(public_key(other, kept / "key.pem"), None)
    assert list(bad_signatures(read_checkpoints(kept / "checkpoints"), both)) == []


def test_without_any_key_unsigned_is_fine_and_only_a_gap_shows(kept: Path) -> None:
    assert list(bad_signatures(read_checkpoints(kept / "checkpoints"), verifier(None, None))) == []
    change(kept, 3, signature=None)
    assert len(list(bad_signatures(read_checkpoints(kept / "checkpoints"), None))) == 1


def test_checkpoints_and_signatures_that_publications_name_are_missed(kept: Path) -> None:
    publications = [(1, None), (2, "k"), (3, "k")]
    assert list(missing_checkpoints(read_checkpoints(kept / "checkpoints"), publications)) == []
    change(kept, 2, signature=None)
    (kept / "checkpoints" / "000000000003.json").unlink()
    lost, gone = missing_checkpoints(read_checkpoints(kept / "checkpoints"), publications)
    assert lost == "the checkpoint of entry 2 has lost its signature"
    assert gone == "the checkpoint of entry 3, a publication, is gone"


def test_a_file_that_is_no_key_is_a_wrong_setting(tmp_path: Path) -> None:
    broken, elliptic = tmp_path / "broken.pem", tmp_path / "elliptic.pem"
    broken.write_text("no key", encoding="utf-8")
    elliptic.write_bytes(
        generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    for path in (broken, elliptic, tmp_path / "absent.pem"):
        with pytest.raises(SettingsError, match="BACK_OFFICE_SIGNING_KEY"):
            signer(path)
    for path in (broken, tmp_path / "absent.pem"):
        with pytest.raises(SettingsError, match="BACK_OFFICE_VERIFY_KEY"):
            verifier(path, None)


def test_the_documented_command_makes_a_key_that_we_take(tmp_path: Path) -> None:
    key, public = tmp_path / "key.pem", tmp_path / "public.pem"
    try:
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", str(key)], check=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    subprocess.run(["openssl", "pkey", "-in", str(key), "-pubout", "-out", str(public)], check=True)
    made = signer(key)
    assert made is not None
    checked = verifier(public, None)
    assert checked is not None
    assert checked.problem("text", made.sign("text")) is None
