"""The data card: every number computed, every fact from corpus.toml or documents.csv, none left open."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.metadata import version
from typing import Any

from datasets import ClassLabel, DatasetInfo, List, SplitDict, SplitInfo
from datasets.info import DatasetInfosDict
from huggingface_hub import DatasetCardData
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from mudawwana.dataset.schema import COLUMN_MEANINGS, CONFIGS
from mudawwana.errors import BuildError
from mudawwana.records import Document
from mudawwana.settings import EMBEDDED, OFFICIAL_PACKAGES, Settings
from mudawwana.statistics import CorpusStatistics

# The Hub's identifiers that a corpus may carry (https://huggingface.co/docs/hub/repositories-licenses); any
# other licence is "other" there, with its name beside it.
HUB_LICENCES = frozenset(
    (
        *("apache-2.0", "c-uda", "cc", "cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0", "cc-by-nc-2.0"),
        *("cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0", "cc-by-nc-sa-2.0"),
        *("cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0", "cc-by-nd-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "cc0-1.0"),
        *("cdla-permissive-1.0", "cdla-permissive-2.0", "cdla-sharing-1.0", "etalab-2.0", "gfdl", "mit", "odbl"),
        *("odc-by", "pddl", "unknown", "unlicense"),
    )
)

_PAGE_ROWS = 30  # of the tables of sources and of relations; the data have the rest
_SCORED_PART = "dev"


@dataclass(frozen=True, slots=True)
class TableSize:
    """What the card says of one Parquet file."""

    row_count: int
    memory_bytes: int
    """Arrow's size of the rows."""
    file_bytes: int


@dataclass(frozen=True)
class CardFacts:
    """What the build has computed for the card."""

    sizes: Mapping[str, Mapping[str, TableSize]]
    """By config, then by split."""
    statistics: Mapping[str, CorpusStatistics]
    """By layer; "auto" is always there."""
    sources: Mapping[tuple[str, str], int]
    """Documents by source and licence."""
    provenance: Sequence[tuple[str, str]]
    """The different pairs of `# generator` and `# models` in the automatic layer, sorted."""


