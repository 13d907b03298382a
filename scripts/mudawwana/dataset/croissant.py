"""corpus/croissant.json: the data set for machines (https://docs.mlcommons.org/croissant/docs/croissant-spec.html).

With the properties of responsible AI (https://docs.mlcommons.org/croissant/docs/croissant-rai-spec.html): they say
what the card says, word by word, because they are taken from its sections.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from datasets import ClassLabel, List

from mudawwana.base.files import hash_file
from mudawwana.base.layout import DataSetLayout
from mudawwana.dataset.card import get_section
from mudawwana.dataset.citation import get_spdx_id
from mudawwana.dataset.facts import CardFacts
from mudawwana.dataset.hub import get_languages
from mudawwana.dataset.schema import COLUMN_MEANINGS, CONFIGS
from mudawwana.seeds.settings import Settings

# The context that the specification gives for version 1.0.
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{
        name: f"cr:{name}"
        for name in (
            *(
                "citeAs",
                "column",
                "equivalentProperty",
                "extract",
                "field",
                "fileProperty",
                "fileObject",
                "fileSet",
            ),
            *("format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet"),
            *("references", "regex", "repeated", "replace", "samplingRate", "separator", "source", "subField"),
            "transform",
        )
    },
}
_CONFORMS_TO = ("http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0")
_TYPES = {"string": "sc:Text", "bool": "sc:Boolean", "int8": "sc:Integer", "int32": "sc:Integer"}
_RAI_SECTIONS = {
    "dataCollection": "Data Collection and Processing",
    "dataAnnotationProtocol": "Annotation process",
    "annotatorDemographics": "Who are the annotators?",
    "dataUseCases": "Direct Use",
    "dataLimitations": "Bias, Risks, and Limitations",
    "dataBiases": "Who are the source data producers?",
    "dataSocialImpact": "Recommendations",
    "personalSensitiveInformation": "Personal and Sensitive Information",
    "dataReleaseMaintenancePlan": "Dataset Card Contact",
}
"""By property, the section of the card that answers it."""


def build_croissant(corpus_dir: Path, settings: Settings, facts: CardFacts, card: str) -> dict[str, Any]:
    """The Croissant description of the data set in `corpus_dir` with this card; paths are relative to it."""
    files = {
        path: path.relative_to(corpus_dir).as_posix()
        for name in CONFIGS
        for path in DataSetLayout(corpus_dir).list_parquet(name)
    }
    licence = get_spdx_id(settings.licence)
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": list(_CONFORMS_TO),
        "name": re.sub(r"[^A-Za-z0-9_.-]", "-", settings.name),
        "alternateName": settings.title,
        "description": settings.description.strip(),
        "license": f"https://spdx.org/licenses/{licence}" if licence else settings.licence,
        "creator": [{"@type": "sc:Organization", "name": curator} for curator in settings.curators],
        "url": settings.homepage or "README.md",
        "version": settings.version,
        "datePublished": settings.released,
        "inLanguage": get_languages(settings),
        "keywords": ["arabic", "universal dependencies", "conllu", "morphology", "dependency parsing"],
        "citeAs": get_section(card, "Citation"),
        "isLiveDataset": False,
        **_describe_responsibility(facts, card),
        "distribution": [_describe_file(path, name) for path, name in files.items()],
        "recordSet": [_describe_records(name) for name in files.values()],
    }


def _describe_responsibility(facts: CardFacts, card: str) -> dict[str, Any]:
    tools = sorted({f"{generator}; models: {models}" for generator, models in facts.provenance})
    return {
        **{f"rai:{key}": get_section(card, heading) for key, heading in _RAI_SECTIONS.items()},
        "rai:annotationsPerItem": "1 automatic" + (", 1 gold where there is one" if facts.evaluation else ""),
        "rai:dataCollectionType": "Others",
        "rai:machineAnnotationTools": tools,
    }


def _describe_file(path: Path, name: str) -> dict[str, str]:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": path.name,
        "contentUrl": name,
        "contentSize": f"{path.stat().st_size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": hash_file(path),
    }


def _describe_records(name: str) -> dict[str, Any]:
    """The rows of a file, as a record set of its name: `data/tokens/train-00000-of-00001`."""
    config = name.split("/")[1]
    records = name.removesuffix(".parquet")
    fields = [
        _describe_field(f"{records}/{column}", column, feature, file=name, meaning=COLUMN_MEANINGS[config][column])
        for column, feature in CONFIGS[config].items()
    ]
    return {"@type": "cr:RecordSet", "@id": records, "name": records, "field": fields}


def _describe_field(field_id: str, column: str, feature: Any, *, file: str, meaning: str) -> dict[str, Any]:
    is_list = isinstance(feature, List)
    item = feature.feature if is_list else feature
    source = {"fileObject": {"@id": file}, "extract": {"column": column}}
    described: dict[str, Any] = {"@type": "cr:Field", "@id": field_id, "name": column, "description": meaning}
    if is_list:
        described["repeated"] = True
    if isinstance(item, Mapping):
        described["subField"] = [
            {
                "@type": "cr:Field",
                "@id": f"{field_id}/{key}",
                "name": key,
                "dataType": _get_type(part),
                "source": {**source, "transform": {"jsonPath": f"$[*].{key}" if is_list else key}},
            }
            for key, part in item.items()
        ]
        return described
    return {**described, "dataType": _get_type(item), "source": source}


def _get_type(feature: Any) -> str:
    return "sc:Integer" if isinstance(feature, ClassLabel) else _TYPES.get(str(feature.dtype), "sc:Float")
