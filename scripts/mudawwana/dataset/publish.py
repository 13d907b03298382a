"""corpus/ -> a data set repository on the Hugging Face Hub; nothing else in Mudawwana writes to the network.

huggingface_hub uploads: `upload_folder`, which has become what `upload_large_folder` was: with `hf_xet` it streams
in several commits, and goes on where it was cut off. A push that has failed is run again with the same command:
files that have arrived are told by their digests and not sent twice.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import httpx2
import pyarrow.parquet as pq
from huggingface_hub import DatasetCard, HfApi, constants
from huggingface_hub.errors import (
    HfHubHTTPError,
    HFValidationError,
    LocalTokenNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
)
from huggingface_hub.hf_api import RepoFile
from huggingface_hub.utils import filter_repo_objects, validate_repo_id
from huggingface_hub.utils.sha import git_hash

from mudawwana import __version__
from mudawwana.base.errors import PublishError
from mudawwana.base.files import hash_file
from mudawwana.base.layout import LAYERS, CorpusLayout
from mudawwana.dataset.card_files import is_hidden
from mudawwana.seeds.init import find_unstated
from mudawwana.seeds.settings import Settings
from mudawwana.validate.incidents import Incident

LARGE_BYTES = 5_000_000_000
"""So much in one commit fails often: above it `hf_xet` must be there, which sends several."""

_TYPE = "dataset"
_OTHER_TYPES = ("model", "space")
_HIDDEN = (".*", "*/.*")  # what `is_hidden` says, as patterns
# The folders that builds write: what of them is in the repository, and no more in corpus/, goes from there.
_BUILT = ("data/*", "conllu/*", "figures/*")
_ENTRIES_OF_CARD = ("language", "license", "configs", "dataset_info")


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file that goes to the repository."""

    path: str
    """In `corpus/` and in the repository, with "/" between folders."""
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Plan:
    """What a push sends, and where."""

    repo: str
    """`namespace/name`, or the name alone: then the token's user is the namespace."""
    tag: str
    is_private: bool
    files: tuple[PlannedFile, ...]

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for file in self.files)

    @property
    def requests(self) -> list[str]:
        """Method and address of each kind of request of a push, in their order; reads of other types left out."""
        repo = self.repo if "/" in self.repo else f"<user>/{self.repo}"
        host, data_set = constants.ENDPOINT, f"{constants.ENDPOINT}/api/datasets/{repo}"
        content = [f"GET {data_set}/xet-write-token/main"]
        if not _has_xet():
            content = [f"POST {host}/datasets/{repo}.git/info/lfs/objects/batch", f"POST {host}/api/validate-yaml"]
        return [
            f"GET {host}/api/whoami-v2",
            f"GET {data_set}",
            f"POST {host}/api/repos/create",
            f"GET {data_set}/refs",
            f"GET {data_set}/tree/main",
            f"POST {data_set}/preupload/main",
            *content,
            f"POST {data_set}/commit/main",
            f"POST {data_set}/tag/<commit>",
        ]


@dataclass(frozen=True, slots=True)
class Published:
    """Where a data set stands now."""

    url: str
    commit: str
    tag: str
    is_new: bool
    """False where the tag was there already, with the same files."""


def plan_push(layout: CorpusLayout, repo: str, *, tag: str, is_private: bool) -> Plan:
    """What `push_dataset` would send: the data set's files, which `check_data_set` has looked at. Asks nobody.

    Raises PublishError where the repository's name, or the amount of data, is none that the Hub takes.
    """
    try:
        validate_repo_id(repo)
    except HFValidationError as error:
        raise PublishError(f"--repo: {error}") from error
    names = sorted(path.relative_to(layout.corpus_dir).as_posix() for path in _list_files(layout.corpus_dir))
    files = [
        PlannedFile(name, (layout.corpus_dir / name).stat().st_size, hash_file(layout.corpus_dir / name))
        for name in names
    ]
    plan = Plan(repo, tag, is_private, tuple(files))
    if plan.size_bytes > LARGE_BYTES and not _has_xet():
        raise PublishError(
            f"{layout.corpus_dir}: {plan.size_bytes} bytes are too many for one commit; `pip install hf_xet`, and "
            "do not set HF_HUB_DISABLE_XET."
        )
    return plan


