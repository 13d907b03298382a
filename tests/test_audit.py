"""The audit: a fair sample, a safe table, corrections that arrive, an estimate that covers the truth."""

import csv
import json
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner, Result

from mudawwana.annotate.models import get_embedded_dir
from mudawwana.annotate.tiers import PROBABILITIES, read_calibration
from mudawwana.base.conllu_io import read_conllu
from mudawwana.base.errors import ConlluError, OutputError, SettingsError
from mudawwana.base.layout import CorpusLayout
from mudawwana.cli import main
from mudawwana.compare.audit.corrections import MEASURES, Audit, import_audit, load_audit
from mudawwana.compare.audit.estimate import StratumCount, compute_effective_words, estimate_share
from mudawwana.compare.audit.folder import is_marked, read_sample, write_sample
from mudawwana.compare.audit.sample import SEED, Sample, draw_sample
from mudawwana.seeds.documents import check_seeds, update_documents_csv
from mudawwana.seeds.settings import Settings, load_settings

# "He said a great peace - and so."
LINE = "قال سلام كبير - وهكذا"
ROWS = (
    ("1	قال	قَال	VERB	VB	_	0	root", (1.0, 1.0, 1.0, 1.0)),
    ("2	سلام	سَلَام	NOUN	NN	_	1	obj", (0.9, 1.0, 0.9, 1.0)),
    ("3	كبير	كَبِير	ADJ	JJ	_	2	amod", (0.9, 1.0, 0.5, 1.0)),
    ("4	-	-	PUNCT	:	_	6	punct", (1.0, 1.0, 1.0, 1.0)),
    ("5-6	وهكذا	_	_	_	_	_	_", None),
    ("5	و	وَ	CCONJ	CC	_	6	cc", (1.0, 1.0, 0.3, 1.0)),
    ("6	هكذا	هٰكَذَا	ADV	RB	_	1	conj", (1.0, 1.0, 0.3, 1.0)),
)
SPANS = ((0, 3), (4, 8), (9, 13), (14, 15), (16, 21), (16, 17), (17, 21))


def annotate(name: str, count: int, genre: str) -> str:
    fingerprint = read_calibration(get_embedded_dir() / "calibration.json").fingerprint
    text = f"# newdoc id = {name}\n# models = embedded {fingerprint}\n# genre = {genre}\n"
    for number in range(count):
        start = number * (len(LINE) + 1)
        paragraph = f"{name}-p{number + 1}"
        text += f"# newpar id = {paragraph}\n# sent_id = {paragraph}-s1\n# text = {LINE}\n"
        for (row, probabilities), (low, high) in zip(ROWS, SPANS, strict=True):
            misc = f"start_char={start + low}|end_char={start + high}"
            for key, value in zip(PROBABILITIES, probabilities or (), strict=False):
                misc += f"|{key}={value:.3f}"
            text += f"{row}	_	{'' if probabilities else 'SpaceAfter=No|'}{misc}\n"
        text += "\n"
    return text


@pytest.fixture
def layout(tmp_path: Path) -> CorpusLayout:
    """50 sentences of news and 10 of fiction, alike."""
    layout = CorpusLayout(tmp_path)
    for folder in (layout.auto_dir, layout.seeds_dir):
        folder.mkdir(parents=True)
    for name, count, genre in (("a", 50, "news"), ("b", 10, "fiction")):
        (layout.seeds_dir / f"{name}.txt").write_text(f"{LINE}\n" * count, encoding="utf-8")
        (layout.auto_dir / f"{name}.conllu").write_text(annotate(name, count, genre), encoding="utf-8")
    layout.settings_path.write_text(
        '[corpus]\nname = "a"\ntitle = "A"\ndescription = "A."\nlicence = "other"\ncurators = ["A"]\n',
        encoding="utf-8",
    )
    update_documents_csv(layout, check_seeds(layout, load_settings(layout)))
    return layout


@pytest.fixture
def settings(layout: CorpusLayout) -> Settings:
    return load_settings(layout)


@pytest.fixture
def folder(layout: CorpusLayout) -> Path:
    """A sample of 60 words, written."""
    path = layout.root / "annotations" / "audit"
    write_sample(path, draw_sample(layout, 60, by=["upos", "genre"]), layout)
    return path


