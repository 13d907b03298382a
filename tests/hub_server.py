"""A Hugging Face Hub on the loopback interface: speaks its upload calls, keeps what it gets, fails on demand.

Written from the calls that huggingface_hub makes: whoami, repos/create, refs, tree, validate-yaml, preupload, LFS
batch and PUT, commit (JSON lines), tag.
"""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

TOKEN = "hf_loopback"  # noqa: S105 # opens nothing
USER = "reader"


@dataclass
class Repo:
    private: bool
    files: dict[str, bytes] = field(default_factory=lambda: {".gitattributes": b"*.parquet filter=lfs\n"})
    """At the head of main."""
    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.head = self.commit()

    def commit(self) -> str:
        self.head = hashlib.sha1(str(len(self.commits)).encode(), usedforsecurity=False).hexdigest()
        self.commits[self.head] = dict(self.files)
        return self.head

    def get_tree(self, revision: str) -> dict[str, bytes]:
        return self.commits[self.head if revision == "main" else self.tags.get(revision, revision)]


@dataclass
class Hub:
    repos: dict[str, Repo] = field(default_factory=dict)
    """By type and id: "datasets/reader/library"."""
    objects: dict[str, bytes] = field(default_factory=dict)
    """Large files, by their sha256; there before a commit names them."""
    faults: list[tuple[str, int]] = field(default_factory=list)
    """Each (part of "METHOD path", status) fails one request; status 0 closes the connection without a word."""
    requests: Counter[str] = field(default_factory=Counter)
    """How often each "METHOD path" came."""
    endpoint: str = ""

    def count(self, part: str) -> int:
        """How many requests have this in them."""
        return sum(count for request, count in self.requests.items() if part in request)


@contextmanager
def run_hub() -> Iterator[Hub]:
    hub = Hub()

    class Handler(_Handler):
        state = hub

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _is_large(path: str) -> bool:
    return path.endswith(".parquet")


def _hash(path: str, content: bytes) -> str:
    if _is_large(path):
        return hashlib.sha256(content).hexdigest()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    state: Hub

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:  # http.server calls it so
        self._handle("GET")

    def do_POST(self) -> None:
        self._handle("POST")

    def do_PUT(self) -> None:
        self._handle("PUT")

    def _handle(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = unquote(urlsplit(self.path).path)
        request = f"{method} {path}"
        self.state.requests[request] += 1
        for fault in self.state.faults:
            if fault[0] in request:
                self.state.faults.remove(fault)
                self._fail(fault[1])
                return
        if method == "PUT":
            self._put(path, body)
        elif self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._answer(401, {"error": "Invalid username or password."})
        else:
            self._call(path.strip("/").split("/"), body)

    def _fail(self, status: int) -> None:
        if status:
            self._answer(status, {"error": "made to fail"})
        else:
            self.close_connection = True

    def _answer(self, status: int, content: Any, **headers: str) -> None:
        raw = json.dumps(content).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(raw)),
            **headers,
        }.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(raw)

    def _put(self, path: str, body: bytes) -> None:
        sha256 = path.rpartition("/")[2]
        if hashlib.sha256(body).hexdigest() != sha256:
            self._answer(400, {"error": "not what was announced"})
            return
        self.state.objects[sha256] = body
        self._answer(200, {})

    def _call(self, parts: list[str], body: bytes) -> None:
        if parts[-3:] == ["lfs", "objects", "batch"]:
            self._answer_batch(json.loads(body))
        elif parts == ["api", "whoami-v2"]:
            self._answer(200, {"name": USER, "type": "user"})
        elif parts == ["api", "repos", "create"]:
            self._create(json.loads(body))
        elif parts == ["api", "validate-yaml"]:
            is_good = json.loads(body)["content"].startswith("---\n")
            self._answer(200 if is_good else 400, {"errors": [] if is_good else [{"message": "no head"}]})
        else:
            key, rest = "/".join(parts[1:4]), parts[4:]
            repo = self.state.repos.get(key)
            if repo is None:
                self._answer(404, {"error": "Repository not found"}, X_Error_Code="RepoNotFound")
            elif rest and rest[0] in ("preupload", "commit", "tag"):
                getattr(self, f"_{rest[0]}")(repo, rest[1], body)
            else:
                self._read(repo, "/".join(parts[2:4]), rest)

    def _create(self, asked: dict[str, Any]) -> None:
        repo_id = f"{asked['organization'] or USER}/{asked['name']}"
        key = f"{asked['type']}s/{repo_id}"
        status = 409 if key in self.state.repos else 200
        self.state.repos.setdefault(key, Repo(asked.get("visibility") == "private"))
        self._answer(status, {"url": f"{self.state.endpoint}/{key}"})

    def _read(self, repo: Repo, repo_id: str, rest: list[str]) -> None:
        if rest[:1] == ["refs"]:
            refs = {
                "branches": [{"name": "main", "ref": "refs/heads/main", "targetCommit": repo.head}],
                "tags": [
                    {"name": tag, "ref": f"refs/tags/{tag}", "targetCommit": oid} for tag, oid in repo.tags.items()
                ],
            }
            self._answer(200, {**refs, "converts": []})
        elif rest[:1] == ["tree"]:
            self._answer(200, [self._describe(*item) for item in repo.get_tree(rest[1]).items()])
        else:
            self._answer(
                200, {"id": repo_id, "sha": repo.head, "private": repo.private, "tags": [], "siblings": []}
            )

    def _describe(self, path: str, content: bytes) -> dict[str, Any]:
        oid = _hash(path, content)
        lfs = {"lfs": {"oid": oid, "size": len(content), "pointerSize": 134}} if _is_large(path) else {}
        return {"type": "file", "path": path, "size": len(content), "oid": oid, **lfs}

    def _preupload(self, repo: Repo, _: str, body: bytes) -> None:
        paths = [file["path"] for file in json.loads(body)["files"]]
        files = [
            {
                "path": path,
                "uploadMode": "lfs" if _is_large(path) else "regular",
                "shouldIgnore": False,
                **({"oid": _hash(path, repo.files[path])} if path in repo.files else {}),
            }
            for path in paths
        ]
        self._answer(200, {"files": files})

    def _answer_batch(self, asked: dict[str, Any]) -> None:
        objects = []
        for one in asked["objects"]:
            upload = {"upload": {"href": f"{self.state.endpoint}/storage/{one['oid']}"}}
            objects.append({**one, **({} if one["oid"] in self.state.objects else {"actions": upload})})
        self._answer(200, {"transfer": "basic", "objects": objects})

    def _commit(self, repo: Repo, _: str, body: bytes) -> None:
        files = dict(repo.files)
        for line in map(json.loads, body.decode().splitlines()):
            value = line["value"]
            if line["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile" and value["oid"] in self.state.objects:
                files[value["path"]] = self.state.objects[value["oid"]]
            elif line["key"] == "lfsFile":
                self._answer(400, {"error": f"no object {value['oid']}"})
                return
            elif line["key"] == "deletedFile":
                del files[value["path"]]
        repo.files = files
        oid = repo.commit()
        key = next(key for key, one in self.state.repos.items() if one is repo)
        self._answer(200, {"commitUrl": f"{self.state.endpoint}/{key}/commit/{oid}", "commitOid": oid})

    def _tag(self, repo: Repo, revision: str, body: bytes) -> None:
        tag = json.loads(body)["tag"]
        if tag in repo.tags:
            self._answer(409, {"error": "Tag already exists"})
        else:
            repo.tags[tag] = repo.head if revision == "main" else revision
            self._answer(200, {})
