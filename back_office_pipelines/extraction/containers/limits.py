"""How much of a container is opened. Whatever goes beyond is a named finding on the container, never a surprise."""

from dataclasses import dataclass

from back_office_pipelines.intake.parts import Refusal

MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Limits on one file of a batch, with everything inside it.

    Attributes:
        members: most members over all depths.
        member_bytes: most bytes of one member, unpacked.
        total_bytes: most bytes over all members, unpacked.
        ratio: most bytes unpacked for one byte packed, where a member is larger than `ratio_from`.
        ratio_from: bytes below which a ratio says nothing: a text of blanks packs well.
        depth: how many containers may lie inside each other.
        picture_bytes: up to this size, a picture that an e-mail shows inside its text is decoration.
    """

    members: int = 1000
    member_bytes: int = 100 * MEBIBYTE
    total_bytes: int = 300 * MEBIBYTE
    ratio: int = 200
    ratio_from: int = MEBIBYTE
    depth: int = 2
    picture_bytes: int = 64 << 10


LIMITS = Limits()


class TooLargeError(Exception):
    """A container holds more than is opened; nothing more of it is taken."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.observed)


class Budget:
    """What of the limits is left while one file is opened."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.limits = limits
        self.members = limits.members
        self.bytes = limits.total_bytes

    @property
    def room(self) -> int:
        """Bytes that the next member may have."""
        return min(self.bytes, self.limits.member_bytes)

    def take(self, size: int) -> None:
        """Count a member.

        Raises:
            TooLargeError: it is one too many.
        """
        self.members -= 1
        self.bytes -= size
        if self.members < 0:
            raise too_large(f"more than {self.limits.members} members", f"at most {self.limits.members}")


def too_large(observed: str, expected: str, member: str = "") -> TooLargeError:
    """Return the refusal of what goes beyond a limit."""
    return TooLargeError(Refusal(member, "LIMIT_EXCEEDED", observed, expected))
