"""The report: the same facts as JSON and as a page that no text can break."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from mudawwana.base.layout import CorpusLayout
from mudawwana.cli import main
from mudawwana.reports.tree_drawing import draw_tree
from mudawwana.reports.validation import render_html, render_json, write_report
from mudawwana.seeds.documents import check_seeds, update_documents_csv
from mudawwana.seeds.settings import Settings, load_settings
from mudawwana.validate.corpus import check_corpus
from mudawwana.validate.counts import ReportWord, ValidationReport, build_report
from mudawwana.validate.incidents import Incident

SETTINGS = Settings("tajriba", "A", "A.", "other", ("A",))

# "And peace." with a right-to-left override, then markup; "Thanks."
SEED = "وسلام <script>alert(1)</script>\u202e.\nشكرا.\n"

ANNOTATION = """\
# newdoc id = d
# models = embedded sha256:0123
# newpar id = d-p1
# sent_id = d-p1-s1
# text = وسلام <script>alert(1)</script>\u202e.
1-2	وسلام	_	_	_	_	_	_	_	start_char=0|end_char=5
1	و	وَ	PRON	_	PronType=Prs	2	cc	_	Repaired=deprel:conj|RepairedBy=rel-upos-cc
2	سلام	سَلَام	NAME	_	_	0	root	_	_
3	<script>alert(1)</script>\u202e	<script>	X	_	_	2	dep	_	SpaceAfter=No|start_char=6|end_char=32
4	.	.	PUNCT	_	_	2	punct	_	start_char=32|end_char=33

# newpar id = d-p2
# sent_id = d-p2-s1
# text = شكرا.
1	شكرا	شُكر	NOUN	_	Number=Sing	0	root	_	SpaceAfter=No|start_char=34|end_char=38
2	.	.	PUNCT	_	_	1	punct	_	start_char=38|end_char=39|Gloss=a=b

"""


@pytest.fixture
def layout(tmp_path: Path) -> CorpusLayout:
    layout = CorpusLayout(tmp_path)
    layout.auto_dir.mkdir(parents=True)
    layout.seeds_dir.mkdir()
    (layout.seeds_dir / "d.txt").write_text(SEED, encoding="utf-8")
    (layout.seeds_dir / "e.txt").write_text("سلام.\n", encoding="utf-8")
    (layout.seeds_dir / "f.txt").write_text("سلام.\n", encoding="utf-8")
    (layout.auto_dir / "d.conllu").write_text(ANNOTATION, encoding="utf-8")
    (layout.auto_dir / "f.conllu").write_text("1\tسلام\n\n", encoding="utf-8")
    layout.settings_path.write_text(
        '[corpus]\nname = "tajriba"\ntitle = "A"\ndescription = "A."\nlicence = "other"\ncurators = ["A"]\n',
        encoding="utf-8",
    )
    update_documents_csv(layout, check_seeds(layout, SETTINGS))
    return layout


@pytest.fixture
def report(layout: CorpusLayout) -> ValidationReport:
    return build_report(layout, SETTINGS, check_corpus(layout, SETTINGS))


class Page(HTMLParser):
    """Elements and text of a page; fails where an end tag has no start tag."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag != "meta":
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


