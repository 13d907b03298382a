"""The formats of seeds: what each gives, how it is refused, and that nothing is read before it is needed."""

import datetime
import gzip
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mudawwana.base.errors import DocumentError, SettingsError
from mudawwana.base.layout import CorpusLayout
from mudawwana.base.records import Document
from mudawwana.seeds.documents import check_seeds, read_documents, update_documents_csv
from mudawwana.seeds.formats import read_records
from mudawwana.seeds.settings import Settings

ROWS = [
    {"id": "n1", "text": "سلام.\nعليكم.", "title": "تحيّة, أولى"},  # "peace. Upon you."; "a first greeting"
    {"id": "n2", "text": "كتب الولد رسالة.", "title": ""},  # "the boy wrote a letter"
]


def make_settings(encoding: str = "utf-8", text_column: str = "text", id_column: str = "id") -> Settings:
    columns = {"text_column": text_column, "id_column": id_column}
    return Settings("a", "A", "A.", "other", ("A",), text_source="them", encoding=encoding, **columns)


@pytest.fixture
def layout(tmp_path: Path) -> CorpusLayout:
    (tmp_path / "seeds").mkdir()
    return CorpusLayout(tmp_path)


def to_json_lines(*rows: object) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def to_csv(rows: list[dict[str, str]], encoding: str = "utf-8") -> bytes:
    lines = ["id,text,title", *(f'{row["id"]},"{row["text"]}","{row["title"]}"' for row in rows)]
    return "".join(f"{line}\r\n" for line in lines).encode(encoding)


def to_parquet(**columns: object) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def read(layout: CorpusLayout, settings: Settings | None = None, **files: bytes) -> list[Document]:
    """The documents of the files; "__" in a name stands for the dot."""
    for name, raw in files.items():
        (layout.seeds_dir / name.replace("__", ".")).write_bytes(raw)
    return list(read_documents(layout, settings or make_settings()))


def fail(layout: CorpusLayout, settings: Settings | None = None, **files: bytes) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        read(layout, settings, **files)
    return str(caught.value).replace(f"{layout.seeds_dir}/", "").splitlines()


