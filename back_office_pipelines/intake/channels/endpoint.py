"""The HTTP endpoint: `POST /v1/batches/<lane>` delivers a document, `GET` on its status address tells its fate.

What belongs here: the protocol, from the first header to the answer. What does not: what headers mean (`request`), who
may come in (`tokens`), writing the batch folder (`staging`), and the state of a batch, which is asked of who knows it.

A delivery is named by the channel and its idempotency key, so the same key is the same batch for good: with the same
document and name it is answered as the first time, with another it is refused (422), as the IETF draft on the
Idempotency-Key header says. Two equal requests at one time are both answered well: one rename comes first, and the
other finds its own content there. Answers of errors are problem documents (RFC 9457).
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from back_office_pipelines.errors import BackOfficeError
from back_office_pipelines.intake.channels.delivery import manifest_of
from back_office_pipelines.intake.channels.request import Announced, bearer, read_headers, too_large
from back_office_pipelines.intake.channels.staging import Destination, Outcome, Staged, staged
from back_office_pipelines.intake.channels.tokens import Door

SECONDS = 600
"""How long a delivery may take; a sender that trickles does not keep a place for ever."""
_LOG = logging.getLogger("uvicorn.error")
_TITLES = {
    400: "Bad request", 401: "No valid token", 403: "Not your lane", 404: "Not found", 405: "Method not allowed",
    408: "Too slow", 411: "Length required", 413: "Too large", 415: "Not a document", 422: "Key was used before",
    503: "Not now",
}  # fmt: skip

Declared = Callable[[str, str], Mapping[str, str] | None]
"""Returns the checksums a registered batch came with, by lane and batch id; None where it is not registered."""
Status = Callable[[str, str], Mapping[str, Any] | None]
"""Returns where a batch stands, by lane and batch id; None where there is no such batch."""


@dataclass(frozen=True)
class Endpoint:
    """Answers requests.

    Attributes:
        doors: channels of kind http.
        inbox: where batches go.
        declared: asks the ledger what was delivered under a batch id.
        status: asks the ledger and the lake where a batch stands.
        now: what time it is.
    """

    doors: Sequence[Door]
    inbox: Path
    declared: Declared
    status: Status
    now: Callable[[], datetime]

    def app(self) -> Starlette:
        """Return the application that a server runs."""
        routes = [
            Route("/v1/batches/{lane}", self.deliver, methods=["POST"]),
            Route("/v1/batches/{lane}/{batch_id}", self.tell, methods=["GET"]),
        ]
        return Starlette(
            routes=routes,
            exception_handlers={HTTPException: _refused, BackOfficeError: _unavailable, OSError: _unavailable},
        )

    async def deliver(self, request: Request) -> Response:
        """Take a document."""
        door = self._door(request)
        announced = read_headers(request.headers, door.terms.largest)
        batch_id = door.channel.batch_id(announced.key)
        try:
            async with asyncio.timeout(SECONDS):
                with staged(Destination(self.inbox), door.terms.lane, batch_id) as batch:
                    digest = await _received(request, batch.place(announced.name), door.terms.largest)
                    if announced.sha256 not in {None, digest}:
                        raise HTTPException(400, "the body does not have the sha-256 that Content-Digest declares")
                    same = await run_in_threadpool(self._kept, batch, door, announced, digest)
        except TimeoutError:
            raise HTTPException(408, f"a delivery takes at most {SECONDS} seconds", {"Connection": "close"}) from None
        except ClientDisconnect:
            raise HTTPException(400, "the body ended before its announced length") from None
        if not same:
            raise HTTPException(422, "this Idempotency-Key came before with another document or name; use a new key")
        address = f"{request.scope.get('root_path', '')}/v1/batches/{door.terms.lane}/{batch_id}"
        content = {"batch": f"{door.terms.lane}/{batch_id}", "status_address": address, "sha256": digest}
        return JSONResponse(content, status_code=202, headers={"Location": address})

    def _kept(self, batch: Staged, door: Door, announced: Announced, digest: str) -> bool:
        """Put a batch into the inbox unless it came before; return whether what is kept is this document."""
        manifest = manifest_of(door.channel, self.now(), {announced.name: digest})
        earlier = self.declared(batch.target.lane, batch.target.batch_id)
        if earlier is not None:  # its folder may have left the inbox since
            return earlier == manifest.checksums
        return batch.commit(manifest) is not Outcome.OTHER_CONTENT

    def tell(self, request: Request) -> Response:
        """Tell where a batch stands."""
        door, batch_id = self._door(request), request.path_params["batch_id"]
        found = self.status(door.terms.lane, batch_id) if door.channel.is_own(batch_id) else None
        if found is None:
            raise HTTPException(404, "no batch of yours has this address")
        return JSONResponse(dict(found), headers={"Cache-Control": "no-store"})

    def _door(self, request: Request) -> Door:
        """Return the channel that a request comes in by.

        Raises:
            HTTPException: 401 without a valid token, 403 where it is one of other lanes, 404 of a lane without a door.
        """
        token, lane = bearer(request.headers.get("authorization")), request.path_params["lane"]
        mine = [door for door in self.doors if token is not None and door.opens_for(token)]
        if not mine:
            raise HTTPException(401, "send a valid token: 'Authorization: Bearer …'", {"WWW-Authenticate": "Bearer"})
        for door in mine:
            if door.terms.lane == lane:
                return door
        if any(door.terms.lane == lane for door in self.doors):
            raise HTTPException(403, "your token is not one of this lane")
        raise HTTPException(404, "no such lane")


async def _received(request: Request, target: Path, largest: int) -> str:
    """Write a body to a file as it comes and return its sha256; nothing beyond the limit is read.

    Raises:
        HTTPException: 413 as soon as it is too large, 400 where it is empty.
        ClientDisconnect: the sender went away.
    """
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as file:
        async for chunk in request.stream():
            size += len(chunk)
            if size > largest:
                raise too_large(largest)
            digest.update(chunk)
            await run_in_threadpool(file.write, chunk)
    if not size:
        raise HTTPException(400, "the body is empty")
    return digest.hexdigest()


def _refused(request: Request, problem: Exception) -> Response:
    del request
    assert isinstance(problem, HTTPException)  # noqa: S101 - registered for these only
    title = _TITLES.get(problem.status_code, problem.detail)
    content = {"type": "about:blank", "title": title, "status": problem.status_code, "detail": problem.detail}
    return JSONResponse(content, problem.status_code, problem.headers, media_type="application/problem+json")


def _unavailable(request: Request, problem: Exception) -> Response:
    """Answer that the back office cannot take anything right now; its operator reads why in the log."""
    _LOG.error("%s", problem)
    what = "the back office cannot answer right now; send the same request again later"
    return _refused(request, HTTPException(503, what, {"Retry-After": "60", "Connection": "close"}))
