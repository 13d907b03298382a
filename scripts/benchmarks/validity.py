"""How valid the annotations of raw text are, before and after the repairs, by UD's validator at level 5.

Prints, for the first paragraphs of a raw text that make up N sentences: the share of sentences at level 2 and
above and at level 5, the errors and warnings by incident, the repairs by rule, and words a second of annotation.
With --gold, what the repairs do to the scores: UPOS, UAS and LAS (F1 in percent by the CoNLL 2018 scorer, from raw
text) as the models gave them, after repairs by fixed rules alone, and after repairs by the models' next choice.
"""

import argparse
import json
import lzma
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from mudawwana.annotate.annotator import annotate_documents
from mudawwana.annotate.models import Models, load_models
from mudawwana.annotate.reannotate import read_raw_documents
from mudawwana.annotate.repair_record import count_repairs, undo_repairs
from mudawwana.base.conllu_io import write_conllu
from mudawwana.base.files import write_text_atomically
from mudawwana.base.records import Document, Paragraph, Sentence
from mudawwana.compare.evaluate import score_conllu
from mudawwana.seeds.settings import EMBEDDED
from mudawwana.validate.ud_validator import UD_LEVELS, check_ud, compute_ud_levels

CHUNK_WORDS = 20_000
"""About so many space-separated words are annotated and checked at a time."""
METRICS = ("UPOS", "UAS", "LAS")

Inputs = list[tuple[Document, list[Paragraph]]]


@dataclass(slots=True)
class Validity:
    """Counts over sentences and incidents."""

    levels: Counter[int] = field(default_factory=Counter)
    """Sentences by the highest level that they pass."""
    errors: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)

    def get_share(self, level: int) -> float:
        """Percent of the sentences that pass this level."""
        return 100 * sum(count for passed, count in self.levels.items() if passed >= level) / self.levels.total()


def main() -> None:
    arguments = _parse_arguments()
    models = load_models(arguments.models, stock=arguments.stock)
    record: dict[str, object] = {
        "models": models.name,
        "fingerprint": models.fingerprint,
        "stock": arguments.stock,
    }
    if arguments.text:
        record |= _measure_validity(arguments.text, arguments.sentences, models)
    if arguments.gold:
        record["scores"] = _measure_scores(arguments.gold, arguments.models)
    if arguments.json:
        write_text_atomically(arguments.json, [json.dumps(record, indent=1) + "\n"])


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", type=Path, nargs="?", help="raw text, a paragraph a line; .xz is unpacked")
    parser.add_argument(
        "--sentences", type=int, default=10_000, metavar="N", help="stop after N (default: 10,000)"
    )
    parser.add_argument(
        "--models", default=EMBEDDED, help="embedded (default), an official package, or a folder of models"
    )
    parser.add_argument(
        "--stock", action="store_true", help="Stanza's own modules: no scores, repairs by fixed rules"
    )
    parser.add_argument("--gold", type=Path, metavar="CONLLU", help="gold annotation to score the repairs on")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there, too")
    arguments = parser.parse_args()
    if not arguments.text and not arguments.gold:
        parser.error("give a raw text, or --gold, or both")
    return arguments


def _measure_validity(path: Path, sentence_count: int, models: Models) -> dict[str, object]:
    before, after, repairs = Validity(), Validity(), Counter[str]()
    seconds, words, repaired = 0.0, 0, 0
    for inputs in _iter_chunks(path):
        start = time.perf_counter()
        sentences = [sentence for _, each in annotate_documents(inputs, models) for sentence in each]
        seconds += time.perf_counter() - start
        words += sum(len(sentence.words) for sentence in sentences)
        repairs += sum((count_repairs(sentence.words) for sentence in sentences), Counter[str]())
        repaired += sum(undo_repairs(sentence.words) != list(sentence.words) for sentence in sentences)
        _add_validity(before, _undo(sentences))
        _add_validity(after, sentences)
        if after.levels.total() >= sentence_count:
            break
    total = after.levels.total()
    print(f"{total:,} sentences, {words:,} words, {words / seconds:,.0f} words/s")
    print(f"{'':<14}{'level >= 2':>12}{'level 5':>12}{'errors':>10}{'warnings':>10}")
    for name, validity in (("as parsed", before), ("repaired", after)):
        shares = "".join(f"{validity.get_share(level):>11.2f}%" for level in (2, UD_LEVELS))
        print(f"{name:<14}{shares}{validity.errors.total():>10,}{validity.warnings.total():>10,}")
    print(f"sentences with a repair: {100 * repaired / total:.1f} %")
    print(
        _build_table("incident", as_parsed=before.errors + before.warnings, repaired=after.errors + after.warnings)
    )
    print(_build_table("rule", words=repairs))
    return {
        **{"sentences": total, "words": words, "words_per_second": words / seconds},
        "as_parsed": _to_json(before),
        "repaired": _to_json(after),
        **{"sentences_with_repair": repaired, "repairs": dict(repairs.most_common())},
    }