class TestFormats:
    @pytest.mark.parametrize(
        ("suffix", "raw"),
        [
            (".jsonl", b"\xef\xbb\xbf" + to_json_lines(*ROWS).replace(b"\n", b"\r\n\n")),
            (".jsonl.gz", gzip.compress(to_json_lines(*ROWS))),
            (".csv", b"\xef\xbb\xbf" + to_csv(ROWS)),
            (".csv.gz", gzip.compress(to_csv(ROWS))),
            (".parquet", to_parquet(**{key: [row[key] for row in ROWS] for key in ROWS[0]})),
        ],
    )
    def test_a_record_is_a_document(self, layout: CorpusLayout, suffix: str, raw: bytes) -> None:
        first, second = read(layout, **{f"news{suffix}": raw})
        assert (first.id, first.path, first.text) == ("n1", f"seeds/news{suffix}", ROWS[0]["text"])
        assert first.metadata == {"source": "them", "title": ROWS[0]["title"]}
        assert first.sha256 == hashlib.sha256(ROWS[0]["text"].encode()).hexdigest()
        assert (second.id, second.text, second.metadata) == ("n2", ROWS[1]["text"], {"source": "them"})
        assert layout.get_annotation_path("auto", first.path) == layout.auto_dir / "news.conllu"

    def test_packed_text(self, layout: CorpusLayout) -> None:
        raw = gzip.compress("سلام.".encode())
        (document,) = read(layout, a__txt__gz=raw)
        assert (document.id, document.text) == ("a", "سلام.")
        assert document.sha256 == hashlib.sha256(raw).hexdigest()

    def test_columns_have_the_names_that_corpus_toml_gives(self, layout: CorpusLayout) -> None:
        settings = make_settings(text_column="body", id_column="no")
        (document,) = read(layout, settings, a__jsonl=to_json_lines({"no": 7, "body": "سلام.", "id": "x"}))
        assert (document.id, document.text, document.metadata["id"]) == ("7", "سلام.", "x")

    def test_values_become_text(self, layout: CorpusLayout) -> None:
        values = {
            "day": datetime.date(2024, 1, 5),
            "price": Decimal("1.10"),
            "tags": ["ا", "b"],
            "no": None,
            "n": 1.5,
        }
        raw = to_parquet(id=["x"], text=["سلام."], yes=[True], **{key: [value] for key, value in values.items()})
        (document,) = read(layout, a__parquet=raw)
        facts = {"day": "2024-01-05", "price": "1.10", "tags": '["ا", "b"]', "n": "1.5", "yes": "true"}
        assert document.metadata == {"source": "them", **facts}

    def test_line_ends_inside_a_text(self, layout: CorpusLayout) -> None:
        (document,) = read(layout, a__jsonl=to_json_lines({"id": "a", "text": "ا\r\nب\rت"}))
        assert document.text == "ا\nب\nت"
        assert document.sha256 == hashlib.sha256(document.text.encode()).hexdigest()

    def test_a_cell_may_hold_more_than_the_csv_module_allows_by_itself(self, layout: CorpusLayout) -> None:
        text = "\ufeff" + "سلام.\n" * 50_000
        (document,) = read(layout, a__csv=f'id,text\na,"{text}"\n'.encode())
        assert document.text == text

    def test_a_record_knows_better_than_its_file_and_that_than_the_corpus(self, layout: CorpusLayout) -> None:
        layout.documents_path.write_text("file,source,licence\na.jsonl,file,file\n", encoding="utf-8")
        rows = [{"id": "x", "text": "سلام.", "source": "row"}, {"id": "y", "text": "سلام."}]
        first, second = read(layout, a__jsonl=to_json_lines(*rows))
        assert first.metadata == {"source": "row", "licence": "file"}
        assert second.metadata == {"source": "file", "licence": "file"}

    def test_documents_csv_has_one_row_a_file(self, layout: CorpusLayout) -> None:
        raw = to_json_lines(*ROWS)
        read(layout, a__jsonl=raw)
        seeds = check_seeds(layout, make_settings())
        update_documents_csv(layout, seeds)
        _, row = layout.documents_path.read_text(encoding="utf-8").splitlines()
        assert row == f",a.jsonl,,,,,,,{hashlib.sha256(raw).hexdigest()}"
        assert [seed.raw_words for seed in seeds] == [5]

    def test_the_row_of_many_documents_has_no_id(self, layout: CorpusLayout) -> None:
        layout.documents_path.write_text("file,id\na.jsonl,x\n", encoding="utf-8")
        with pytest.raises(
            SettingsError, match=r"documents\.csv:2: 'a\.jsonl' holds the ids of its documents itself"
        ):
            read(layout, a__jsonl=to_json_lines(*ROWS))


