"""The card: complete, allowed, and refused where one number of it is not what the data say."""

import json
import logging
import re
import shutil
from dataclasses import asdict, replace
from importlib import resources
from importlib.resources import files
from pathlib import Path
from typing import Any

import huggingface_hub
import matplotlib
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from huggingface_hub import DatasetCard

from mudawwana.annotate.models import get_embedded_dir
from mudawwana.annotate.tiers import FILE_NAME, read_calibration
from mudawwana.base.errors import BuildError
from mudawwana.base.layout import CorpusLayout
from mudawwana.cli import main
from mudawwana.compare.audit.corrections import Audit
from mudawwana.compare.resampling import Estimate
from mudawwana.dataset.build import build_dataset
from mudawwana.dataset.card import OWN_RULES, get_section, load_scores
from mudawwana.dataset.card_files import check_card
from mudawwana.dataset.citation import build_apa, build_bibtex, build_cff, read_cff
from mudawwana.dataset.figures import draw_figures
from mudawwana.dataset.hub import build_tags, get_licence_tags, get_size_category
from mudawwana.dataset.schema import CONFIGS
from mudawwana.dataset.statistics import CorpusStatistics, count_corpus
from mudawwana.seeds.settings import Settings, load_settings
from mudawwana.validate.corpus import check_corpus
from mudawwana.validate.incidents import Incident
from small_corpus import ANNOTATION, SETTINGS
from test_dataset import METADATA

FACTS = Settings("a", "A & B", "Text.", "CC BY-SA 4.0", ("A. Curator",), released="2026-01-02", contact="C")


@pytest.fixture
def layout(tmp_path: Path) -> CorpusLayout:
    """Two documents of one sentence each, the second in gold, too."""
    layout = CorpusLayout(tmp_path / "tajriba")
    for folder in (layout.seeds_dir, layout.auto_dir, layout.gold_dir):
        folder.mkdir(parents=True)
    layout.settings_path.write_text(SETTINGS, encoding="utf-8")
    layout.documents_path.write_text(METADATA, encoding="utf-8")
    for doc_id in ("d1", "d2"):
        (layout.seeds_dir / f"{doc_id}.txt").write_text("سلام.\n", encoding="utf-8")
        (layout.auto_dir / f"{doc_id}.conllu").write_text(ANNOTATION.format(doc_id), encoding="utf-8")
    shutil.copy(layout.auto_dir / "d2.conllu", layout.gold_dir)
    return layout


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("built")


@pytest.fixture
def built(layout: CorpusLayout, template: Path) -> CorpusLayout:
    """The same, with its data set, which is built once."""
    if not (template / "README.md").exists():
        build(layout)
        shutil.copytree(layout.corpus_dir, template, dirs_exist_ok=True)
    shutil.copytree(template, layout.corpus_dir, dirs_exist_ok=True)
    return layout


@pytest.fixture
def card(built: CorpusLayout) -> str:
    return (built.corpus_dir / "README.md").read_text(encoding="utf-8")


def build(layout: CorpusLayout) -> str:
    build_dataset(layout, load_settings(layout))
    return (layout.corpus_dir / "README.md").read_text(encoding="utf-8")


def check(layout: CorpusLayout) -> list[Incident]:
    settings = load_settings(layout)
    return list(check_card(layout, settings, check_corpus(layout, settings)))


def set_setting(layout: CorpusLayout, key: str, value: str) -> None:
    text, count = re.subn(rf"^{key} = .*$", f"{key} = {value}", SETTINGS, flags=re.MULTILINE)
    assert count == 1
    layout.settings_path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [(0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (10**6, "1M<n<10M"), (10**12, "n>1T")],
)
def test_size_categories(rows: int, expected: str) -> None:
    assert get_size_category(rows) == expected


def test_licence_tags() -> None:
    assert get_licence_tags("cc-by-sa-4.0") == {"license": "cc-by-sa-4.0"}
    assert get_licence_tags("Ours (v2)") == {"license": "other", "license_name": "ours-v2"}


