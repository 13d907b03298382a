"""Where everything of a corpus stands, from its root folder."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, Literal

Layer = Literal["auto", "gold"]
AUTO: Final = "auto"
"""What the pipeline says."""
GOLD: Final = "gold"
"""What people have corrected or written."""
LAYERS: Final[tuple[Layer, ...]] = (AUTO, GOLD)

FOLDER_JOINER: Final = "--"
"""What stands for "/" in the names of what belongs to a seed file in a folder of `seeds/`."""


def get_stem(seed: str) -> str:
    """What the files of a seed file, given as `Document.path` or by its bare name, are called, without a suffix.

    >>> get_stem("seeds/vol.1.txt.gz"), get_stem("seeds/2020/May/a.txt")
    ('vol.1', '2020--May--a')
    """
    path = PurePosixPath(seed)
    path = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return FOLDER_JOINER.join((*(path.parts[1:] or path.parts)[:-1], path.stem))


def list_conllu(folder: Path) -> list[Path]:
    """The CoNLL-U files directly in the folder, by name; hidden ones are another run's, half written."""
    return sorted(path for path in folder.glob("*.conllu") if not path.name.startswith("."))


@dataclass(frozen=True, slots=True)
class DataSetLayout:
    """The paths of a data set: of a corpus's `corpus/`, of a folder where one is built, of a download."""

    root: Path

    @property
    def card_path(self) -> Path:
        return self.root / "README.md"

    @property
    def statistics_path(self) -> Path:
        return self.root / "statistics.json"

    @property
    def citation_path(self) -> Path:
        return self.root / "CITATION.cff"

    @property
    def croissant_path(self) -> Path:
        return self.root / "croissant.json"

    @property
    def own_names(self) -> tuple[str, ...]:
        """What builds write in the root, files and folders; a build removes whatever else is in these folders."""
        files = (self.card_path, self.statistics_path, self.citation_path, self.croissant_path, self.overlap_path)
        return tuple(path.name for path in (*files, self.data_dir, self.conllu_dir, self.figures_dir))

    @property
    def overlap_path(self) -> Path:
        """Which sentences of known test sets the data set has; not there if nobody asked."""
        return self.root / "overlap.json"

    @property
    def figures_dir(self) -> Path:
        return self.root / "figures"

    @property
    def data_dir(self) -> Path:
        return self.root / "data"

    def list_parquet(self, config: str, split: str = "*") -> list[Path]:
        """The Parquet files of a config, or of one split of it, by name."""
        return sorted((self.data_dir / config).glob(f"{split}-*-of-*.parquet"))

    @property
    def conllu_dir(self) -> Path:
        return self.root / "conllu"

    def get_conllu_dir(self, layer: Layer) -> Path:
        """Where the copies of the layer's annotation files stand."""
        return self.conllu_dir / layer


@dataclass(frozen=True, slots=True)
class CorpusLayout:
    """The paths of a corpus; none of them need exist."""

    root: Path
    """A folder on a disk, or in an object store (see stores.py)."""

    @property
    def seeds_dir(self) -> Path:
        return self.root / "seeds"

    @property
    def settings_path(self) -> Path:
        return self.seeds_dir / "corpus.toml"

    @property
    def documents_path(self) -> Path:
        return self.seeds_dir / "documents.csv"

    @property
    def removed_path(self) -> Path:
        return self.seeds_dir / "removed.csv"

    @property
    def citation_path(self) -> Path:
        """How to cite the software, for those who publish it with the corpus; the data set has one of its own."""
        return self.root / "CITATION.cff"

    @property
    def annotations_dir(self) -> Path:
        return self.root / "annotations"

    @property
    def auto_dir(self) -> Path:
        return self.get_layer_dir(AUTO)

    @property
    def gold_dir(self) -> Path:
        return self.get_layer_dir(GOLD)

    @property
    def has_gold(self) -> bool:
        """Whether people have annotated any document."""
        return bool(list_conllu(self.gold_dir))

    @property
    def audit_path(self) -> Path:
        """What an audit says of the automatic layer's accuracy."""
        return self.gold_dir / "audit.json"

    @property
    def calibration_path(self) -> Path:
        """What the confidence of the models of the automatic layer is worth, where they came with that; a copy."""
        return self.auto_dir / "calibration.json"

    @property
    def audited_dir(self) -> Path:
        """Sentences that an audit has looked at, with their corrections."""
        return self.gold_dir / "audit"

    @property
    def quarantine_dir(self) -> Path:
        return self.annotations_dir / "quarantine"

    @property
    def work_dir(self) -> Path:
        """What lets a run go on where another was cut off; may be removed when none is under way."""
        return self.annotations_dir / ".work"

    @property
    def corpus_dir(self) -> Path:
        return self.root / "corpus"

    @property
    def data_set(self) -> DataSetLayout:
        return DataSetLayout(self.corpus_dir)

    def get_layer_dir(self, layer: Layer) -> Path:
        return self.annotations_dir / layer

    def get_annotation_path(self, layer: Layer, document_path: str) -> Path:
        """The annotation file of a seed file, given as `Document.path`; it holds all documents of that file.

        >>> CorpusLayout(Path("c")).get_annotation_path("gold", "seeds/vol.1.txt").as_posix()
        'c/annotations/gold/vol.1.conllu'
        """
        return self.get_layer_dir(layer) / f"{get_stem(document_path)}.conllu"

    def get_quarantine_path(self, document_path: str) -> Path:
        """Where the documents of a seed file are listed that could not be annotated; not there if none."""
        return self.quarantine_dir / f"{get_stem(document_path)}.jsonl"