class TestRefused:
    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            (b"{", "a.jsonl:2: not JSON (Expecting property name"),
            (b'{"id": "b", "id": "c", "text": "x"}', "a.jsonl:2: not JSON (a key stands twice in one object)"),
            (b"[" * 100_000, "a.jsonl:2: not JSON (maximum recursion depth"),
            (b'["b", "x"]', "a.jsonl:2: found list, expected one JSON object a line"),
            (b'{"text": "x"}', "a.jsonl:2: no column 'id', found 'text'; name the one meant as `id_column` under"),
            (b'{"id": "b"}', "a.jsonl:2: no column 'text', found 'id'; name the one meant as `text_column` under"),
            (b'{"id": null, "text": "x"}', "a.jsonl:2: the id is None, expected a string or a whole number."),
            (b'{"id": true, "text": "x"}', "a.jsonl:2: the id is True,"),
            (b'{"id": "b", "text": null}', "a.jsonl:2: the text is None, expected a string"),
            (b'{"id": "b", "text": " \\n"}', "a.jsonl:2: no text in it"),
            (b'{"id": "b", "text": "x\\u0000"}', "a.jsonl:2: 'text': character 1 is U+0000 (NUL), which no text"),
            (b'{"id": "b", "text": "x", "t": "\\ud800"}', "a.jsonl:2: 't': character 0 is U+D800 (half of a surr"),
            (b'{"id": "b", "text": "x", "models": 1}', "a.jsonl:2: a column 'models' would become a comment"),
            (b'{"id": "b", "text": "x", "a\\nb": 1}', "a.jsonl:2: 'a\\nb' cannot name a column"),
            (
                b'{"id": "b", "text": "\xd3"}',
                "a.jsonl:2: byte 21: not UTF-8 (invalid continuation byte); it looks",
            ),
        ],
    )
    def test_json_lines(self, layout: CorpusLayout, line: bytes, expected: str) -> None:
        (found,) = fail(layout, a__jsonl=to_json_lines(ROWS[0]) + line + b"\n")
        assert found.startswith(expected)

    @pytest.mark.parametrize(
        ("raw", "expected"),
        [
            (b"id|text\n", "a.csv: no column 'text', found 'id|text'"),
            (b"", "a.csv: no column 'text', found none"),
            (b"id,text\n", "a.csv: no documents in it; fill or remove the file."),
            (b"id,text,text\n", "a.csv: two columns 'text'"),
            (
                b'id,text\nx,"two\nlines"\ny\n',
                "a.csv:4: 1 cells, expected 2 (id, text); quote cells that hold commas.",
            ),
            (b'id,text\nx,"a\n', "a.csv: not CSV: unexpected end of data"),
            (b"id,text\nx,\xd3\n", "a.csv:2: byte 2: not UTF-8"),
            (b"PK\x03\x04", "a.csv: byte 0: not UTF-8 text but a ZIP file (as .docx, .xlsx"),
        ],
    )
    def test_csv(self, layout: CorpusLayout, raw: bytes, expected: str) -> None:
        (found,) = fail(layout, a__csv=raw)
        assert found.startswith(expected)

    @pytest.mark.parametrize(
        ("raw", "expected"),
        [
            (b"id,text\n", "a.parquet: behind row 0: not Parquet, or damaged ("),
            (to_parquet(id=["x"], text=["y"])[:-9], "a.parquet: behind row 0: not Parquet, or damaged ("),
            (to_parquet(id=["x"], body=["y"]), "a.parquet: no column 'text', found 'id', 'body'"),
            (to_parquet(id=["x", "y"], text=["ا", None]), "a.parquet: row 2: the text is None"),
            (to_parquet(id=["x"], text=["ا"], image=[b"\0"]), "a.parquet: row 1: 'image': no text (found bytes)"),
            (
                to_parquet(id=["x"], text=pa.array([b"\xff"]).view(pa.string())),
                "a.parquet: behind row 0: not Parquet, or damaged ('utf-8' codec",
            ),
        ],
    )
    def test_parquet(self, layout: CorpusLayout, raw: bytes, expected: str) -> None:
        (found,) = fail(layout, a__parquet=raw)
        assert found.startswith(expected)

    def test_many_bad_records_are_counted(self, layout: CorpusLayout) -> None:
        lines = fail(layout, a__jsonl=b"{\n" * 1000, b__txt=b"")
        assert [line.split(":")[1] for line in lines[:20]] == [str(number) for number in range(1, 21)]
        assert lines[20] == "a.jsonl: and 980 more problems like these."
        assert lines[21].startswith("b.txt: byte 0: no text")

    @pytest.mark.parametrize("rest", [-9, 20, 11])
    def test_a_packed_file_that_is_cut_off(self, layout: CorpusLayout, rest: int) -> None:
        raw = gzip.compress(to_json_lines(*ROWS))[:rest]
        for line in fail(layout, a__txt__gz=raw, b__jsonl__gz=raw):
            assert "the gzip file is damaged or cut off (Compressed file ended before" in line

    def test_a_packed_file_that_is_damaged(self, layout: CorpusLayout) -> None:
        raw = bytearray(gzip.compress(to_json_lines(*ROWS)))
        raw[-6] ^= 1
        assert "damaged or cut off (CRC check failed" in fail(layout, a__txt__gz=bytes(raw))[0]
        assert "damaged or cut off (Not a gzipped file" in fail(layout, a__txt__gz=b"text")[0]

    def test_two_files_for_one_annotation_file(self, layout: CorpusLayout) -> None:
        raw = to_json_lines(*ROWS)
        assert fail(layout, a__txt=b"x", a__jsonl=raw)[0].startswith(
            "a.txt: its annotations would stand in the same file as those of "
        )

    @pytest.mark.parametrize(
        "files", [{"a__jsonl": [ROWS[0], {**ROWS[1], "id": "N1"}]}, {"a__jsonl": ROWS, "n2__txt": 0}]
    )
    def test_clash_of_ids(self, layout: CorpusLayout, files: dict[str, list[dict[str, str]]]) -> None:
        (found,) = fail(layout, **{name: to_json_lines(*rows) if rows else b"x" for name, rows in files.items()})
        assert ", and so has a document of a.jsonl" in found
        assert found.startswith(("a.jsonl:2: has the id 'N1'", "n2.txt: has the id 'n2'"))

    @pytest.mark.parametrize("bad", ["..", ".", ".x", "-x", "a/b", "../a", "a b", "نص", "x" * 201, "a\nb"])
    def test_ids_that_cannot_be(self, layout: CorpusLayout, bad: str) -> None:
        (found,) = fail(layout, a__jsonl=to_json_lines({"id": bad, "text": "x"}))
        assert found.startswith(f"a.jsonl:1: the id {bad!r} must be 1 to 200 of A-Z")


