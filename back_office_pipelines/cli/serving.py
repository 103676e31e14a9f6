"""The HTTP endpoint put together: its doors, what it asks of ledger and lake, and the server that runs it."""

from collections.abc import Mapping

import uvicorn

from back_office_pipelines.chain.collection import declared_channels, rests
from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.status import batch_status, declared_checksums
from back_office_pipelines.clock import now
from back_office_pipelines.errors import UsageError
from back_office_pipelines.intake.channels.declaration import FILE_NAME, Http
from back_office_pipelines.intake.channels.endpoint import Endpoint
from back_office_pipelines.intake.channels.tokens import open_doors

AT_ONE_TIME = 64
"""Requests the endpoint works on; more are answered with 503."""
SECONDS_TO_END = 30


def endpoint_of(office: Office, environment: Mapping[str, str]) -> Endpoint:
    """Return the endpoint of a back office.

    Args:
        office: the back office.
        environment: variables that may hold tokens.

    Raises:
        UsageError: no channel of kind http is declared.
        SettingsError: a token is missing or cannot be used.
    """
    declared = declared_channels(office.settings, office.contracts)
    mine = [one for one in declared if isinstance(one.terms, Http) and not rests(office.contracts, one)]
    if not mine:
        what = "declares no channel of kind http in use"
        raise UsageError(f"file {FILE_NAME}", what, "add one, see docs/channels.md")
    inbox = office.settings.inbox
    return Endpoint(
        doors=open_doors(mine, environment, office.settings.data),
        inbox=inbox,
        declared=lambda lane, batch_id: declared_checksums(office, (lane, batch_id)),
        status=lambda lane, batch_id: batch_status(office, inbox, (lane, batch_id), now()),
        now=now,
    )


def server_of(endpoint: Endpoint, host: str, port: int) -> uvicorn.Server:
    """Return what serves an endpoint: plain HTTP, no header of a proxy believed, no name of a server told."""
    return uvicorn.Server(
        uvicorn.Config(
            endpoint.app(),
            host=host,
            port=port,
            lifespan="off",
            ws="none",
            proxy_headers=False,
            server_header=False,
            limit_concurrency=AT_ONE_TIME,
            timeout_graceful_shutdown=SECONDS_TO_END,
        )
    )