def read_table(folder: Path) -> list[dict[str, str]]:
    with (folder / "sample.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_table(path: Path, rows: list[dict[str, str]], delimiter: str = ",", encoding: str = "utf-8-sig") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, rows[0], delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def check(rows: list[dict[str, str]], **corrections: str) -> list[dict[str, str]]:
    """All rows as checked, those of "great" corrected."""
    return [row | {"checked": "yes"} | (corrections if row["form"] == "كبير" else {}) for row in rows]


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["audit", *map(str, arguments)])


class TestSample:
    def test_strata_are_whole_and_drawn_in_proportion(self, layout: CorpusLayout) -> None:
        sample = draw_sample(layout, 60, by=["upos", "genre"])
        assert sum(sample.strata.values()) == 360
        assert sample.strata["NOUN/news"] == 50
        assert sample.strata["NOUN/fiction"] == 10
        drawn = [word.stratum for word in sample.words]
        assert len(drawn) == len(set(sample.words)) == 60
        assert {drawn.count(name) for name in sample.strata if name.endswith("news")} == {8}
        assert {drawn.count(name) for name in sample.strata if name.endswith("fiction")} == {2}

    def test_the_seed_decides(self, layout: CorpusLayout) -> None:
        first = draw_sample(layout, 60, by=["upos"])
        assert draw_sample(layout, 60, by=["upos"], seed=SEED) == first
        assert draw_sample(layout, 60, by=["upos"], seed=1).words != first.words

    def test_each_word_is_as_likely(self, layout: CorpusLayout) -> None:
        counts: dict[str, int] = {}
        for seed in range(200):
            for word in draw_sample(layout, 12, by=[], seed=seed).words:
                counts[word.sent_id] = counts.get(word.sent_id, 0) + 1
        # 2,400 draws over 60 sentences
        assert len(counts) == 60
        assert all(15 < count < 70 for count in counts.values())

    def test_tiers(self, layout: CorpusLayout) -> None:
        sample = draw_sample(layout, 60, by=["confidence"])
        assert set(sample.strata) == {"A", "B", "C"}
        assert sum(sample.strata.values()) == 360

    def test_small_strata_are_joined(self, layout: CorpusLayout) -> None:
        sample = draw_sample(layout, 10, by=["upos", "genre"])
        assert (sample.strata, sample.joined) == ({"other": 360}, 12)
        sample = draw_sample(layout, 30, by=["upos", "genre"])
        assert {name: size for name, size in sample.strata.items() if size != 50} == {"other": 60}
        assert (len(sample.strata), sample.joined) == (7, 6)

    def test_strata_cost_no_certainty(self, layout: CorpusLayout) -> None:
        """As many words, all of them right, say as much as a plain sample of 30, by Wilson's interval."""
        [plain] = {estimate_share([StratumCount(360, 30, 30)])}
        sample = draw_sample(layout, 30, by=["upos", "genre", "deprel", "confidence"])
        drawn = Counter(word.stratum for word in sample.words)
        strata = [StratumCount(size, drawn[name], drawn[name]) for name, size in sample.strata.items()]
        assert estimate_share(strata).low == pytest.approx(plain.low, abs=0.3)
        assert compute_effective_words(strata) > 29

    def test_a_small_corpus_is_taken_whole(self, layout: CorpusLayout) -> None:
        assert len(draw_sample(layout, 1000, by=["upos"]).words) == 360

    def test_unknown_criteria(self, layout: CorpusLayout) -> None:
        with pytest.raises(SettingsError, match=r"--by genr: no document says so"):
            draw_sample(layout, 60, by=["upos", "genr"])

    def test_other_models_have_no_tiers(self, layout: CorpusLayout) -> None:
        path = layout.auto_dir / "b.conllu"
        path.write_text(path.read_text(encoding="utf-8").replace("embedded sha256:", "padt sha256:9"), "utf-8")
        with pytest.raises(ConlluError, match=r"b-p1-s1, word 1: no calibration for the models \(padt"):
            draw_sample(layout, 60, by=["confidence"])

    def test_files(self, layout: CorpusLayout, folder: Path) -> None:
        sample = read_sample(folder)
        assert sample.words == draw_sample(layout, 60, by=["upos", "genre"]).words
        marked = [
            (sentence.sent_id, word.id)
            for sentence in read_conllu(folder / "sample.conllu")
            for word in sentence.words
            if is_marked(word)
        ]
        assert marked == [(word.sent_id, word.word_id) for word in sample.words]
        with pytest.raises(OutputError, match="has a sample already"):
            write_sample(folder, sample, layout)

    def test_the_drawn_state_is_guarded(self, folder: Path) -> None:
        path = folder / "original.conllu"
        path.write_text(path.read_text(encoding="utf-8").replace("NOUN", "PROPN"), encoding="utf-8")
        with pytest.raises(ConlluError, match=r"original\.conllu: changed since it was drawn"):
            read_sample(folder)