class TestEncodings:
    TEXT = "افتتحت بلدية المدينة صباح اليوم مكتبة عامة."  # "the town opened a public library this morning"

    @pytest.mark.parametrize("encoding", ["cp1256", "iso8859-6", "utf-16", "utf-16-le"])
    def test_named(self, layout: CorpusLayout, encoding: str) -> None:
        assert read(layout, make_settings(encoding), a__txt=self.TEXT.encode(encoding))[0].text == self.TEXT

    def test_named_for_csv_but_not_for_json(self, layout: CorpusLayout) -> None:
        rows = [{"id": "x", "text": self.TEXT, "title": "ت"}]
        raw = to_json_lines({**rows[0], "id": "y"})
        documents = read(layout, make_settings("cp1256"), a__csv=to_csv(rows, "cp1256"), b__jsonl=raw)
        assert [document.text for document in documents] == [self.TEXT, self.TEXT]

    @pytest.mark.parametrize("encoding", ["cp1256", "iso8859-6"])
    def test_not_named(self, layout: CorpusLayout, encoding: str) -> None:
        name = {"iso8859-6": "iso8859_6"}.get(encoding, encoding)
        (found,) = fail(layout, a__txt=self.TEXT.encode(encoding))
        assert f'it looks like {name}: if so, set `encoding = "{name}"` under [annotation] in corpus.toml' in found

    def test_damaged_utf8_is_taken_for_no_other_encoding(self, layout: CorpusLayout) -> None:
        (found,) = fail(layout, a__txt=self.TEXT.encode()[:-2])
        assert (
            "byte 76: not UTF-8 (unexpected end of data); what comes before is UTF-8: the file is damaged" in found
        )

    @pytest.mark.parametrize("name", ["a__txt", "a__csv"])
    def test_utf8_is_not_read_as_what_it_is_not(self, layout: CorpusLayout, name: str) -> None:
        (found,) = fail(layout, make_settings("cp1256"), **{name: f"id,text\nx,{self.TEXT}".encode()})
        assert ': UTF-8, but corpus.toml says `encoding = "cp1256"`' in found

    def test_wrongly_named(self, layout: CorpusLayout) -> None:
        (found,) = fail(layout, make_settings("iso8859-6"), a__txt=b"\xff")
        assert "byte 0: not ISO8859-6 (character maps to <undefined>); correct `encoding` under" in found

    def test_csv_is_not_read_in_utf16(self, layout: CorpusLayout) -> None:
        (found,) = fail(layout, make_settings("utf-16"), a__csv=to_csv(ROWS, "utf-16"))
        assert found == "a.csv: CSV is not read in UTF-16; save it as UTF-8."