class TestHead:
    def test_metadata(self, built: CorpusLayout) -> None:
        data = DatasetCard.load(built.corpus_dir / "README.md").data
        assert data.language == ["ar", "arb"]
        assert data.license == "cc-by-sa-4.0"
        assert data.size_categories == ["n<1K"]
        assert data.source_datasets == ["original"]
        assert data.task_ids == ["part-of-speech", "parsing", "lemmatization"]
        assert [config["config_name"] for config in data.configs] == list(CONFIGS)
        assert [config.get("default", False) for config in data.configs] == [True, False, False]
        splits = {info["config_name"]: info["splits"] for info in data.dataset_info}
        assert {split["name"]: split["num_examples"] for split in splits["tokens"]} == {"train": 4, "gold": 2}

    def test_every_licence_and_size_is_allowed(self) -> None:
        for licence in ("cc-by-sa-4.0", "cc0-1.0", "Ask the publisher"):
            for rows in (0, 10**5, 10**12):
                build_tags(Settings("a", "A", "A.", licence, ("A",)), rows)

    @pytest.mark.parametrize(
        ("facts", "problem"),
        [
            ({"language": "arabic"}, r"language: 'arabic' is not what the Hugging Face Hub takes"),
            ({"annotations_creators": ("robots",)}, r"annotations_creators: 'robots' .*machine-generated"),
            ({"language_creators": ()}, r"language_creators: the data card must state it"),
        ],
    )
    def test_what_the_hub_does_not_take(self, facts: dict[str, object], problem: str) -> None:
        with pytest.raises(BuildError, match=rf"^seeds/corpus\.toml: \[corpus\] {problem}"):
            build_tags(Settings("a", "A", "A.", "mit", ("A",), **facts), 1)  # type: ignore[arg-type]