class TestSheet:
    def test_it_is_what_a_spreadsheet_program_reads(self, folder: Path) -> None:
        raw = (folder / "sample.csv").read_bytes()
        assert raw.startswith(b"\xef\xbb\xbfsent_id,word,stratum,before,form,after,")
        rows = read_table(folder)
        assert len(rows) == 60
        assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
        dash = next(row for row in rows if row["upos"] == "PUNCT")
        assert (dash["form"], dash["before"], dash["after"]) == ("'-", "قال سلام كبير", "و هكذا")
        assert dash["head_form"] == "هكذا"
        assert dash["sentence"].startswith("\u20681 قال\u2069 \u20682 سلام\u2069")


class TestImport:
    def test_all_right(self, layout: CorpusLayout, settings: Settings, folder: Path) -> None:
        path = write_table(folder / "sample.csv", check(read_table(folder)))
        audit, paths = import_audit(layout, settings, path)
        assert (audit.checked, audit.words) == (60, 360)
        assert {one.value for one in audit.measures.values()} == {100.0}
        assert all(80 < one.low < 97 for one in audit.measures.values())
        assert load_audit(layout) == audit
        assert [one.name for one in paths] == ["a.conllu", "b.conllu", "audit.json"]

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_corrections(self, layout: CorpusLayout, settings: Settings, folder: Path, delimiter: str) -> None:
        rows = check(
            read_table(folder), new_head="1", new_deprel="advmod", new_upos="ADV\u200f", new_lemma="كَبِيراً"
        )
        audit, paths = import_audit(layout, settings, write_table(folder / "sample.csv", rows, delimiter))
        assert audit.measures["UPOS"].value == audit.measures["LAS"].value == pytest.approx(100 * 5 / 6, abs=0.01)
        assert audit.measures["Segmentation"].value == audit.measures["XPOS"].value == 100
        assert audit.strata["ADJ/news"] == {"words": 50, "checked": 8} | dict.fromkeys(MEASURES, 0) | {
            "Segmentation": 8,
            "XPOS": 8,
            "Features": 8,
        }
        sentences = [sentence for path in paths[:2] for sentence in read_conllu(path)]
        great = [s.words[2] for s in sentences if "3" in (s.get_comment("audited_words") or "").split()]
        assert len(great) == 10
        assert {(word.upos, word.lemma, word.head, word.deprel) for word in great} == {
            ("ADV", "كَبِيراً", "1", "advmod")
        }
        assert not any("UposProb" in word.misc for word in great)
        assert any("UposProb" in sentence.words[0].misc for sentence in sentences)

    def test_conllu_with_other_segmentation(self, layout: CorpusLayout, settings: Settings, folder: Path) -> None:
        path = folder / "sample.conllu"
        kept = []
        for block in path.read_text(encoding="utf-8").split("\n\n"):
            lines = block.replace("# audited = no", "# audited = yes").split("\n")
            kept.append("\n".join(unite(lines)))
        path.write_text("\n\n".join(kept), encoding="utf-8")
        audit, paths = import_audit(layout, settings, path)
        # two of six words are no more
        assert audit.measures["Segmentation"].value == pytest.approx(100 * 4 / 6, abs=0.01)
        assert audit.measures["All"].value < audit.measures["Segmentation"].value
        [first, *_] = read_conllu(paths[0])
        assert [word.form for word in first.words][-1] == "وهكذا"
        assert first.get_comment("audited") is None
        assert not any("Audit=" in word.misc for word in first.words)

    def test_unsolved_segmentation_is_counted_but_not_kept(
        self, layout: CorpusLayout, settings: Settings, folder: Path
    ) -> None:
        rows = [
            row | ({"segmentation": "wrong"} if row["form"] == "و" else {}) for row in check(read_table(folder))
        ]
        audit, paths = import_audit(layout, settings, write_table(folder / "sample.csv", rows))
        assert audit.measures["Segmentation"].value == pytest.approx(100 * 5 / 6, abs=0.01)
        kept = {sentence.sent_id for path in paths[:-1] for sentence in read_conllu(path)}
        assert kept.isdisjoint(row["sent_id"] for row in rows if row["segmentation"])

    def test_earlier_audits_stay(self, layout: CorpusLayout, settings: Settings, folder: Path) -> None:
        import_audit(layout, settings, write_table(folder / "sample.csv", check(read_table(folder))))
        before = {one.sent_id for one in read_conllu(layout.gold_dir / "audit" / "a.conllu")}
        other = layout.root / "other"
        write_sample(other, draw_sample(layout, 12, by=[], seed=7), layout)
        import_audit(layout, settings, write_table(other / "sample.csv", check(read_table(other))))
        after = [one.sent_id for one in read_conllu(layout.gold_dir / "audit" / "a.conllu")]
        assert len(after) == len(set(after))
        assert set(after) > before

    @pytest.mark.parametrize(
        ("corrections", "problem"),
        [
            ({"new_head": "3"}, "head-self-loop|self"),
            ({"new_head": "9"}, "unknown-head|head"),
            ({"new_upos": "NOUNS"}, "unknown-upos"),
            ({"new_deprel": "nonsense"}, "unknown-deprel"),
            ({"new_head": "two"}, "column new_head has 'two'"),
            ({"checked": "maybe"}, "column checked has 'maybe'"),
            ({"checked": "", "new_upos": "X"}, "corrected, but not checked"),
            ({"segmentation": "no"}, "column segmentation has 'no'"),
            ({"word": "99"}, "not in the sample"),
            ({"word": "x"}, "column word has 'x'"),
        ],
    )
    def test_bad_entries(
        self, layout: CorpusLayout, settings: Settings, folder: Path, corrections: dict[str, str], problem: str
    ) -> None:
        path = write_table(folder / "sample.csv", check(read_table(folder), **corrections))
        with pytest.raises(ConlluError, match=problem):
            import_audit(layout, settings, path)
        assert not (layout.gold_dir / "audit").exists()

    def test_unchecked_strata(self, layout: CorpusLayout, settings: Settings, folder: Path) -> None:
        rows = [row | {"checked": "" if row["stratum"] == "ADJ/news" else "yes"} for row in read_table(folder)]
        with pytest.raises(ConlluError, match="no word of ADJ/news is checked"):
            import_audit(layout, settings, write_table(folder / "sample.csv", rows))

    def test_a_table_in_another_encoding(self, layout: CorpusLayout, settings: Settings, folder: Path) -> None:
        rows = [{**row, "sentence": "", "lemma": ""} for row in read_table(folder)]
        path = write_table(folder / "sample.csv", rows, encoding="cp1256")
        with pytest.raises(ConlluError, match='save the table as "CSV UTF-8"'):
            import_audit(layout, settings, path)

    def test_forms_that_the_seed_does_not_have(
        self, layout: CorpusLayout, settings: Settings, folder: Path
    ) -> None:
        path = folder / "sample.conllu"
        text = path.read_text(encoding="utf-8").replace("audited = no", "audited = yes")
        path.write_text(text.replace("start_char=0|", "start_char=1|"), encoding="utf-8")
        sentences = list(read_conllu(path))
        assert any("start_char=1|" in word.misc for sentence in sentences for word in sentence.words)
        with pytest.raises(ConlluError, match="text-not-in-seed"):
            import_audit(layout, settings, path)

    def test_no_audit(self, layout: CorpusLayout) -> None:
        assert load_audit(layout) is None
        layout.gold_dir.mkdir(parents=True)
        (layout.gold_dir / "audit.json").write_text("{}", encoding="utf-8")
        with pytest.raises(ConlluError, match=r"audit\.json: no audit"):
            load_audit(layout)


