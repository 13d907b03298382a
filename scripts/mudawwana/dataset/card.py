"""The data card: every number computed, every fact from corpus.toml or documents.csv, none left open."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from importlib.metadata import version
from typing import Any

from datasets import ClassLabel, List
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from mudawwana.base.errors import BuildError
from mudawwana.base.layout import AUTO, GOLD
from mudawwana.base.records import Document
from mudawwana.dataset.citation import build_apa, build_bibtex, build_cff, get_licence_name
from mudawwana.dataset.facts import CardFacts
from mudawwana.dataset.figures import Figure
from mudawwana.dataset.hub import build_card_data, build_tags, get_languages
from mudawwana.dataset.schema import COLUMN_MEANINGS, CONFIGS
from mudawwana.seeds.settings import EMBEDDED, OFFICIAL_PACKAGES, Settings

_PAGE_ROWS = 30  # of each table; statistics.json has the rest
_SCORED_PART = "dev"
OWN_RULES = frozenset(
    (
        *("auxiliary-of-nothing", "reading-of-form", "relation-of-reading", "xpos-of-tag"),
        *("tag-of-form", "tag-of-writing", "lemma-of-writing"),
        *("mood-of-particle", "subject-of-passive", "subject-of-speaker"),
    )
)
"""The repairs that prevent no incident of UD's validator."""
# https://universaldependencies.org/contributing/repository_files.html
_UD_GENRES = frozenset(
    (
        *("academic", "bible", "blog", "email", "fiction", "government", "grammar-examples", "learner-essays"),
        *("legal", "medical", "news", "nonfiction", "poetry", "reviews", "social", "spoken", "web", "wiki"),
    )
)


def render_card(
    settings: Settings,
    facts: CardFacts,
    figures: Mapping[str, Figure],
    *,
    software_cff: Mapping[str, Any] | None = None,
) -> str:
    """The text of corpus/README.md; `software_cff` is the CITATION.cff at the corpus's root, if there is one.

    Raises BuildError where corpus.toml lacks a fact that a card must state.
    """
    check_settings(settings, has_gold=GOLD in facts.statistics)
    models = [models for _, models in facts.provenance]
    cff = build_cff(settings)
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
        card_data=build_card_data(settings, facts.sizes).to_yaml(),
        settings=settings,
        licence_name=get_licence_name(settings.licence),
        languages=get_languages(settings),
        bibtex=settings.citation.strip() or build_bibtex(cff, settings.name),
        apa=build_apa(cff),
        software_bibtex=build_bibtex(software_cff, "mudawwana-software") if software_cff else "",
        udtools_version=version("udtools"),
        facts=facts,
        figures=figures,
        layers=list(facts.statistics),
        auto=(auto := facts.statistics[AUTO]),
        own_rules=OWN_RULES,
        validity_repairs=sum(count for name, count in auto.repair_counts.items() if name not in OWN_RULES),
        auto_documents=sum(facts.sources.values()),
        page_rows=_PAGE_ROWS,
        merge_keys=lambda counted: _merge_keys(facts, counted),
        columns={config: list(_describe_columns(config)) for config in CONFIGS},
        conventions=[describe_convention(name) for name in sorted({_get_name(one) for one in models})],
        scores=load_scores(models),
        ud_genres=" ".join(genre for genre in map(str.lower, facts.genres) if genre in _UD_GENRES),
        ud_status="automatic with corrections" if GOLD in facts.statistics else "automatic",
    )


def check_settings(settings: Settings, *, has_gold: bool = False) -> None:
    """Raises BuildError that names every fact of corpus.toml that a card must state and that is not there.

    So, too, where the Hub does not take what corpus.toml says.
    """
    facts = ["title", "description", "licence", "curators", "version", "released", "contact", "personal_data"]
    missing = [fact for fact in facts + ["gold_annotators"] * has_gold if not getattr(settings, fact)]
    if missing:
        raise BuildError(
            f"seeds/corpus.toml: no {', '.join(missing)}; the data card must state "
            f"{'it' if len(missing) == 1 else 'them'}: write {' and '.join(f'{fact} = ...' for fact in missing)} "
            "under [corpus]."
        )
    build_tags(settings, 0)


def check_document_facts(documents: Iterable[Document]) -> int:
    """The number of documents.

    Raises BuildError that names those without source or licence: a card must say whose the texts are.
    """
    lacking: list[str] = []
    count = 0
    for document in documents:
        count += 1
        if not (document.metadata.get("source") and document.metadata.get("licence")):
            lacking.append(document.id)
    if lacking:
        more = f" and {len(lacking) - 5} more" if len(lacking) > 5 else ""
        raise BuildError(
            f"seeds/documents.csv: no source or no licence for {', '.join(lacking[:5])}{more}; the data card must "
            "say whose each text is and under which terms it stands: fill both columns, "
            "or `text_source` and `text_licence` in seeds/corpus.toml."
        )
    return count


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
    path = resources.files("mudawwana.annotate") / "embedded" / "scores.json"
    fingerprints = {one.rpartition(" ")[2] for one in models}
    if {_get_name(one) for one in models} != {EMBEDDED} or len(fingerprints) > 1 or not path.is_file():
        return {}
    scores = json.loads(path.read_text(encoding="utf-8"))
    if {scores.get("fingerprint", fingerprint) for fingerprint in fingerprints} != fingerprints:
        return {}
    return {metric: float(value) for metric, value in scores[_SCORED_PART].items()}


def get_section(card: str, heading: str) -> str:
    r"""What the card says under a heading, up to the next one.

    >>> get_section("## Bias\n\nNone.\n\n### Advice\n\nRead.\n", "Bias")
    'None.'

    Raises KeyError where there is no such heading.
    """
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", card, re.MULTILINE | re.DOTALL)
    if not found:
        raise KeyError(heading)
    return found[1].strip()


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


def _merge_keys(facts: CardFacts, counted: str) -> list[str]:
    """The keys of all layers, in the automatic layer's order."""
    return list(dict.fromkeys(key for one in facts.statistics.values() for key in getattr(one, counted)))


def _get_name(models: str) -> str:
    """The models' name in a `# models` comment (`<name> sha256:<digits>`)."""
    return models.rpartition(" ")[0] or models


def _escape_cell(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")


def _format_number(number: float) -> str:
    return f"{number:,}"