def _iter_chunks(path: Path) -> Iterator[Inputs]:
    """The text's paragraphs as documents of one paragraph, in groups of about `CHUNK_WORDS`."""
    chunk: Inputs = []
    size = 0
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if text := line.strip():
                doc_id = f"line{number}"
                chunk.append((Document(doc_id, text, "", path.name), [Paragraph(f"{doc_id}-p1", 0, text)]))
                size += len(text.split())
            if size >= CHUNK_WORDS:
                yield chunk
                chunk, size = [], 0
    if chunk:
        yield chunk


def _undo(sentences: Iterable[Sentence]) -> list[Sentence]:
    return [replace(sentence, words=tuple(undo_repairs(sentence.words))) for sentence in sentences]


def _add_validity(validity: Validity, sentences: list[Sentence]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "chunk.conllu")
        write_conllu(path, sentences)
        incidents = check_ud(path)
    for incident in incidents:
        (validity.errors if incident.severity == "error" else validity.warnings)[incident.id] += 1
    validity.levels.update(compute_ud_levels(incidents, [sentence.sent_id for sentence in sentences]).values())


def _measure_scores(gold_path: Path, spec: str) -> dict[str, dict[str, float]]:
    """F1 in percent by kind of repair, then metric."""
    kinds: dict[str, tuple[bool, Callable[[list[Sentence]], list[Sentence]]]] = {
        "no repairs": (False, _undo),
        "fixed rules": (True, lambda sentences: sentences),
        "next choice": (False, lambda sentences: sentences),
    }
    inputs = list(read_raw_documents(gold_path))
    annotated = {
        stock: [
            sentence for _, each in annotate_documents(inputs, load_models(spec, stock=stock)) for sentence in each
        ]
        for stock in (False, True)
    }
    scores: dict[str, dict[str, float]] = {}
    print(f"{'':<14}" + "".join(f"{metric:>8}" for metric in METRICS) + f"{'repairs':>10}")
    for kind, (stock, change) in kinds.items():
        sentences = change(annotated[stock])
        with TemporaryDirectory() as folder:
            path = Path(folder, "system.conllu")
            write_conllu(path, sentences)
            f1, _ = score_conllu(gold_path, path)
        scores[kind] = {metric: f1[metric] for metric in METRICS}
        count = sum((count_repairs(sentence.words) for sentence in sentences), Counter[str]()).total()
        print(f"{kind:<14}" + "".join(f"{f1[metric]:>8.2f}" for metric in METRICS) + f"{count:>10,}")
    return scores


def _to_json(validity: Validity) -> dict[str, object]:
    return {
        **{f"level_{level}_percent": validity.get_share(level) for level in (2, UD_LEVELS)},
        "errors": dict(validity.errors.most_common()),
        "warnings": dict(validity.warnings.most_common()),
    }


def _build_table(title: str, **columns: Counter[str]) -> str:
    names = [name for name, _ in sum(columns.values(), Counter[str]()).most_common()]
    width = max(map(len, [title, *names]))
    rows = [f"{title:<{width}}" + "".join(f"{column:>12}" for column in columns)]
    rows += [f"{name:<{width}}" + "".join(f"{counts[name]:>12,}" for counts in columns.values()) for name in names]
    return "\n".join(rows)


if __name__ == "__main__":
    main()
