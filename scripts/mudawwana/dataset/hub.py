"""The card's YAML block: the Hub's tags, configs with their files, dataset_info; and what the Hub allows there.

Lists that the `datasets` package carries are read from it. The others are kept here: the Hub's licences
(https://huggingface.co/docs/hub/repositories-licenses) and its tasks (packages/tasks/src/pipelines.ts of
https://github.com/huggingface/huggingface.js), of which we need few.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from datasets import DatasetInfo, SplitDict, SplitInfo
from datasets.info import DatasetInfosDict
from huggingface_hub import DatasetCardData

from mudawwana.base.errors import BuildError
from mudawwana.dataset.schema import CONFIGS
from mudawwana.seeds.settings import Settings

HUB_LICENCES = frozenset(
    (
        *("apache-2.0", "c-uda", "cc", "cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0", "cc-by-nc-2.0"),
        *("cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0", "cc-by-nc-sa-2.0"),
        *("cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0", "cc-by-nd-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "cc0-1.0"),
        *("cdla-permissive-1.0", "cdla-permissive-2.0", "cdla-sharing-1.0", "etalab-2.0", "gfdl", "mit", "odbl"),
        *("odc-by", "pddl", "unknown", "unlicense", "other"),
    )
)
"""The Hub's identifiers that a corpus may carry; any other licence is "other" there, with its name beside it."""

HUB_TASKS = {
    "token-classification": (
        *("named-entity-recognition", "part-of-speech", "parsing", "lemmatization"),
        *("word-sense-disambiguation", "coreference-resolution"),
    )
}
"""The Hub's task that this is data for, with the task_ids that it has."""

_SIZE_LIMITS = ("1K", "10K", "100K", "1M", "10M", "100M", "1B", "10B", "100B", "1T")


@dataclass(frozen=True, slots=True)
class TableSize:
    """What the card says of one split of a config."""

    row_count: int
    memory_bytes: int
    """Arrow's size of the rows."""
    file_bytes: int


Sizes = Mapping[str, Mapping[str, TableSize]]
"""By config, then by split."""


def build_card_data(settings: Settings, sizes: Sizes) -> DatasetCardData:
    """The card's YAML block."""
    card_data = build_tags(settings, sum(size.row_count for size in sizes["sentences"].values()))
    card_data["configs"] = [_describe_config(config, splits) for config, splits in sizes.items()]
    infos = {config: _build_info(config, splits) for config, splits in sizes.items()}
    DatasetInfosDict(infos).to_dataset_card_data(card_data)
    return card_data


def build_tags(settings: Settings, sentence_count: int) -> DatasetCardData:
    """The Hub's tags for a data set of so many rows.

    Raises BuildError where corpus.toml says what the Hub does not take.
    """
    card_data = DatasetCardData(
        language=get_languages(settings),
        annotations_creators=list(settings.annotations_creators),
        language_creators=list(settings.language_creators),
        multilinguality=["monolingual"],
        size_categories=[get_size_category(sentence_count)],
        source_datasets=["original"],
        task_categories=["token-classification"],
        task_ids=["part-of-speech", "parsing", "lemmatization"],
        pretty_name=settings.title,
        tags=["arabic", "conllu", "dependency-parsing", "morphology", "stanza", "universal-dependencies"],
    )
    for key, value in get_licence_tags(settings.licence).items():
        card_data[key] = value
    problems = list(check_card_data(card_data))
    if problems:
        raise BuildError("\n".join(f"seeds/corpus.toml: [corpus] {problem}" for problem in problems))
    return card_data


def check_card_data(card_data: DatasetCardData) -> Iterator[str]:
    """What of a card's YAML block is not among the Hub's allowed values, a line for each value."""
    creators = _load_list("creators")
    tasks = card_data.get("task_categories", [])
    allowed = {
        "language": _load_list("languages"),
        "license": HUB_LICENCES,
        "annotations_creators": creators["annotations"],
        "language_creators": creators["language"],
        "multilinguality": _load_list("multilingualities"),
        "size_categories": _load_list("size_categories"),
        "source_datasets": ("original", "extended"),
        "task_categories": HUB_TASKS,
        "task_ids": [task_id for task in tasks for task_id in HUB_TASKS.get(task, ())],
    }
    for key, values in allowed.items():
        found = card_data.get(key, [])
        for value in [found] if isinstance(found, str) else found:
            if value not in values:
                some = ", ".join(sorted(values)) if len(values) < 20 else "an ISO 639 code such as ar, arb, arz"
                yield f"{key}: {value!r} is not what the Hugging Face Hub takes here ({some})."
        if not found:
            yield f"{key}: the data card must state it; write it there."


def get_languages(settings: Settings) -> list[str]:
    """The codes of the corpus's language: Modern Standard Arabic has one of its own beside Arabic's."""
    is_standard = settings.language == "ar" and settings.variety == "Modern Standard Arabic"
    return ["ar", "arb"] if is_standard else [settings.language]


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
    rank = max(0, len(str(row_count)) - 3)
    if rank == 0:
        return "n<1K"
    return f"{_SIZE_LIMITS[rank - 1]}<n<{_SIZE_LIMITS[rank]}" if rank < len(_SIZE_LIMITS) else "n>1T"


def _load_list(name: str) -> Any:
    """One of the lists of allowed values that `datasets` carries."""
    return json.loads((resources.files("datasets") / "utils" / "resources" / f"{name}.json").read_text("utf-8"))


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
