"""The local page, served until it is stopped."""

import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

import uvicorn

from mudawwana.base.errors import ExploreError
from mudawwana.explore.app import HOST, build_app
from mudawwana.explore.database import Database


def serve(database: Database, *, port: int = 0, report: Callable[[str], object]) -> None:
    """Serves the page of a loaded database on 127.0.0.1 until Ctrl-C or SIGTERM; `report` is told its address.

    For the main thread. Port 0 is any free one. Raises ExploreError where the port is taken.
    """
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise ExploreError(
            f"port {port}: {error.strerror}; choose another --port, or none for any free one."
        ) from error
    # By default it would end the process at once, and the temporary database would stay.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    listener.listen()  # a browser may come before the server's loop does
    with suppress(KeyboardInterrupt):  # how a reader ends it
        report(f"http://{HOST}:{listener.getsockname()[1]}/")
        server = uvicorn.Server(uvicorn.Config(build_app(database), log_level="warning", access_log=False))
        server.run(sockets=[listener])
