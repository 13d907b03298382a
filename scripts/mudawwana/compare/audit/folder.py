"""A sample on disk: as drawn, and in the two forms that annotators edit."""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

from mudawwana.base.conllu_io import read_conllu, write_conllu
from mudawwana.base.errors import ConlluError, OutputError
from mudawwana.base.files import hash_file, replace_atomically, write_text_atomically
from mudawwana.base.layout import CorpusLayout
from mudawwana.base.misc import AUDIT, add_misc, get_misc
from mudawwana.base.records import Sentence, Word, get_document_id
from mudawwana.compare.audit.sample import Sample, SampledWord
from mudawwana.compare.audit.sheet import drop_rows, write_sheet

ORIGINAL, SHEET, CONLLU, MANIFEST = "original.conllu", "sample.csv", "sample.conllu", "sample.json"
"""The files of a sample: as drawn; for a spreadsheet; to be edited as CoNLL-U; what was drawn how."""
_SENT_ID = re.compile(rb"#\s*sent_id\s*=\s*(\S+)")


def write_sample(folder: Path, sample: Sample, layout: CorpusLayout) -> list[Path]:
    """Writes `ORIGINAL`, `CONLLU`, `SHEET` and `MANIFEST` into the folder; their paths.

    Raises OutputError where a sample is there already: people may have worked on it.
    """
    if (folder / MANIFEST).exists():
        raise OutputError(f"{folder}: has a sample already; import or remove it, or give another --output.")
    wanted: dict[tuple[str, str], list[int]] = {}
    for word in sample.words:
        wanted.setdefault((word.file, word.sent_id), []).append(word.word_id)
    sentences = [
        sentence
        for file in sorted({word.file for word in sample.words})
        for sentence in read_conllu(layout.auto_dir / file)
        if (file, sentence.sent_id) in wanted
    ]
    write_conllu(folder / ORIGINAL, sentences)
    ids = {sent_id: set(numbers) for (_, sent_id), numbers in wanted.items()}
    write_conllu(folder / CONLLU, (_mark(sentence, ids[sentence.sent_id]) for sentence in sentences))
    write_sheet(folder / SHEET, sentences, sample)
    record = {**asdict(sample), "original_sha256": hash_file(folder / ORIGINAL)}
    write_text_atomically(folder / MANIFEST, [json.dumps(record, ensure_ascii=False, indent=1) + "\n"])
    return [folder / name for name in (MANIFEST, ORIGINAL, CONLLU, SHEET)]


def read_sample(folder: Path) -> Sample:
    """Raises ConlluError where the folder has no sample, or `ORIGINAL` is not as it was drawn."""
    try:
        record = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        record["words"] = tuple(SampledWord(**word) for word in record["words"])
        sample = Sample(**record | {key: tuple(record[key]) for key in ("by", "models")})
        digest = hash_file(folder / ORIGINAL)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ConlluError(
            f"{folder / MANIFEST}: no sample ({error}); keep the files of `mudawwana audit sample` together."
        ) from error
    if digest != sample.original_sha256:
        raise ConlluError(f"{folder / ORIGINAL}: changed since it was drawn; put it back, and edit {CONLLU}.")
    return sample


def find_samples(root: Path) -> list[Path]:
    """The folders of a corpus in which samples are, by name; hidden ones are left out."""
    found: list[Path] = []
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if not name.startswith("."))
        if {MANIFEST, ORIGINAL} <= {*files}:
            found.append(Path(folder))
    return found


def drop_from_sample(folder: Path, document_id: str) -> list[Path]:
    """Takes a document out of a sample, and out of every table and CoNLL-U file beside it; the files that changed.

    Where nothing else was drawn, the sample's own files go. Where it was cut off, it goes on.

    Raises ConlluError where the folder's `MANIFEST` is none.
    """
    drawn = folder / ORIGINAL
    try:
        record = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        words = [word for word in record["words"] if get_document_id(word["sent_id"]) != document_id]
        sha256 = str(record["original_sha256"])
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ConlluError(f"{folder / MANIFEST}: no sample ({error}); mend it, or remove the folder.") from error
    kept = _drop_sentences(drawn.read_bytes(), document_id)
    changed: list[Path] = []
    if len(words) < len(record["words"]):
        # Before the file whose digest it has, so that the next try finds it right; what somebody changed stays so.
        is_sound = hash_file(drawn) == sha256
        record |= {"words": words, "original_sha256": hashlib.sha256(kept).hexdigest() if is_sound else sha256}
        write_text_atomically(folder / MANIFEST, [json.dumps(record, ensure_ascii=False, indent=1) + "\n"])
        changed.append(folder / MANIFEST)
    changed += _drop_from_forms(folder, document_id)
    for path in () if words else [folder / name for name in (CONLLU, SHEET, ORIGINAL, MANIFEST)]:
        path.unlink(missing_ok=True)
    return changed


def _drop_from_forms(folder: Path, document_id: str) -> Iterator[Path]:
    """From each form of the sample that annotators may have, under whatever name."""
    for path in sorted(folder.glob("*.conllu")):
        raw = path.read_bytes()
        kept = _drop_sentences(raw, document_id)
        if kept != raw:
            with replace_atomically(path) as temporary:
                temporary.write_bytes(kept)
            yield path
    yield from (path for path in sorted(folder.glob("*.csv")) if drop_rows(path, document_id))


def _drop_sentences(raw: bytes, document_id: str) -> bytes:
    """CoNLL-U without a document's sentences; whatever else is wrong with it stays."""
    kept: list[bytes] = []
    block: list[bytes] = []
    for line in [*raw.splitlines(keepends=True), b""]:
        block.append(line)
        if not line.strip():
            sent_ids = [found[1] for one in block if (found := _SENT_ID.match(one))]
            if not any(get_document_id(sent_id.decode(errors="replace")) == document_id for sent_id in sent_ids):
                kept += block
            block = []
    return b"".join(kept)


def _mark(sentence: Sentence, word_ids: set[int]) -> Sentence:
    """The sentence for an annotator to edit."""
    words = tuple(
        replace(word, misc=add_misc(word.misc, [f"{AUDIT}=Yes"])) if word.id in word_ids else word
        for word in sentence.words
    )
    return replace(sentence, comments=(*sentence.comments, "# audited = no"), words=words)


def is_marked(word: Word) -> bool:
    """Whether a word of `CONLLU` is one to check."""
    return get_misc(word.misc, AUDIT) is not None
