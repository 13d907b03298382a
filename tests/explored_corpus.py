"""A small data set in two layers, written by hand, with text that would be HTML, or turn its line, if it could."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from mudawwana.base.layout import CorpusLayout
from mudawwana.base.records import Sentence, Word
from mudawwana.dataset.build import write_dataset
from mudawwana.dataset.columns import Place, SentenceBatch
from mudawwana.dataset.schema import DOCUMENTS
from mudawwana.seeds.documents import check_seeds, update_documents_csv
from mudawwana.seeds.settings import load_settings

HOSTILE = '<img src=x onerror="document.title=1">\u202eabc'
# "The president said a word in the two cities. Did they write? They wrote it."; "A book of <img ...>."
SEEDS = {
    "d1": "وقال رئيس كلمة بالمدينتين.\nهل كتبوا؟ كتبوه.\n",
    "d2": f"كتاب {HOSTILE} .\n",
    "d3": " ".join(["كلمات"] * 80) + "\n",  # "words", eighty times
}

_D1 = """\
# newdoc id = d1
# generator = tests
# models = embedded sha256:0123
# newpar id = d1-p1
# sent_id = d1-p1-s1
# text = وقال رئيس كلمة بالمدينتين.
1-2	وقال	_	_	_	_	_	_	_	start_char=0|end_char=4
1	و	و	CCONJ	_	_	2	cc	_	start_char=0|end_char=1
2	قال	قَال	VERB	_	Aspect=Perf	0	root	_	start_char=1|end_char=4|UposProb=0.98
3	رئيس	رَئِيس	NOUN	_	Case=Nom|Definite=Ind	2	nsubj	_	start_char=5|end_char=9
4	كلمة	كَلِمَة	NOUN	_	Case=Acc|Definite=Ind	2	obj	_	start_char=10|end_char=14
5-6	بالمدينتين	_	_	_	_	_	_	_	SpaceAfter=No|start_char=15|end_char=25
5	ب	بِ	ADP	_	_	6	case	_	start_char=15|end_char=16
6	المدينتين	مَدِينَة	NOUN	_	Case=Gen|Definite=Def	{obl}	_	start_char=16|end_char=25
7	.	.	PUNCT	_	_	2	punct	_	SpaceAfter=No|start_char=25|end_char=26

# newpar id = d1-p2
# sent_id = d1-p2-s1
# text = هل كتبوا؟
1	هل	هَل	PART	_	_	2	mark	_	start_char=27|end_char=29
2	كتبوا	كَتَب	VERB	_	Aspect=Perf	0	root	_	SpaceAfter=No|start_char=30|end_char=35
3	؟	؟	PUNCT	_	_	2	punct	_	start_char=35|end_char=36

# sent_id = d1-p2-s2
# text = كتبوه.
1-2	كتبوه	_	_	_	_	_	_	_	SpaceAfter=No|start_char=37|end_char=42
1	كتبوا	كَتَب	VERB	_	Aspect=Perf	0	root	_	start_char=37|end_char=41
2	ه	هُوَ	PRON	_	Person=3|PronType=Prs	1	obj	_	start_char=41|end_char=42
3	.	.	PUNCT	_	_	1	punct	_	SpaceAfter=No|start_char=42|end_char=43

"""
_D2 = """\
# newdoc id = d2
# generator = tests
# models = embedded sha256:0123
# newpar id = d2-p1
# sent_id = d2-p1-s1
# text = كتاب <img src=x onerror="document.title=1">abc .
1	كتاب	كِتَاب	NOUN	_	Case=Gen	0	root	_	start_char=0|end_char=4
2	<img	<img	X	_	Foreign=Yes	1	nmod	_	start_char=5|end_char=9
3	src=x	src=x	X	_	Foreign=Yes	2	flat:foreign	_	start_char=10|end_char=15
4	onerror="document.title=1">abc	\u202e	X	_	Foreign=Yes	2	flat:foreign	_	start_char=16|end_char=47
5	.	.	PUNCT	_	_	1	punct	_	SpaceAfter=No|start_char=48|end_char=49

"""
_D3 = "".join(
    f"{n}\tكلمات\tكَلِمَة\tX\t_\t_\t{n // 2}\t{'dep' if n > 1 else 'root'}\t_\t"
    f"start_char={6 * n - 6}|end_char={6 * n - 1}\n"
    for n in range(1, 81)
)
_D3_COMMENTS = "".join(
    f"# {comment}\n"
    for comment in (
        *("newdoc id = d3", "generator = tests", "models = embedded sha256:0123", "newpar id = d3-p1"),
        *("sent_id = d3-p1-s1", f"text = {' '.join(['كلمات'] * 80)}"),
    )
)
ANNOTATED = {
    "auto": {"d1": _D1.format(obl="2	obl"), "d2": _D2, "d3": f"{_D3_COMMENTS}{_D3}\n"},
    "gold": {"d1": _D1.format(obl="4	nmod")},
}


def write_data_set(root: Path, annotated: dict[str, dict[str, str]]) -> CorpusLayout:
    """A corpus with the seeds above and these annotations by layer and document, and its data set."""
    layout = CorpusLayout(root)
    layout.seeds_dir.mkdir(parents=True)
    layout.settings_path.write_text(
        '[corpus]\nname = "tajriba"\ntitle = "Tajriba"\ndescription = "A."\nlicence = "other"\ncurators = ["A"]\n',
        encoding="utf-8",
    )
    for stem, text in SEEDS.items():
        (layout.seeds_dir / f"{stem}.txt").write_text(text, encoding="utf-8")
    for layer, texts in annotated.items():
        for stem, text in texts.items():
            path = layout.get_annotation_path(layer, f"seeds/{stem}.txt")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    settings = load_settings(layout)
    update_documents_csv(layout, check_seeds(layout, settings))
    layout.corpus_dir.mkdir()
    write_dataset(layout, settings, layout.corpus_dir)
    return layout


def write_random_data_set(folder: Path, sentences: list[Sentence]) -> Path:
    """A data set of these sentences without seeds, for searches alone; a sentence's document is its id's start."""
    batch = SentenceBatch()
    for sentence in sentences:
        doc_id = sentence.sent_id.partition("-")[0]
        batch.add(sentence, Place(doc_id, f"{doc_id}-p1", "auto", "-"), ud_level=5, incidents=())
    tables = dict(zip(("sentences", "tokens"), batch.build_tables(), strict=True))
    doc_ids = list(dict.fromkeys(sentence.sent_id.partition("-")[0] for sentence in sentences))
    rows = [{"id": doc_id, "text": "-", "title": f"Title of {doc_id}"} for doc_id in doc_ids]
    tables["documents"] = pa.Table.from_pylist(rows, schema=DOCUMENTS.arrow_schema)
    for name, table in tables.items():
        (folder / "data" / name).mkdir(parents=True)
        pq.write_table(table, folder / "data" / name / "train-00000-of-00001.parquet")
    return folder


def make_formulas() -> Sentence:
    """A sentence of words that a spreadsheet would compute, and of one that it would not."""
    forms = ("=1+1", "+1", "-", "@SUM", "'=", "كتاب")
    words = tuple(
        Word(n, form, form, "X", "_", "_", str(n - 1), "dep" if n > 1 else "root", "_", "_")
        for n, form in enumerate(forms, start=1)
    )
    return Sentence(("# sent_id = d0-p1-s0", "# text = -"), words, ())
