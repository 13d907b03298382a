"""A vertical file for Manatee's concordancers, (No)Sketch Engine and KonText, with its registry file.

A position is a syntactic word. Its attribute `word` is the piece of the surface that the word covers, so that a
concordance shows the text as written: للسلطة is ل + لسلطة with `<g/>` (no space) between; `form` has the syntactic
form السلطة, `token` the whole surface token. So `[lemma="سُلطَة"]` finds the noun below its clitics, and
`[token="للسلطة"]` the spelling. Where offsets do not cut the token into pieces, `word` is the form.

Structures: doc (with the document's metadata), p, s, g. `parent` is the head's place relative to the word (-1: the
word before; 0: the root), `p_lemma` and `p_upos` are the head's. Comments, MISC and the enhanced graph stay out.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pyarrow.parquet as pq

from mudawwana.base.explain import REBUILD, reading
from mudawwana.base.files import write_text_atomically
from mudawwana.base.layout import DataSetLayout
from mudawwana.base.misc import END_CHAR, START_CHAR, get_misc
from mudawwana.base.records import Sentence, Token
from mudawwana.dataset.schema import DOCUMENT_FACTS
from mudawwana.exports.paragraphs import AnnotatedParagraph

ATTRIBUTES = (
    *("word", "form", "lemma", "upos", "xpos", "feats", "deprel"),
    *("parent", "p_lemma", "p_upos", "token"),
)
DOCUMENT_ATTRIBUTES = ("id", *DOCUMENT_FACTS)

# [feats="Case=Gen"] finds that value among several.
_OPTIONS = {"feats": ' {\n    MULTIVALUE yes\n    MULTISEP "|"\n}'}

# Settings: https://www.sketchengine.eu/documentation/corpus-configuration-file-all-features/
_REGISTRY = """\
NAME "{name}"
PATH "{folder}/compiled"
VERTICAL "{folder}/{name}.vert"
ENCODING "UTF-8"
LANGUAGE "Arabic"
RIGHTTOLEFT "1"
NOLETTERCASE "1"
DOCSTRUCTURE "doc"

{attributes}
STRUCTURE doc {{
{document_attributes}}}
STRUCTURE p {{
    ATTRIBUTE id
}}
STRUCTURE s {{
    ATTRIBUTE id
}}
STRUCTURE g {{
    DISPLAYTAG 0
    DISPLAYBEGIN "_EMPTY_"
}}
"""


def write_vertical(
    paragraphs: Iterable[AnnotatedParagraph], dataset_dir: Path, output_dir: Path, *, name: str, folder: str = ""
) -> tuple[Path, Path]:
    """Writes `<name>.vert` and the registry file `registry/<name>`, which names `folder`, or else `output_dir`.

    As they were given: so nothing of this machine stands in it that nobody wrote. The paragraphs of one document
    must stand together; its metadata is read from `dataset_dir`.
    """
    vertical_path, registry_path = output_dir / f"{name}.vert", output_dir / "registry" / name
    facts = _read_document_facts(dataset_dir)
    write_text_atomically(vertical_path, _iter_lines(paragraphs, facts))
    attributes = "".join(f"ATTRIBUTE {attribute}{_OPTIONS.get(attribute, '')}\n" for attribute in ATTRIBUTES)
    document_attributes = "".join(f"    ATTRIBUTE {attribute}\n" for attribute in DOCUMENT_ATTRIBUTES)
    registry = _REGISTRY.format(
        name=name,
        folder=folder.rstrip("/") or output_dir.as_posix(),
        attributes=attributes,
        document_attributes=document_attributes,
    )
    write_text_atomically(registry_path, [registry])
    return vertical_path, registry_path


def _read_document_facts(dataset_dir: Path) -> dict[str, dict[str, Any]]:
    """The structure attributes of each document, by its id; a line break becomes a space."""
    facts: dict[str, dict[str, Any]] = {}
    for path in DataSetLayout(dataset_dir).list_parquet("documents"):
        with reading(path, REBUILD):
            rows = pq.read_table(path, columns=list(DOCUMENT_ATTRIBUTES)).to_pylist()
        for row in rows:
            facts[row["id"]] = {name: " ".join(value.split()) for name, value in row.items() if value}
    return facts


def _iter_lines(paragraphs: Iterable[AnnotatedParagraph], facts: dict[str, dict[str, Any]]) -> Iterator[str]:
    for doc_id, group in groupby(paragraphs, key=lambda paragraph: paragraph.doc_id):
        attributes = facts.get(doc_id, {"id": doc_id})
        yield f"<doc{''.join(f' {name}={_quote(value)}' for name, value in attributes.items())}>\n"
        for paragraph in group:
            yield f"<p id={_quote(paragraph.par_id)}>\n"
            for sentence in paragraph.sentences:
                yield f"<s id={_quote(sentence.sent_id)}>\n"
                yield from _iter_positions(sentence)
                yield "</s>\n"
            yield "</p>\n"
        yield "</doc>\n"


def _iter_positions(sentence: Sentence) -> Iterator[str]:
    heads = {str(word.id): word for word in sentence.words}
    for token in sentence.tokens:
        for word, piece in zip(token.words, cut_token(token), strict=True):
            head = heads.get(word.head)
            columns = (
                *(piece, word.form, word.lemma, word.upos, word.xpos, word.feats, word.deprel),
                *((f"{head.id - word.id:+}", head.lemma, head.upos) if head else ("0", "_", "_")),
                token.form,
            )
            yield "\t".join(map(escape, columns)) + "\n"
            is_last = word is token.words[-1]
            if not is_last or (not token.space_after and token is not sentence.tokens[-1]):
                yield "<g/>\n"


def cut_token(token: Token) -> list[str]:
    """The pieces of the token's surface form, one a word, by the words' offsets; else the words' own forms.

    They are cut only where the words' spans follow each other without a gap and none is empty.
    """
    spans = [(get_misc(word.misc, START_CHAR), get_misc(word.misc, END_CHAR)) for word in token.words]
    bounds = [int(start) for start, _ in spans if start] + [int(end) for _, end in spans[-1:] if end]
    ends = [int(end) for _, end in spans if end]
    is_cut = (
        len(token.words) > 1
        and len(bounds) == len(spans) + 1
        and ends == bounds[1:]
        and all(start < end for start, end in pairwise(bounds))
        and bounds[-1] - bounds[0] == len(token.form)
    )
    if is_cut:
        return [token.form[start - bounds[0] : end - bounds[0]] for start, end in pairwise(bounds)]
    return [token.form] if len(token.words) == 1 else [word.form for word in token.words]


def _quote(value: str) -> str:
    return quoteattr(value, {'"': "&quot;"})
