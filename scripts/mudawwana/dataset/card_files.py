"""The files beside the data that say what is in it: written by every build, computed again to check them."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import zip_longest
from pathlib import Path

from mudawwana.annotate.tiers import load_calibrations
from mudawwana.base.files import hash_file, write_text_atomically
from mudawwana.base.layout import LAYERS, CorpusLayout, DataSetLayout, list_conllu
from mudawwana.compare.audit.corrections import load_audit
from mudawwana.dataset.card import render_card
from mudawwana.dataset.citation import build_cff, read_cff, serialize_cff
from mudawwana.dataset.croissant import build_croissant
from mudawwana.dataset.facts import compute_facts
from mudawwana.dataset.figures import draw_figures, draw_reliability
from mudawwana.dataset.schema import CONFIGS
from mudawwana.dataset.statistics import CorpusStatistics
from mudawwana.seeds.settings import Settings
from mudawwana.seeds.tombstones import read_tombstones
from mudawwana.validate.incidents import Incident, make_incident

_SHOWN_CHARS = 80


@dataclass(frozen=True)
class CardFiles:
    """The files, and the numbers that they were made from."""

    texts: Mapping[str, str]
    """By path in `corpus/`, the card first."""
    statistics: Mapping[str, CorpusStatistics]
    """By layer."""


def compute_card_files(
    layout: CorpusLayout, settings: Settings, incidents: Iterable[Incident], corpus_dir: Path
) -> CardFiles:
    """README.md, figures, statistics.json, CITATION.cff and croissant.json for the data set in `corpus_dir`.

    `incidents` are what `check_corpus` found. Equal data give equal texts.

    Raises BuildError where a fact is missing, or where the data contradict each other.
    """
    removed = tuple(read_tombstones(layout).values())
    facts = replace(
        compute_facts(corpus_dir, incidents, load_calibrations(layout)), audit=load_audit(layout), removed=removed
    )
    figures = draw_figures(facts.statistics)
    if facts.calibration:
        figures |= draw_reliability(facts.calibration)
    root_cff = layout.citation_path
    card = render_card(settings, facts, figures, software_cff=read_cff(root_cff) if root_cff.exists() else None)
    croissant = build_croissant(corpus_dir, settings, facts, card)
    statistics = {layer: asdict(one) for layer, one in facts.statistics.items()}
    scores = facts.evaluation and {metric: asdict(score) for metric, score in facts.evaluation.scores.items()}
    files = DataSetLayout(corpus_dir)
    texts = {
        files.card_path: card,
        files.statistics_path: _serialize(
            {"statistics": statistics, "scores_against_gold": scores, "words_by_tier": facts.tiers}
        ),
        files.citation_path: serialize_cff(build_cff(settings)),
        files.croissant_path: _serialize(croissant),
        **{files.figures_dir / name: figure.svg for name, figure in figures.items()},
    }
    named = {path.relative_to(corpus_dir).as_posix(): text for path, text in texts.items()}
    return CardFiles(named, facts.statistics)


def write_card_files(
    layout: CorpusLayout, settings: Settings, incidents: Iterable[Incident], corpus_dir: Path
) -> CardFiles:
    """Writes the files of `compute_card_files` into `corpus_dir`."""
    files = compute_card_files(layout, settings, incidents, corpus_dir)
    for name, text in files.texts.items():
        write_text_atomically(corpus_dir / name, [text])
    return files


def check_card(layout: CorpusLayout, settings: Settings, incidents: Iterable[Incident]) -> Iterator[Incident]:
    """What of the card and the files beside it is not what the data, the annotations and corpus.toml give.

    `incidents` are what `check_corpus` found; annotation files without a seed file, of which it tells, are in no
    data set. Nothing may be published while one of these is open.

    Incidents: data-set-outdated (a warning, as annotations change before the next build), card-differs.
    """
    incidents = list(incidents)
    strays = {incident.path for incident in incidents if incident.id == "annotation-without-seed"}
    outdated = list(_check_copies(layout, strays))
    yield from outdated
    if outdated:
        return
    texts = compute_card_files(layout, settings, incidents, layout.corpus_dir).texts
    for path in _list_foreign(layout, texts):
        name = path.relative_to(layout.root).as_posix()
        yield make_incident("card-differs", name, "no build writes it; run `mudawwana build`, which removes it.")
    for name, text in texts.items():
        path = layout.corpus_dir / name
        # not read_text, which takes CR LF for LF
        found = path.read_bytes().decode(errors="replace") if path.exists() else ""
        lines = zip_longest(found.split("\n"), text.split("\n"))
        for line, (is_there, should_be) in enumerate(lines, start=1):
            if is_there != should_be:
                message = f"{_describe_difference(is_there, should_be)}; run `mudawwana build`."
                yield make_incident("card-differs", f"corpus/{name}", message, line=line)
                break


def _list_foreign(layout: CorpusLayout, card_files: Collection[str]) -> list[Path]:
    """What stands in the folders that builds write, and belongs to no data set, but for hidden files.

    `card_files` are the files beside the data, by their paths in `corpus/`.
    """
    found = layout.data_set
    known = {layout.corpus_dir / name for name in card_files}
    known |= {path for config in CONFIGS for path in found.list_parquet(config)}
    known |= {path for layer in LAYERS for path in list_conllu(found.get_conllu_dir(layer))}
    folders = (found.data_dir, found.conllu_dir, found.figures_dir)
    paths = (path for folder in folders for path in folder.rglob("*") if not path.is_dir() and path not in known)
    return sorted(path for path in paths if not is_hidden(path.relative_to(layout.corpus_dir)))


def is_hidden(path: Path) -> bool:
    """Whether the path, which is relative, has a name that begins with a dot."""
    return any(part.startswith(".") for part in path.parts)


def _check_copies(layout: CorpusLayout, strays: Collection[str]) -> Iterator[Incident]:
    """data-set-outdated, for each annotation file whose copy in `corpus/` is missing or another.

    Not for `strays`, by their paths in the corpus, unless they have a copy.
    """
    for layer in LAYERS:
        folder, copies = layout.get_layer_dir(layer), layout.data_set.get_conllu_dir(layer)
        names = {path.name for place in (folder, copies) for path in list_conllu(place)}
        for name in sorted(names):
            paths = folder / name, copies / name
            place = f"annotations/{layer}/{name}"
            if place in strays and not paths[1].exists():
                continue
            if not all(path.exists() for path in paths) or hash_file(paths[0]) != hash_file(paths[1]):
                message = f"is not the file that corpus/conllu/{layer}/ has; run `mudawwana build`."
                yield make_incident("data-set-outdated", place, message)


def _serialize(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _describe_difference(found: str | None, expected: str | None) -> str:
    if found is None:
        return "ends here, where by the data it goes on"
    if expected is None:
        return "goes on here, where by the data it ends"
    same = next(
        (place for place, pair in enumerate(zip(found, expected, strict=False)) if pair[0] != pair[1]),
        min(len(found), len(expected)),
    )
    start = max(0, same - _SHOWN_CHARS // 2)
    shown, right = (repr(line[start : start + _SHOWN_CHARS]) for line in (found, expected))
    return f"has {shown}, where the data give {right}"