class TestFrontMatter:
    def test_is_metadata_and_no_text(self, layout: CorpusLayout) -> None:
        lines = ["---", "id: x", 'title: "#تحيّة: أولى"', "published: 2024-01-05", "no: 1.10", "tags:"]
        raw = "\r\n".join([*lines, "---", "سلام.", ""])
        (document,) = read(layout, a__txt=raw.encode())
        assert (document.id, document.text) == ("x", "سلام.\n")
        facts = {"title": "#تحيّة: أولى", "published": "2024-01-05", "no": "1.10"}
        assert document.metadata == {"source": "them", **facts}
        assert document.sha256 == hashlib.sha256(raw.encode()).hexdigest()

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("title: خبر: عاجل", "خبر: عاجل"),
            ("title: @user قال", "@user قال"),
            ('title: "قال" الرئيس', '"قال" الرئيس'),
            ('title: "قال" الرئيس "نعم"', '"قال" الرئيس "نعم"'),
            ("title: [", "["),
            ("title: [a, b]", "[a, b]"),
            ("title: {a: b", "{a: b"),
            ("title: a #1 news", "a #1 news"),
            ("title: # news", "# news"),
            ("title: *x", "*x"),
            ("title: &x y", "&x y"),
            ("title: !!str y", "!!str y"),
            ("title: | more", "| more"),
            ("title: % `x` - ?", "% `x` - ?"),
            ("title : a\tb \t", "a\tb"),
            ("title:\ta", "a"),
            ("title: 'it''s'", "it's"),
            ("title: 'it's'", "'it's'"),
            (r'title: "\u0633\u0644\u0627\u0645 \"x\""', 'سلام "x"'),
            (r'title: "C:\w"', r'"C:\w"'),
            ('title: "a', '"a'),
            ('"title": a', "a"),
            ("# a comment\ntitle: a\n\n# another", "a"),
            ("title: ---", "---"),
            ("title: http://example.org/#x", "http://example.org/#x"),
        ],
    )
    def test_a_value_is_what_stands_there(self, layout: CorpusLayout, line: str, expected: str) -> None:
        (document,) = read(layout, a__txt=f"---\n{line}\nlicence: x\n---\nسلام.".encode())
        assert document.text == "سلام."
        assert document.metadata == {"source": "them", "title": expected, "licence": "x"}

    @pytest.mark.parametrize(
        "text",
        [
            "---\nسلام.\n---\nعليكم.",
            "---\n- سلام\n---\nعليكم.",
            "---\n" + "[" * 5000 + "\n---\nسلام.",
            "---\n\nقال: نعم\n---\nسلام.",
            "\n---\nقال: نعم\n---\nسلام.",
            "----\nقال: نعم\n----\nسلام.",
            "---\nhttp://example.org\n---\nسلام.",
            "سلام.\n---\ntitle: x\n---\n",
            "---",
            "---\n---\ntitle: x",
        ],
    )
    def test_other_lines_are_text(self, layout: CorpusLayout, text: str) -> None:
        (document,) = read(layout, a__txt=text.encode())
        assert (document.text, document.metadata) == (text, {"source": "them"})

    @pytest.mark.parametrize(
        ("lines", "expected"),
        [
            ("title: x\ntags:\n- a", "a.txt:4: front matter: found '- a', expected `key: value`"),
            ("title: x\ntags:\n- a: b", "a.txt:4: front matter: found '- a: b', expected"),
            ("title: |\n  x", "a.txt:3: front matter: found '  x', expected `key: value` from the line's start"),
            ("title: x\nauthor:\n  name: y", "a.txt:4: front matter: found '  name: y', expected"),
            ("title: x\n\tsource: y", r"a.txt:3: front matter: found '\tsource: y', expected"),
            ("title: x\nsource:y", "a.txt:3: front matter: found 'source:y', expected"),
            ("title: x\n...", "a.txt:3: front matter: found '...', expected"),
            ("title: x\n----", "a.txt:3: front matter: found '----', expected"),
            ('title: "x\n  y"', "a.txt:3: front matter: found '  y\"', expected"),
            ("title: x\ntitle: y", "a.txt:3: front matter: a second 'title'; remove one."),
            ("text: x", "a.txt:2: front matter: a column 'text' would become a comment"),
            (r'title: "\ud800"', "a.txt:2: front matter: 'title': character 0 is U+D800"),
            ("\ttitle: x", "a.txt:2: '\\ttitle: x' looks like front matter, which is read only between"),
            ("title:x", "a.txt:2: 'title:x' looks like front matter"),
            ("\nTitle: x", "a.txt:3: 'Title: x' looks like front matter"),
            ("سلام\nlicence: x", "a.txt:3: 'licence: x' looks like front matter"),
            ("id: a/b", "a.txt: the id 'a/b' must be 1 to 200"),
        ],
    )
    def test_refused(self, layout: CorpusLayout, lines: str, expected: str) -> None:
        (found,) = fail(layout, a__txt=f"---\n{lines}\n---\nسلام.".encode())
        assert found.startswith(expected)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("---\ntitle: x\nسلام.", "a.txt:3: front matter: found 'سلام.', expected"),
            ("---\ntitle: x\n\n", "a.txt:3: front matter: the file ends without the `---` that closes it"),
            ("---\ntitle: x", "a.txt:2: front matter: the file ends without the `---` that closes it"),
            ("\n---\ntitle: x\n---\nسلام.", "a.txt:3: 'title: x' looks like front matter"),
            (" ---\ntitle: x\n---\nسلام.", "a.txt:2: 'title: x' looks like front matter"),
            ("----\ntitle: x\n----\nسلام.", "a.txt:2: 'title: x' looks like front matter"),
            ("—\nsource: x\n—\nسلام.", "a.txt:2: 'source: x' looks like front matter"),
            ('+++\ntitle = "x"\n+++\nسلام.', "a.txt:2: 'title = \"x\"' looks like front matter"),
        ],
    )
    def test_what_begins_or_ends_otherwise_is_refused(
        self, layout: CorpusLayout, text: str, expected: str
    ) -> None:
        (found,) = fail(layout, a__txt=text.encode())
        assert found.startswith(expected)

    def test_nothing_else(self, layout: CorpusLayout) -> None:
        assert fail(layout, a__txt=b"---\ntitle: x\n---\n")[0].startswith("a.txt: byte 0: no text in it")


