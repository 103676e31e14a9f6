"""A real server on a free port of this machine, and what a sender's program does with it."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from back_office_pipelines.cli.serving import server_of
from back_office_pipelines.intake.channels.endpoint import Endpoint
from tests.intake.channels.doors import LANE, TOKEN

PATH = f"/v1/batches/{LANE}"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    content: dict[str, Any]


@dataclass(frozen=True)
class Served:
    port: int

    def call(
        self, method: str, path: str, body: Any = None, token: str | None = TOKEN, **headers: str | None
    ) -> Answer:
        """Send one request; names of headers are written with _ for -, a value of None leaves one out."""
        given = {"Authorization": f"Bearer {token}" if token else None, **headers}
        sent = {name.replace("_", "-"): value for name, value in given.items() if value is not None}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, sent, encode_chunked=not hasattr(body, "__len__"))
            return self.read(connection.getresponse())
        finally:
            connection.close()

    def post(self, body: Any, key: str = "k1", path: str = PATH, **headers: str | None) -> Answer:
        return self.call("POST", path, body, **{"Idempotency_Key": key, **headers})

    @staticmethod
    def read(response: http.client.HTTPResponse) -> Answer:
        return Answer(response.status, response.headers, json.loads(response.read() or b"{}"))

    @contextmanager
    def connected(self) -> Iterator[socket.socket]:
        """A bare connection, for what no program of good manners sends."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as bare:
            yield bare


@contextmanager
def serving(endpoint: Endpoint) -> Iterator[Served]:
    """Serve an endpoint; connections made before it listens wait in the socket's queue."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        server = server_of(endpoint, "127.0.0.1", port)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield Served(port)
        finally:
            server.should_exit = True
            thread.join()
