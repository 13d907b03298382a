"""Stanza's resources and the Hub's files on the loopback interface, in the layout that Stanza 1.15 downloads from.

`resources_1.15.0.json` as it is for Arabic (packages, models and what each depends on; no entities, which nobody
asks for here), models under the Hub's addresses: OWNER/REPOSITORY/resolve/REVISION/PATH.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

TRANSFORMER = "aubmindlab/araelectra-base-discriminator"
"""What Stanza's accurate models for Arabic name as theirs."""
COMMIT = "0123456789abcdef0123456789abcdef01234567"
_TRANSFORMER_FILES = f"{TRANSFORMER}/resolve/main/"
_VERSION = "1.15.0"
_MODELS = f"stanfordnlp/stanza-ar/resolve/v{_VERSION}/models/"
_LETTERS = [("forward_charlm", "ccwiki"), ("backward_charlm", "ccwiki")]
_NEEDS = {
    "padt_nocharlm": [("pretrain", "conll17")],
    "padt_charlm": [("pretrain", "conll17"), *_LETTERS],
    "padt_aubmind-electra": [("pretrain", "conll17"), *_LETTERS],
}
_TOKENS = {"tokenize": "padt", "mwt": "padt"}
_USUAL = _TOKENS | {"lemma": "padt_nocharlm", "pos": "padt_charlm", "depparse": "padt_charlm"}
_ACCURATE = {"lemma": "padt_charlm", "pos": "padt_aubmind-electra", "depparse": "padt_aubmind-electra"}
PACKAGES = {
    "padt": _USUAL,
    "default": _USUAL,
    "default_fast": _TOKENS | dict.fromkeys(("lemma", "pos", "depparse"), "padt_nocharlm"),
    "default_accurate": _TOKENS | _ACCURATE,
}


@dataclass
class Mirror:
    files: Mapping[str, bytes]
    """By path."""
    requests: list[str] = field(default_factory=list)
    """The paths that were asked for, in order."""
    address: str = ""


def build_files(models: Mapping[str, Path], transformer: Path) -> dict[str, bytes]:
    """What the mirror serves; `models` are by kind and name, "pos/padt_charlm", the transformer is a folder."""
    files = {f"{_MODELS}{name}.pt": path.read_bytes() for name, path in models.items()}
    files |= {_TRANSFORMER_FILES + path.name: path.read_bytes() for path in transformer.iterdir()}
    return files | {f"resources_{_VERSION}.json": json.dumps(_describe(models)).encode()}


def _describe(models: Mapping[str, Path]) -> dict[str, Any]:
    arabic: dict[str, Any] = {"lang_name": "Arabic", "default_processors": _USUAL, "packages": PACKAGES}
    for name, path in models.items():
        kind, package = name.split("/")
        needs = get_needs(kind, package)
        described: dict[str, Any] = {"md5": hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}
        if needs:
            described["dependencies"] = [{"model": model, "package": of} for model, of in needs]
        arabic.setdefault(kind, {})[package] = described
    return {"ar": arabic}


def get_needs(kind: str, package: str) -> list[tuple[str, str]]:
    """The kinds and names of what a model reads: vectors, models of letters."""
    needs = _NEEDS.get(package, [])
    return [need for need in needs if need[0] != "pretrain"] if kind == "lemma" else needs


@contextmanager
def run_mirror(files: dict[str, bytes]) -> Iterator[Mirror]:
    mirror = Mirror(files)

    class Handler(_Handler):
        state = mirror

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    mirror.address = f"http://127.0.0.1:{server.server_port}"
    described = json.loads(files[f"resources_{_VERSION}.json"])
    described["url"] = mirror.address + "/stanfordnlp/stanza-{lang}/resolve/v{resources_version}/models/{filename}"
    mirror.files = files | {f"resources_{_VERSION}.json": json.dumps(described).encode()}
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield mirror
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    state: Mirror

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        content = self._answer()
        self.wfile.write(content)

    def _answer(self) -> bytes:
        path = self.path.lstrip("/")
        self.state.requests.append(path)
        content = self.state.files.get(path.replace(COMMIT, "main"))
        self.send_response(404 if content is None else 200)
        self.send_header("X-Repo-Commit", COMMIT)
        if content is None:
            self.send_header("X-Error-Code", "EntryNotFound")
        else:
            self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        return content or b""

    def log_message(self, *_: object) -> None:
        pass
