"""The data set: rows that give the file back, splits that load, a card that cannot lie."""

import hashlib
from dataclasses import replace
from pathlib import Path

import datasets
import huggingface_hub
import pyarrow as pa
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from mudawwana.annotate.models import get_embedded_dir
from mudawwana.annotate.tiers import FILE_NAME, get_tier, read_calibration
from mudawwana.base.conllu_io import parse_conllu, serialize_sentence
from mudawwana.base.errors import BuildError
from mudawwana.base.layout import CorpusLayout
from mudawwana.base.records import Sentence
from mudawwana.cli import main
from mudawwana.dataset.build import BuildReport, build_dataset
from mudawwana.dataset.columns import Place, SentenceBatch
from mudawwana.dataset.rebuild import serialize_rows
from mudawwana.dataset.rows import Row, row_to_sentence, serialize_row
from mudawwana.dataset.schema import COLUMN_MEANINGS, CONFIGS, SENTENCES, TOKENS, UPOS_NAMES
from mudawwana.seeds.settings import load_settings
from mudawwana.validate.corpus import Incident
from small_corpus import ANNOTATION, SETTINGS

PLACE = Place("d1", "d1-p1", "auto", "d1.conllu")

# وبالسلام "and with the peace", then a full stop; everything that CoNLL-U allows and that is easily lost
HARD = """\
#
# newdoc id = d1
# newpar id = d1-p1
#no blank
# # two signs
# __TEXT__
# note =
# text = وبالسلام.
# sent_id = d1-p1-s1
# note = a
# note = b
# text = وبالسلام.
0.1\t_\tهُوَ\tPRON\t_\tPerson=3\t_\t_\t3:nsubj\t_
1-3\tوبالسلام\t_\t_\t_\tTypo=Yes\t_\t_\t_\tSpaceAfter=No|start_char=0|end_char=8
1\tو\tوَ\tCCONJ\tC\t_\t3\tcc\t3:cc\tGloss=a=b|start_char=0|end_char=1
2\tب\tبِ\tADP\t_\tFoo=Bar\t3\tcase\t_\t_
3\tالسلام\tسَلَام\tNOUN\t_\tCase=Gen|Definite=Def\t0\troot\t_\t_
3.1\tx\t_\t_\t_\t_\t_\t_\t_\tA=B
4\t.\t.\tPUNCT\t_\t_\t3\tpunct\t_\tstart_char=8|end_char=9

"""


def parse_one(text: str) -> Sentence:
    (sentence,) = parse_conllu(text.splitlines(keepends=True))
    return sentence


def make_tables(*sentences: Sentence) -> tuple[pa.Table, pa.Table]:
    batch = SentenceBatch()
    for sentence in sentences:
        batch.add(sentence, PLACE, ud_level=5, incidents=[])
    return batch.build_tables()


def make_row(sentence: Sentence) -> Row:
    row: Row = make_tables(sentence)[0].to_pylist()[0]
    return row


def rebuild(*sentences: Sentence) -> list[str]:
    [batch] = make_tables(*sentences)[0].to_batches()
    return list(serialize_rows(batch))


