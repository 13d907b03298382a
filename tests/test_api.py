"""The names that Python users import."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import mudawwana
from conftest import ARTICLE, REPOSITORY
from mudawwana import api
from mudawwana.annotate import texts
from mudawwana.annotate.models import Models
from mudawwana.base.layout import CorpusLayout
from mudawwana.cli import main
from mudawwana.seeds.settings import EMBEDDED

PUBLIC = {
    *("ConlluError", "Document", "Evaluation", "MudawwanaError", "MultiwordToken", "Sentence", "Token", "Word"),
    *("Analysis", "analyse_token", "annotate_texts", "annotate_to_conllu", "evaluate_files", "load_corpus"),
    *("parse_conllu", "read_conllu", "serialize_sentence", "write_conllu"),
}


def test_the_public_names_are_these_and_documented() -> None:
    assert set(api.__all__) == PUBLIC
    assert set(dir(mudawwana)) == {"__version__", *PUBLIC}
    for name in PUBLIC:
        assert getattr(mudawwana, name) is getattr(api, name)
        assert getattr(mudawwana, name).__doc__


def test_other_names_are_refused() -> None:
    with pytest.raises(AttributeError, match="'mudawwana' has no attribute 'annotate_text'"):
        _ = mudawwana.annotate_text  # type: ignore[attr-defined]


def test_the_package_alone_loads_nothing() -> None:
    code = "import sys, mudawwana; print(*{'numpy', 'torch', 'stanza', 'udtools'} & sys.modules.keys())"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert result.stdout.strip() == ""


class TestAnnotateTexts:
    @pytest.fixture(autouse=True)
    def _share_models(self, models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(texts, "_load_models", {EMBEDDED: models}.__getitem__)

    def test_each_text_has_its_sentences_with_offsets_in_it(self) -> None:
        texts = [ARTICLE, "", "وصل الوزير.\r\nانتهى الاجتماع."]  # "The minister arrived. The meeting has ended."
        article, nothing, last = mudawwana.annotate_texts(texts)
        assert len(article) > 3
        assert nothing == []
        assert [sentence.sent_id for sentence in last] == ["text-3-p1-s1", "text-3-p2-s1"]
        unified = texts[2].replace("\r\n", "\n")
        for sentence in last:
            for token in sentence.tokens:
                assert unified[token.start_char : token.end_char] == token.form

    def test_conllu_in_one_call(self) -> None:
        text = mudawwana.annotate_to_conllu("وصل الوزير.\nانتهى الاجتماع.")
        assert text.startswith("# newdoc id = text-1\n")
        assert "".join(map(mudawwana.serialize_sentence, mudawwana.parse_conllu(io.StringIO(text)))) == text
        assert text.count("# newpar id") == 2
        assert mudawwana.annotate_to_conllu(" \n") == ""

    def test_the_command_line_does_the_same(self) -> None:
        raw = "وصل الوزير.\r\nانتهى الاجتماع."
        outcome = CliRunner().invoke(main, ["annotate", "-"], input=b"\xef\xbb\xbf" + raw.encode())
        assert outcome.exit_code == 0, outcome.output
        assert outcome.stdout == mudawwana.annotate_to_conllu(raw)

    @pytest.mark.parametrize(
        ("command", "raw", "status", "message"),
        [
            (["annotate", "-"], b" \n", 1, "stdin: no text in it"),
            (["annotate", "-"], "سلام".encode("cp1256"), 1, "stdin: byte 0: not UTF-8"),
            (["annotate", "-"], "سلا\ufffd".encode(), 1, "stdin: character 3 is U+FFFD"),
            (["annotate", "-", "--stock"], b"", 2, "only --models"),
            (["run", "-"], b"", 2, "`mudawwana annotate -` writes CoNLL-U"),
            (["build", "-"], b"", 2, "'-' does not exist"),
        ],
    )
    def test_what_is_no_text_is_refused(self, command: list[str], raw: bytes, status: int, message: str) -> None:
        outcome = CliRunner().invoke(main, command, input=raw)
        assert outcome.exit_code == status
        assert message in " ".join(outcome.stderr.split())

    def test_nothing_gives_nothing(self) -> None:
        assert mudawwana.annotate_texts([]) == []

    def test_what_is_written_is_read_again(self, tmp_path: Path) -> None:
        [sentences] = mudawwana.annotate_texts([ARTICLE])
        path = tmp_path / "article.conllu"
        mudawwana.write_conllu(path, sentences)
        assert list(mudawwana.read_conllu(path)) == sentences
        assert mudawwana.evaluate_files(path, path).scores["LAS"].f1 == 100


def read_layer(layer: str, name: str) -> list[mudawwana.Sentence]:
    return list(mudawwana.read_conllu(REPOSITORY / "annotations" / layer / f"{name}.conllu"))


class TestLoadCorpus:
    def test_documents_come_with_their_sentences(self) -> None:
        [(document, sentences)] = mudawwana.load_corpus(REPOSITORY)
        words = [token for sentence in sentences for token in sentence.tokens]
        assert document.text[words[0].start_char : words[-1].end_char].startswith(words[0].form)
        assert sentences == list(
            mudawwana.read_conllu(REPOSITORY / "annotations" / "auto" / f"{document.id}.conllu")
        )

    def test_of_the_layer_that_is_asked_for(self) -> None:
        [(document, sentences)] = mudawwana.load_corpus(str(REPOSITORY), layer="gold")
        assert sentences == list(
            mudawwana.read_conllu(REPOSITORY / "annotations" / "gold" / f"{document.id}.conllu")
        )

    def test_what_is_not_annotated_has_none(self, corpus: CorpusLayout) -> None:
        [(document, sentences)] = mudawwana.load_corpus(corpus.root)
        assert (document.text, sentences) == (ARTICLE, [])
