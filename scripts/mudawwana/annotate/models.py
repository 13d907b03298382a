"""Which Stanza models annotate: the embedded ones, a folder of one's own, or Stanza's official packages.

Only an official package may go to the network, by Stanza's own downloader; the other two are loaded from disk
without a look at Stanza's resources server.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import stanza
import torch
from stanza.models.common import bert_embedding
from stanza.models.common import utils as stanza_utils
from stanza.models.common.foundation_cache import FoundationCache
from stanza.models.common.pretrain import Pretrain
from stanza.pipeline.core import DownloadMethod
from stanza.resources.common import DEFAULT_MODEL_DIR

from mudawwana.annotate.accelerate import accelerate_pipeline
from mudawwana.annotate.agreement import WEIGHTS, Scorer, read_weights
from mudawwana.base.errors import ModelError
from mudawwana.base.files import hash_file
from mudawwana.base.replaced import replaced
from mudawwana.seeds.settings import EMBEDDED, OFFICIAL_PACKAGES

PROCESSORS = ("tokenize", "mwt", "pos", "lemma", "depparse")
VECTORS = "vectors.pt"
"""Word vectors that the tagger and the parser of a folder share, if they were trained with some."""
OFFICIAL_DIR = DEFAULT_MODEL_DIR
"""Where Stanza keeps what it downloads."""


@dataclass(frozen=True, slots=True)
class Models:
    """A loaded pipeline and what it was made of."""

    pipeline: stanza.Pipeline
    name: str
    """What the user asked for: "embedded", an official package, or the folder's name."""
    fingerprint: str
    """"sha256:" and 16 hexadecimal digits over the models' names and bytes."""
    scorer: Scorer | None = None
    """Of readings, where the models have weights for it and tell their scores."""


def load_models(spec: str, *, stock: bool = False) -> Models:
    """The pipeline for "embedded", a folder with `<processor>.pt` files, or an official package such as "padt".

    It computes on the CPU. `stock` leaves Stanza's modules as they are: slower, and labels come without the scores
    of the others; they compute where Stanza chooses, on a GPU if there is one.

    Raises ModelError where a folder lacks a model, or a package cannot be downloaded.
    """
    device = None if stock else "cpu"
    if spec in OFFICIAL_PACKAGES:
        pipeline = _load_official(spec, device)
        fingerprint = compute_fingerprint(_list_files(pipeline), _list_transformers(pipeline))
        if not stock:
            accelerate_pipeline(pipeline)
        return Models(pipeline, spec, fingerprint)
    folder, paths = _find_models(spec)
    with _load_for_use(is_trusted=spec == EMBEDDED):
        pipeline = load_pipeline(folder, device=device)
    if not stock:
        accelerate_pipeline(pipeline)
    has_weights = not stock and folder / WEIGHTS in paths
    scorer = Scorer(read_weights(folder / WEIGHTS)) if has_weights else None
    return Models(pipeline, _get_name(spec), compute_fingerprint(paths), scorer)


def identify_models(spec: str) -> tuple[str, str]:
    """The name and the fingerprint that `load_models` gives for `spec`; loads official packages only.

    Raises ModelError as `load_models` does.
    """
    if spec in OFFICIAL_PACKAGES:
        models = load_models(spec)
        return models.name, models.fingerprint
    return _get_name(spec), compute_fingerprint(_find_models(spec)[1])


def _find_models(spec: str) -> tuple[Path, list[Path]]:
    """The folder of the models, and all files in it that count."""
    folder = get_embedded_dir() if spec == EMBEDDED else Path(spec)
    paths = [folder / f"{processor}.pt" for processor in PROCESSORS]
    missing = [path.name for path in paths if not path.is_file()]
    if missing:
        raise ModelError(
            f"{folder}: {', '.join(missing)} not found. --models takes {EMBEDDED!r}, an official package "
            f"({', '.join(OFFICIAL_PACKAGES)}) or a folder that `mudawwana train` has written."
        )
    others = [folder / name for name in (VECTORS, WEIGHTS)]
    return folder, [*paths, *(path for path in others if path.is_file())]


def _get_name(spec: str) -> str:
    return EMBEDDED if spec == EMBEDDED else Path(spec).resolve().name


def get_embedded_dir() -> Path:
    """The folder of the models that ship with the package."""
    return Path(str(resources.files("mudawwana.annotate") / "embedded"))


def compute_fingerprint(paths: Sequence[Path], others: Sequence[str] = ()) -> str:
    """A digest that changes with any byte of the models, and with nothing else; `others` are not files."""
    lines = "\n".join([*(f"{path.name} {hash_file(path)}" for path in paths), *others])
    return f"sha256:{hashlib.sha256(lines.encode()).hexdigest()[:16]}"


def _list_files(pipeline: stanza.Pipeline) -> list[Path]:
    """What an official package was loaded from: models, and the vectors and models of letters that they read."""
    return sorted({Path(value) for key, value in pipeline.config.items() if key.endswith("_path")})


def _list_transformers(pipeline: stanza.Pipeline) -> list[str]:
    """The transformers that the models read: the name on the Hub, and the commit that the files are of."""
    trainers = [pipeline.processors[name].trainer for name in ("pos", "depparse")]
    names = {trainer.args["bert_model"] for trainer in trainers if trainer.model.bert_model is not None}
    return [f"{name} {_get_commit(name)}" for name in sorted(names)]


