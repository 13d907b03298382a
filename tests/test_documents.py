"""Seeds: what is read, what is refused and how, documents.csv, paragraphs."""

import gzip
import hashlib
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudawwana.arabic.script import normalise
from mudawwana.base.errors import DocumentError, SettingsError
from mudawwana.base.layout import CorpusLayout
from mudawwana.base.records import Document
from mudawwana.seeds.documents import (
    check_seeds,
    describe_near_misses,
    read_documents,
    split_paragraphs,
    update_documents_csv,
)
from mudawwana.seeds.settings import Settings

Mode = Literal["line", "blank-line"]
HEADER = "id,file,title,source,url,published,licence,genre,sha256"
PEACE = "سلام.\n".encode()


def make_settings(paragraphs: Mode = "line") -> Settings:
    return Settings("a", "A", "A.", "other", ("A",), paragraphs=paragraphs)


@pytest.fixture
def layout(tmp_path: Path) -> CorpusLayout:
    (tmp_path / "seeds").mkdir()
    return CorpusLayout(tmp_path)


def add(layout: CorpusLayout, **files: bytes) -> CorpusLayout:
    for stem, raw in files.items():
        (layout.seeds_dir / f"{stem}.txt").write_bytes(raw)
    return layout


def write_csv(layout: CorpusLayout, *lines: str) -> None:
    layout.documents_path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def read(layout: CorpusLayout) -> list[Document]:
    return list(read_documents(layout, make_settings()))


def update(layout: CorpusLayout) -> None:
    update_documents_csv(layout, check_seeds(layout, make_settings()))


def fail(layout: CorpusLayout, error: type[Exception] = DocumentError) -> list[str]:
    with pytest.raises(error) as caught:
        read_documents(layout, make_settings())
    return str(caught.value).replace(f"{layout.seeds_dir}/", "").splitlines()


