"""What is published is what stands in corpus/, whatever fails on the way."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from huggingface_hub import constants
from huggingface_hub.utils import close_session

from hub_server import TOKEN, USER, Hub, Repo, run_hub
from mudawwana.base.errors import PublishError
from mudawwana.base.layout import CorpusLayout
from mudawwana.cli import main
from mudawwana.dataset.build import build_dataset
from mudawwana.dataset.publish import check_stated
from mudawwana.seeds.init import init_corpus
from mudawwana.seeds.settings import load_settings
from small_corpus import write_corpus

KEY = f"datasets/{USER}/library"

# How huggingface_hub sends large files; not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=<...>' to upload:DeprecationWarning")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> CorpusLayout:
    layout = write_corpus(
        tmp_path_factory.mktemp("built"), {"d1.txt": ["d1"], "d2.jsonl": ["a", "b"]}, gold=("d1",)
    )
    build_dataset(layout, load_settings(layout))
    return layout


@pytest.fixture
def layout(built: CorpusLayout, tmp_path: Path) -> CorpusLayout:
    shutil.copytree(built.root, tmp_path / "library")
    return CorpusLayout(tmp_path / "library")


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A Hub of the test's own; what the environment says was read when huggingface_hub was imported."""
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda _: None)
    with run_hub() as hub:
        monkeypatch.setattr(constants, "ENDPOINT", hub.endpoint)
        close_session()
        yield hub
        close_session()


def call(layout: CorpusLayout, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["publish", str(layout.root), "--repo", "library", *arguments])


def read_files(layout: CorpusLayout) -> dict[str, bytes]:
    paths = (path for path in layout.corpus_dir.rglob("*") if path.is_file())
    return {path.relative_to(layout.corpus_dir).as_posix(): path.read_bytes() for path in paths}


def read_repo(hub: Hub, revision: str = "main") -> dict[str, bytes]:
    tree = dict(hub.repos[KEY].get_tree(revision))
    del tree[".gitattributes"]
    return tree


class TestPush:
    def test_all_bytes_arrive_and_are_tagged(self, layout: CorpusLayout, hub: Hub) -> None:
        (layout.corpus_dir / ".gitkeep").touch()
        outcome = call(layout, "--revision", "v1.0")
        assert outcome.exit_code == 0, outcome.output
        assert outcome.stdout == f"{hub.endpoint}/{KEY}/tree/v1.0\n"
        (layout.corpus_dir / ".gitkeep").unlink()
        assert read_repo(hub, "v1.0") == read_repo(hub) == read_files(layout)
        assert not hub.repos[KEY].private

    def test_the_version_of_the_corpus_is_the_default_tag(self, layout: CorpusLayout, hub: Hub) -> None:
        assert call(layout, "--private").exit_code == 0
        assert [*hub.repos[KEY].tags] == ["v0.1.0"]
        assert hub.repos[KEY].private

    def test_the_same_again_sends_nothing(self, layout: CorpusLayout, hub: Hub) -> None:
        assert call(layout).exit_code == 0
        sent = hub.count("PUT "), hub.count("/commit/")
        outcome = call(layout)
        assert outcome.exit_code == 0, outcome.output
        assert "there already, with the same files" in outcome.stderr
        assert (hub.count("PUT "), hub.count("/commit/")) == sent

    def test_what_is_no_more_goes_and_what_others_put_there_stays(self, layout: CorpusLayout, hub: Hub) -> None:
        assert call(layout).exit_code == 0
        hub.repos[KEY].files |= {"conllu/auto/gone.conllu": b"x", "notes.md": b"y"}
        hub.repos[KEY].commit()
        assert call(layout, "--revision", "v2").exit_code == 0
        assert read_repo(hub, "v2") == {**read_files(layout), "notes.md": b"y"}


