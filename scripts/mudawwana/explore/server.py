"""The local page, served until it is stopped."""

import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import uvicorn

from mudawwana.base.errors import ExploreError
from mudawwana.explore.app import HOST, build_app
from mudawwana.explore.database import Database

_LAST_SECONDS = 1  # for readers of long answers


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
    with suppress(KeyboardInterrupt):  # how a reader ends it
        _Server(database, report).run(sockets=[listener])


def heed_sigterm() -> None:
    """From here on SIGTERM ends the program as an exception does: by default the temporary database would stay."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))


class _Server(uvicorn.Server):
    """Ends at once, whatever it is asked."""

    def __init__(self, database: Database, report: Callable[[str], object]) -> None:
        self._interrupter = database.interrupter
        self._report = report
        super().__init__(
            uvicorn.Config(
                build_app(database), log_level="warning", access_log=False, timeout_graceful_shutdown=_LAST_SECONDS
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """From here on signals are heeded, and readers may come."""
        await super().startup(sockets)
        for listener in sockets or ():
            self._report(f"http://{HOST}:{listener.getsockname()[1]}/")

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """What Ctrl-C and SIGTERM call, in the main thread."""
        self._interrupter.stop()
        super().handle_exit(sig, frame)