class TestRead:
    def test_in_the_order_of_names(self, layout: CorpusLayout) -> None:
        documents = read(add(layout, b=PEACE, a=PEACE, **{"a.1": PEACE}))
        assert [(one.id, one.path) for one in documents] == [
            ("a.1", "seeds/a.1.txt"),
            ("a", "seeds/a.txt"),
            ("b", "seeds/b.txt"),
        ]
        assert documents[1].sha256 == hashlib.sha256(PEACE).hexdigest()
        assert documents[1].metadata == {}

    def test_line_ends_and_byte_order_mark(self, layout: CorpusLayout) -> None:
        raw = b"\xef\xbb\xbfa\r\nb\rc\n\r\n"
        (document,) = read(add(layout, a=raw))
        assert document.text == "a\nb\nc\n\n"
        assert document.sha256 == hashlib.sha256(raw).hexdigest()

    def test_any_file_name_gives_an_id(self, layout: CorpusLayout) -> None:
        # "first article", "second article": in letters a-z, with what tells them apart whatever the letters do.
        add(layout, **{"مقال أول": PEACE, "مقال ثان": PEACE})
        first, second = read(layout)
        assert (first.id, first.path) == ("mqal-awl-cfd84069", "seeds/مقال أول.txt")
        assert second.id.startswith("mqal-than-")
        update(layout)
        assert [one.id for one in read(layout)] == [first.id, second.id]

    def test_suffixes_in_capitals(self, layout: CorpusLayout) -> None:
        (layout.seeds_dir / "A.TXT").write_bytes(PEACE)
        (layout.seeds_dir / "B.TXT.GZ").write_bytes(gzip.compress(PEACE))
        assert [(one.id, one.text) for one in read(layout)] == [("A", "سلام.\n"), ("B", "سلام.\n")]

    def test_folders_in_seeds(self, layout: CorpusLayout) -> None:
        for folder in ("2020", "2021/May", "seeds", ".git"):
            (layout.seeds_dir / folder).mkdir(parents=True)
            (layout.seeds_dir / folder / "a.txt").write_bytes(PEACE)
        write_csv(layout, "file,title", "2021/May/a.txt,One")
        documents = read(layout)
        assert [(one.id, one.path) for one in documents] == [
            ("2020--a", "seeds/2020/a.txt"),
            ("2021--May--a", "seeds/2021/May/a.txt"),
            ("seeds--a", "seeds/seeds/a.txt"),
        ]
        assert documents[1].metadata == {"title": "One"}
        paths = [layout.get_annotation_path("auto", one.path).name for one in documents]
        assert paths == ["2020--a.conllu", "2021--May--a.conllu", "seeds--a.conllu"]
        (layout.seeds_dir / "2020--a.txt").write_bytes(PEACE)
        assert fail(layout)[:1] == [
            "2020--a.txt: its annotations would stand in the same file as those of 2020/a.txt; rename one of them."
        ]

    @pytest.mark.parametrize("file", ["../a.txt", "./b/a.txt", "/b/a.txt", ""])
    def test_a_row_names_a_file_in_seeds(self, layout: CorpusLayout, file: str) -> None:
        (layout.seeds_dir / "b").mkdir()
        (layout.seeds_dir / "b" / "a.txt").write_bytes(PEACE)
        (layout.root / "a.txt").write_bytes(PEACE)
        write_csv(layout, "file,title", f"{file},One")
        assert fail(layout, SettingsError) == [
            f"documents.csv:2: the file {file!r} is not in seeds/; correct the cell or remove the row."
        ]

    def test_hidden_files_are_no_documents(self, layout: CorpusLayout) -> None:
        add(layout, a=PEACE)
        (layout.seeds_dir / ".DS_Store").touch()
        layout.settings_path.touch()
        assert len(read(layout)) == 1

    def test_metadata(self, layout: CorpusLayout) -> None:
        write_csv(add(layout, a=PEACE), HEADER + ",editor", 'x,a.txt,"Peace, سلام",,,,mine,,old,E. Ditor')
        (document,) = read(layout)
        assert (document.id, document.path) == ("x", "seeds/a.txt")
        assert document.metadata == {"title": "Peace, سلام", "licence": "mine", "editor": "E. Ditor"}

    @pytest.mark.parametrize("makes_folder", [True, False])
    def test_no_documents(self, layout: CorpusLayout, makes_folder: bool) -> None:
        if not makes_folder:
            layout.seeds_dir.rmdir()
        assert "no documents; lay out a corpus with `mudawwana init NAME`" in fail(layout)[0]

    @pytest.mark.parametrize(
        ("raw", "expected"),
        [
            (
                "سلام".encode("windows-1256"),
                "byte 0: not UTF-8 (invalid continuation byte); it looks like cp1256: if so, set `enc",
            ),
            (PEACE + b"\xd3", "byte 10: not UTF-8 (unexpected end of data)"),
            (b"\xef\xbb\xbfab\xff", "byte 5: not UTF-8"),
            (b"", "byte 0: no text"),
            (" \n\u00a0\u200f\ufeff".encode(), "byte 0: no text"),
            (b"ab\0c", "byte 2: a NUL"),
            ("سلام".encode("utf-16"), "byte 0: not UTF-8 text but UTF-16; convert it with `iconv -f UTF-16"),
            ("سل م".encode("utf-16-le"), "byte 5: a NUL, which no text holds; if it is UTF-16"),
            (b"%PDF-1.7\n", "byte 0: not UTF-8 text but a PDF file"),
            (b"PK\x03\x04\0\0", "byte 0: not UTF-8 text but a ZIP file"),
            (b"\x1f\x8b\x08", "byte 0: not UTF-8 text but a gzip file"),
        ],
    )
    def test_refused(self, layout: CorpusLayout, raw: bytes, expected: str) -> None:
        (line,) = fail(add(layout, a=raw))
        assert line.startswith(f"a.txt: {expected}")

    def test_all_problems_at_once_and_before_the_first_document(self, layout: CorpusLayout) -> None:
        add(layout, a=PEACE, b=b"\xff", c=b"", d=b"---\nid: x y\n---\n" + PEACE)
        (layout.seeds_dir / "letter.docx").touch()
        (layout.seeds_dir / "more").mkdir()
        (layout.seeds_dir / "more" / "note.md").touch()
        assert [line.split(":")[0] for line in fail(layout)] == [
            "letter.docx",
            "more/note.md",
            "b.txt",
            "c.txt",
            "d.txt",
        ]

    def test_clash_of_ids(self, layout: CorpusLayout) -> None:
        write_csv(add(layout, a=PEACE, b=PEACE), HEADER, "a,b.txt,,,,,,,")
        (line,) = fail(layout)
        assert line.startswith("b.txt: has the id 'a', and so has a document of a.txt (capitals do not count);")

    def test_id_in_the_table_saves_a_name(self, layout: CorpusLayout) -> None:
        write_csv(add(layout, **{"نص": PEACE}), HEADER, "nass,نص.txt,,,,,,,")
        assert [document.id for document in read(layout)] == ["nass"]