class _Lines(io.BytesIO):
    """A file that counts the lines that were read."""

    count = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        self.count += 1
        return super().readline(size)


class TestStreaming:
    @pytest.mark.parametrize(
        ("name", "raw"), [("a.jsonl", to_json_lines(ROWS[0]) * 100), ("a.csv", b"id,text\n" + b"x,y\n" * 100)]
    )
    def test_a_record_is_read_when_it_is_asked_for(
        self, name: str, raw: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = _Lines(raw)

        @contextmanager
        def open_file(_: Path) -> Iterator[io.BytesIO]:
            yield file

        monkeypatch.setattr("mudawwana.seeds.formats.open_seed", open_file)
        records = read_records(Path(name), make_settings())
        counts = [file.count for _, _ in zip(range(3), records, strict=False)]
        assert counts[2] - counts[1] == counts[1] - counts[0] == 1
        assert counts[0] <= 2

    def test_parquet_is_read_by_batches(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "a.parquet"
        path.write_bytes(to_parquet(id=[str(n) for n in range(1000)], text=["سلام."] * 1000))
        sizes: list[int] = []
        read_batches: Callable[..., Iterator[pa.RecordBatch]] = pq.ParquetFile.iter_batches

        def iter_batches(file: pq.ParquetFile, batch_size: int, *, use_threads: bool) -> Iterator[pa.RecordBatch]:
            for batch in read_batches(file, batch_size, use_threads=use_threads):
                sizes.append(batch.num_rows)
                yield batch

        monkeypatch.setattr(pq.ParquetFile, "iter_batches", iter_batches)
        next(records := read_records(path, make_settings()))
        assert sizes == [64]
        assert sum(1 for _ in records) == 999

    def test_a_line_without_end_is_refused(self, layout: CorpusLayout, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("mudawwana.seeds.formats._RECORD_BYTES", 1 << 20)
        raw = b"x" * (1 << 21)
        lines = fail(layout, a__txt=raw, b__jsonl=raw, c__txt__gz=gzip.compress(raw))
        assert [line.split(";")[0] for line in lines] == [
            "a.txt: more than 1 MiB of text",
            "b.jsonl:1: longer than 1 MiB",
            "c.txt.gz: more than 1 MiB of text",
        ]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_tables_as_spreadsheets_write_them(layout: CorpusLayout, delimiter: str) -> None:
    cells = [["id", "text", "title"], ["n1", "سلام, عليكم.", "تحيّة"]]  # "peace, upon you."; "a greeting"
    raw = "".join(delimiter.join(row) + "\r\n" for row in cells)
    [document] = read(layout, rows__csv=raw.encode())
    assert (document.id, document.text, document.metadata["title"]) == ("n1", "سلام, عليكم.", "تحيّة")
    (layout.seeds_dir / "rows.csv").write_bytes(f"{raw}n2{delimiter}x\r\n".encode())
    kind = {";": "semicolons", "\t": "tabs"}[delimiter]
    with pytest.raises(DocumentError, match=f"rows.csv:3: 2 cells, expected 3 .*quote cells that hold {kind}"):
        read(layout)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_documents_csv_stays_as_the_spreadsheet_wrote_it(layout: CorpusLayout, delimiter: str) -> None:
    layout.documents_path.write_text(f"file{delimiter}title\na.txt{delimiter}تحيّة, أولى\n", encoding="utf-8")
    [document] = read(layout, a__txt="سلام.".encode())
    assert document.metadata["title"] == "تحيّة, أولى"
    update_documents_csv(layout, check_seeds(layout, make_settings()))
    header, row = layout.documents_path.read_text(encoding="utf-8").splitlines()
    assert header.split(delimiter) == ["file", "title", "id", "sha256"]
    assert row.split(delimiter)[:3] == ["a.txt", "تحيّة, أولى", "a"]