def check_stated(layout: CorpusLayout, settings: Settings) -> None:
    """Raises PublishError that names what the card would say in the words of `mudawwana init`.

    `text_source` and `text_licence` count where a document of the data set takes them over.
    """
    unstated = find_unstated(settings)
    for key, column in (("text_source", "source"), ("text_licence", "licence")):
        if key in unstated and not _has_value(layout, column, unstated[key]):
            del unstated[key]
    if unstated:
        listed = "".join(f"\n  {key} = {value!r}" for key, value in unstated.items())
        raise PublishError(
            f"{layout.settings_path}: still as `mudawwana init` wrote it:{listed}\nSay there what is true of your "
            "corpus, and `mudawwana build`; --allow-unstated publishes it as it is, for tests."
        )


def _has_value(layout: CorpusLayout, column: str, value: str) -> bool:
    paths = layout.data_set.list_parquet("documents")
    return any(value in pq.read_table(path, columns=[column])[column].to_pylist() for path in paths)


def check_data_set(layout: CorpusLayout, incidents: Sequence[Incident]) -> None:
    """Raises PublishError where `corpus/` must not be published.

    `incidents` are what `check_corpus` and `check_card` found: none may be an error. `corpus/` must hold the
    annotation files as they are, a card whose head the Hub understands, and, but for hidden files, no other file
    and no symbolic link: who follows one publishes what stands elsewhere.
    """
    errors = [incident for incident in incidents if incident.severity == "error"]
    if errors:
        raise PublishError(
            f"{len(errors)} errors in the annotations or the card, the first: {errors[0]}; "
            "see `mudawwana validate`, correct them, and run `mudawwana build`."
        )
    card_path = layout.data_set.card_path
    if not card_path.exists():
        raise PublishError(f"{card_path}: no data card; run `mudawwana build`.")
    for layer in LAYERS:
        folder, copies = layout.get_layer_dir(layer), layout.data_set.get_conllu_dir(layer)
        if _hash_annotations(folder) != _hash_annotations(copies):
            raise PublishError(f"{copies}: not the files that stand in {folder}; run `mudawwana build`.")
    _check_card(card_path)
    _check_files(layout)


def push_dataset(layout: CorpusLayout, plan: Plan) -> Published:
    """Uploads the files to the repository, which is created if need be, and tags the commit.

    What the repository has in the folders that builds write, and `corpus/` no more, is deleted there (its history
    keeps it). The tag comes last: where it is, everything is.

    Raises PublishError where there is no token, the name belongs to another type of repository, the tag has other
    content, or a request fails; what has arrived stays there for the next try.
    """
    api = HfApi(library_name="mudawwana", library_version=__version__)
    with _explain(plan):
        namespace = "" if "/" in plan.repo else f"{api.whoami()['name']}/"
        repo = namespace + plan.repo
        _ensure_repo(api, repo, plan)
        tagged = {ref.name: ref.target_commit for ref in api.list_repo_refs(repo, repo_type=_TYPE).tags}
        if plan.tag in tagged:
            _check_same(api, repo, layout, plan)
            return Published(_build_url(api, repo, plan), tagged[plan.tag], plan.tag, is_new=False)
        commit = api.upload_folder(
            repo_id=repo,
            repo_type=_TYPE,
            folder_path=layout.corpus_dir,
            commit_message=f"Release {plan.tag}",
            ignore_patterns=[*_HIDDEN],
            delete_patterns=[*_BUILT],
        )
        api.create_tag(repo, tag=plan.tag, revision=commit.oid, repo_type=_TYPE)
        return Published(_build_url(api, repo, plan), commit.oid, plan.tag, is_new=True)


def _has_xet() -> bool:
    return not constants.HF_HUB_DISABLE_XET and find_spec("hf_xet") is not None


def _list_files(folder: Path) -> Iterator[Path]:
    """All but hidden ones; a link counts as a file, wherever it leads."""
    paths = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return (path for path in paths if not is_hidden(path.relative_to(folder)))


def _check_files(layout: CorpusLayout) -> None:
    paths = sorted(_list_files(layout.corpus_dir))
    links = [path for path in paths if path.is_symlink()]
    if links:
        raise PublishError(
            f"{_name_some(links)}: a symbolic link, which publishes what it leads to; put the file itself there."
        )
    own = layout.data_set.own_names
    foreign = [path for path in paths if path.relative_to(layout.corpus_dir).parts[0] not in own]
    if foreign:
        raise PublishError(
            f"{_name_some(foreign)}: no file of the data set, so it is not published; move it out of "
            f"{layout.corpus_dir}."
        )