class TestTable:
    @pytest.mark.parametrize(
        ("lines", "expected"),
        [
            (["id|file"], "documents.csv:1: no column 'file', found ['id|file']"),
            ([""], "documents.csv:1: no column 'file', found []"),
            (["file,file"], "documents.csv:1: two columns 'file'"),
            (["file,text"], "documents.csv:1: a column 'text' would become a comment"),
            (["file,a=b"], "documents.csv:1: 'a=b' cannot name a column"),
            (["file,title", 'a.txt,"two', 'lines"', "", "b.txt,x"], "documents.csv:5: the file 'b.txt' is not in"),
            (["file,title", "a.txt"], "documents.csv:2: 1 cells, expected 2 (file, title)"),
            (["file,title", "a.txt,b,c"], "documents.csv:2: 3 cells, expected 2 (file, title)"),
            (["file", "a.txt", "a.txt"], "documents.csv:3: the file 'a.txt' has a row already, in line 2"),
            (["file", "../seeds/a.txt"], "documents.csv:2: the file '../seeds/a.txt' is not in seeds/"),
            (["file", '"a.txt'], "documents.csv: not CSV: unexpected end of data"),
        ],
    )
    def test_refused(self, layout: CorpusLayout, lines: list[str], expected: str) -> None:
        write_csv(add(layout, a=PEACE), *lines)
        (line,) = fail(layout, SettingsError)
        assert line.startswith(expected)

    def test_all_rows_at_once(self, layout: CorpusLayout) -> None:
        write_csv(add(layout, a=PEACE), "file", "b.txt", "a.txt", "c.txt")
        assert [line.split(" ")[0] for line in fail(layout, SettingsError)] == [
            "documents.csv:2:",
            "documents.csv:4:",
        ]

    def test_update_makes_the_table(self, layout: CorpusLayout) -> None:
        update(add(layout, a=PEACE))
        sha256 = hashlib.sha256(PEACE).hexdigest()
        assert layout.documents_path.read_bytes().decode() == f"{HEADER}\na,a.txt,,,,,,,{sha256}\n"

    def test_update_keeps_all_else(self, layout: CorpusLayout) -> None:
        write_csv(add(layout, a=PEACE, b=PEACE), "note,file,id", '"b, c",b.txt,x', "n,a.txt,")
        update(layout)
        sha256 = hashlib.sha256(PEACE).hexdigest()
        expected = f'note,file,id,sha256\n"b, c",b.txt,x,{sha256}\nn,a.txt,a,{sha256}\n'
        assert layout.documents_path.read_text(encoding="utf-8") == expected

    def test_update_refreshes_the_digest(self, layout: CorpusLayout) -> None:
        update(add(layout, a=PEACE))
        update(add(layout, a=b"x", b=PEACE))
        assert [line.split(",")[-1] for line in layout.documents_path.read_text(encoding="utf-8").split()[1:]] == [
            hashlib.sha256(b"x").hexdigest(),
            hashlib.sha256(PEACE).hexdigest(),
        ]

    def test_update_without_change_leaves_the_file_alone(self, layout: CorpusLayout) -> None:
        sha256 = hashlib.sha256(PEACE).hexdigest()
        add(layout, a=PEACE)
        raw = f'\ufeff"file","id","sha256"\r\n\r\n"a.txt","a","{sha256}"\r\n'.encode()
        layout.documents_path.write_bytes(raw)
        update(layout)
        assert layout.documents_path.read_bytes() == raw