class TestText:
    def test_every_section_of_the_official_template(self, card: str) -> None:
        path = resources.files(huggingface_hub) / "templates" / "datasetcard_template.md"
        headings = re.findall(r"^#{2,} (.*?)(?: \[optional\])?$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert len(headings) > 20
        found = [heading for heading in re.findall(r"^#{2,} (.*)$", card, re.MULTILINE) if heading in headings]
        assert found == headings
        parents = ("Dataset Details", "Uses", "Dataset Creation", "Source Data", "Annotations")
        assert [heading for heading in headings if not get_section(card, heading)] == list(parents)

    def test_text(self, card: str) -> None:
        for left_open in ("More Information Needed", "[optional]", "None", "TODO", "<!--", "{{ ", "{%", "\n\n\n"):
            assert left_open not in card
        assert "| A Paper | All rights reserved | 2 |" in card
        source = "[A Paper](https://example.org/1)"
        assert f"| `d1` | Peace \\| سلام | {source} | 2025-01-02 | news | All rights reserved | 2 |" in card
        assert "mudawwana 0.1.0, stanza 1.15.0; models: embedded sha256:0123456789abcdef" in card
        assert "follow UD_Arabic-PUD" in card
        assert "| syntactic words | 4 | 2 |" in card
        assert "take a text down: curator@example.org" in card
        assert "The gold layer: A. Curator, by hand." in card

    def test_figures_are_there_and_described(self, built: CorpusLayout) -> None:
        card = (built.corpus_dir / "README.md").read_text(encoding="utf-8")
        figures = re.findall(r"^!\[(.+)\]\((figures/.+\.svg)\)$", card, re.MULTILINE)
        assert sorted(path for _, path in figures) == sorted(
            path.relative_to(built.corpus_dir).as_posix() for path in built.corpus_dir.glob("figures/*")
        )
        assert all(re.search(r"auto: .*\d.*gold: .*\d|auto: none; gold: none", alt) for alt, _ in figures)

    def test_ud_metadata(self, card: str) -> None:
        block = card.partition("=== Machine-readable metadata (DO NOT REMOVE!) ===")[2]
        facts = dict(re.findall(r"^([A-Z][\w ]+): (.*)$", block.partition("\n=====")[0], re.MULTILINE))
        assert facts["License"] == "CC BY-SA 4.0"
        assert facts["Genre"] == "news"
        assert facts["Lemmas"] == facts["Relations"] == "automatic with corrections"
        assert facts["Includes text"] == "yes"
        assert facts["Contact"] == "curator@example.org"

    def test_scores_against_gold(self, layout: CorpusLayout) -> None:
        gold = ANNOTATION.format("d2").replace("NOUN", "PROPN")
        (layout.gold_dir / "d2.conllu").write_text(gold, encoding="utf-8")
        card = build(layout)
        assert "against its gold layer (1 document, 1 sentences, 2 words)" in card
        assert "| UPOS | 50.00 | 50.00 – 50.00 |" in card
        assert "| UAS | 100.00 | 100.00 – 100.00 |" in card
        numbers = json.loads((layout.corpus_dir / "statistics.json").read_bytes())
        assert numbers["scores_against_gold"]["UPOS"]["f1"] == 50.0

    def test_without_gold_the_card_says_what_nobody_has_measured(self, layout: CorpusLayout) -> None:
        (layout.gold_dir / "d2.conllu").unlink()
        card = build(layout)
        assert "its gold layer" not in card
        assert "has not been measured" in get_section(card, "Bias, Risks, and Limitations")

    def test_repairs_are_told_by_their_reason(self, layout: CorpusLayout) -> None:
        path = layout.auto_dir / "d1.conllu"
        text = path.read_text(encoding="utf-8")
        repaired = "Repaired=deprel:det|RepairedBy=rel-upos-det,reading-of-form|SpaceAfter=No"
        path.write_text(text.replace("SpaceAfter=No", repaired, 1), encoding="utf-8")
        card = build(layout)
        assert "(1 of the changes below), and so where" in card and "which no validator sees (1)" in card
        assert "| `rel-upos-det` | yes | 1 |" in card and "| `reading-of-form` | no | 1 |" in card

    def test_each_repair_is_an_incident_of_uds_validator_or_one_of_ours(self) -> None:
        room = Path(str(files("mudawwana.annotate")))
        sources = [(room / name).read_text(encoding="utf-8") for name in ("repair.py", "refusals.py")]
        names = {name for source in sources for name in re.findall(r'"([a-z]+(?:-[a-z]+)+)"', source)}
        validator = "".join(path.read_text(encoding="utf-8") for path in Path(str(files("udtools"))).rglob("*.py"))
        quoted = {*re.findall(r"[\"']([a-z-]+)[\"']", validator)}
        assert names - quoted == OWN_RULES

    def test_tiers(self, layout: CorpusLayout) -> None:
        known = read_calibration(get_embedded_dir() / FILE_NAME)
        for path in layout.auto_dir.iterdir():
            text = re.sub("# models = .*", f"# models = embedded {known.fingerprint}", path.read_text("utf-8"))
            for place, head_prob in ((0, 1.0), (4, 0.1)):
                misc = f"UposProb=1.000|HeadProb={head_prob:.3f}|DeprelProb=1.000|start_char={place}"
                text = text.replace(f"start_char={place}", misc)
            path.write_text(text, encoding="utf-8")
        card = build(layout)
        assert f"| A | 2 | {known.tiers['A'].accuracy:.2f} |" in card
        assert f"| C | 2 | {known.tiers['C'].accuracy:.2f} |" in card
        assert "](figures/reliability.svg)" in card
        assert json.loads((layout.corpus_dir / "statistics.json").read_bytes())["words_by_tier"] == {
            "A": 2,
            "C": 2,
        }

    def test_audit(self, layout: CorpusLayout) -> None:
        path = layout.gold_dir / "audit.json"
        audit = Audit(
            ("m sha256:1",), ("upos",), 4, 2, {"LAS": Estimate(81.5, 70.0, 90.0)}, {"NOUN": {"words": 4}}
        )
        path.write_text(json.dumps(asdict(audit)), encoding="utf-8")
        card = build(layout)
        assert "checked 2 words, drawn at random from the 4" in card
        assert "| LAS | 81.50 | 70.00 – 90.00 |" in card
        assert check(layout) == []
        path.write_text(path.read_text(encoding="utf-8").replace("81.5", "91.5"), encoding="utf-8")
        assert {one.id for one in check(layout)} == {"card-differs"}

    def test_gold_of_another_text(self, layout: CorpusLayout) -> None:
        gold = ANNOTATION.format("d2").replace("سلام", "كلام")
        (layout.gold_dir / "d2.conllu").write_text(gold, encoding="utf-8")
        with pytest.raises(BuildError, match="annotations/gold: not the text of annotations/auto"):
            build(layout)

    def test_scores_are_those_of_the_models(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "embedded").mkdir()
        scores_path = tmp_path / "embedded" / "scores.json"
        monkeypatch.setattr("mudawwana.dataset.card.resources.files", lambda package: tmp_path)
        assert load_scores(["embedded sha256:1"]) == {}
        scores_path.write_text(json.dumps({"dev": {"LAS": 70.8}}), encoding="utf-8")
        assert load_scores(["embedded sha256:1"]) == {"LAS": 70.8}
        assert load_scores(["padt sha256:1"]) == {}
        assert load_scores(["embedded sha256:1", "embedded sha256:2"]) == {}
        scores_path.write_text(json.dumps({"dev": {"LAS": 70.8}, "fingerprint": "sha256:2"}), encoding="utf-8")
        assert load_scores(["embedded sha256:1"]) == {}
        assert load_scores(["embedded sha256:2"]) == {"LAS": 70.8}


class TestMissingFacts:
    @pytest.mark.parametrize(
        "key",
        ["title", "description", "licence", "version", "released", "contact", "personal_data", "gold_annotators"],
    )
    def test_setting(self, layout: CorpusLayout, key: str) -> None:
        set_setting(layout, key, '""')
        with pytest.raises(BuildError, match=rf"corpus\.toml: no {key}; .* write {key} = \.\.\. under \[corpus\]"):
            build(layout)
        assert not layout.corpus_dir.exists()

    def test_nobody_needs_annotators_of_a_gold_layer_that_is_not_there(self, layout: CorpusLayout) -> None:
        set_setting(layout, "gold_annotators", '""')
        (layout.gold_dir / "d2.conllu").unlink()
        build(layout)

    @pytest.mark.parametrize("command", ["run", "validate", "build --check", "publish --repo x/y"])
    def test_it_is_said_before_anything_else_is_done(
        self, built: CorpusLayout, command: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise AssertionError

        for place in ("validate.corpus.check_corpus", "annotate.task.build_job", "dataset.build.build_dataset"):
            monkeypatch.setattr(f"mudawwana.{place}", fail)
        set_setting(built, "gold_annotators", '""')
        result = CliRunner().invoke(main, [*command.split(), str(built.root)])
        assert result.exit_code == 1
        assert "seeds/corpus.toml: no gold_annotators" in result.stderr

    def test_a_text_without_a_licence_is_not_annotated_by_run(
        self, layout: CorpusLayout, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise AssertionError

        monkeypatch.setattr("mudawwana.annotate.task.build_job", fail)
        set_setting(layout, "text_licence", '""')
        layout.documents_path.write_text(METADATA.replace("All rights reserved", ""), encoding="utf-8")
        result = CliRunner().invoke(main, ["run", str(layout.root)])
        assert result.exit_code == 1
        assert "no source or no licence for d1, d2" in result.stderr

    def test_validate_says_it_where_there_is_no_data_set_yet(self, layout: CorpusLayout) -> None:
        set_setting(layout, "gold_annotators", '""')
        result = CliRunner().invoke(main, ["validate", str(layout.root)])
        assert "seed-not-listed" in result.stdout  # it goes on
        assert "No data set can be built yet: seeds/corpus.toml: no gold_annotators" in result.stderr

    def test_licence_of_a_text(self, layout: CorpusLayout) -> None:
        set_setting(layout, "text_licence", '""')
        layout.documents_path.write_text(METADATA.splitlines()[0] + "\n", encoding="utf-8")
        with pytest.raises(BuildError, match=r"documents\.csv: no source or no licence for d1, d2;"):
            build(layout)

    def test_citation_without_authors(self, layout: CorpusLayout) -> None:
        (layout.root / "CITATION.cff").write_text("title: A\n", encoding="utf-8")
        with pytest.raises(BuildError, match=r"CITATION\.cff: no authors, version, date-released"):
            build(layout)


class TestCheck:
    def test_what_was_built_is_right(self, built: CorpusLayout) -> None:
        assert check(built) == []

    @pytest.mark.parametrize(
        ("name", "number", "other"),
        [
            ("README.md", "| syntactic words | 4 | 2 |", "| syntactic words | 5 | 2 |"),
            ("README.md", "num_examples: 4", "num_examples: 40"),
            ("README.md", "| 100.00 |", "| 100.01 |"),
            ("statistics.json", '"words": 4', '"words": 5'),
            ("figures/upos.svg", ">2</text>", ">3</text>"),
            ("croissant.json", '"contentSize": "', '"contentSize": "1'),
            ("CITATION.cff", "version: 0.1.0", "version: 0.1.1"),
        ],
    )
    def test_one_wrong_number(self, built: CorpusLayout, name: str, number: str, other: str) -> None:
        path = built.corpus_dir / name
        text = path.read_text(encoding="utf-8")
        place = text.index(number)
        path.write_text(text.replace(number, other, 1), encoding="utf-8", newline="\n")
        [incident] = check(built)
        assert (incident.id, incident.severity, incident.path) == ("card-differs", "error", f"corpus/{name}")
        assert incident.line == text.count("\n", 0, place) + 1
        result = CliRunner().invoke(main, ["build", "--check", str(built.root)])
        assert (result.exit_code, f"corpus/{name}:{incident.line}: error" in result.stdout) == (1, True)

    def test_tables_that_contradict_each_other(self, built: CorpusLayout) -> None:
        path = built.corpus_dir / "data" / "documents" / "train-00000-of-00001.parquet"
        table = pq.read_table(path)
        counts = pc.add(table["word_count"], pa.scalar(1, pa.int32()))
        pq.write_table(table.set_column(table.column_names.index("word_count"), "word_count", counts), path)
        with pytest.raises(BuildError, match=r"its tables contradict each other \(words 6 and 4\)"):
            check(built)

    @pytest.mark.parametrize("number", ["sentences", "tokens", "words"])
    def test_build_refuses_a_wrong_count(
        self, layout: CorpusLayout, number: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def miscount(*args: Any, **options: Any) -> dict[str, CorpusStatistics]:
            counts = count_corpus(*args, **options)
            return {**counts, "auto": replace(counts["auto"], **{number: getattr(counts["auto"], number) + 1})}

        monkeypatch.setattr("mudawwana.dataset.facts.count_corpus", miscount)
        with pytest.raises(BuildError, match=rf"contradict each other \({number} .* so no card can be written"):
            build(layout)
        assert not (layout.corpus_dir / "README.md").exists()

    def test_a_fact_of_the_corpus_that_has_changed(self, built: CorpusLayout) -> None:
        set_setting(built, "contact", '"nobody@example.org"')
        assert {incident.path for incident in check(built)} == {"corpus/README.md", "corpus/croissant.json"}

    def test_missing_file(self, built: CorpusLayout) -> None:
        (built.corpus_dir / "figures" / "upos.svg").unlink()
        assert [incident.path for incident in check(built)] == ["corpus/figures/upos.svg"]

    def test_annotations_that_have_changed(self, built: CorpusLayout) -> None:
        path = built.auto_dir / "d1.conllu"
        path.write_text(path.read_text(encoding="utf-8").replace("NOUN", "PROPN"), encoding="utf-8")
        (built.gold_dir / "d2.conllu").unlink()
        assert [(one.id, one.severity, one.path) for one in check(built)] == [
            ("data-set-outdated", "warning", "annotations/auto/d1.conllu"),
            ("data-set-outdated", "warning", "annotations/gold/d2.conllu"),
        ]

    def test_a_stale_figure(self, built: CorpusLayout) -> None:
        (built.corpus_dir / "figures" / "reliability.svg").write_text("<svg/>", encoding="utf-8")
        [incident] = check(built)
        assert (incident.id, incident.path) == ("card-differs", "corpus/figures/reliability.svg")
        build(built)
        assert check(built) == []

    def test_a_stray_annotation_file_hides_nothing(self, built: CorpusLayout) -> None:
        shutil.copy(built.auto_dir / "d1.conllu", built.auto_dir / "stray.conllu")
        assert check(built) == []
        build(built)
        assert check(built) == []
        card = built.corpus_dir / "README.md"
        text = card.read_text(encoding="utf-8").replace(
            "| syntactic words | 4 | 2 |", "| syntactic words | 5 | 2 |"
        )
        card.write_text(text, encoding="utf-8")
        outcome = CliRunner().invoke(main, ["build", "--check", str(built.root)])
        assert outcome.exit_code == 1
        stray, wrong = outcome.stdout.splitlines()
        assert stray.startswith("annotations/auto/stray.conllu:1: error L0 annotation-without-seed")
        assert wrong.startswith("corpus/README.md:") and "| syntactic words | 5 |" in wrong

    def test_validate_looks_at_the_card(self, built: CorpusLayout) -> None:
        (built.corpus_dir / "README.md").write_text("---\n", encoding="utf-8")
        result = CliRunner().invoke(main, ["validate", str(built.root)])
        assert result.exit_code == 1
        assert "corpus/README.md:2: error L0 card-differs: " in result.stdout
        shutil.rmtree(built.corpus_dir)
        assert "card-differs" not in CliRunner().invoke(main, ["validate", str(built.root)]).stdout


class TestCitation:
    def test_files(self, layout: CorpusLayout) -> None:
        (layout.root / "CITATION.cff").write_text(
            "title: A tool\nauthors: [{family-names: Dee, given-names: B.}]\n"
            "version: 1\ndate-released: 2024-05-06\n",
            encoding="utf-8",
        )
        citation = get_section(build(layout), "Citation")
        assert "title = {A trial}" in citation
        assert "author = {Dee, B.}" in citation
        assert "A. Curator (2025). *A trial* (Version 0.1.0) [Data set]. https://example.org/tajriba" in citation
        cff = read_cff(layout.corpus_dir / "CITATION.cff")
        assert (cff["type"], cff["license"], cff["date-released"]) == ("dataset", "CC-BY-SA-4.0", "2025-03-04")

    def test_curators_bibtex_goes_first(self, layout: CorpusLayout) -> None:
        set_setting(layout, "homepage", '"https://example.org"\ncitation = "@book{own}"')
        citation = get_section(build(layout), "Citation")
        assert "@book{own}" in citation
        assert "@misc" not in citation

    def test_special_characters(self) -> None:
        assert "title = {A \\& B}" in build_bibtex(build_cff(FACTS), "a")
        assert build_apa(build_cff(FACTS)) == "A. Curator (2026). *A & B* (Version 0.1.0) [Data set]."
        assert "license" not in build_cff(Settings("a", "A", "A.", "other", ("A",)))


class TestCroissant:
    # of mlcroissant's own calls of rdflib and pandas
    @pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
    @pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning")
    def test_mlcroissant_accepts_and_reads_it(self, built: CorpusLayout, caplog: pytest.LogCaptureFixture) -> None:
        import mlcroissant

        card = (built.corpus_dir / "README.md").read_text(encoding="utf-8")
        with caplog.at_level(logging.WARNING):
            dataset = mlcroissant.Dataset(jsonld=built.corpus_dir / "croissant.json")
        assert not dataset.metadata.ctx.issues.errors
        assert not dataset.metadata.ctx.issues.warnings
        assert not caplog.records
        assert dataset.metadata.personal_sensitive_information == [
            get_section(card, "Personal and Sensitive Information")
        ]
        assert dataset.metadata.machine_annotation_tools
        assert dataset.metadata.data_limitations
        name = "data/tokens/train-00000-of-00001"
        forms = [row[f"{name}/form"].decode() for row in dataset.records(name)]
        assert forms == ["سلام", ".", "سلام", "."]

    def test_every_file_and_column(self, built: CorpusLayout) -> None:
        croissant = json.loads((built.corpus_dir / "croissant.json").read_bytes())
        assert all((built.corpus_dir / file["contentUrl"]).is_file() for file in croissant["distribution"])
        fields = {
            records["@id"].split("/")[1]: [field["name"] for field in records["field"]]
            for records in croissant["recordSet"]
        }
        assert fields == {config: list(features) for config, features in CONFIGS.items()}


class TestFigures:
    def test_arabic_is_text_and_bytes_are_stable(
        self, built: CorpusLayout, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        statistics = {
            # 𞹺 is a letter for which matplotlib's font has no glyph
            layer: replace(one, clitic_counts={"هُمْ": 3, "𞹺": 1, "$a$": 1})
            for layer, one in count_corpus(built.corpus_dir).items()
        }
        figures = draw_figures(statistics)
        for label in ("هُمْ", "𞹺", "$a$"):
            assert f">{label}</text>" in figures["clitics.svg"].svg
        assert "auto: هُمْ 75.0" in figures["clitics.svg"].alt
        assert ">gold</text>" in figures["upos.svg"].svg
        monkeypatch.setitem(matplotlib.rcParams, "axes.grid", True)
        assert draw_figures(statistics) == figures
        assert matplotlib.rcParams["axes.grid"]

    def test_nothing_to_draw(self, built: CorpusLayout) -> None:
        statistics = count_corpus(built.corpus_dir)["auto"]
        assert draw_figures({"auto": replace(statistics, clitic_counts={})})["clitics.svg"].svg.startswith("<?xml")


def test_consistency_of_the_automatic_layer_is_that_of_stats(layout: CorpusLayout) -> None:
    file = layout.auto_dir / "d1.conllu"
    noun = "NOUN\t_\tCase=Nom|Definite=Ind|Gender=Masc|Number=Sing"
    verb = "VERB\t_\tAspect=Perf|Case=Nom|Gender=Masc|Number=Plur|Person=3|Tense=Past|Voice=Pass"
    text = file.read_text(encoding="utf-8")
    assert noun in text
    file.write_text(text.replace(noun, verb), encoding="utf-8")
    lines = get_section(build(layout), "Consistency").splitlines()
    outcome = CliRunner().invoke(main, ["stats", str(layout.root), "--json"])
    [found] = json.loads(outcome.stdout)
    assert found["verbs"] == 1
    assert set(found["checks"]) <= {line.split(" | ")[0].removeprefix("| ") for line in lines}
    # The verb has a case, which no verb has; the noun of the other document is sound.
    assert "| features are those of verb or noun | 1 | 2 | 50.0 % |" in lines
    assert "| object noun is accusative | 0 | 0 | - |" in lines
    assert "| `Voice=Pass` | 1 | 1000.0 |" in lines
    assert "| `Voice=Act` | 0 | 0.0 |" in lines
