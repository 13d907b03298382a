"""The local page: the files of page/ and, under /api/, what they ask of a corpus, as JSON."""

import csv
import io
from collections.abc import Iterator, Mapping
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mudawwana.base.errors import LimitError, PatternError
from mudawwana.explore.attributes import ATTRIBUTES, FOLDABLE
from mudawwana.explore.database import Database
from mudawwana.explore.hits import MOST_HITS, SORTS, Searcher
from mudawwana.explore.inventory import list_folds, list_values
from mudawwana.explore.overview import count_layer
from mudawwana.explore.query import parse_pattern
from mudawwana.explore.sentences import read_sentence
from mudawwana.explore.sql import build_sql

PAGE_DIR = Path(str(files("mudawwana.explore") / "page"))

HOST = "127.0.0.1"
_OUTDATED = "The data set has been built anew since this page was started: start `mudawwana explore` again."
_MOST_SIZE = 200
_MOST_WINDOW = 20
_SENT_ROWS = 500  # of a file at once: each piece goes through another thread

# Nothing from elsewhere, and no script or style inside the page: text of a document cannot become either.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' blob: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def build_app(database: Database) -> Starlette:
    """The page over a loaded database; it answers requests to this machine by its own name only."""
    api = _Api(database)
    routes = [Route(f"/api/{name}", getattr(api, name)) for name in _ENDPOINTS]
    return Starlette(
        routes=[*routes, Mount("/", StaticFiles(directory=PAGE_DIR, html=True))],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"]),
            Middleware(_SecurityHeaders),
            Middleware(GZipMiddleware),
            Middleware(_CurrentOnly, database=database),
        ],
        exception_handlers={
            PatternError: _answer_refusal,
            LimitError: _answer_refusal,
            ValueError: _answer_value_error,
        },
    )


def describe_store(database: Database) -> dict[str, Any]:
    """What the page must know of the corpus before anything is asked."""
    return {
        "layers": database.layers,
        "attributes": {name: one.kind for name, one in ATTRIBUTES.items()},
        "foldable": FOLDABLE,
        "sorts": SORTS,
        "values": list_values(database.lift_limit()),
        "fold": list_folds(),
    }


_ENDPOINTS = (
    *("corpus", "search", "count", "values", "collocates", "documents"),
    *("sql", "sentence", "overview", "csv", "conllu"),
)


class _Api:
    """One method an endpoint."""

    def __init__(self, database: Database) -> None:
        self._store = database
        self._searcher = Searcher(database)
        self._overviews: dict[str, Any] = {}

    def corpus(self, _request: Request) -> Response:
        return JSONResponse(describe_store(self._store))

    def search(self, request: Request) -> Response:
        asked = request.query_params
        sort = asked.get("sort", "corpus")
        if sort not in SORTS:
            raise ValueError(f"sort is one of {', '.join(SORTS)}")
        start, size = _get_number(asked, "start", 0), min(_get_number(asked, "size", 20), _MOST_SIZE)
        return JSONResponse(self._searcher.find_page(*_get_query(asked), sort=sort, start=start, size=size))

    def count(self, request: Request) -> Response:
        return JSONResponse(self._searcher.count(*_get_query(request.query_params)))

    def values(self, request: Request) -> Response:
        asked = request.query_params
        found = self._searcher.count_values(
            *_get_query(asked), item=asked.get("item", ""), attribute=asked.get("attribute", "lemma")
        )
        return JSONResponse(found)

    def collocates(self, request: Request) -> Response:
        asked = request.query_params
        window = min(_get_number(asked, "window", 3), _MOST_WINDOW)
        found = self._searcher.score_collocates(
            *_get_query(asked), attribute=asked.get("attribute", "lemma"), window=window
        )
        return JSONResponse(found)

    def documents(self, request: Request) -> Response:
        return JSONResponse(self._searcher.count_documents(*_get_query(request.query_params)))

    def sql(self, request: Request) -> Response:
        text, layer = _get_query(request.query_params)
        return JSONResponse({"sql": build_sql(parse_pattern(text), layer=layer)})

    def sentence(self, request: Request) -> Response:
        asked = request.query_params
        found = read_sentence(self._store, asked.get("layer", ""), asked.get("sent_id", ""))
        return JSONResponse(found, status_code=200 if found else 404)

    def overview(self, request: Request) -> Response:
        layer = request.query_params.get("layer", "")
        if layer not in self._store.layers:
            raise ValueError(f"layer is one of {', '.join(self._store.layers)}")
        if layer not in self._overviews:
            self._overviews[layer] = count_layer(self._store.lift_limit(), layer)
        return JSONResponse(self._overviews[layer])

    def csv(self, request: Request) -> Response:
        table = self._searcher.find(*_get_query(request.query_params))  # a refusal comes before the first row
        return _send_file(_iter_csv(self._searcher.iter_csv_rows(table)), "text/csv", "hits.csv")

    def conllu(self, request: Request) -> Response:
        table = self._searcher.find(*_get_query(request.query_params))
        return _send_file(self._searcher.iter_conllu(table), "text/plain", "hits.conllu")


def _iter_csv(rows: Iterator[list[str]]) -> Iterator[str]:
    while some := list(islice(rows, _SENT_ROWS)):
        lines = io.StringIO()
        csv.writer(lines, lineterminator="\r\n").writerows(some)
        yield lines.getvalue()


def _send_file(pieces: Iterator[str], media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(pieces, media_type=f"{media_type}; charset=utf-8", headers=headers)


def _get_query(asked: Mapping[str, str]) -> tuple[str, str | None]:
    return asked.get("q", ""), asked.get("layer") or None


def _get_number(asked: Mapping[str, str], name: str, default: int) -> int:
    text = asked.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_HITS)) and int(text) <= MOST_HITS):
        raise ValueError(f"{name} is a whole number from 0 to {MOST_HITS}")
    return int(text)


def _answer_refusal(_request: Request, error: Exception) -> Response:
    """What is wrong with a pattern; `place` is None where that is no one character's fault."""
    return JSONResponse({"error": str(error), "place": getattr(error, "place", None)}, status_code=400)


def _answer_value_error(_request: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=400)


class _CurrentOnly:
    """Answers nothing of a data set that has been built anew: a document that was removed is served no more."""

    def __init__(self, app: ASGIApp, database: Database) -> None:
        self._app = app
        self._store = database

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app
        if scope["type"] == "http" and scope["path"].startswith("/api/") and not self._store.is_current():
            app = JSONResponse({"error": _OUTDATED}, status_code=409)
        await app(scope, receive, send)


class _SecurityHeaders:
    """Adds HEADERS to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [*message["headers"], *extra]
            await send(message)

        await self._app(scope, receive, send_with_headers)
