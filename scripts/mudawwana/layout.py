"""Where everything of a corpus stands, from its root folder."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath


def get_stem(seed: str) -> str:
    """The name of a seed file, which may stand in a path, without what names its format.

    >>> get_stem("seeds/vol.1.txt.gz")
    'vol.1'
    """
    return PurePosixPath(seed.removesuffix(".gz")).stem


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
    def auto_dir(self) -> Path:
        return self.root / "annotations" / "auto"

    @property
    def gold_dir(self) -> Path:
        return self.root / "annotations" / "gold"

    @property
    def work_dir(self) -> Path:
        """What lets a run go on where another was cut off; may be removed when none is under way."""
        return self.root / "annotations" / ".work"

    @property
    def corpus_dir(self) -> Path:
        return self.root / "corpus"

    def get_annotation_path(self, layer: str, document_path: str) -> Path:
        """The annotation file of a seed file, given as `Document.path`; it holds all documents of that file.

        >>> CorpusLayout(Path("c")).get_annotation_path("gold", "seeds/vol.1.txt").as_posix()
        'c/annotations/gold/vol.1.conllu'
        """
        return self.root / "annotations" / layer / f"{get_stem(document_path)}.conllu"

    def get_quarantine_path(self, document_path: str) -> Path:
        """Where the documents of a seed file are listed that could not be annotated; not there if none."""
        return self.root / "annotations" / "quarantine" / f"{get_stem(document_path)}.jsonl"