class TestRows:
    def test_hard_sentence_comes_back(self) -> None:
        assert serialize_row(make_row(parse_one(HARD))) == HARD
        assert rebuild(parse_one(HARD), parse_one(HARD)) == [HARD, HARD]

    def test_hard_sentence_comes_back_through_arrow(self) -> None:
        table = datasets.Dataset(make_tables(parse_one(HARD))[0])
        assert table.features == SENTENCES
        assert serialize_row(table[0]) == HARD

    def test_conventions_of_commul(self) -> None:
        row = make_row(parse_one(HARD))
        assert row["comments"][-4:] == ["__SENT_ID__", "note = a", "note = b", "__TEXT__"]
        assert row["mwt"][0]["id"] == "1-3"
        assert row["xpos"] == ["C", None, None, None]
        assert row["head"] == ["3", "3", "0", "3"]
        assert [UPOS_NAMES[label] for label in row["upos"]] == ["CCONJ", "ADP", "NOUN", "PUNCT"]
        assert list(row)[:14] == list(SENTENCES)[:14]
        assert (row["start_char"], row["end_char"]) == (0, 9)

    @settings(deadline=None)
    @given(st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]))))
    def test_any_comment_comes_back(self, comments: list[str]) -> None:
        lines = tuple(f"#{comment}" for comment in comments)
        sentence = Sentence(lines, parse_one(HARD).words)
        assert row_to_sentence(make_row(sentence)) == sentence
        assert rebuild(sentence) == [serialize_sentence(sentence)]

    @settings(deadline=None)
    @given(st.lists(st.text(min_size=1), min_size=8, max_size=8))
    def test_any_column_comes_back(self, columns: list[str]) -> None:
        form, lemma, xpos, feats, head, deprel, deps, misc = columns
        word = type(parse_one(HARD).words[0])(1, form, lemma, "X", xpos, feats, head, deprel, deps, misc)
        sentence = Sentence((), (word,))
        assert row_to_sentence(make_row(sentence)) == sentence
        assert rebuild(sentence) == [serialize_sentence(sentence)]

    def test_tiers_are_those_of_the_models(self) -> None:
        """Of three documents: by the embedded models, by others, and by hand."""
        known = read_calibration(get_embedded_dir() / FILE_NAME)
        probabilities = [(low / 10, 1.0, high / 10) for low in range(11) for high in range(11)]
        words = [
            replace(
                parse_one(HARD).words[3],
                **{"id": number, "misc": "UposProb={:.3f}|HeadProb={:.3f}|DeprelProb={:.3f}".format(*row)},
            )
            for number, row in enumerate(probabilities, start=1)
        ]
        bare = [replace(word, misc="_") for word in words]
        batch = SentenceBatch([known])
        embedded = f"embedded {known.fingerprint}"
        for models, of_models in ((embedded, words), ("padt sha256:0", words), ("", bare)):
            batch.add(Sentence((), tuple(of_models)), replace(PLACE, models=models), ud_level=5, incidents=[])
        gold = replace(PLACE, models=embedded, layer="gold")
        batch.add(Sentence((), tuple(words)), gold, ud_level=5, incidents=[])
        expected = [get_tier(row, known) for row in probabilities]
        assert set(expected) == {"A", "B", "C"}
        sentences, tokens = batch.build_tables()
        assert sentences["tier"].to_pylist() == [expected, *[[None] * len(words)] * 3]
        assert tokens["tier"].to_pylist() == [*expected, *[None] * (3 * len(words))]
        # A copy of the automatic layer, where the words may be others': its MISC stays, and says nothing of them.
        assert tokens["misc"].to_pylist()[-len(words) :] == [word.misc for word in words]
        for column in ("upos_prob", "head_prob", "deprel_prob"):
            assert set(tokens[column].to_pylist()[-len(words) :]) == {None}
            assert None not in tokens[column].to_pylist()[: len(words)]
        assert tokens["upos_prob"].to_pylist()[:12] == pytest.approx([row[0] for row in probabilities[:12]])

    def test_unknown_part_of_speech(self) -> None:
        with pytest.raises(BuildError, match=r"d1\.conllu:1: sentence d1-p1-s1, word 4: .* 'DOT' is none of UD's"):
            make_row(parse_one(HARD.replace("PUNCT", "DOT")))

    def test_word_rows(self) -> None:
        rows = make_tables(parse_one(HARD), parse_one(HARD))[1].to_pylist()
        assert rows[4:] == rows[:4]
        rows = rows[:4]
        assert all(list(row) == list(TOKENS) for row in rows)
        assert [(row["token_id"], row["token"], row["is_mwt"]) for row in rows[2:]] == [
            (1, "وبالسلام", True),
            (2, ".", False),
        ]
        assert [(row["start_char"], row["end_char"]) for row in rows] == [(0, 1), (0, 8), (0, 8), (8, 9)]
        assert [row["head_upos"] for row in rows] == ["NOUN", "NOUN", None, "NOUN"]
        assert [row["space_after"] for row in rows] == [False, False, False, True]
        assert rows[2]["feat_case"] == "Gen"
        assert rows[1]["feats"] == "Foo=Bar"


def test_every_column_has_a_meaning() -> None:
    assert {config: list(features) for config, features in CONFIGS.items()} == {
        config: list(meanings) for config, meanings in COLUMN_MEANINGS.items()
    }


METADATA = """\
id,file,title,source,url,published,licence,genre,sha256,editor
d1,d1.txt,Peace | سلام,A Paper,https://example.org/1,2025-01-02,All rights reserved,news,,E. Ditor
d2,d2.txt,,A Paper,,,All rights reserved,,,
"""


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """As HF_HUB_OFFLINE=1 does, which both libraries read only when they are imported."""
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)


