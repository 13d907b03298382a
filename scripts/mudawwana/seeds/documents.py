"""seeds/ -> Document: which files there are, ids, metadata; and the paragraphs that the annotation keeps apart.

What is known about a document is said, from the strongest on, by its record (front matter or columns), by its
file's row in documents.csv, and by corpus.toml.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mudawwana.base.errors import DocumentError
from mudawwana.base.files import hash_file, list_folder
from mudawwana.base.layout import CorpusLayout, get_stem
from mudawwana.base.records import Document, Paragraph
from mudawwana.seeds.formats import SUFFIXES, Record, get_suffix, holds_many, is_visible, read_records
from mudawwana.seeds.names import derive_name, find_fact_meant
from mudawwana.seeds.settings import ID_RULE, NAME_PATTERN, Settings
from mudawwana.seeds.table import COLUMNS, read_table, write_digests
from mudawwana.seeds.tombstones import Removed, read_removed

# Not str.splitlines: a form feed or a vertical tab inside a line is layout, and NEL mostly a decoding accident.
# U+2029 is a paragraph's end by definition; U+2028 breaks a line as LF does.
_PARAGRAPH_ENDS = {
    "line": re.compile("[\n\u2028\u2029]"),
    "blank-line": re.compile("\u2029|[\n\u2028](?:[^\\S\n\u2028\u2029]*[\n\u2028])+"),
}
_PROBLEMS_A_FILE = 20


@dataclass(frozen=True, slots=True)
class SeedFile:
    """A seed file that was read to its end and found good."""

    path: Path
    file: str
    """Its path below seeds/, with "/" between folders; so it stands in documents.csv."""
    row: Mapping[str, str]
    """Its row in documents.csv, empty if it has none."""
    document_id: str = ""
    """ "" where the file holds many documents."""
    sha256: str = ""
    """Of the file's bytes."""
    raw_words: int = 0
    """Space-separated words of all its documents."""
    near_misses: Mapping[str, int] = field(default_factory=dict)
    """Names of its documents' metadata that are nearly a fact's, each with the count of the documents."""

    @property
    def name(self) -> str:
        """Its path below the corpus's root, as `Document.path` has it."""
        return f"seeds/{self.file}"


def read_documents(layout: CorpusLayout, settings: Settings) -> Iterator[Document]:
    """The documents of the corpus in the order of their file names, one at a time; see `check_seeds`."""
    return iter_documents(check_seeds(layout, settings), settings)


def check_seeds(layout: CorpusLayout, settings: Settings, *, removing: str = "") -> list[SeedFile]:
    """The seed files by name, each of them read through once, with one document in memory.

    So a run does not fail after hours on a file that could have been refused at its start. A document that was
    removed, or its text under another id, is refused, but for the one that is being removed.

    Raises DocumentError that names every file and record which cannot be read, one a line, and SettingsError for
    documents.csv.
    """
    files, problems = _list_seeds(layout)
    rows = {row["file"]: row for _, row in read_table(layout).rows}
    owners: dict[str, Path] = {}
    removed = read_removed(layout, removing=removing)
    seeds: list[SeedFile] = []
    for file in files:
        try:
            seed = SeedFile(layout.seeds_dir / file, file, rows.get(file, {}))
            seeds.append(_check_seed(seed, owners, settings, removed=removed))
        except DocumentError as error:
            problems.append(str(error))
    if problems:
        raise DocumentError("\n".join(problems))
    return seeds


def iter_documents(seeds: Iterable[SeedFile], settings: Settings) -> Iterator[Document]:
    """The documents of the files, one at a time."""
    for seed in seeds:
        for record in read_records(seed.path, settings):
            if isinstance(record, DocumentError):
                raise record
            yield _build_document(seed, record, settings)


def describe_near_misses(seeds: Iterable[SeedFile]) -> Iterator[str]:
    """A line for each name of metadata that is nearly a fact's, and so says nothing of that fact."""
    counts: Counter[str] = Counter()
    for seed in seeds:
        counts.update(seed.near_misses)
    for name, count in sorted(counts.items()):
        documents = "1 document" if count == 1 else f"{count:,} documents"
        fact = find_fact_meant(name)
        yield f"{name!r}, of {documents}, stays as it is, and says nothing of {fact!r}; rename it if it should."


def update_documents_csv(layout: CorpusLayout, seeds: Sequence[SeedFile]) -> list[SeedFile]:
    """Gives each seed file a row in documents.csv and its row the file's sha256; leaves all else as it is.

    Gives the seed files back, with these rows.
    """
    write_digests(layout, ((seed.file, seed.document_id, seed.sha256) for seed in seeds))
    rows = {row["file"]: row for _, row in read_table(layout).rows}
    return [replace(seed, row=rows[seed.file]) for seed in seeds]