class TestReport:
    def test_layers(self, report: ValidationReport) -> None:
        [auto] = report.layers
        assert (auto.layer, auto.documents, auto.sentences, auto.words) == ("auto", 1, 2, 6)
        assert (auto.errors, auto.warnings) == (4, 1)
        assert auto.ud_levels == {0: 0, 1: 1, 2: 0, 3: 0, 4: 0, 5: 1}

    def test_kinds(self, report: ValidationReport) -> None:
        assert [(kind.id, kind.level, kind.severity, kind.count) for kind in report.kinds] == [
            ("document-not-annotated", 0, "error", 1),
            ("unreadable-conllu", 0, "error", 1),
            ("unknown-upos", 2, "error", 1),
            ("rel-upos-cc", 3, "error", 1),
            ("conllu-not-round-trip", 0, "warning", 1),
        ]
        assert "mudawwana annotate" in report.kinds[0].explanation
        assert [example.line for example in report.kinds[2].examples] == [8]

    def test_documents(self, report: ValidationReport) -> None:
        assert [
            (one.layer, one.path, one.id, one.sentences, one.errors, one.warnings, one.level_5_share)
            for one in report.documents
        ] == [
            ("auto", "annotations/auto/d.conllu", "d", 2, 2, 1, 0.5),
            ("auto", "annotations/auto/f.conllu", "", 0, 1, 0, None),
            ("auto", "seeds/e.txt", "", 0, 1, 0, None),
        ]

    def test_repairs(self, report: ValidationReport) -> None:
        assert report.repairs == {"rel-upos-cc": 1}
        assert report.documents[0].repaired_words == 1

    def test_worst_sentences_and_the_words_to_blame(self, report: ValidationReport) -> None:
        assert [(one.sent_id, one.errors, one.warnings, one.line) for one in report.worst_sentences] == [
            ("d-p1-s1", 2, 0, 1),
            ("d-p2-s1", 0, 1, 12),
        ]
        assert [word.incidents for word in report.worst_sentences[0].words] == [
            ["rel-upos-cc"],
            ["unknown-upos"],
            [],
            [],
        ]

    def test_a_range_blames_its_words(self, layout: CorpusLayout) -> None:
        incident = Incident("x", 1, "error", "annotations/auto/d.conllu", 6, "d-p1-s1", "X.")
        [sentence] = build_report(layout, SETTINGS, [incident, make_unreadable()]).worst_sentences
        assert [word.incidents for word in sentence.words] == [["x"], ["x"], [], []]

    def test_at_most_five_examples_and_twenty_sentences(self, layout: CorpusLayout) -> None:
        sentence = ANNOTATION[ANNOTATION.index("# sent_id = d-p2-s1") :]
        text = ANNOTATION + "".join(sentence.replace("p2-s1", f"p2-s{number}") for number in range(2, 30))
        (layout.auto_dir / "d.conllu").write_text(text, encoding="utf-8")
        incidents = [
            Incident("x", 5, "error", "annotations/auto/d.conllu", 1, f"d-p2-s{number}", "X.")
            for number in range(1, 30)
        ]
        report = build_report(layout, SETTINGS, [*incidents, make_unreadable()])
        assert len(report.worst_sentences) == 20
        assert (len(report.kinds[0].examples), report.kinds[0].count) == (5, 29)


def make_unreadable() -> Incident:
    return Incident("unreadable-conllu", 0, "error", "annotations/auto/f.conllu", 1, "", "X.")