def _name_some(paths: Sequence[Path]) -> str:
    return ", ".join(map(str, paths[:5])) + (f" and {len(paths) - 5} more" if len(paths) > 5 else "")


def _hash_annotations(folder: Path) -> dict[str, str]:
    return {path.name: hash_file(path) for path in folder.glob("*.conllu") if not path.name.startswith(".")}


def _check_card(path: Path) -> None:
    try:
        card_data = DatasetCard.load(path).data
    # A head that is no YAML, or no mapping.
    except ValueError as error:
        raise PublishError(f"{path}: no valid head of a data card ({error}); run `mudawwana build`.") from error
    for entry in _ENTRIES_OF_CARD:
        if not card_data.get(entry):
            raise PublishError(f"{path}: no `{entry}` in its head; run `mudawwana build`.")
    for config in card_data["configs"]:
        for files in config["data_files"]:
            if not any(path.parent.glob(files["path"])):
                raise PublishError(f"{path}: names {files['path']}, which is not there; run `mudawwana build`.")


def _ensure_repo(api: HfApi, repo: str, plan: Plan) -> None:
    try:
        info = api.repo_info(repo, repo_type=_TYPE)
    except RepositoryNotFoundError:
        for other in _OTHER_TYPES:
            if api.repo_exists(repo, repo_type=other):
                raise PublishError(f"{repo}: is a {other} already, no data set; choose another --repo.") from None
        api.create_repo(repo, repo_type=_TYPE, private=plan.is_private, exist_ok=True)
        return
    if plan.is_private and not info.private:
        raise PublishError(
            f"{repo}: is public, and --private was asked for; make it private in its settings on the Hub, or "
            "choose another --repo."
        )


def _check_same(api: HfApi, repo: str, layout: CorpusLayout, plan: Plan) -> None:
    """Raises PublishError where the tag, which is there, does not have the plan's files."""
    tree = api.list_repo_tree(repo, recursive=True, revision=plan.tag, repo_type=_TYPE)
    there = {
        file.path: file.lfs.sha256 if file.lfs else file.blob_id for file in tree if isinstance(file, RepoFile)
    }
    extra = {*filter_repo_objects(there, allow_patterns=[*_BUILT])} - {file.path for file in plan.files}
    for file in plan.files:
        digest = there.get(file.path, "")
        # Of small files the Hub knows git's digest alone.
        if digest != file.sha256 and digest != git_hash((layout.corpus_dir / file.path).read_bytes()):
            extra.add(file.path)
    if extra:
        raise PublishError(
            f"{repo}: has a tag {plan.tag!r} with other content ({', '.join(sorted(extra)[:5])}); a version never "
            "changes: give another --revision, or raise `version` in seeds/corpus.toml and run `mudawwana build`."
        )


def _build_url(api: HfApi, repo: str, plan: Plan) -> str:
    return f"{api.endpoint}/datasets/{repo}/tree/{plan.tag}"


@contextmanager
def _explain(plan: Plan) -> Iterator[None]:
    """Every way in which a push fails, as a PublishError that says what to do."""
    try:
        yield
    except LocalTokenNotFoundError as error:
        raise PublishError(
            "no token of the Hugging Face Hub: run `hf auth login`, or set HF_TOKEN to a token with write access "
            "(https://huggingface.co/settings/tokens)."
        ) from error
    except OfflineModeIsEnabled as error:
        raise PublishError("HF_HUB_OFFLINE is set, and publishing needs the network; unset it.") from error
    # RuntimeError and ValueError are what huggingface_hub makes of a file's upload, or an answer, that went wrong.
    except (httpx2.HTTPError, OSError, RuntimeError, ValueError) as error:
        if isinstance(error, HfHubHTTPError) and error.response.status_code in (401, 403):
            reason = "the Hub does not let this token do so; use one with write access to the repository"
        else:
            reason = "what has arrived stays there; run the same command again, and only the rest is sent"
        raise PublishError(f"{plan.repo}: not published: {_tell(error)}; {reason}.") from error


def _tell(error: BaseException) -> str:
    """The error in one line, with what it came from."""
    told = " ".join(str(error).split()) or type(error).__name__
    return f"{told} ({_tell(error.__cause__)})" if error.__cause__ else told