def render_card(settings: Settings, facts: CardFacts) -> str:
    """The text of corpus/README.md.

    Raises BuildError where corpus.toml lacks a fact that a card must state.
    """
    check_settings(settings)
    models = [models for _, models in facts.provenance]
    environment = Environment(
        loader=PackageLoader("mudawwana", "dataset"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(cell=_escape_cell, number=_format_number)
    return environment.get_template("card.md.jinja").render(
        card_data=build_card_data(settings, facts).to_yaml(),
        settings=settings,
        citation=settings.citation.strip() or _build_citation(settings),
        udtools_version=version("udtools"),
        sources=_rank_sources(facts.sources),
        source_limit=_PAGE_ROWS,
        facts=facts,
        layers=list(facts.statistics),
        auto=facts.statistics["auto"],
        relations=list(facts.statistics["auto"].deprel_counts.items())[:_PAGE_ROWS],
        columns={config: list(_describe_columns(config)) for config in CONFIGS},
        conventions=[describe_convention(name) for name in sorted({_get_name(one) for one in models})],
        scores=load_scores(models),
    )


def check_settings(settings: Settings) -> None:
    """Raises BuildError that names every fact of corpus.toml that a card must state and that is not there."""
    missing = [fact for fact in ("title", "description", "licence", "curators") if not getattr(settings, fact)]
    if missing:
        raise BuildError(
            f"seeds/corpus.toml: no {', '.join(missing)}; the data card must state "
            f"{'it' if len(missing) == 1 else 'them'}: write {' and '.join(f'{fact} = ...' for fact in missing)}."
        )


def check_document_facts(documents: Iterable[Document]) -> dict[tuple[str, str], int]:
    """The number of documents by (source, licence).

    Raises BuildError that names the documents without one of the two: a card must say whose the texts are.
    """
    counts: dict[tuple[str, str], int] = {}
    lacking: list[str] = []
    for document in documents:
        source, licence = (document.metadata.get(fact, "") for fact in ("source", "licence"))
        if not (source and licence):
            lacking.append(document.id)
        counts[source, licence] = counts.get((source, licence), 0) + 1
    if lacking:
        more = f" and {len(lacking) - 5} more" if len(lacking) > 5 else ""
        raise BuildError(
            f"seeds/documents.csv: no source or no licence for {', '.join(lacking[:5])}{more}; the data card must "
            "say whose each text is and under which terms it stands: fill both columns, "
            "or `text_source` and `text_licence` in seeds/corpus.toml."
        )
    return counts


def build_card_data(settings: Settings, facts: CardFacts) -> DatasetCardData:
    """The card's YAML block: tags of the Hub, configs with their files, dataset_info."""
    sentence_count = sum(size.row_count for size in facts.sizes["sentences"].values())
    card_data = DatasetCardData(
        language=[settings.language],
        # "expert-generated" is a claim that only the corpus's people can make, in their own card
        annotations_creators=["machine-generated"],
        language_creators=["found"],
        multilinguality=["monolingual"],
        size_categories=[get_size_category(sentence_count)],
        source_datasets=["original"],
        task_categories=["token-classification"],
        task_ids=["part-of-speech", "parsing", "lemmatization"],
        pretty_name=settings.title,
        tags=["arabic", "conllu", "dependency-parsing", "morphology", "stanza", "universal-dependencies"],
        configs=[_describe_config(config, splits) for config, splits in facts.sizes.items()],
    )
    for key, value in get_licence_tags(settings.licence).items():
        card_data[key] = value
    infos = {config: _build_info(config, splits) for config, splits in facts.sizes.items()}
    DatasetInfosDict(infos).to_dataset_card_data(card_data)
    return card_data


def get_licence_tags(licence: str) -> dict[str, str]:
    """The Hub's metadata for a licence.

    >>> get_licence_tags("CC BY-SA 4.0")
    {'license': 'cc-by-sa-4.0'}
    >>> get_licence_tags("Ask the publisher")
    {'license': 'other', 'license_name': 'ask-the-publisher'}
    """
    name = re.sub(r"[^a-z0-9.]+", "-", licence.lower()).strip("-")
    return {"license": name} if name in HUB_LICENCES else {"license": "other", "license_name": name}


def get_size_category(row_count: int) -> str:
    """The Hub's class for a number of rows.

    >>> get_size_category(12_000)
    '10K<n<100K'
    """
    limits = ["1K", "10K", "100K", "1M", "10M", "100M", "1B", "10B", "100B", "1T"]
    rank = max(0, len(str(row_count)) - 3)
    if rank == 0:
        return "n<1K"
    return f"{limits[rank - 1]}<n<{limits[rank]}" if rank < len(limits) else "n>1T"


def describe_convention(models_name: str) -> str:
    """A sentence on which treebank's decisions the output of these models follows."""
    if models_name == EMBEDDED:
        return (
            "The models embedded in Mudawwana follow UD_Arabic-PUD as Mudawwana prepares it: clitics are words of "
            "multi-word tokens with their syntactic forms restored, and closed-class features are completed."
        )
    if models_name in OFFICIAL_PACKAGES:
        return f"Stanza's official models (`{models_name}`) follow UD_Arabic-PADT."
    return f"The models `{models_name}` are the curators' own and follow the treebank that they were trained on."


def load_scores(models: Sequence[str]) -> dict[str, float]:
    """F1 by metric of the embedded models, if they alone made the annotation and ship with scores; else empty.

    Scores that name another fingerprint than the annotation does are those of other models: left out.
    """
    path = resources.files("mudawwana") / "embedded" / "scores.json"
    fingerprints = {one.rpartition(" ")[2] for one in models}
    if {_get_name(one) for one in models} != {EMBEDDED} or len(fingerprints) > 1 or not path.is_file():
        return {}
    scores = json.loads(path.read_text(encoding="utf-8"))
    if {scores.get("fingerprint", fingerprint) for fingerprint in fingerprints} != fingerprints:
        return {}
    return {metric: float(value) for metric, value in scores[_SCORED_PART].items()}


def _describe_config(config: str, splits: Mapping[str, TableSize]) -> dict[str, Any]:
    files = [{"split": split, "path": f"data/{config}/{split}-*.parquet"} for split in splits]
    return {"config_name": config, "data_files": files, **({"default": True} if config == "sentences" else {})}


def _build_info(config: str, splits: Mapping[str, TableSize]) -> DatasetInfo:
    infos = {name: SplitInfo(name, size.memory_bytes, size.row_count) for name, size in splits.items()}
    return DatasetInfo(
        features=CONFIGS[config],
        splits=SplitDict(infos),
        download_size=sum(size.file_bytes for size in splits.values()),
        dataset_size=sum(size.memory_bytes for size in splits.values()),
    )


def _describe_columns(config: str) -> Iterable[tuple[str, str, str]]:
    """Name, type and meaning of each column."""
    for name, feature in CONFIGS[config].items():
        yield name, _describe_type(feature), COLUMN_MEANINGS[config][name]


def _describe_type(feature: Any) -> str:
    if isinstance(feature, List):
        return f"list of {_describe_type(feature.feature)}"
    if isinstance(feature, dict):
        return "struct"
    return "class label" if isinstance(feature, ClassLabel) else str(feature.dtype)


def _rank_sources(sources: Mapping[tuple[str, str], int]) -> list[tuple[str, str, int]]:
    ranked = sorted(sources.items(), key=lambda item: (-item[1], item[0]))
    return [(source, licence, count) for (source, licence), count in ranked]


def _build_citation(settings: Settings) -> str:
    lines = [
        f"@misc{{{re.sub(r'[^A-Za-z0-9]+', '', settings.name) or 'corpus'},",
        f"  title = {{{settings.title}}},",
        f"  author = {{{' and '.join(settings.curators)}}},",
        f"  note = {{Version {settings.version}}},",
        *([f"  url = {{{settings.homepage}}},"] if settings.homepage else []),
        "}",
    ]
    return "\n".join(lines)


def _get_name(models: str) -> str:
    """The models' name in a `# models` comment (`<name> sha256:<digits>`)."""
    return models.rpartition(" ")[0] or models


def _escape_cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _format_number(number: float) -> str:
    return f"{number:,}"
