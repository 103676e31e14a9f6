"""Compound files (MS-CFB) and Outlook messages (MS-OXMSG) that the tests write themselves; no library writes them."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SECTOR, MINI = 512, 64
CUTOFF = 4096
FREE, END, FAT_SECTOR, NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF

Tree = Mapping[str, "bytes | Tree"]


@dataclass
class _Entry:
    name: str
    kind: int
    content: bytes = b""
    child: int = NONE
    following: int = NONE
    start: int = END


@dataclass
class _File:
    entries: list[_Entry] = field(default_factory=list)

    def add(self, tree: Tree, parent: int) -> None:
        last = NONE
        for name, what in tree.items():
            number = len(self.entries)
            stream = isinstance(what, bytes)
            self.entries.append(_Entry(name, 2 if stream else 1, what if isinstance(what, bytes) else b""))
            if last == NONE:
                self.entries[parent].child = number
            else:
                self.entries[last].following = number
            last = number
            if not isinstance(what, bytes):
                self.add(what, number)


def compound(tree: Tree) -> bytes:
    """Return a compound file with these storages (mappings) and streams (bytes)."""
    whole = _File([_Entry("Root Entry", 5)])
    whole.add(tree, 0)
    mini, minifat = _packed([one for one in whole.entries if one.kind == 2 and len(one.content) < CUTOFF], MINI)
    whole.entries[0].content = mini
    large = [one for one in whole.entries if one.kind == 2 and len(one.content) >= CUTOFF]
    names = _Entry("", 0, b"\0" * (128 * len(whole.entries)))
    table = _Entry("", 0, struct.pack(f"<{len(minifat)}I", *minifat))
    data, fat = _packed([*large, whole.entries[0], names, table], SECTOR)
    names_at = names.start * SECTOR
    directory = b"".join(map(_record, whole.entries))
    data = data[:names_at] + directory + data[names_at + len(directory) :]
    own = 1
    while len(fat) + own > own * SECTOR // 4:
        own += 1
    fat = [*fat, *[FAT_SECTOR] * own]
    fat += [FREE] * (own * SECTOR // 4 - len(fat))
    at = range(len(data) // SECTOR, len(data) // SECTOR + own)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    minifat_sectors = -(-len(table.content) // SECTOR)
    header += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, own, names.start, 0, CUTOFF, table.start, minifat_sectors, END, 0)
    header += struct.pack(f"<{own}I", *at)
    return header.ljust(SECTOR, b"\xff") + data + struct.pack(f"<{len(fat)}I", *fat)


def _packed(entries: Sequence[_Entry], size: int) -> tuple[bytes, list[int]]:
    data, chain = b"", []
    for entry in entries:
        sectors = -(-len(entry.content) // size)
        if sectors:
            entry.start = len(chain)
            chain += [*range(len(chain) + 1, len(chain) + sectors), END]
            data += entry.content.ljust(sectors * size, b"\0")
    return data, chain


def _record(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le")
    return (
        name.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(name) + 2 if name else 0, entry.kind, 1, NONE, entry.following, entry.child)
        + b"\0" * 36
        + struct.pack("<IQ", entry.start, len(entry.content))
    )


def _text(tag: str, text: str) -> dict[str, bytes]:
    return {f"__substg1.0_{tag}001F": text.encode("utf-16-le")}


def message_tree(
    subject: str = "Invoice",
    body: str = "",
    html: bytes = b"",
    attached: Sequence[tuple[str, "bytes | Tree", str]] = (),
    *,
    header: int = 32,
) -> dict[str, "bytes | Tree"]:
    """Return an Outlook message: attachments are (name, bytes or another message, Content-ID or empty)."""
    tree: dict[str, bytes | Tree] = {"__properties_version1.0": b"\0" * header} | _text("0037", subject)
    tree |= _text("1000", body) if body else {}
    tree |= {"__substg1.0_10130102": html} if html else {}
    for number, (name, content, content_id) in enumerate(attached):
        inner: dict[str, bytes | Tree] = {"__properties_version1.0": b"\0" * 8} | _text("3707", name)
        inner |= _text("3712", content_id) if content_id else {}
        inner["__substg1.0_37010102" if isinstance(content, bytes) else "__substg1.0_3701000D"] = content
        tree[f"__attach_version1.0_#{number:08X}"] = inner
    return tree


def outlook(*arguments: object, **named: object) -> bytes:
    """Return the bytes of `message_tree`."""
    return compound(message_tree(*arguments, **named))  # type: ignore[arg-type]
