"""Exports: what other tools read is what the data set says, multi-word tokens included."""

import json
import sys
from pathlib import Path
from xml.sax.saxutils import unescape

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import DocBin
from spacy.vocab import Vocab

from mudawwana.base.conllu_io import parse_conllu
from mudawwana.base.errors import ExportError
from mudawwana.base.layout import CorpusLayout
from mudawwana.base.records import MultiwordToken, Sentence, Word
from mudawwana.cli import main
from mudawwana.dataset.build import build_dataset
from mudawwana.exports.docbin import make_doc, write_docbin
from mudawwana.exports.paragraphs import AnnotatedParagraph, iter_splits, list_splits, read_layer, read_paragraphs
from mudawwana.exports.stanza_files import write_stanza
from mudawwana.exports.udpipe import write_udpipe
from mudawwana.exports.vertical import ATTRIBUTES, write_vertical
from mudawwana.seeds.settings import load_settings
from small_corpus import SETTINGS

METADATA = """\
id,file,title,source,url,published,licence,genre,sha256
d1,d1.txt,"The ""A & B"" <1>",A Paper,https://example.org/1,2025-01-02,All rights reserved,news,
d2,d2.txt,,A Paper,,,All rights reserved,,
"""
TEXTS = {"d1": "وقال للسلطة: A&B <.\nمما سلام. سلام!\n", "d2": "سلام!\n"}

