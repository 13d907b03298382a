"""corpus.toml: what it may say, and how it is refused."""

from pathlib import Path

import pytest

from mudawwana.base.errors import SettingsError
from mudawwana.base.layout import CorpusLayout
from mudawwana.seeds.settings import load_settings

REQUIRED = """\
[corpus]
name = "tajriba"
title = "تجربة"
description = "Two short texts."
licence = "cc-by-sa-4.0"
curators = ["A. Curator", "B. Curator"]
"""


@pytest.fixture
def layout(tmp_path: Path) -> CorpusLayout:
    (tmp_path / "seeds").mkdir()
    return CorpusLayout(tmp_path)


def write(layout: CorpusLayout, text: str) -> CorpusLayout:
    layout.settings_path.write_text(text, encoding="utf-8")
    return layout


def fail(layout: CorpusLayout, text: str) -> list[str]:
    """The lines of the error, without the path that each begins with."""
    with pytest.raises(SettingsError) as caught:
        load_settings(write(layout, text))
    lines = str(caught.value).splitlines()
    assert all(line.startswith(str(layout.settings_path)) for line in lines)
    return [line.removeprefix(f"{layout.settings_path}:").strip() for line in lines]


def test_defaults(layout: CorpusLayout) -> None:
    settings = load_settings(write(layout, REQUIRED))
    assert (settings.name, settings.title, settings.curators) == ("tajriba", "تجربة", ("A. Curator", "B. Curator"))
    assert (settings.language, settings.variety, settings.version) == ("ar", "Modern Standard Arabic", "0.1.0")
    assert (settings.homepage, settings.citation) == ("", "")
    assert (settings.models, settings.paragraphs) == ("embedded", "line")
    assert (settings.encoding, settings.text_column, settings.id_column) == ("utf-8", "text", "id")


def test_everything(layout: CorpusLayout) -> None:
    text = (
        REQUIRED + 'homepage = "https://example.org"\n[annotation]\nmodels = "padt"\nparagraphs = "blank-line"\n'
    )
    settings = load_settings(write(layout, text))
    assert (settings.homepage, settings.models, settings.paragraphs) == (
        "https://example.org",
        "padt",
        "blank-line",
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Windows-1256", "cp1256"), ("UTF8", "utf-8"), ("utf-8-sig", "utf-8"), ("UTF-16", "utf-16")],
)
def test_encoding_is_called_by_one_name(layout: CorpusLayout, name: str, expected: str) -> None:
    assert load_settings(write(layout, f'{REQUIRED}[annotation]\nencoding = "{name}"')).encoding == expected


def test_byte_order_mark(layout: CorpusLayout) -> None:
    assert load_settings(write(layout, "\ufeff" + REQUIRED)).name == "tajriba"


def test_missing_file(layout: CorpusLayout) -> None:
    with pytest.raises(SettingsError, match=r"corpus\.toml: not found; run `mudawwana init NAME`"):
        load_settings(layout)


def test_missing_keys(layout: CorpusLayout) -> None:
    lines = fail(layout, '[corpus]\nname = "a"\n')
    assert [line.split()[1] for line in lines] == ["title", "description", "licence", "curators"]


def test_all_problems_at_once(layout: CorpusLayout) -> None:
    text = REQUIRED.replace('"tajriba"', '"my corpus"').replace("[corpus]", "[corpus]\nlicense = 4")
    text = text.replace('["A. Curator", "B. Curator"]', '"A. Curator"') + '[annotation]\nparagraphs = "lines"\n'
    assert [line.split(":")[0] for line in fail(layout, text)] == [
        "[corpus] license",
        "[corpus] name",
        "[corpus] curators",
        "[annotation] paragraphs",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[corpus]\nlicense = 1", "[corpus] license: unknown key; did you mean 'licence'? Allowed: name, title,"),
        ("[annotations]", "unknown table [annotations]; did you mean 'annotation'? Allowed: corpus, annotation."),
        ("zzz = 1", "unknown table [zzz]; Allowed: corpus, annotation."),
        ('models = "padt"', "'models' stands outside of every table; it belongs under [annotation]."),
        ("corpus = 1", "[corpus] must be a table, found int 1"),
        ("[corpus]\ntitle = 1", '[corpus] title: must be a string in "quotes", found int 1.'),
        ("[corpus]\ncurators = [1]", "[corpus] curators: must be a list of strings"),
        (
            '[annotation]\nparagraphs = "blank"',
            "[annotation] paragraphs: 'blank' is unknown; did you mean 'blank-",
        ),
        (
            '[annotation]\nencoding = "cp12566"',
            "[annotation] encoding: 'cp12566' is no encoding that Python knows",
        ),
        ('[annotation]\nencoding = "rot13"', "[annotation] encoding: 'rot13' is no encoding"),
        ('[annotation]\nencoding = "a\\u0000"', "[annotation] encoding: character 1 is U+0000 (NUL)"),
        ("[annotation]\nid_column = 1", '[annotation] id_column: must be a string in "quotes", found int 1.'),
        ('[corpus]\nname = ".."', "[corpus] name: '..' must be 1 to 200 of"),
        ('[corpus]\nname = "a b"', "[corpus] name: 'a b' must be 1 to 200 of A-Z"),
    ],
)
def test_problem(layout: CorpusLayout, text: str, expected: str) -> None:
    assert fail(layout, text)[0].startswith(expected)


@pytest.mark.parametrize(
    ("text", "line"), [("[corpus]\nname = a", 2), ('[corpus]\nname = "a"\n[annot', 3), ("[corpus]\n\n= 1\n", 3)]
)
def test_syntax(layout: CorpusLayout, text: str, line: int) -> None:
    assert fail(layout, text)[0].startswith(f"{line}: not TOML:")


def test_not_utf8(layout: CorpusLayout) -> None:
    layout.settings_path.write_bytes("[corpus]\ntitle = 'تجربة'".encode("windows-1256"))
    with pytest.raises(SettingsError, match="not UTF-8"):
        load_settings(layout)
