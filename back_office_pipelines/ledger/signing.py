"""Signatures of checkpoints: Ed25519, by a key that is kept where the database's owner cannot reach it.

What belongs here: keys, their fingerprints, signing and checking a text. What does not: what is signed and which
checkpoints must be (`checkpoints`).
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from back_office_pipelines.errors import SettingsError

SIGNING_VARIABLE = "BACK_OFFICE_SIGNING_KEY"
VERIFY_VARIABLE = "BACK_OFFICE_VERIFY_KEY"
_MAKE = "make one with 'openssl genpkey -algorithm ed25519 -out key.pem'"
_EXPORT = "write it with 'openssl pkey -in key.pem -pubout'"
_PUBLIC = re.compile(rb"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.DOTALL)


@dataclass(frozen=True)
class Signature:
    """A signature and the key it was made with.

    Attributes:
        value: the signature in hexadecimal.
        key: fingerprint of the public key.
    """

    value: str
    key: str


@dataclass(frozen=True)
class Signer:
    """Signs as one key."""

    private: Ed25519PrivateKey

    @property
    def fingerprint(self) -> str:
        """Fingerprint of the public half."""
        return fingerprint(self.private.public_key())

    def sign(self, text: str) -> Signature:
        """Sign a text."""
        return Signature(self.private.sign(text.encode()).hex(), self.fingerprint)


@dataclass(frozen=True)
class Verifier:
    """Checks signatures of known keys, by their fingerprints; more than one where a key was replaced."""

    keys: Mapping[str, Ed25519PublicKey]

    def problem(self, text: str, signature: Signature) -> str | None:
        """Return what is wrong with a signature, None where it is good."""
        key = self.keys.get(signature.key)
        if key is None:
            return f"is signed by unknown key {signature.key}"
        try:
            key.verify(bytes.fromhex(signature.value), text.encode())
        except (InvalidSignature, ValueError):
            return "has a signature that is not its own"
        return None


def fingerprint(key: Ed25519PublicKey) -> str:
    """Return the sha256 of a public key's 32 bytes."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()


def signer(path: Path | None) -> Signer | None:
    """Read the private key of a PEM file; None where none is configured.

    Raises:
        SettingsError: the file cannot be read, or holds no unencrypted Ed25519 key.
    """
    if path is None:
        return None
    try:
        key = load_pem_private_key(_content(path, SIGNING_VARIABLE), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as problem:
        raise SettingsError(f"setting {SIGNING_VARIABLE}", f"{path} holds no private key: {problem}", _MAKE) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingsError(f"setting {SIGNING_VARIABLE}", f"{path} holds a key of another kind", _MAKE)
    return Signer(key)


def verifier(public: Path | None, private: Path | None) -> Verifier | None:
    """Read the public keys of a PEM file, else the public half of the signing key; None where neither is configured.

    Raises:
        SettingsError: a file cannot be read, or holds no Ed25519 key.
    """
    if public is None:
        own = signer(private)
        return None if own is None else Verifier({own.fingerprint: own.private.public_key()})
    try:
        keys = [load_pem_public_key(block) for block in _PUBLIC.findall(_content(public, VERIFY_VARIABLE))]
    except (ValueError, UnsupportedAlgorithm) as problem:
        raise SettingsError(f"setting {VERIFY_VARIABLE}", f"{public} holds no public key: {problem}", _EXPORT) from None
    known = {fingerprint(key): key for key in keys if isinstance(key, Ed25519PublicKey)}
    if not known:
        raise SettingsError(f"setting {VERIFY_VARIABLE}", f"{public} holds no public Ed25519 key", _EXPORT)
    return Verifier(known)


def _content(path: Path, variable: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise SettingsError(
            f"setting {variable}", f"{path}: {problem.strerror}", "name a PEM file that you may read"
        ) from None
