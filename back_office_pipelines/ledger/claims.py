"""Claims: who was first. Duplicates across all batches are decided here, once and for good.

An exact key (kind `document`, or `key:<name>` for a business key) belongs to the first subject that claims it. Every
other subject learns the holder, today and whenever it asks again. A near key (kind `near`) belongs to nobody: a subject
learns which others had it before itself. Either way the answer a subject got once never changes, so a replay repeats
it. What belongs here: the table of claims. What does not: which keys a record has, and what a duplicate leads to.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from psycopg2 import extensions

from back_office_pipelines.ledger.connections import lock_key

DOCUMENT = "document"
NEAR = "near"
_LONGEST_KEY = 500  # bytes; Postgres indexes no text of several thousand


@dataclass(frozen=True)
class Claim:
    """What a subject asks for.

    Attributes:
        kind: `document`, `key:<name>`, or `near`.
        key: what is claimed within lane, client and kind.
        subject_id: document or record that claims.
        intake_sequence: of its batch.
        detail: what to show people of this subject, for example its invoice number.
    """

    lane: str
    client: str
    kind: str
    key: str
    subject_id: str
    batch_id: str
    document_id: str
    intake_sequence: int
    detail: str = ""


@dataclass(frozen=True)
class Holder:
    """A subject that was there before."""

    claim_seq: int
    subject_id: str
    batch_id: str
    document_id: str
    intake_sequence: int
    detail: str


@dataclass(frozen=True)
class Held:
    """A claim that somebody else holds.

    Attributes:
        claim: as it was asked for.
        holders: the one holder of an exact key; for a near key all that had it before, oldest first.
    """

    claim: Claim
    holders: tuple[Holder, ...]


@dataclass(frozen=True)
class SealedClaims:
    """The claims of a batch up to one of them, in a few words that an entry can keep.

    Attributes:
        through: number of the newest of them; 0 where there is none.
        rows: how many there are.
        hash: over all of them, in order.
    """

    through: int
    rows: int
    hash: str


Ask = Callable[[Sequence[Claim]], Sequence[Held]]
"""Claims keys and returns those that somebody else holds."""


def succeeding(ask: Ask, batch_id: str, present: Collection[str]) -> Ask:
    """Return how a batch asks after a redelivery: documents of its own that were superseded hold nothing against it.

    An exact key belongs to its first holder for good. Where that is a superseded document of the batch itself, its
    successor is whoever first claims the key in its name; so within the redelivery there is one first again, while
    every other batch still meets the first holder of all.

    Args:
        ask: the plain question.
        batch_id: batch that asks.
        present: its documents that are not superseded.
    """

    def asked(claims: Sequence[Claim]) -> list[Held]:
        answers: list[Held] = []
        open_claims = list(claims)
        original = {(one.kind, one.key, one.subject_id): one for one in claims}
        while open_claims:
            following: list[Claim] = []
            for held in ask(open_claims):
                holders = tuple(one for one in held.holders if not _superseded(one, batch_id, present))
                first = original[held.claim.kind, held.claim.key, held.claim.subject_id]
                if holders:
                    answers.append(Held(first, holders))
                elif held.claim.kind != NEAR:
                    heir = replace(held.claim, key=f"{first.key}{_AFTER}{held.holders[0].subject_id}")
                    original[heir.kind, heir.key, heir.subject_id] = first
                    following.append(heir)
            open_claims = following
        return answers

    return asked


def _superseded(holder: Holder, batch_id: str, present: Collection[str]) -> bool:
    return holder.batch_id == batch_id and holder.document_id not in present


_AFTER = "\x1eafter\x1e"
_LOCK = "SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key"
_ASKED = ("lane", "client", "kind", "key", "subject_id", "detail")
_TOLD = ("batch_id", "document_id", "intake_sequence")


def _wanted(columns: Sequence[str]) -> str:
    """Return the WITH clause that turns one JSON array of texts a column into rows, with their place."""
    arrays = ", ".join(["json_array_elements_text(%s)"] * len(columns))
    return f"WITH wanted AS (SELECT * FROM ROWS FROM ({arrays}) WITH ORDINALITY AS w ({', '.join(columns)}, place))"  # noqa: S608


_INSERT = f"""{_wanted(_ASKED + _TOLD)}
INSERT INTO ledger.claims (lane, client, kind, key, subject_id, detail, batch_id, document_id, intake_sequence)
SELECT lane, client, kind, key, subject_id, detail, batch_id, document_id, intake_sequence::bigint
FROM wanted ORDER BY place
ON CONFLICT DO NOTHING
"""  # noqa: S608 - fixed text
_HOLDERS = f"""{_wanted(_ASKED)}
SELECT place, held.claim_seq, held.subject_id, held.batch_id, held.document_id, held.intake_sequence, held.detail
FROM wanted JOIN ledger.claims AS held USING (lane, client, kind, key)
WHERE held.kind <> 'near' AND held.subject_id <> wanted.subject_id
UNION ALL
SELECT place, held.claim_seq, held.subject_id, held.batch_id, held.document_id, held.intake_sequence, held.detail
FROM wanted
JOIN ledger.claims AS own USING (lane, client, kind, key, subject_id, detail)
JOIN ledger.claims AS held USING (lane, client, kind, key)
WHERE own.kind = 'near' AND held.kind = 'near' AND held.claim_seq < own.claim_seq
    AND held.subject_id <> own.subject_id