def unite(lines: list[str]) -> list[str]:
    """The sentence's rows with its last token as one word."""
    united = [line for line in lines if not line.startswith(("5\t", "6\t"))]
    for place, line in enumerate(united):
        columns = line.split("\t")
        if columns[0] == "5-6":
            united[place] = "\t".join(["5", columns[1], "هٰكَذَا", "ADV", "RB", "_", "1", "advmod", "_", columns[9]])
        elif columns[0] == "4":
            united[place] = "\t".join([*columns[:6], "5", *columns[7:]])
    return united


class TestEstimate:
    def test_weights(self) -> None:
        estimate = estimate_share([StratumCount(900, 10, 10), StratumCount(100, 10, 0)])
        assert estimate.value == 90

    def test_all_checked_leaves_no_doubt(self) -> None:
        estimate = estimate_share([StratumCount(10, 10, 9), StratumCount(5, 5, 5)])
        assert estimate.low == estimate.value == estimate.high

    def test_a_single_stratum_is_wilsons_interval(self) -> None:
        # Wilson's interval of 8 in 10: 49.0 to 94.3
        estimate = estimate_share([StratumCount(10**9, 10, 8)])
        assert (estimate.low, estimate.high) == (pytest.approx(49.02, abs=0.02), pytest.approx(94.33, abs=0.02))

    def test_the_interval_covers_the_truth(self) -> None:
        """In 19 of 20 samples, about; the strata differ as tiers do."""
        random = Random(3)  # noqa: S311 - no secret
        strata = [(4000, 0.95, 40), (2000, 0.8, 20), (3000, 0.45, 30)]
        truth = 100 * sum(size * share for size, share, _ in strata) / 9000
        covered = 0
        for _ in range(400):
            counts = [
                StratumCount(size, count, sum(random.random() < share for _ in range(count)))
                for size, share, count in strata
            ]
            estimate = estimate_share(counts)
            covered += estimate.low <= truth <= estimate.high
        assert covered / 400 >= 0.94