@pytest.fixture
def layout(tmp_path: Path) -> CorpusLayout:
    layout = CorpusLayout(tmp_path / "tajriba")
    layout.seeds_dir.mkdir(parents=True)
    layout.auto_dir.mkdir(parents=True)
    layout.gold_dir.mkdir(parents=True)
    (layout.seeds_dir / "corpus.toml").write_text(SETTINGS, encoding="utf-8")
    (layout.seeds_dir / "documents.csv").write_text(METADATA, encoding="utf-8")
    for doc_id in ("d1", "d2"):
        (layout.seeds_dir / f"{doc_id}.txt").write_text("سلام.\n", encoding="utf-8")
        (layout.auto_dir / f"{doc_id}.conllu").write_text(ANNOTATION.format(doc_id), encoding="utf-8")
    (layout.gold_dir / "d2.conllu").write_text(ANNOTATION.format("d2"), encoding="utf-8")
    return layout


def build(layout: CorpusLayout) -> BuildReport:
    return build_dataset(layout, load_settings(layout))


def hash_files(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.name + str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def load(layout: CorpusLayout, config: str, cache: Path) -> datasets.DatasetDict:
    return datasets.load_dataset(str(layout.corpus_dir), config, cache_dir=str(cache))


class TestBuild:
    def test_report(self, layout: CorpusLayout) -> None:
        report = build(layout)
        assert {layer: one.documents for layer, one in report.statistics.items()} == {"auto": 2, "gold": 1}
        assert {layer: one.sentences for layer, one in report.statistics.items()} == {"auto": 2, "gold": 1}
        assert sorted(path.relative_to(layout.corpus_dir).as_posix() for path in report.paths) == [
            "CITATION.cff",
            "README.md",
            "conllu/auto/d1.conllu",
            "conllu/auto/d2.conllu",
            "conllu/gold/d2.conllu",
            "croissant.json",
            "data/documents/train-00000-of-00001.parquet",
            "data/sentences/gold-00000-of-00001.parquet",
            "data/sentences/train-00000-of-00001.parquet",
            "data/tokens/gold-00000-of-00001.parquet",
            "data/tokens/train-00000-of-00001.parquet",
            "figures/clitics.svg",
            "figures/features.svg",
            "figures/relations.svg",
            "figures/sentence-lengths.svg",
            "figures/upos.svg",
            "statistics.json",
        ]
        assert set(report.paths) == {path for path in layout.corpus_dir.rglob("*") if path.is_file()}

    def test_loads(self, layout: CorpusLayout, tmp_path: Path) -> None:
        build(layout)
        sentences, tokens, documents = (load(layout, config, tmp_path / "cache") for config in CONFIGS)
        assert [loaded["train"].features for loaded in (sentences, tokens, documents)] == list(CONFIGS.values())
        assert [list(loaded) for loaded in (sentences, tokens, documents)] == [["train", "gold"]] * 2 + [["train"]]
        assert (len(sentences["train"]), len(tokens["train"]), len(documents["train"])) == (2, 4, 2)
        assert sentences["gold"]["layer"][:] == ["gold"]
        assert documents["train"]["has_gold"][:] == [False, True]
        assert documents["train"][0]["metadata"] == '{"editor": "E. Ditor"}'
        assert documents["train"][1]["title"] is None
        rebuilt = "".join(serialize_row(row) for row in sentences["train"])
        assert rebuilt == ANNOTATION.format("d1") + ANNOTATION.format("d2")

    @pytest.mark.parametrize("config", CONFIGS)
    def test_streams(self, layout: CorpusLayout, config: str) -> None:
        build(layout)
        streamed = datasets.load_dataset(str(layout.corpus_dir), config, split="train", streaming=True)
        assert streamed.features == CONFIGS[config]
        assert set(next(iter(streamed))) == set(CONFIGS[config])

    def test_sentences_are_the_default(self, layout: CorpusLayout, tmp_path: Path) -> None:
        build(layout)
        loaded = datasets.load_dataset(str(layout.corpus_dir), split="train", cache_dir=str(tmp_path / "cache"))
        assert list(loaded.features) == list(SENTENCES)

    def test_same_bytes_when_built_twice(self, layout: CorpusLayout) -> None:
        build(layout)
        before = hash_files(layout.corpus_dir)
        build(layout)
        assert hash_files(layout.corpus_dir) == before

    def test_row_groups_do_not_change_the_rows(
        self, layout: CorpusLayout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("mudawwana.dataset.tables.ROW_GROUP_WORDS", 1)
        build(layout)
        assert load(layout, "tokens", tmp_path / "cache")["train"]["word_id"][:] == [1, 2, 1, 2]

    def test_incidents_stay_in_their_layer(
        self, layout: CorpusLayout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = str(layout.gold_dir / "d2.conllu")
        incident = Incident("made-up", 3, "error", path, 7, "d2-p1-s1", "made up")
        monkeypatch.setattr("mudawwana.dataset.build.check_corpus", lambda *_, **__: [incident])
        report = build(layout)
        loaded = load(layout, "sentences", tmp_path / "cache")
        assert {split: rows["incidents"][:] for split, rows in loaded.items()} == {
            "train": [[], []],
            "gold": [["made-up"]],
        }
        assert {layer: one.error_count for layer, one in report.statistics.items()} == {"auto": 0, "gold": 1}

    def test_stale_files_go(self, layout: CorpusLayout) -> None:
        build(layout)
        (layout.corpus_dir / "figures" / "reliability.svg").touch()
        (layout.corpus_dir / "data" / "notes").mkdir()
        (layout.corpus_dir / "data" / "notes" / "mine.txt").touch()
        (layout.corpus_dir / "data" / "sentences" / "train-00001-of-00002.parquet").touch()
        (layout.gold_dir / "d2.conllu").unlink()
        kept = {layout.corpus_dir / "notes.md", layout.corpus_dir / ".git" / "config"}
        for path in kept:
            path.parent.mkdir(exist_ok=True)
            path.touch()
        report = build(layout)
        kept |= {*report.paths}
        assert {path for path in layout.corpus_dir.rglob("*") if path.is_file()} == kept
        assert not any("gold" in path.parts or "gold" in path.name for path in report.paths)

    def test_missing_annotation(self, layout: CorpusLayout) -> None:
        (layout.auto_dir / "d2.conllu").unlink()
        with pytest.raises(BuildError, match="'d2' has no annotation: run `mudawwana annotate`"):
            build(layout)
        assert not layout.corpus_dir.exists()

    def test_annotation_of_another_document(self, layout: CorpusLayout) -> None:
        (layout.auto_dir / "d2.conllu").write_text(ANNOTATION.format("d3"), encoding="utf-8")
        with pytest.raises(
            BuildError, match=r"document 'd2' of seeds/d2\.txt is not there: run `mudawwana annotate`"
        ):
            build(layout)

    def test_document_that_is_in_gold_only(self, layout: CorpusLayout) -> None:
        (layout.gold_dir / "d2.conllu").write_text(ANNOTATION.format("d3"), encoding="utf-8")
        with pytest.raises(BuildError, match=r"d2\.conllu:1: document 'd3' is not in the seed file"):
            build(layout)

    def test_annotation_without_models(self, layout: CorpusLayout) -> None:
        text = ANNOTATION.format("d2").replace("# models = embedded sha256:0123456789abcdef\n", "")
        (layout.auto_dir / "d2.conllu").write_text(text, encoding="utf-8")
        with pytest.raises(BuildError, match="no `# models`, which the card states"):
            build(layout)

    def test_failed_build_leaves_the_old_one(self, layout: CorpusLayout) -> None:
        build(layout)
        before = hash_files(layout.corpus_dir)
        broken = ANNOTATION.format("d2").replace("PUNCT", "DOT")
        (layout.auto_dir / "d2.conllu").write_text(broken, encoding="utf-8")
        with pytest.raises(BuildError, match="'DOT' is none of UD's"):
            build(layout)
        assert hash_files(layout.corpus_dir) == before

    def test_what_killed_builds_left_goes(self, layout: CorpusLayout) -> None:
        left = layout.corpus_dir / ".build.1-0123abcd.tmp" / "new" / "conllu"
        left.mkdir(parents=True)
        (left / "gone.conllu").touch()
        (layout.auto_dir / "d2.conllu").unlink()
        with pytest.raises(BuildError):
            build(layout)
        assert not any(layout.corpus_dir.iterdir())


class TestExport:
    def test_conllu_is_the_annotation(self, layout: CorpusLayout, tmp_path: Path) -> None:
        build(layout)
        output = tmp_path / "conllu"
        exported = CliRunner().invoke(main, ["export", "conllu", str(layout.root), "--output", str(output)])
        assert exported.exit_code == 0, exported.output
        assert exported.stdout.splitlines() == [
            str(output / name) for name in ("auto/d1.conllu", "auto/d2.conllu", "gold/d2.conllu")
        ]
        for name in ("auto/d1.conllu", "auto/d2.conllu", "gold/d2.conllu"):
            assert (output / name).read_bytes() == (layout.root / "annotations" / name).read_bytes()

    def test_no_data_set(self, layout: CorpusLayout, tmp_path: Path) -> None:
        outcome = CliRunner().invoke(main, ["export", "conllu", str(layout.root), "--output", str(tmp_path)])
        assert outcome.exit_code == 1
        assert "run `mudawwana build`" in outcome.stderr
