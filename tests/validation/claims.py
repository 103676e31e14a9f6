"""Claims as the ledger decides them, in memory: the first to claim keeps a key, others learn who came before."""

from collections.abc import Sequence

from back_office_pipelines.ledger.claims import NEAR, Claim, Held, Holder


class ClaimsInMemory:
    def __init__(self) -> None:
        self._claimed: list[Claim] = []

    def __call__(self, wanted: Sequence[Claim]) -> list[Held]:
        for claim in wanted:
            taken = [one for one in self._claimed if (one.kind, one.key) == (claim.kind, claim.key)]
            mine = any((one.subject_id, one.detail) == (claim.subject_id, claim.detail) for one in taken)
            mine = mine or (claim.kind != NEAR and any(one.subject_id == claim.subject_id for one in taken))
            if not mine and (claim.kind == NEAR or not taken):
                self._claimed.append(claim)
        return [Held(claim, before) for claim in wanted if (before := self._before(claim))]

    def _before(self, claim: Claim) -> tuple[Holder, ...]:
        before = []
        for place, one in enumerate(self._claimed):
            if (one.kind, one.key) != (claim.kind, claim.key):
                continue
            if one.subject_id == claim.subject_id:
                if claim.kind != NEAR or one.detail == claim.detail:
                    break
                continue
            before.append(Holder(place, one.subject_id, one.batch_id, one.document_id, one.intake_sequence, one.detail))
        return tuple(before)