class TestCommand:
    def test_sample_and_import(self, layout: CorpusLayout) -> None:
        drawn = call("sample", "--corpus", layout.root, "-n", 40, "--by", "upos,confidence,genre")
        assert drawn.exit_code == 0, drawn.output
        folder = layout.root / "annotations" / "audit"
        assert drawn.stdout.splitlines() == [
            str(folder / name) for name in ("sample.json", "original.conllu", "sample.conllu", "sample.csv")
        ]
        assert "40 of 360 words" in drawn.stderr
        assert call("sample", "--corpus", layout.root).exit_code == 1
        write_table(folder / "sample.csv", check(read_table(folder)))
        outcome = call("import", "--corpus", layout.root, folder / "sample.csv")
        assert outcome.exit_code == 0, outcome.output
        assert outcome.stdout.startswith("40 of 360 words checked, in strata by upos, confidence, genre\n")
        assert "\nLAS              100.00   " in outcome.stdout
        found = json.loads(call("import", "--corpus", layout.root, folder / "sample.csv", "--json").stdout)
        audit = load_audit(layout)
        assert isinstance(audit, Audit)
        assert found["measures"]["LAS"]["low"] == audit.measures["LAS"].low

    def test_words_that_are_spread_unevenly(self, layout: CorpusLayout) -> None:
        drawn = call("sample", "--corpus", layout.root, "-n", 30, "--by", "upos,genre")
        assert "from 7 strata, 6 of too few words for such a sample joined as 'other'." in drawn.stderr
        folder = layout.root / "annotations" / "audit"
        rows = check(read_table(folder))
        write_table(folder / "sample.csv", rows)
        assert call("import", "--corpus", layout.root, folder / "sample.csv").stderr.count("\n") == 3
        firsts = {row["stratum"]: row for row in reversed(rows)}.values()
        kept = [row | {"checked": "yes" if row in firsts or row["stratum"] == "other" else ""} for row in rows]
        write_table(folder / "sample.csv", kept)
        outcome = call("import", "--corpus", layout.root, folder / "sample.csv")
        assert outcome.exit_code == 0, outcome.output
        # six strata of 50 words with one each, and 5 of 60: 1 / (6 (50/360)^2 + (60/360)^2 / 5)
        assert "spread unevenly over the strata: 11 say as much as 8 of a plain sample." in outcome.stderr

    def test_wrong_usage(self, layout: CorpusLayout) -> None:
        assert call("sample", "-n", 0).exit_code == 2
        assert call("import").exit_code == 2
        assert call("nonsense").exit_code == 2
        stray = layout.root / "stray.csv"
        stray.write_text("a,b\n", encoding="utf-8")
        outcome = call("import", "--corpus", layout.root, stray)
        assert outcome.exit_code == 1
        assert "keep the files of `mudawwana audit sample` together" in outcome.stderr


def test_a_sample_has_no_more_than_the_layer(layout: CorpusLayout) -> None:
    sample: Sample = draw_sample(layout, 100, by=["deprel"])
    known = {sentence.sent_id for name in "ab" for sentence in read_conllu(layout.auto_dir / f"{name}.conllu")}
    assert {word.sent_id for word in sample.words} <= known