class TestRendering:
    def test_json_has_the_same_facts(self, report: ValidationReport) -> None:
        facts = json.loads(render_json(report))
        assert list(facts) == ["corpus", "layers", "kinds", "worst_sentences", "documents", "repairs"]
        assert facts["layers"][0]["ud_levels"] == {str(level): int(level in (1, 5)) for level in range(6)}
        assert facts["worst_sentences"][0]["words"][2]["form"] == "<script>alert(1)</script>\u202e"

    def test_page(self, report: ValidationReport) -> None:
        page = Page(render_html(report))
        assert page.tags.count("svg") == 2
        assert {("lang", "en"), ("dir", "rtl"), ("id", "incidents"), ("id", "documents")} <= set(page.attributes)
        for text in (
            "unknown-upos",
            "annotations/auto/d.conllu:8",
            "d-p1-s1",
            "seeds/e.txt",
            "50.0 %",
            "rel-upos-cc",
        ):
            assert text in page.text

    def test_hostile_text_stays_text(self, report: ValidationReport) -> None:
        html = render_html(report)
        page = Page(html)
        assert "script" not in page.tags
        assert "<script>alert(1)</script>‹U+202E›" in page.text
        assert "\u202e" not in html

    def test_page_needs_no_other_file(self, report: ValidationReport) -> None:
        page = Page(render_html(report))
        assert not {"link", "img", "iframe", "object"} & set(page.tags)
        assert "src" not in dict(page.attributes)
        assert "url(" not in page.text

    def test_a_valid_corpus(self, layout: CorpusLayout) -> None:
        page = Page(render_html(build_report(layout, SETTINGS, [make_unreadable()])))
        assert "None has an incident." in page.text

    def test_long_sentences_are_not_drawn(self, layout: CorpusLayout) -> None:
        rows = "".join(f"{n}\tو\tوَ\tX\t_\t_\t{n - 1}\tdep\t_\t_\n" for n in range(1, 152))
        (layout.auto_dir / "d.conllu").write_text(f"# sent_id = s\n{rows}\n", encoding="utf-8")
        incident = Incident("x", 1, "error", "annotations/auto/d.conllu", 2, "s", "X.")
        page = Page(render_html(build_report(layout, SETTINGS, [incident, make_unreadable()])))
        assert "svg" not in page.tags
        assert "151 words: too long to be drawn" in page.text

    def test_equal_input_gives_equal_bytes(self, layout: CorpusLayout, report: ValidationReport) -> None:
        again = build_report(layout, SETTINGS, check_corpus(layout, SETTINGS))
        for name in ("r.html", "r.json"):
            write_report(layout.root / name, report)
            before = (layout.root / name).read_bytes()
            write_report(layout.root / name, again)
            assert (layout.root / name).read_bytes() == before
            assert before.startswith(b"<!DOCTYPE html>" if name == "r.html" else b"{")


class TestCommand:
    def call(self, *arguments: object) -> tuple[int, str, str]:
        outcome = CliRunner().invoke(main, ["validate", *map(str, arguments)])
        return outcome.exit_code, outcome.stdout, outcome.stderr

    def test_report(self, layout: CorpusLayout) -> None:
        path = layout.root / "new" / "report.json"
        status, stdout, _ = self.call(layout.root, "--report", path)
        assert (status, stdout) == (1, self.call(layout.root)[1])
        expected = build_report(layout, SETTINGS, check_corpus(layout, load_settings(layout)))
        assert path.read_text(encoding="utf-8") == render_json(expected)

    @pytest.mark.parametrize("name", ["report", "report.txt", "report.htm"])
    def test_unknown_format_is_wrong_usage(self, layout: CorpusLayout, name: str) -> None:
        status, _, stderr = self.call(layout.root, "--report", layout.root / name)
        assert status == 2
        assert "neither .html nor .json" in stderr


class TestDrawing:
    def make(self, *heads: str) -> list[ReportWord]:
        return [ReportWord(place, "سلام", "NOUN", head, "dep", ()) for place, head in enumerate(heads, start=1)]

    def test_words_go_from_right_to_left(self) -> None:
        drawing = draw_tree(self.make("0", "1", "2"))
        assert drawing.width > drawing.xs[0] > drawing.xs[1] > drawing.xs[2] > 0

    def test_longer_arcs_stand_above_those_they_span(self) -> None:
        drawing = draw_tree(self.make("4", "1", "2", "0"))
        long, inner, other, root = drawing.arcs
        assert root.y < long.y < inner.y == other.y < drawing.base < drawing.height

    def test_crossing_arcs_have_levels_of_their_own(self) -> None:
        first, second, *_ = draw_tree(self.make("3", "4", "0", "3")).arcs
        assert first.y != second.y

    @pytest.mark.parametrize("heads", [(), ("_",), ("9", "x"), ("2", "1"), ("1",)])
    def test_what_is_no_tree_is_drawn_as_far_as_it_goes(self, heads: tuple[str, ...]) -> None:
        drawing = draw_tree(self.make(*heads))
        assert len(drawing.xs) == len(heads)
        assert {arc.dependent for arc in drawing.arcs} <= set(range(len(heads)))