class TestFailures:
    def test_an_upload_that_fails_once_is_tried_again(self, layout: CorpusLayout, hub: Hub) -> None:
        hub.faults = [("PUT /storage", 500), ("PUT /storage", 0), ("preupload", 503)]
        assert call(layout).exit_code == 0
        assert hub.faults == []
        assert read_repo(hub, "v0.1.0") == read_files(layout)

    def test_an_upload_that_fails_is_taken_up_again(self, layout: CorpusLayout, hub: Hub) -> None:
        files = {name: content for name, content in read_files(layout).items() if name.endswith(".parquet")}
        failing = hashlib.sha256(files["data/tokens/train-00000-of-00001.parquet"]).hexdigest()
        hub.faults = [(f"PUT /storage/{failing}", 500)] * 6
        first = call(layout)
        assert first.exit_code == 1
        assert "run the same command again, and only the rest is sent" in first.stderr
        assert read_repo(hub) == {} and hub.repos[KEY].tags == {}
        arrived = set(hub.objects)
        assert failing not in arrived
        hub.requests.clear()
        assert call(layout).exit_code == 0
        assert hub.count("PUT ") == len(files) - len(arrived) >= 1
        assert read_repo(hub, "v0.1.0") == read_files(layout)

    def test_a_connection_that_drops_at_the_commit(self, layout: CorpusLayout, hub: Hub) -> None:
        hub.faults = [("/commit/main", 0)]
        first = call(layout)
        assert first.exit_code == 1
        assert "not published" in first.stderr
        assert hub.repos[KEY].tags == {}
        hub.requests.clear()
        assert call(layout).exit_code == 0
        assert hub.count("PUT ") == 0
        assert read_repo(hub, "v0.1.0") == read_files(layout)

    def test_a_tag_that_fails_is_set_by_the_next_run(self, layout: CorpusLayout, hub: Hub) -> None:
        hub.faults = [("/tag/", 500)]
        assert call(layout).exit_code == 1
        assert read_repo(hub) == read_files(layout)
        hub.requests.clear()
        assert call(layout).exit_code == 0
        assert (hub.count("PUT "), hub.count("/commit/main")) == (0, 0)
        assert read_repo(hub, "v0.1.0") == read_files(layout)


