"""Merkle trees over the rows of a table, so that one row, or one field of it, can be proved without showing any other.

A leaf is a row; below it lie the hashes of its cells, each with a salt of its own. A proof reveals the cells that
somebody may see (text and salt) and gives only hashes of the others; a redacted proof has the same root. Hashes of
cells, rows, nodes and roots begin with different bytes, so none can be passed off as another (as in RFC 6962); an odd
node moves up unchanged, never doubled. The root also covers the table's name, columns and number of rows.

Pure functions over texts: cells come as `storage/lake.py` writes them for its content hash. Salts are derived from a
secret of the office (HMAC for the table, keyed BLAKE2b below it, which is a MAC by design and several times faster) and
the row's content: a replay gets the same root, and a salt revealed for one version of a row says nothing of another.
"""

import hashlib
import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

Row: TypeAlias = Sequence[str]
"""Texts of a row's cells, in the order of the columns."""

SALT_BYTES = 16
_ROW, _NODE, _CELL, _TABLE = b"\x00", b"\x01", b"\x02", b"\x03"
_EMPTY = hashlib.sha256(b"").digest()


@dataclass(frozen=True)
class Cell:
    """A revealed cell: its text and the salt of its hash in hexadecimal."""

    text: str
    salt: str


@dataclass(frozen=True)
class Proof:
    """That a row stands in a table, with some of its cells revealed.

    Attributes:
        table: name of the table.
        columns: names of all its columns, in order.
        rows: how many rows it has.
        position: of this row, from 0.
        cells: for every column in order, either the revealed cell or only its hash in hexadecimal.
        path: hashes of the siblings from the row up to the top, in hexadecimal.
    """

    table: str
    columns: tuple[str, ...]
    rows: int
    position: int
    cells: tuple[Cell | str, ...]
    path: tuple[str, ...]


def table_root(table: str, columns: Sequence[str], rows: Sequence[Row], secret: bytes) -> str:
    """Return the root of a table's rows in hexadecimal.

    Args:
        table: its name.
        columns: names of its columns.
        rows: texts of all rows, in the order in which the table is stored.
        secret: of the office; the same secret and rows give the same root.
    """
    return _root(table, columns, len(rows), _levels(_leaves(table, columns, rows, secret))[-1][0])


def prove(
    table: str, columns: Sequence[str], rows: Sequence[Row], secret: bytes, position: int, reveal: Collection[str]
) -> Proof:
    """Return the proof of one row; arguments as of `table_root`.

    Args:
        table: its name.
        columns: names of its columns.
        rows: texts of all rows.
        secret: of the office.
        position: of the row to prove, from 0.
        reveal: names of the columns to show.
    """
    own = rows[position]
    salts = _salts(_table_key(table, secret), own)
    cells = tuple(
        Cell(text, salt.hex()) if name in reveal else _cell(name, salt, text).hex()
        for name, text, salt in zip(columns, own, salts, strict=True)
    )
    path, place = [], position
    for level in _levels(_leaves(table, columns, rows, secret))[:-1]:
        if place ^ 1 < len(level):
            path.append(level[place ^ 1].hex())
        place //= 2
    return Proof(table, tuple(columns), len(rows), position, cells, tuple(path))


def redacted(proof: Proof, reveal: Collection[str]) -> Proof:
    """Return the same proof showing fewer cells; it needs no secret, so whoever holds a proof can do it."""

    def hidden(name: str, cell: Cell | str) -> Cell | str:
        if isinstance(cell, str) or name in reveal:
            return cell
        return _cell(name, bytes.fromhex(cell.salt), cell.text).hex()

    return replace(proof, cells=tuple(map(hidden, proof.columns, proof.cells)))


def revealed(proof: Proof) -> Mapping[str, str]:
    """Return the texts that a proof shows, by column."""
    return {name: cell.text for name, cell in zip(proof.columns, proof.cells, strict=True) if isinstance(cell, Cell)}


def check(proof: Proof, root: str) -> bool:
    """Whether a proof leads to a root; a proof that makes no sense does not."""
    if not 0 <= proof.position < proof.rows or len(proof.cells) != len(proof.columns):
        return False
    try:
        hashes = [
            _cell(name, bytes.fromhex(cell.salt), cell.text) if isinstance(cell, Cell) else _digest(cell)
            for name, cell in zip(proof.columns, proof.cells, strict=True)
        ]
        top = _climbed(proof, hashlib.sha256(_ROW + b"".join(hashes)).digest())
    except ValueError:  # no hexadecimal, or no hash's length
        return False
    return top is not None and hmac.compare_digest(_root(proof.table, proof.columns, proof.rows, top), root)


def _climbed(proof: Proof, node: bytes) -> bytes | None:
    """Return the top of the tree as the path says, None where the path has not the length the position asks for."""
    siblings = iter(proof.path)
    place, width = proof.position, proof.rows
    while width > 1:
        if place ^ 1 < width:
            sibling = next(siblings, None)
            if sibling is None:
                return None
            pair = (_digest(sibling), node) if place % 2 else (node, _digest(sibling))
            node = hashlib.sha256(_NODE + pair[0] + pair[1]).digest()
        place, width = place // 2, (width + 1) // 2
    return node if next(siblings, None) is None else None


def _leaves(table: str, columns: Sequence[str], rows: Sequence[Row], secret: bytes) -> list[bytes]:
    sha256, key = hashlib.sha256, _table_key(table, secret)
    prefixes = [_CELL + name.encode() + b"\x00" for name in columns]
    return [
        sha256(
            _ROW
            + b"".join(
                [
                    sha256(prefix + salt + text.encode()).digest()
                    for prefix, salt, text in zip(prefixes, _salts(key, row), row, strict=True)
                ]
            )
        ).digest()
        for row in rows
    ]


def _table_key(table: str, secret: bytes) -> bytes:
    return hmac.digest(secret, table.encode(), "sha256")


def _salts(key: bytes, row: Row) -> list[bytes]:
    """Return one salt a cell: the row under the table's key gives a key of its own, and that one the salts."""
    blake2b = hashlib.blake2b
    row_key = blake2b("\x1f".join(row).encode(), key=key).digest()
    blocks = range(-(-len(row) * SALT_BYTES // blake2b.MAX_DIGEST_SIZE))
    stream = b"".join([blake2b(block.to_bytes(4, "big"), key=row_key).digest() for block in blocks])
    return [stream[start : start + SALT_BYTES] for start in range(0, SALT_BYTES * len(row), SALT_BYTES)]


def _cell(name: str, salt: bytes, text: str) -> bytes:
    return hashlib.sha256(_CELL + name.encode() + b"\x00" + salt + text.encode()).digest()


def _levels(leaves: list[bytes]) -> list[list[bytes]]:
    """Return the tree from the leaves to its top; of no leaves, the hash of nothing."""
    sha256 = hashlib.sha256
    levels = [leaves or [_EMPTY]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = zip(below[::2], below[1::2], strict=False)
        above = [sha256(_NODE + left + right).digest() for left, right in pairs]
        levels.append(above + below[-1:] if len(below) % 2 else above)
    return levels


def _root(table: str, columns: Sequence[str], rows: int, top: bytes) -> str:
    names = "".join(f"{len(name)}:{name}" for name in (table, *columns))
    return hashlib.sha256(_TABLE + f"{rows};{names};".encode() + top).hexdigest()


def _digest(text: str) -> bytes:
    content = bytes.fromhex(text)
    if len(content) != hashlib.sha256().digest_size:
        raise ValueError(text)
    return content