def split_paragraphs(document: Document, settings: Settings) -> list[Paragraph]:
    """The paragraphs of a document, without white space at their ends.

    Between them stands nothing that the models would see: a line of white space or invisible controls alone is
    blank. `document.text[p.start_char : p.start_char + len(p.text)] == p.text` for each.
    """
    paragraphs: list[Paragraph] = []
    for start, text in _iter_pieces(document.text, _PARAGRAPH_ENDS[settings.paragraphs]):
        if is_visible(text):
            start_char = start + len(text) - len(text.lstrip())
            paragraphs.append(Paragraph(f"{document.id}-p{len(paragraphs) + 1}", start_char, text.strip()))
    return paragraphs


def _iter_pieces(text: str, ends: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    start = 0
    for match in ends.finditer(text):
        yield start, text[start : match.start()]
        start = match.end()
    yield start, text[start:]


def _list_seeds(layout: CorpusLayout) -> tuple[list[str], list[str]]:
    """The seed files by name (see `SeedFile.file`), and what is wrong with everything else in the folder.

    So nothing is dropped unsaid.
    """
    known = {layout.settings_path, layout.documents_path, layout.removed_path}
    entries = [(file, path) for file, path in _walk(layout.seeds_dir) if path not in known]
    if not entries:
        raise DocumentError(
            f"{layout.seeds_dir}: no documents; lay out a corpus with `mudawwana init NAME`, then put UTF-8 .txt "
            "files into its seeds/."
        )
    files = [file for file, path in entries if get_suffix(path)]
    problems = [
        f"{path}: not a seed file; only files named *{', *'.join(SUFFIXES)} are read: convert it, or move it "
        "elsewhere."
        for _, path in entries
        if not get_suffix(path)
    ]
    return files, [*problems, *_check_stems(layout, files)]


def _walk(folder: Path, above: str = "") -> Iterator[tuple[str, Path]]:
    """The files below the folder by name, each with its path there; hidden files and folders are passed over."""
    for path in list_folder(folder):
        if path.name.startswith("."):
            continue
        if path.is_file():
            yield f"{above}{path.name}", path
        elif path.is_dir():
            yield from _walk(path, f"{above}{path.name}/")


def _check_stems(layout: CorpusLayout, files: Sequence[str]) -> Iterator[str]:
    """An annotation file belongs to one seed file; not every file system tells A from a."""
    owners: dict[str, str] = {}
    for file in files:
        owner = owners.setdefault(get_stem(f"seeds/{file}").casefold(), file)
        if owner is not file:
            yield (
                f"{layout.seeds_dir / file}: its annotations would stand in the same file as those of "
                f"{layout.seeds_dir / owner}; rename one of them."
            )


def _check_seed(
    seed: SeedFile,
    owners: dict[str, Path],
    settings: Settings,
    *,
    removed: Removed,
) -> SeedFile:
    """The file with what reading it through says; `owners` gains its ids in lower case, with the path."""
    problems: list[str] = []
    problem_count = raw_words = 0
    document_id = ""
    near_misses: Counter[str] = Counter()
    for record in read_records(seed.path, settings):
        if isinstance(record, DocumentError):
            problem = str(record)
        else:
            document_id = _get_id(seed, record)
            problem = _check_id(record.place, document_id, owners.get(document_id.casefold()))
            problem = problem or removed.describe_return(record.place, document_id, record.sha256)
            owners.setdefault(document_id.casefold(), seed.path)
            raw_words += len(record.text.split())
            names = {*record.metadata, *(column for column, value in seed.row.items() if value)} - set(COLUMNS)
            near_misses.update(filter(find_fact_meant, names))
        if problem:
            problem_count += 1
            problems += [problem] if problem_count <= _PROBLEMS_A_FILE else []
    if problem_count > len(problems):
        problems.append(f"{seed.path}: and {problem_count - len(problems)} more problems like these.")
    if not (problems or document_id):
        problems.append(f"{seed.path}: no documents in it; fill or remove the file.")
    if problems:
        raise DocumentError("\n".join(problems))
    return replace(
        seed,
        document_id="" if holds_many(seed.path) else document_id,
        sha256=hash_file(seed.path),
        raw_words=raw_words,
        near_misses=near_misses,
    )


def _check_id(place: str, document_id: str, owner: Path | None) -> str:
    if not NAME_PATTERN.fullmatch(document_id):
        return (
            f"{place}: the id {document_id!r} must be {ID_RULE}; change it there, or rename the file, or give it "
            "another id in documents.csv."
        )
    if owner:
        return (
            f"{place}: has the id {document_id!r}, and so has a document of {owner} (capitals do not count); "
            "change one of them there or in documents.csv, or rename the file."
        )
    return ""


def _get_id(seed: SeedFile, record: Record) -> str:
    return record.id or seed.row.get("id") or derive_name(get_stem(seed.name))


def _build_document(seed: SeedFile, record: Record, settings: Settings) -> Document:
    defaults = {"source": settings.text_source, "licence": settings.text_licence}
    about_file = {key: value for key, value in seed.row.items() if value and key not in {"id", "file", "sha256"}}
    metadata = {**defaults, **about_file, **record.metadata}
    return Document(
        id=_get_id(seed, record),
        text=record.text,
        sha256=record.sha256,
        path=seed.name,
        metadata={key: value for key, value in metadata.items() if value},
    )