# "and he said to the authority: A&B <." / "of what is peace." "peace!"; the offsets of مما do not cut it
FIRST = """\
# newdoc id = d1
# generator = mudawwana 0.1.0, stanza 1.15.0
# models = embedded sha256:0123456789abcdef
# newpar id = d1-p1
# sent_id = d1-p1-s1
# text = وقال للسلطة: A&B <.
1-2\tوقال\t_\t_\t_\t_\t_\t_\t_\tstart_char=0|end_char=4
1\tو\tوَ\tCCONJ\tCC\t_\t2\tcc\t_\tstart_char=0|end_char=1
2\tقال\tقَال\tVERB\tVBC\tAspect=Perf|Person=3\t0\troot\t_\tstart_char=1|end_char=4
3-4\tللسلطة\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No|start_char=5|end_char=11
3\tل\tلِ\tADP\tIN\t_\t4\tcase\t_\tstart_char=5|end_char=6
4\tالسلطة\tسُلطَة\tNOUN\tNN\tCase=Gen\t2\tobl\t_\tSpan=approx|start_char=6|end_char=11
5\t:\t:\tPUNCT\t:\t_\t6\tpunct\t_\tstart_char=11|end_char=12
6\tA&B\tA&B\tX\tFW\tForeign=Yes\t2\tobj\t_\tstart_char=13|end_char=16
7\t<\t<\tSYM\tSYM\t_\t6\tdep\t_\tSpaceAfter=No|start_char=17|end_char=18
8\t.\t.\tPUNCT\t.\t_\t2\tpunct\t_\tstart_char=18|end_char=19

# newpar id = d1-p2
# sent_id = d1-p2-s1
# text = مما سلام.
1-2\tمما\t_\t_\t_\t_\t_\t_\t_\tstart_char=20|end_char=23
1\tمن\tمِن\tADP\tIN\t_\t2\tcase\t_\tstart_char=20|end_char=22
2\tما\tما\tPRON\tWP\tPronType=Rel\t3\tnmod\t_\tstart_char=21|end_char=23
3\tسلام\tسَلام\tNOUN\tNN\tCase=Nom\t0\troot\t_\tSpaceAfter=No|start_char=24|end_char=28
4\t.\t.\tPUNCT\t.\t_\t3\tpunct\t_\tstart_char=28|end_char=29

# sent_id = d1-p2-s2
# text = سلام!
1\tسلام\tسَلام\tNOUN\tNN\tCase=Nom\t0\troot\t_\tSpaceAfter=No|start_char=30|end_char=34
2\t!\t!\tPUNCT\t.\t_\t1\tpunct\t_\tstart_char=34|end_char=35

"""
SECOND = """\
# newdoc id = d2
# generator = mudawwana 0.1.0, stanza 1.15.0
# models = embedded sha256:0123456789abcdef
# newpar id = d2-p1
# sent_id = d2-p1-s1
# text = سلام!
1\tسلام\tسَلام\tNOUN\tNN\tCase=Nom\t0\troot\t_\tSpaceAfter=No|start_char=0|end_char=4
2\t!\t!\tPUNCT\t.\t_\t1\tpunct\t_\tstart_char=4|end_char=5

"""
PARAGRAPHS = ["وقال للسلطة: A&B <.", "مما سلام. سلام!", "سلام!"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of two documents, the second with a gold layer, built."""
    layout = CorpusLayout(tmp_path_factory.mktemp("tajriba"))
    files = {layout.settings_path: SETTINGS, layout.documents_path: METADATA}
    files |= {layout.seeds_dir / f"{name}.txt": text for name, text in TEXTS.items()}
    files |= {layout.auto_dir / "d1.conllu": FIRST, layout.auto_dir / "d2.conllu": SECOND}
    files |= {layout.gold_dir / "d2.conllu": SECOND.replace("NOUN", "PROPN")}
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    build_dataset(layout, load_settings(layout))
    return layout.root


@pytest.fixture(scope="module")
def dataset_dir(root: Path) -> Path:
    return CorpusLayout(root).corpus_dir


class TestParagraphs:
    def test_splits(self, dataset_dir: Path) -> None:
        assert list_splits(dataset_dir) == ["train", "gold"]
        assert [paragraph.text for paragraph in read_paragraphs(dataset_dir, "train")] == PARAGRAPHS
        assert [paragraph.doc_id for paragraph in read_layer(dataset_dir, "gold")] == ["d2"]

    def test_each_nth_paragraph_is_held_out(self, dataset_dir: Path) -> None:
        splits = {
            name: [paragraph.par_id for paragraph in paragraphs]
            for name, paragraphs in iter_splits(dataset_dir, 2)
        }
        assert splits == {"train": ["d1-p1", "d2-p1"], "validation": ["d1-p2"], "gold": ["d2-p1"]}

    def test_nothing_to_hold_out(self, dataset_dir: Path) -> None:
        with pytest.raises(ExportError, match="train has 3 paragraphs, of which --held-out 4 would cut none"):
            dict(iter_splits(dataset_dir, 4))

    def test_a_validation_split_of_its_own(self, dataset_dir: Path, tmp_path: Path) -> None:
        folder = tmp_path / "data" / "sentences"
        folder.mkdir(parents=True)
        [train] = (dataset_dir / "data" / "sentences").glob("train-*")
        for split in ("train", "validation"):
            (folder / f"{split}-00000-of-00001.parquet").write_bytes(train.read_bytes())
        assert [name for name, _ in iter_splits(tmp_path, None)] == ["train", "validation"]
        with pytest.raises(ExportError, match="has a split `validation`; leave --held-out away"):
            dict(iter_splits(tmp_path, 2))

    def test_no_data_set(self, tmp_path: Path) -> None:
        with pytest.raises(ExportError, match=r"no data set there \(data/sentences/\*\.parquet\); build it"):
            list_splits(tmp_path)

    def test_no_such_layer(self, tmp_path: Path, dataset_dir: Path) -> None:
        with pytest.raises(ExportError, match="no layer 'silver'; choose another with --layer"):
            list(read_layer(dataset_dir, "silver"))


class TestDocBin:
    def test_tokens(self, dataset_dir: Path, tmp_path: Path) -> None:
        path = write_docbin(read_paragraphs(dataset_dir, "train"), tmp_path, split="train", unit="token")
        docs = list(DocBin().from_disk(path).get_docs(Vocab()))
        assert [doc.text for doc in docs] == PARAGRAPHS
        assert [
            (token.text, token.tag_, token.pos_, token.lemma_, token.dep_, token.head.i) for token in docs[0]
        ] == [
            ("وقال", "CCONJ+VERB", "VERB", "وَ+قَال", "ROOT", 0),
            ("للسلطة", "ADP+NOUN", "NOUN", "لِ+سُلطَة", "obl", 0),
            (":", "PUNCT", "PUNCT", ":", "punct", 3),
            ("A&B", "X", "X", "A&B", "obj", 0),
            ("<", "SYM", "SYM", "<", "dep", 3),
            (".", "PUNCT", "PUNCT", ".", "punct", 0),
        ]
        assert str(docs[0][0].morph) == "Aspect=Perf|Person=3"
        assert [sentence.text for sentence in docs[1].sents] == ["مما سلام.", "سلام!"]
        assert docs[1].user_data == {"doc_id": "d1", "par_id": "d1-p2", "sent_ids": ("d1-p2-s1", "d1-p2-s2")}

    def test_words(self, dataset_dir: Path, tmp_path: Path) -> None:
        path = write_docbin(read_paragraphs(dataset_dir, "train"), tmp_path, split="train", unit="word")
        found = [
            (token.text, token.lemma_, token.pos_, str(token.morph) or "_", token.dep_.lower(), token.head.i)
            for doc in DocBin().from_disk(path).get_docs(Vocab())
            for sentence in doc.sents
            for token in sentence.as_doc()
        ]
        assert found == [
            (word.form, word.lemma, word.upos, word.feats, word.deprel, (int(word.head) or word.id) - 1)
            for sentence in parse_conllu((FIRST + SECOND).splitlines(keepends=True))
            for word in sentence.words
        ]

    @given(st.data())
    def test_joining_words_leaves_a_tree(self, data: st.DataObject) -> None:
        order = data.draw(st.permutations(range(1, data.draw(st.integers(1, 9)) + 1)))
        heads = {order[0]: 0} | {
            word: data.draw(st.sampled_from(order[:place])) for place, word in enumerate(order) if place
        }
        words = tuple(
            Word(word, "س", "س", "X", "_", "_", str(heads[word]), "dep" if heads[word] else "root", "_", "_")
            for word in sorted(order)
        )
        first = data.draw(st.integers(1, len(words)))
        last = data.draw(st.integers(first, len(words)))
        ranges = (MultiwordToken(first, last, "سس", "_", "_"),) if last > first else ()
        paragraph = AnnotatedParagraph("d", "d-p1", "auto", (Sentence((), words, ranges),))
        doc = make_doc(paragraph, Vocab(), unit="token")
        [sentence] = doc.sents
        assert len(doc) == len(words) - (last - first)
        assert {token.i for token in sentence.root.subtree} == set(range(len(doc)))

    def test_a_broken_tree(self) -> None:
        sentence = next(parse_conllu(SECOND.replace("0\troot", "2\tdep").splitlines(keepends=True)))
        paragraph = AnnotatedParagraph("d2", "d2-p1", "auto", (sentence,))
        with pytest.raises(ExportError, match="'d2-p1-s1', word 1: its heads do not lead to the root"):
            make_doc(paragraph, Vocab(), unit="word")

    def test_without_spacy(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "spacy.tokens", None)
        with pytest.raises(ExportError, match=r"pip install -e '\.\[spacy\]'"):
            write_docbin([], tmp_path, split="train", unit="word")


class TestStanza:
    def test_labels_say_where_tokens_end(self, dataset_dir: Path, tmp_path: Path) -> None:
        write_stanza(read_paragraphs(dataset_dir, "train"), tmp_path, split="validation", name="ar_x")
        folder = tmp_path / "tokenize"
        text = (folder / "ar_x.dev.txt").read_text(encoding="utf-8")
        labels = (folder / "ar_x-ud-dev.toklabels").read_text(encoding="utf-8")
        assert text == "".join(f"{paragraph}\n\n" for paragraph in PARAGRAPHS)
        tokens: list[str] = []
        ends: dict[str, list[str]] = {"3": [], "2": []}
        token = ""
        for character, label in zip(text, labels, strict=False):
            token += character
            if label in "1234":
                tokens.append(token.strip())
                ends.get(label, []).append(token.strip())
                token = ""
        assert tokens == ["وقال", "للسلطة", ":", "A&B", "<", ".", "مما", "سلام", ".", "سلام", "!", "سلام", "!"]
        assert ends == {"3": ["وقال", "للسلطة", "مما"], "2": [".", ".", "!", "!"]}
        assert json.loads((folder / "ar_x-ud-dev-mwt.json").read_text(encoding="utf-8")) == [
            [["وقال", ["و", "قال"]], 1],
            [["للسلطة", ["ل", "السلطة"]], 1],
            [["مما", ["من", "ما"]], 1],
        ]

    def test_every_trainer_finds_its_files(self, dataset_dir: Path, tmp_path: Path) -> None:
        paths = write_stanza(read_paragraphs(dataset_dir, "train"), tmp_path, split="train", name="ar_x")
        assert set(paths) == {path for path in tmp_path.rglob("*") if path.is_file()}
        for name in ("mwt", "pos", "lemma", "depparse"):
            assert (tmp_path / name / "ar_x.train.in.conllu").read_text(encoding="utf-8") == FIRST + SECOND


def test_udpipe(dataset_dir: Path, tmp_path: Path) -> None:
    path = write_udpipe(read_paragraphs(dataset_dir, "train"), tmp_path, split="train")
    assert path.read_text(encoding="utf-8") == FIRST + SECOND


@pytest.fixture(scope="module")
def paths(dataset_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The vertical file and its registry file."""
    folder = tmp_path_factory.mktemp("vertical")
    return write_vertical(read_layer(dataset_dir, "auto"), dataset_dir, folder, name="tajriba")


class TestVertical:
    def test_structures_and_positions(self, paths: tuple[Path, Path]) -> None:
        lines = paths[0].read_text(encoding="utf-8").splitlines()
        assert lines[:11] == [
            '<doc id="d1" title="The &quot;A &amp; B&quot; &lt;1&gt;" source="A Paper" '
            'url="https://example.org/1" published="2025-01-02" licence="All rights reserved" genre="news">',
            '<p id="d1-p1">',
            '<s id="d1-p1-s1">',
            "و\tو\tوَ\tCCONJ\tCC\t_\tcc\t+1\tقَال\tVERB\tوقال",
            "<g/>",
            "قال\tقال\tقَال\tVERB\tVBC\tAspect=Perf|Person=3\troot\t0\t_\t_\tوقال",
            "ل\tل\tلِ\tADP\tIN\t_\tcase\t+1\tسُلطَة\tNOUN\tللسلطة",
            "<g/>",
            "لسلطة\tالسلطة\tسُلطَة\tNOUN\tNN\tCase=Gen\tobl\t-2\tقَال\tVERB\tللسلطة",
            "<g/>",
            ":\t:\t:\tPUNCT\t:\t_\tpunct\t+1\tA&amp;B\tX\t:",
        ]
        assert "&lt;\t&lt;\t&lt;\tSYM\tSYM\t_\tdep\t-1\tA&amp;B\tX\t&lt;" in lines
        assert [lines.count(tag) for tag in ("</doc>", "</p>", "</s>")] == [2, 3, 4]

    def test_words_and_glue_spell_the_text(self, paths: tuple[Path, Path]) -> None:
        texts = []
        for sentence in paths[0].read_text(encoding="utf-8").split("<s id=")[1:]:
            lines = sentence.partition("\n</s>")[0].splitlines()[1:]
            words = [line if line == "<g/>" else line.split("\t")[0] + " " for line in lines]
            texts.append(unescape("".join(words).replace(" <g/>", "").rstrip()))
        # مما is not cut by its offsets: its words stand there with their own forms
        assert texts == ["وقال للسلطة: A&B <.", "منما سلام.", "سلام!", "سلام!"]

    def test_the_registry_file_names_what_is_there(self, paths: tuple[Path, Path]) -> None:
        vertical_path, registry_path = paths
        registry = registry_path.read_text(encoding="utf-8")
        assert registry_path.parent.name == "registry"
        assert f'PATH "{vertical_path.parent}/compiled"\nVERTICAL "{vertical_path}"' in registry
        assert 'RIGHTTOLEFT "1"' in registry
        positional = [line.split()[1] for line in registry.splitlines() if line.startswith("ATTRIBUTE")]
        assert positional == list(ATTRIBUTES)
        lines = vertical_path.read_text(encoding="utf-8").splitlines()
        assert {line.count("\t") + 1 for line in lines if not line.startswith("<")} == {len(ATTRIBUTES)}
        assert {line[1] for line in lines if line.startswith("<")} - {"/"} == {"d", "p", "s", "g"}


@pytest.mark.parametrize(
    ("options", "folder"),
    [([], "out"), (["--folder", "/corpora/a/"], "/corpora/a"), (["--folder", "."], ".")],
)
def test_the_registry_names_no_folder_that_nobody_wrote(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], folder: str
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = CliRunner().invoke(main, ["export", "vertical", str(root), "--output", "out", *options])
    assert outcome.exit_code == 0, outcome.output
    registry = Path("out", "registry", "mudawwana").read_text(encoding="utf-8")
    assert f'PATH "{folder}/compiled"\nVERTICAL "{folder}/mudawwana.vert"\n' in registry


@pytest.mark.parametrize(
    ("arguments", "written"),
    [
        (["spacy", "--held-out", "2"], ["train.spacy", "validation.spacy", "gold.spacy"]),
        (["spacy", "--unit", "word"], ["train.spacy", "gold.spacy"]),
        (["udpipe", "--held-out", "3"], ["train.conllu", "validation.conllu", "gold.conllu"]),
        (["vertical"], ["mudawwana.vert", "registry/mudawwana"]),
        (["vertical", "--layer", "gold", "--name", "gold"], ["gold.vert", "registry/gold"]),
    ],
)
def test_command(arguments: list[str], written: list[str], root: Path, tmp_path: Path) -> None:
    [name, *options] = arguments
    result = CliRunner().invoke(main, ["export", name, str(root), "--output", str(tmp_path), *options])
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [str(tmp_path / path) for path in written]
    assert all((tmp_path / path).is_file() for path in written)


def test_command_for_stanza(root: Path, tmp_path: Path) -> None:
    arguments = ["export", "stanza", str(root), "--output", str(tmp_path), "--held-out", "2", "--name", "x"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == str(tmp_path / "tokenize" / "ar_x.train.txt")
    assert all(Path(line).is_file() for line in result.stdout.splitlines())
    assert "Tokenizer labels written" in result.stderr


def test_command_without_a_data_set(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["export", "udpipe", str(tmp_path), "--output", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert "no data set there" in result.stderr
    assert not (tmp_path / "out").exists()