def _get_commit(transformer: str) -> str:
    """The commit of the files that were loaded; the Hub's client keeps each in a folder of that name."""
    from transformers.utils.hub import cached_file

    return Path(str(cached_file(transformer, "config.json", local_files_only=True))).parent.name


def load_pipeline(
    folder: Path, *, processors: Sequence[str] = PROCESSORS, device: str | None = "cpu"
) -> stanza.Pipeline:
    """Stanza's pipeline of the folder's models for these processors, its modules as they are.

    Raises ModelError where a file is none of Stanza's models, or cut short.
    """
    try:
        with _explain_damage("put it back as it was, or train the models anew with `mudawwana train`"):
            return stanza.Pipeline(
                "ar",
                dir=str(folder),
                # Stanza wants a resources.json; the folder's is empty, and then only explicit paths are used.
                allow_unknown_language=True,
                download_method=None,
                processors=",".join(processors),
                **{f"{processor}_model_path": str(folder / f"{processor}.pt") for processor in processors},
                **_find_vectors(folder),
                device=device,
                logging_level="CRITICAL",  # what goes wrong we say ourselves, once
            )
    except OSError as error:
        raise ModelError(f"{folder}: {error}; train the models anew with `mudawwana train`.") from error


@contextmanager
def _explain_damage(remedy: str, *, is_online: bool = False) -> Iterator[None]:
    """Whatever Stanza's loaders do with a file that is no model: a ModelError with the last one that they read."""
    load = torch.load
    read: list[Any] = []

    def load_and_remember(path: Any, *args: Any, **options: Any) -> Any:
        read.append(path)
        return load(path, *args, **options)

    try:
        # The loaders of stanza 1.15 leave out of their errors which file it was.
        with replaced(torch, "load", load_and_remember):
            yield
    # Not what torch says: of a file that is none of its own that it be trusted.
    except Exception as error:
        # A file is not there, or not to be downloaded: errors of the network name none.
        if isinstance(error, OSError) and (not read or (is_online and not error.filename)):
            raise
        place = read[-1] if read else "resources.json beside the models"
        if isinstance(error, ImportError):
            raise ModelError(
                f"{place}: this model reads a transformer, and a package for that is missing ({error}). "
                "Install it with: pip install 'mudawwana[transformers]'"
            ) from error
        raise ModelError(f"{place}: nothing that Stanza can load ({type(error).__name__}); {remedy}.") from error


@contextmanager
def _load_for_use(*, is_trusted: bool) -> Iterator[None]:
    """Lets Stanza load without what takes half of the time: optimizers, and a pickle read in Python."""
    load = torch.load

    def load_trusted(*args: Any, **options: Any) -> Any:
        return load(*args, **options | {"weights_only": False})

    with ExitStack() as stack:
        # For a pipeline, too, the trainers of stanza 1.15 make optimizers, by these functions of its module
        # `models/common/utils.py`, whoever asks; for the first one torch imports its compiler.
        for name in ("get_optimizer", "get_split_optimizer"):
            stack.enter_context(replaced(stanza_utils, name, lambda *_, **__: {}))
        if is_trusted:
            # The trainers' `load` of stanza 1.15 calls `torch.load` with weights_only=True, whoever asks; torch
            # then reads item by item in Python. The package's own models are as trusted as its code.
            stack.enter_context(replaced(torch, "load", load_trusted))
        yield


def _find_vectors(folder: Path) -> dict[str, object]:
    """The pipeline's arguments for the folder's word vectors, if it has some."""
    path = str(folder / VECTORS)
    if not Path(path).is_file():
        return {}
    cache = FoundationCache()
    cache.pretrains[path] = _HalfVectors(path)
    return {"pos_pretrain_path": path, "depparse_pretrain_path": path, "foundation_cache": cache}


class _HalfVectors(Pretrain):  # type: ignore[misc]
    """Word vectors that lie on disk in half precision; Stanza's modules add them to float32 tensors."""

    @property
    def emb(self) -> torch.Tensor:
        return super().emb.float()


def _load_official(package: str, device: str | None) -> stanza.Pipeline:
    try:
        with _explain_damage("remove it, and Stanza downloads it again", is_online=True):
            try:
                with replaced(bert_embedding, "load_bert", _load_transformer_from_disk):
                    return _build_official(package, device, DownloadMethod.NONE)
            except OSError:  # a file is not there
                return _build_official(package, device, DownloadMethod.REUSE_RESOURCES)
    # Stanza lets its HTTP library's errors through; each is an OSError, as a missing or broken file is.
    except OSError as error:
        raise ModelError(
            f"Stanza's models {package!r} for Arabic are not all on this machine and could not be "
            f"downloaded ({type(error).__name__}). Use the models that ship with Mudawwana (--models {EMBEDDED}), "
            "or run the same command once with network access: Stanza keeps what it downloads."
        ) from error


_load_transformer = bert_embedding.load_bert


def _load_transformer_from_disk(name: str, *args: Any, **options: Any) -> Any:
    """As Stanza does, without the minutes for which the Hub's client tries again where there is no network.

    DownloadMethod.NONE of stanza 1.15 asks for that of most transformers, not of one that was trained further.
    """
    return _load_transformer(name, *args, **options | {"local_files_only": True})


def _build_official(package: str, device: str | None, method: DownloadMethod) -> stanza.Pipeline:
    return stanza.Pipeline(
        "ar",
        package=package,
        dir=OFFICIAL_DIR,
        processors=",".join(PROCESSORS),
        download_method=method,
        device=device,
        logging_level="WARN",
    )
