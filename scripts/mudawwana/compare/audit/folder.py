"""A sample on disk: as drawn, and in the two forms that annotators edit."""

import json
from dataclasses import asdict, replace
from pathlib import Path

from mudawwana.base.conllu_io import read_conllu, write_conllu
from mudawwana.base.errors import ConlluError, OutputError
from mudawwana.base.files import hash_file, write_text_atomically
from mudawwana.base.layout import CorpusLayout
from mudawwana.base.misc import AUDIT, add_misc, get_misc
from mudawwana.base.records import Sentence, Word
from mudawwana.compare.audit.sample import Sample, SampledWord
from mudawwana.compare.audit.sheet import write_sheet

ORIGINAL, SHEET, CONLLU, MANIFEST = "original.conllu", "sample.csv", "sample.conllu", "sample.json"
"""The files of a sample: as drawn; for a spreadsheet; to be edited as CoNLL-U; what was drawn how."""


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