ORDER BY 1, 2
"""  # noqa: S608 - fixed text


def claim_all(cursor: extensions.cursor, wanted: Sequence[Claim]) -> list[Held]:
    """Claim in the order given and return what somebody else holds, in the same order; the caller commits.

    Claims of one lane and client wait for each other, so their numbers are in the order in which they can be seen.
    """
    cursor.execute(_LOCK, (_lock_keys(wanted),))
    cursor.execute(_INSERT, _arrays(wanted, _ASKED) + _arrays(wanted, _TOLD))
    return held_by_others(cursor, wanted)


def held_by_others(cursor: extensions.cursor, wanted: Sequence[Claim]) -> list[Held]:
    """Return what somebody else holds of claims made before; nothing is claimed, so a replay can ask."""
    cursor.execute(_HOLDERS, _arrays(wanted, _ASKED))
    holders: dict[int, list[Holder]] = {}
    for place, *found in cursor.fetchall():
        holders.setdefault(place, []).append(Holder(*found))
    return [Held(wanted[place - 1], tuple(found)) for place, found in holders.items()]


_SEALED = ("claim_seq", "client", "kind", "key", "subject_id", "document_id", "intake_sequence", "detail")
_OF_BATCHES = f"""
SELECT claimed.lane, claimed.batch_id, {", ".join(f"claimed.{name}" for name in _SEALED)}
FROM ROWS FROM (json_array_elements_text(%s), json_array_elements_text(%s), json_array_elements_text(%s))
    AS wanted (lane, batch_id, through)
JOIN ledger.claims AS claimed ON claimed.lane = wanted.lane AND claimed.batch_id = wanted.batch_id
    AND claimed.claim_seq <= wanted.through::bigint
ORDER BY claimed.claim_seq
"""  # noqa: S608 - fixed text
NEWEST = 2**63 - 1
"""Stands for the newest claim there is."""


def seal_claims(
    cursor: extensions.cursor, through: Mapping[tuple[str, str], int]
) -> dict[tuple[str, str], SealedClaims]:
    """Return the claims of some batches up to a number each, sealed.

    Args:
        cursor: of the database.
        through: number of the last claim that counts, by lane and batch id.
    """
    columns = [[lane for lane, _ in through], [batch_id for _, batch_id in through], list(through.values())]
    cursor.execute(_OF_BATCHES, [json.dumps(column) for column in columns])
    digests = {key: hashlib.sha256() for key in through}
    rows, last = dict.fromkeys(through, 0), dict.fromkeys(through, 0)
    for lane, batch_id, *claimed in cursor:
        digests[lane, batch_id].update(f"{json.dumps(claimed, ensure_ascii=False)}\n".encode())
        rows[lane, batch_id] += 1
        last[lane, batch_id] = claimed[0]
    return {key: SealedClaims(last[key], rows[key], digest.hexdigest()) for key, digest in digests.items()}


def _arrays(wanted: Sequence[Claim], columns: Sequence[str]) -> list[str]:
    """Return one JSON array of texts a column; as parameters they cost far less than a row of values a claim."""
    given = {name: [getattr(one, name) for one in wanted] for name in columns}
    if "key" in given:
        given["key"] = list(map(_stored_key, given["key"]))
    if "detail" in given:
        given["detail"] = [text.replace("\x00", "\N{REPLACEMENT CHARACTER}") for text in given["detail"]]
    return list(map(json.dumps, given.values()))


def _stored_key(key: str) -> str:
    """Return a key as the table holds it: what Postgres cannot keep or index is replaced by its hash."""
    content = key.encode(errors="surrogatepass")
    plain = len(content) <= _LONGEST_KEY and b"\x00" not in content and not key.startswith("sha256:")
    if plain and (key.isascii() or content.decode(errors="replace") == key):
        return key
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _lock_keys(wanted: Sequence[Claim]) -> list[int]:
    """Return the advisory locks of the lanes and clients concerned, in the one order in which they are always taken."""
    names = {json.dumps(["claims", lane, client]) for lane, client in {(one.lane, one.client) for one in wanted}}
    return sorted(map(lock_key, names))