class TestRefusals:
    def test_no_token(self, layout: CorpusLayout, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("HF_TOKEN")
        outcome = call(layout)
        assert outcome.exit_code == 1
        assert "run `hf auth login`, or set HF_TOKEN" in outcome.stderr
        assert not hub.requests

    def test_a_token_that_may_not(self, layout: CorpusLayout, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HF_TOKEN", "hf_other")
        assert "use one with write access" in call(layout).stderr
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        hub.faults = [("preupload", 403)]
        assert "use one with write access" in call(layout).stderr

    def test_no_network(self, layout: CorpusLayout, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
        close_session()
        outcome = call(layout)
        assert outcome.exit_code == 1
        assert "HF_HUB_OFFLINE is set" in outcome.stderr

    @pytest.mark.parametrize("kind", ["model", "space"])
    def test_a_name_that_another_type_has(self, layout: CorpusLayout, hub: Hub, kind: str) -> None:
        hub.repos[f"{kind}s/{USER}/library"] = Repo(private=False)
        assert f"{USER}/library: is a {kind} already" in call(layout).stderr
        assert KEY not in hub.repos

    def test_private_is_never_pushed_to_what_is_public(self, layout: CorpusLayout, hub: Hub) -> None:
        hub.repos[KEY] = Repo(private=False)
        assert "is public, and --private was asked for" in call(layout, "--private").stderr
        assert read_repo(hub) == {}

    def test_a_tag_that_has_other_content(self, layout: CorpusLayout, hub: Hub) -> None:
        assert call(layout, "--revision", "v1").exit_code == 0
        repo = hub.repos[KEY]
        repo.commits[repo.tags["v1"]]["figures/upos.svg"] = b"<svg/>"
        outcome = call(layout, "--revision", "v1")
        assert outcome.exit_code == 1
        assert "has a tag 'v1' with other content (figures/upos.svg)" in outcome.stderr
        assert "figures/new.svg" not in read_repo(hub)

    def test_too_much_for_one_commit(
        self, layout: CorpusLayout, hub: Hub, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("mudawwana.dataset.publish.LARGE_BYTES", 1000)
        assert "pip install hf_xet" in call(layout).stderr
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", False)
        assert call(layout, "--dry-run").exit_code == 0

    def test_annotations_with_an_error(self, layout: CorpusLayout, hub: Hub) -> None:
        path = layout.auto_dir / "d1.conllu"
        path.write_text(path.read_text(encoding="utf-8").replace("\tPUNCT\t", "\tDOT\t", 1), encoding="utf-8")
        outcome = call(layout)
        assert outcome.exit_code == 1
        assert "unknown-upos" in outcome.stderr
        assert not hub.requests

    def test_a_data_set_that_is_not_that_of_the_annotations(self, layout: CorpusLayout, hub: Hub) -> None:
        [path] = layout.corpus_dir.glob("conllu/gold/*.conllu")
        path.write_text("", encoding="utf-8")
        outcome = call(layout)
        assert outcome.exit_code == 1
        assert "run `mudawwana build`" in outcome.stderr
        assert not hub.requests

    @pytest.mark.parametrize(
        ("found", "instead"), [("license: ", "licence: "), ("data/tokens/", "data/nowhere/"), ("---\n", "--- [\n")]
    )
    def test_a_card_that_is_not_valid(self, layout: CorpusLayout, hub: Hub, found: str, instead: str) -> None:
        path = layout.corpus_dir / "README.md"
        path.write_text(path.read_text(encoding="utf-8").replace(found, instead), encoding="utf-8")
        outcome = call(layout)
        assert outcome.exit_code == 1
        assert "README.md" in outcome.stderr
        assert not hub.requests

    def test_files_that_are_none_of_the_data_set(self, layout: CorpusLayout, hub: Hub) -> None:
        (layout.corpus_dir / "passwords.txt").write_text("secret", encoding="utf-8")
        outcome = call(layout)
        assert outcome.exit_code == 1
        assert "passwords.txt: no file of the data set" in outcome.stderr
        assert not hub.requests

    @pytest.mark.parametrize("name", ["figures/reliability.svg", "data/tokens/notes.txt", "conllu/gold/x.txt"])
    def test_files_of_earlier_builds(self, layout: CorpusLayout, hub: Hub, name: str) -> None:
        (layout.corpus_dir / name).write_text("stale", encoding="utf-8")
        outcome = call(layout)
        assert outcome.exit_code == 1
        assert f"corpus/{name}:1: error L0 card-differs: no build writes it" in outcome.stderr
        assert not hub.requests

    @pytest.mark.parametrize("name", ["data", "data/tokens/train-00000-of-00001.parquet", "README.md", "secret"])
    def test_links_are_not_followed(self, layout: CorpusLayout, hub: Hub, name: str) -> None:
        path, target = layout.corpus_dir / name, layout.root / "elsewhere"
        if path.exists():
            path.rename(target)
        else:
            target.write_text("secret", encoding="utf-8")
        path.symlink_to(target)
        outcome = call(layout)
        assert outcome.exit_code == 1
        assert f"{path}: a symbolic link" in outcome.stderr
        assert not hub.requests

    def test_no_card(self, layout: CorpusLayout, hub: Hub) -> None:
        (layout.corpus_dir / "README.md").unlink()
        assert "no data card; run `mudawwana build`" in call(layout, "--dry-run").stderr

    def test_a_name_that_no_repository_has(self, layout: CorpusLayout, hub: Hub) -> None:
        assert "--repo: " in call(layout, "--repo", "a/b/c").stderr


class TestUnstated:
    def test_what_is_still_the_template_s_is_named(self, layout: CorpusLayout, hub: Hub) -> None:
        layout.settings_path.unlink()
        init_corpus(layout.root, "tajriba")
        text = layout.settings_path.read_text(encoding="utf-8")
        text = text.replace('gold_annotators = ""', 'gold_annotators = "A. Curator"')
        layout.settings_path.write_text(text, encoding="utf-8")
        build_dataset(layout, load_settings(layout))
        outcome = call(layout)
        assert outcome.exit_code == 1
        named = [line.split(" = ")[0] for line in outcome.stderr.splitlines() if line.startswith("  ")]
        assert named == ["  licence", "  personal_data", "  text_source", "  text_licence", "  curators"]
        assert not hub.requests
        (layout.corpus_dir / ".gitkeep").unlink()
        assert call(layout, "--allow-unstated").exit_code == 0
        assert read_repo(hub, "v0.1.0") == read_files(layout)

    def test_what_each_document_says_need_not_be_said_for_all(self, layout: CorpusLayout, hub: Hub) -> None:
        text = layout.settings_path.read_text(encoding="utf-8")
        text = text.replace('"A Paper"', '"not stated"').replace('"All rights reserved"', '"not stated"')
        layout.settings_path.write_text(text, encoding="utf-8")
        with pytest.raises(PublishError, match=r"text_source = 'not stated'\n  text_licence"):
            build_dataset(layout, load_settings(layout))
            check_stated(layout, load_settings(layout))
        table = layout.documents_path.read_text(encoding="utf-8")
        for name in ("d1.txt", "d2.jsonl"):
            table = table.replace(f"{name},,,,,", f"{name},,A Paper,,,CC0")
        layout.documents_path.write_text(table, encoding="utf-8")
        build_dataset(layout, load_settings(layout))
        check_stated(layout, load_settings(layout))


class TestDryRun:
    def test_it_prints_exactly_what_would_go(self, layout: CorpusLayout, hub: Hub) -> None:
        dry = call(layout, "--dry-run")
        assert dry.exit_code == 0, dry.output
        assert not hub.requests
        lines = dry.stdout.splitlines()
        files = read_files(layout)
        expected = [
            f"{hashlib.sha256(content).hexdigest()}  {len(content):>12}  {name}"
            for name, content in sorted(files.items())
        ]
        assert lines[: len(files)] == expected
        size = sum(map(len, files.values()))
        assert lines[len(files)] == f"{len(files)} files, {size} bytes, tag v0.1.0"
        announced = {line.replace("<user>", USER) for line in lines[len(files) + 1 :]}
        assert call(layout).exit_code == 0
        commit = hub.repos[KEY].tags["v0.1.0"]
        came = {
            f"{method} {hub.endpoint}{path}".replace(commit, "<commit>")
            for method, path in (request.split(" ", 1) for request in hub.requests)
            # Before creating a repository: is there a model or a space of its name?
            if method != "PUT" and not path.startswith(("/api/models/", "/api/spaces/"))
        }
        assert came == announced