class TestNearMisses:
    def test_each_is_told_once_with_the_documents_that_have_it(self, layout: CorpusLayout) -> None:
        header = b"---\nLicense: x\ndate: 2024\nauthor: y\nsource: z\n---\n"
        write_csv(
            add(layout, a=header + PEACE, b=header + PEACE, c=PEACE), "file,titel,Genre", "a.txt,T,", "c.txt,U,G"
        )
        (layout.seeds_dir / "d.jsonl").write_text(
            '{"id": "d1", "text": "x", "date": 1, "publisher": "P"}', "utf-8"
        )
        seeds = check_seeds(layout, make_settings())
        assert list(describe_near_misses(seeds)) == [
            "'Genre', of 1 document, stays as it is, and says nothing of 'genre'; rename it if it should.",
            "'License', of 2 documents, stays as it is, and says nothing of 'licence'; rename it if it should.",
            "'date', of 3 documents, stays as it is, and says nothing of 'published'; rename it if it should.",
            "'titel', of 2 documents, stays as it is, and says nothing of 'title'; rename it if it should.",
        ]
        documents = {document.id: document.metadata for document in read(layout)}
        assert documents["b"] == {"License": "x", "date": "2024", "author": "y", "source": "z"}

    def test_names_that_are_right_or_of_their_own_are_not_told(self, layout: CorpusLayout) -> None:
        write_csv(
            add(layout, a=PEACE),
            HEADER + ",author,publisher,subtitle,gender,tags",
            "a,a.txt,t,s,u,p,l,g,,a,p,s,g,t",
        )
        assert not list(describe_near_misses(check_seeds(layout, make_settings())))


def split(text: str, mode: Mode) -> list[str]:
    document = Document("d", text, "", "seeds/d.txt")
    return [paragraph.text for paragraph in split_paragraphs(document, make_settings(mode))]


class TestParagraphs:
    def test_ids_and_offsets(self) -> None:
        document = Document("d", "\n \u00a0سلام \n\n\u200f\nب\n", "", "seeds/d.txt")
        paragraphs = split_paragraphs(document, make_settings())
        assert [(one.id, one.start_char, one.text) for one in paragraphs] == [
            ("d-p1", 3, "سلام"),
            ("d-p2", 12, "ب"),
        ]

    @pytest.mark.parametrize(
        ("text", "by_line", "by_blank_line"),
        [
            ("a\nb\n\nc", ["a", "b", "c"], ["a\nb", "c"]),
            ("a\n \t\n\nb\n", ["a", "b"], ["a", "b"]),
            ("a\u2028b\u2029c", ["a", "b", "c"], ["a\u2028b", "c"]),
            ("a\x0bb\x0cc\x85d", ["a\x0bb\x0cc\x85d"], ["a\x0bb\x0cc\x85d"]),
            ("\n\n", [], []),
        ],
    )
    def test_ends(self, text: str, by_line: list[str], by_blank_line: list[str]) -> None:
        assert split(text, "line") == by_line
        assert split(text, "blank-line") == by_blank_line

    @given(
        st.text(st.sampled_from("بa \n\t\u00a0\u200f\u2028\u2029\x0b\x85\u064e")),
        st.sampled_from(["line", "blank-line"]),
    )
    def test_nothing_is_lost(self, text: str, mode: Mode) -> None:
        document = Document("d", text, "", "seeds/d.txt")
        end, between = 0, ""
        for paragraph in split_paragraphs(document, make_settings(mode)):
            assert paragraph.text == paragraph.text.strip() != ""
            assert text[paragraph.start_char :].startswith(paragraph.text)
            assert paragraph.start_char >= end
            between += text[end : paragraph.start_char] + "\n"
            end = paragraph.start_char + len(paragraph.text)
        assert not normalise(between + text[end:]).text.strip()
