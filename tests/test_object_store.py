"""A corpus in an object store, on a server of this machine: what holds of one on a disk holds there."""

import gzip
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any
from urllib.request import Request, urlopen

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from datasets import load_dataset
from fsspec.registry import _registry
from moto.server import ThreadedMotoServer
from s3fs import S3FileSystem
from upath import UPath

import stand_in
from conftest import ARTICLE, REPOSITORY
from mudawwana.base import leases
from mudawwana.base.errors import LockError, OutputError, StoreError
from mudawwana.base.files import (
    get_key,
    get_store,
    remove_file,
    remove_tree,
    replace_atomically,
    write_text_atomically,
)
from mudawwana.base.layout import CorpusLayout
from mudawwana.base.leases import hold_lease
from mudawwana.base.mirror import mirror_corpus
from mudawwana.base.stores import open_store
from mudawwana.cli import main
from mudawwana.engines.here import Here
from mudawwana.engines.quarantine import read_quarantine
from mudawwana.engines.ray_data import RayData, start_ray
from mudawwana.seeds.init import init_corpus
from small_corpus import SETTINGS
from test_engines import LINE, write_rows

_BUCKETS = count(1)
HOLDER = {"process": 1234, "host": "elsewhere"}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty one's name; the command line reaches it through the environment."""
    for key, value in {
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(key, value)
    for variable in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(variable, raising=False)
    # An instance knows the server and the keys of the test that made it.
    S3FileSystem.clear_instance_cache()
    name = f"bucket-{next(_BUCKETS)}"
    S3FileSystem().mkdir(name)
    yield name
    S3FileSystem.clear_instance_cache()


@pytest.fixture
def here(tmp_path: Path) -> CorpusLayout:
    """The corpus on a disk: of every kind of seed file one, some with names that are hard to quote."""
    layout = CorpusLayout(tmp_path / "corpus")
    layout.seeds_dir.mkdir(parents=True)
    (layout.seeds_dir / "a.txt").write_text(LINE, encoding="utf-8")
    write_rows(layout, [{"id": f"b{number}", "text": LINE * (1 + number % 3)} for number in range(8)])
    (layout.seeds_dir / "c.txt").write_text(LINE * 30, encoding="utf-8")
    shutil.copy(REPOSITORY / "seeds" / "corpus.toml", layout.seeds_dir)
    (layout.seeds_dir / "مكتبة عامة [1] #?*%20 +&.jsonl").write_text(  # "public library"
        json.dumps({"id": "hard", "text": LINE}), encoding="utf-8"
    )
    (layout.seeds_dir / "d.csv").write_text(f'id,text\nd1,"{LINE * 3}"\n', encoding="utf-8")
    rows = "".join(json.dumps({"id": f"e{number}", "text": LINE}) + "\n" for number in range(9))
    (layout.seeds_dir / "e.jsonl.gz").write_bytes(gzip.compress(rows.encode(), mtime=0))
    table = pa.table({"id": [f"f{number}" for number in range(9)], "text": [LINE] * 9})
    pq.write_table(table, layout.seeds_dir / "f.parquet", row_group_size=4)
    return layout


@pytest.fixture
def there(bucket: str, here: CorpusLayout, server: str) -> CorpusLayout:
    """The same in the bucket; other processes reach it without this one's environment."""
    layout = open_layout(bucket, server)
    upload(here, layout)
    return layout


def open_layout(bucket: str, server: str) -> CorpusLayout:
    keys = {"key": "test", "secret": "test", "endpoint_url": server}
    root: Any = UPath(f"s3://{bucket}/a corpus", use_listings_cache=False, **keys)
    return CorpusLayout(root)


def upload(here: CorpusLayout, there: CorpusLayout) -> None:
    for path in here.root.rglob("*"):
        if path.is_file():
            (there.root / path.relative_to(here.root).as_posix()).write_bytes(path.read_bytes())


def read(layout: CorpusLayout, *folders: str) -> dict[str, bytes]:
    """Every file of the corpus, or of these folders of it, but for what runs keep for themselves."""
    if get_store(layout.root) is None:
        paths = [path for path in layout.root.rglob("*") if path.is_file()]
        found = {path.relative_to(layout.root).as_posix(): path.read_bytes() for path in paths}
    else:
        root = get_key(layout.root).rstrip("/")
        store = get_store(layout.root)
        found = {path.removeprefix(f"{root}/"): store.cat_file(path) for path in store.find(root)}
    wanted = folders or ("seeds", "annotations", "corpus")
    return {
        name: raw for name, raw in found.items() if name.startswith(wanted) and "annotations/.work/" not in name
    }


def list_work(layout: CorpusLayout) -> list[str]:
    return sorted(path.name for path in layout.work_dir.iterdir())


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    # For the workers: where stand_in is.
    monkeypatch.setenv("PYTHONPATH", f"{REPOSITORY / 'tests'}:{REPOSITORY / 'scripts'}")
    ray = pytest.importorskip("ray", reason="the extra `ray` is not installed")
    start_ray(cpus=3)
    yield
    ray.shutdown()


def annotate(layout: CorpusLayout, engine: Any = None) -> list[Any]:
    """The results of the shards that were annotated, by the stand-in."""
    _, results = stand_in.run(stand_in.build_job(layout, shard_words=40), engine or Here(1))
    return [result.shard for result in results if result.worker]


def invoke(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


@pytest.fixture
def stand_in_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the command line, too."""
    monkeypatch.setattr(
        "mudawwana.annotate.task.build_job", lambda layout, *_, **__: stand_in.build_job(layout, shard_words=40)
    )


@pytest.mark.usefixtures("stand_in_models")
class TestAnnotate:
    def test_the_bytes_are_those_of_a_corpus_on_a_disk(self, here: CorpusLayout, there: CorpusLayout) -> None:
        assert invoke("annotate", str(here.root)).exit_code == 0
        result = invoke("annotate", str(there.root))
        assert result.exit_code == 0
        stems = ["a", "b", "c", "d", "e", "f", "مكتبة عامة [1] #?*%20 +&"]
        assert result.stdout.splitlines() == [f"{there.root}/annotations/auto/{stem}.conllu" for stem in stems]
        assert read(there) == read(here)
        assert "seeds/documents.csv" in read(there)
        # Nothing stays of parts and lease.
        assert list_work(there) == [f"{stem}.json" for stem in stems]

    def test_a_bucket_may_be_the_corpus(self, here: CorpusLayout, bucket: str) -> None:
        root: Any = UPath(f"s3://{bucket}")
        upload(here, CorpusLayout(root))
        assert invoke("annotate", f"s3://{bucket}/").exit_code == 0
        invoke("annotate", str(here.root))
        assert read(CorpusLayout(root)) == read(here)

    def test_several_workers(self, here: CorpusLayout, there: CorpusLayout) -> None:
        annotate(here)
        assert annotate(there, Here(2))
        assert read(there) == read(here)

    # Ray's own, of its own modules.
    @pytest.mark.filterwarnings("ignore")
    @pytest.mark.usefixtures("cluster")
    def test_ray(self, here: CorpusLayout, there: CorpusLayout) -> None:
        annotate(here)
        assert annotate(there, RayData(2))
        assert read(there) == read(here)
        assert not annotate(there, RayData(2))

    def test_nothing_is_annotated_twice(self, there: CorpusLayout) -> None:
        assert annotate(there)
        found = read(there)
        assert not annotate(there)
        assert read(there) == found

    def test_a_change_annotates_its_shard_again(self, here: CorpusLayout, there: CorpusLayout) -> None:
        annotate(there)
        for layout in (here, there):
            (layout.seeds_dir / "c.txt").write_text(LINE * 29 + "سلام.\n", encoding="utf-8")  # "peace"
        assert [(shard.seed, shard.index) for shard in annotate(there)] == [("seeds/c.txt", 2)]
        annotate(here)
        assert read(there) == read(here)

    def test_what_fails_is_in_quarantine_until_it_is_mended(self, here: CorpusLayout, there: CorpusLayout) -> None:
        for layout in (here, there):
            (layout.seeds_dir / "a.txt").write_text(stand_in.FAILING, encoding="utf-8")
        assert [invoke("annotate", str(layout.root)).exit_code for layout in (here, there)] == [1, 1]
        assert read(there) == read(here)
        assert [one.id for one in read_quarantine(there, "seeds/a.txt")] == ["a"]
        assert "annotations/auto/a.conllu" not in read(there)
        (there.seeds_dir / "a.txt").write_text(LINE, encoding="utf-8")
        assert invoke("annotate", str(there.root)).exit_code == 0
        assert not read(there, "annotations/quarantine")

    def test_seeds_that_are_gone_leave_no_work(self, there: CorpusLayout) -> None:
        annotate(there)
        (there.work_dir / "gone [1]" / "part.conllu").write_text("", encoding="utf-8")
        remove_file(there.seeds_dir / "a.txt")
        annotate(there)
        assert "a.json" not in list_work(there)
        assert "gone [1]" not in list_work(there)

    @pytest.mark.parametrize("seed", range(3))
    def test_what_a_killed_run_leaves_the_next_one_finishes(
        self, here: CorpusLayout, there: CorpusLayout, seed: int
    ) -> None:
        """Real processes, killed with SIGKILL before a random file operation of theirs."""
        operations = stand_in.run_killed(here, Here(1), 0)
        chance = random.Random(seed)  # noqa: S311
        for _ in range(3):
            # Nor is a finished shard annotated again: that has an exit status of its own.
            stand_in.run_killed(there, Here(1), chance.randrange(1, operations))
        annotate(there)
        assert read(there, "annotations") == read(here, "annotations")

    def test_data_set_to_seeds(self, there: CorpusLayout, tmp_path: Path) -> None:
        (tmp_path / "news.jsonl").write_text(json.dumps({"body": LINE}) + "\n", encoding="utf-8")
        (tmp_path / "news").mkdir()
        shutil.move(tmp_path / "news.jsonl", tmp_path / "news" / "train.jsonl")
        for _ in range(2):
            result = invoke(
                "annotate", str(there.root), "--from-dataset", str(tmp_path / "news"), "--text-column", "body"
            )
            assert result.exit_code == 0, result.output
        assert {"seeds/news.jsonl", "annotations/auto/news.conllu"} <= read(there).keys()


def test_memory(here: CorpusLayout) -> None:
    """Whatever fsspec has a file system for."""
    root: Any = UPath("memory://mudawwana/corpus")
    there = CorpusLayout(root)
    upload(here, there)
    annotate(here)
    annotate(there)
    assert read(there, "annotations") == read(here, "annotations")
    assert not annotate(there)
    remove_tree(there.root)
    assert not read(there)


class TestRun:
    def test_the_data_set_is_that_of_a_corpus_on_a_disk(self, bucket: str, server: str, tmp_path: Path) -> None:
        here, there = CorpusLayout(tmp_path / "library"), open_layout(bucket, server)
        init_corpus(here.root, "library")
        here.settings_path.write_text(SETTINGS, encoding="utf-8")
        text = f"---\nid: article\n---\n{ARTICLE}"
        (here.seeds_dir / "مقال 1.txt").write_text(text, encoding="utf-8")  # "article 1"
        upload(here, there)
        (there.corpus_dir / "data" / "tokens" / "stale-00000-of-00001.parquet").write_bytes(b"")
        (there.corpus_dir / "notes.txt").write_bytes(b"the user's own")
        results = [invoke("run", str(layout.root)) for layout in (here, there)]
        assert results[0].exit_code == results[1].exit_code == 0, results[1].output
        assert f"{there.root}/corpus" in results[1].stdout
        assert "mudawwana-" not in results[1].output
        notes = {"corpus/notes.txt": b"the user's own"}
        assert read(there) == read(here) | notes
        # As it came out of the store.
        for name, raw in read(there, "corpus").items():
            path = tmp_path / "loaded" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)
        sentences = load_dataset(str(tmp_path / "loaded" / "corpus"), split="train")
        assert sentences[0]["doc_id"] == "article"

    def test_an_error_names_the_paths_of_the_store_and_leaves_it(self, there: CorpusLayout) -> None:
        before = read(there)
        with pytest.raises(OutputError, match=f"^{there.root}/seeds: full"), mirror_corpus(there) as local:
            write_text_atomically(local.corpus_dir / "README.md", ["half"])
            raise OutputError(f"{local.seeds_dir}: full")
        assert read(there) == before

    def test_names_that_lead_out_are_refused(self, there: CorpusLayout) -> None:
        get_store(there.root).pipe_file(f"{get_key(there.root)}/seeds/../../x.txt", b"")
        with pytest.raises(StoreError, match=r"has `\.\.` in its name"), mirror_corpus(there):
            pass


@pytest.fixture
def lease(there: CorpusLayout, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where it stands; it lasts a moment."""
    monkeypatch.setattr(leases, "EXPIRY_SECONDS", 0.3)
    monkeypatch.setattr(leases, "POLL_SECONDS", 0.05)
    return there.work_dir / "lease"


def write_lease(lease: Path, renewed: str) -> None:
    lease.write_text(json.dumps({**HOLDER, "token": "theirs", "renewed": renewed}), encoding="utf-8")


@pytest.mark.usefixtures("stand_in_models")
def read_lease(path: Path) -> dict[str, str]:
    content: dict[str, str] = json.loads(get_store(path).cat_file(get_key(path)))
    return content


class TestLeases:
    def test_a_second_run_says_who_holds_the_corpus(self, there: CorpusLayout) -> None:
        holder = {"process": os.getpid(), "host": socket.gethostname()}
        with hold_lease(there.work_dir / "lease", holder, wait=False, tell=print):
            result = invoke("annotate", str(there.root))
            assert result.exit_code == 1
            assert f"another run works on this corpus: process {os.getpid()}, host {socket.gethostname()}" in (
                result.stderr
            )
            assert "--wait" in result.stderr
            assert "token" not in result.stderr
            assert "annotations/auto/a.conllu" not in read(there)
        assert invoke("annotate", str(there.root)).exit_code == 0

    def test_a_dead_runs_is_taken_over(self, there: CorpusLayout, lease: Path) -> None:
        write_lease(lease, "2020-01-01T00:00:00+00:00")
        result = invoke("annotate", str(there.root))
        assert result.exit_code == 0
        assert "process 1234, host elsewhere" in result.stderr
        assert "That run is dead" in result.stderr
        assert not lease.exists()

    def test_clocks_that_differ_end_no_lease(self, lease: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """It looks old, but is renewed while it is watched."""
        write_lease(lease, "2020-01-01T00:00:00+00:00")
        monkeypatch.setattr(leases, "sleep", lambda _: write_lease(lease, "2020-01-01T00:00:20+00:00"))
        with pytest.raises(LockError, match="host elsewhere"), hold_lease(lease, {}, wait=False, tell=print):
            pass
        assert "theirs" in lease.read_text()

    def test_who_waits_goes_on_when_the_other_ends(self, lease: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write_lease(lease, "2999-01-01T00:00:00+00:00")
        told: list[str] = []
        monkeypatch.setattr(leases, "sleep", lambda _: remove_file(lease))
        with hold_lease(lease, {}, wait=True, tell=told.append):
            assert "theirs" not in lease.read_text()
        assert len(told) == 1
        assert told[0].endswith("waiting for its end.")

    def test_it_is_renewed_while_it_is_held(self, lease: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(leases, "RENEWAL_SECONDS", 0.01)
        with hold_lease(lease, HOLDER, wait=False, tell=print):
            first = read_lease(lease)
            while (renewed := read_lease(lease)) == first:
                pass
        assert renewed["token"] == first["token"]
        assert not lease.exists()

    def test_who_has_lost_it_stops_and_leaves_the_others(
        self, lease: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
    ) -> None:
        monkeypatch.setattr(leases, "RENEWAL_SECONDS", 0.01)
        # A shell that starts the tests in the background lets it be ignored.
        handler = signal.signal(signal.SIGINT, signal.default_int_handler)
        request.addfinalizer(lambda: signal.signal(signal.SIGINT, handler))
        with pytest.raises(LockError, match="was lost"), hold_lease(lease, HOLDER, wait=False, tell=print):
            # More than once: the holder may just be about to renew it.
            for _ in range(1000):
                write_lease(lease, "2020-01-01T00:00:00+00:00")
                Event().wait(0.05)
            pytest.fail("nothing has interrupted the run")
        assert "theirs" in lease.read_text()


@contextmanager
def check_keys(server: str) -> Iterator[None]:
    """Meanwhile the server takes no keys but those that it has given, which are none."""

    def set_trusting_requests(count: bytes) -> None:
        headers = {"Content-Type": "text/plain"}
        urlopen(Request(f"{server}/moto-api/reset-auth", count, headers, method="POST")).close()  # noqa: S310

    set_trusting_requests(b"0")
    try:
        yield
    finally:
        set_trusting_requests(b"inf")


class TestErrors:
    """One message that names the path and the remedy; never a traceback, of which `invoke` makes sure."""

    def test_no_such_bucket(self, bucket: str) -> None:
        result = invoke("annotate", f"s3://{bucket}-not/corpus")
        assert result.exit_code == 1
        assert result.stderr.startswith(f"Error: s3://{bucket}-not/corpus: not found")
        assert "check the names of bucket and folder" in result.stderr

    def test_no_such_folder(self, bucket: str) -> None:
        result = invoke("run", f"s3://{bucket}/nothing")
        assert result.exit_code == 1
        assert result.stderr.startswith(f"Error: s3://{bucket}/nothing: not found")

    def test_no_settings(self, there: CorpusLayout) -> None:
        remove_file(there.settings_path)
        result = invoke("annotate", str(there.root))
        assert result.exit_code == 1
        assert f"{there.root}/seeds/corpus.toml: not found" in result.stderr

    def test_wrong_credentials(self, there: CorpusLayout, server: str) -> None:
        with check_keys(server):
            result = invoke("annotate", str(there.root))
        assert result.exit_code == 1
        assert result.stderr.startswith(f"Error: {there.root}: ")
        assert "check credentials" in result.stderr

    def test_no_credentials(self, there: CorpusLayout, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.delenv(variable)
        for variable in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
            monkeypatch.setenv(variable, str(tmp_path / "none"))
        S3FileSystem.clear_instance_cache()
        result = invoke("annotate", str(there.root))
        assert result.exit_code == 1
        assert result.stderr.startswith(f"Error: {there.root}: ")
        assert "AWS_ACCESS_KEY_ID" in result.stderr

    def test_a_store_that_refuses_to_write(self, there: CorpusLayout, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise PermissionError("Access Denied")

        monkeypatch.setattr(type(get_store(there.root)), "pipe_file", refuse)
        result = invoke("annotate", str(there.root))
        assert result.exit_code == 1
        assert "Access Denied" in result.stderr
        monkeypatch.setattr(get_store(there.root), "put_file", refuse)
        with pytest.raises(OutputError, match=r"x: cannot be written \(Access Denied\)"):
            write_text_atomically(there.root / "x", ["x"])

    @pytest.mark.parametrize("module", ["upath", "s3fs"])
    def test_without_the_extra(self, bucket: str, monkeypatch: pytest.MonkeyPatch, module: str) -> None:
        monkeypatch.setitem(sys.modules, module, None)
        # Where it stands once s3fs has been imported.
        monkeypatch.delitem(_registry, "s3", raising=False)
        result = invoke("annotate", f"s3://{bucket}/corpus")
        assert result.exit_code == 1
        assert f"s3://{bucket}/corpus: " in result.stderr
        assert "pip install -e '.[s3]'" in result.stderr

    def test_no_such_kind_of_store(self) -> None:
        result = invoke("annotate", "nowhere://corpus")
        assert result.exit_code == 1
        assert "no kind of store that fsspec knows" in result.stderr

    def test_a_corpus_begins_in_a_folder(self) -> None:
        result = invoke("init", "s3://bucket/corpus")
        assert result.exit_code == 2
        assert "s3://bucket/corpus: a corpus begins in a folder" in result.stderr

    @pytest.mark.parametrize("command", ["validate", "build", "explore"])
    def test_other_commands_say_what_to_do(self, command: str) -> None:
        result = invoke(command, "s3://bucket/corpus")
        assert result.exit_code == 2
        assert "'s3://bucket/corpus': only `mudawwana annotate` and `mudawwana run` work" in result.stderr
        assert "copy it to a folder first" in result.stderr


class TestFiles:
    def test_file_urls_are_paths(self, tmp_path: Path) -> None:
        assert open_store(f"file://{tmp_path}") == tmp_path

    def test_two_machines_with_the_same_process_number_do_not_meet(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "x"
        with replace_atomically(path) as one:
            monkeypatch.setattr("mudawwana.base.files._TOKEN", "another machine's")
            with replace_atomically(path) as other:
                assert one != other
                for temporary in (one, other):
                    assert temporary.name.startswith(".x.")
                    assert temporary.suffix == ".tmp"
                    temporary.write_text(temporary.name)
        assert path.read_text() == one.name
        assert [*tmp_path.iterdir()] == [path]

    def test_nothing_is_uploaded_where_the_work_fails(self, there: CorpusLayout) -> None:
        path = there.root / "x"
        path.write_text("before")
        with pytest.raises(ZeroDivisionError), replace_atomically(path) as temporary:
            temporary.write_text("half")
            raise ZeroDivisionError
        assert path.read_text() == "before"


def test_a_corpus_on_a_disk_needs_none_of_it() -> None:
    code = (
        "import sys, mudawwana.cli, mudawwana.base.locks; print(*{'upath', 's3fs', 'fsspec'} & sys.modules.keys())"
    )
    result = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout == "\n"
